using System.Globalization;
using System.Text.Json;

namespace Panorama.Web.Api;

public sealed record ImportList(IReadOnlyList<ImportItem> Items, string? NextCursor);

public sealed record ImportItem(
    Guid Id, string FileName, string State, bool DryRun, ImportOptions Options, int? RowsTotal, int RowsDone, int Created, int Updated, int Matched, int Rejected,
    int Warnings, int PeopleCreated, int Custodies, string? ErrorCode, string? StartedByName, DateTimeOffset? FinishedAt, bool CancelRequested, int? EtaSeconds,
    int Version, DateTimeOffset CreatedAt, string? Kind = null)
{
    /// <summary>A dry run has said what the import would do, and nothing was changed since.</summary>
    public bool IsChecked => State == "DRAFT" && DryRun && FinishedAt is not null && ErrorCode is null && RowsDone > 0;

    public bool IsMoving => State is "QUEUED" or "RUNNING" or "PAUSED";
}

public sealed record ImportOptions(
    string? Dates, string? Numbers, string? Currency, string Mode, string Existing, string? Encoding, string? Delimiter, string? DefaultModel,
    IReadOnlyDictionary<string, string> Mapping);

public sealed record ImportInspection(
    string Encoding, string? EncodingSample, bool Damaged, string Delimiter, string LineEnds, int Rows, IReadOnlyList<ImportColumn> Columns,
    IReadOnlyList<ImportPreviewRow> Preview, IReadOnlyList<ImportField> Fields, IReadOnlyList<ImportChoiceItem> Choices, IReadOnlyList<string> Encodings);

public sealed record ImportColumn(int Index, string Header, IReadOnlyList<string> Samples, int Filled, string Target);

public sealed record ImportPreviewRow(int Line, IReadOnlyList<string> Cells);

public sealed record ImportField(string Target, string? Name);

public sealed record ImportChoiceItem(string Choice, string? Chosen, IReadOnlyList<string> Columns, IReadOnlyList<ImportChoiceOption> Options);

public sealed record ImportChoiceOption(string Value, IReadOnlyList<ImportReadSample> Samples);

public sealed record ImportReadSample(string Column, string Text, string? Reads);

public sealed record ImportFindingPage(IReadOnlyList<ImportFindingItem> Items, string? NextCursor);

public sealed record ImportFindingItem(Guid Id, int Line, string? Column, string Severity, string Code, IReadOnlyDictionary<string, JsonElement> Args, string Text);

/// <summary>Files of assets, from the upload to the last row.</summary>
internal sealed class ImportsClient(ApiClient api)
{
    public Task<ApiResult<ImportList>> ListAsync(string? cursor, CancellationToken cancellationToken) =>
        api.GetAsync("/api/imports?limit=50" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)), WebJson.Default.ImportList, cancellationToken);

    public Task<ApiResult<ImportItem>> FindAsync(Guid id, CancellationToken cancellationToken) => api.GetAsync($"/api/imports/{id}", WebJson.Default.ImportItem, cancellationToken);

    public Task<ApiResult<ImportInspection>> InspectAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/imports/{id}/inspection", WebJson.Default.ImportInspection, cancellationToken);

    public Task<ApiResult<ImportFindingPage>> FindingsAsync(Guid id, string? severity, string? cursor, int limit, CancellationToken cancellationToken) =>
        api.GetAsync(
            $"/api/imports/{id}/findings?limit={limit.ToString(CultureInfo.InvariantCulture)}" + (severity is null ? "" : "&severity=" + severity)
                + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)),
            WebJson.Default.ImportFindingPage, cancellationToken);

    /// <summary>The body of the browser's form as it comes: Api finds the file in it.</summary>
    public Task<ApiResult<ImportItem>> UploadAsync(string kind, Stream body, string contentType, CancellationToken cancellationToken) =>
        api.UploadAsync("/api/imports?kind=" + kind, body, contentType, WebJson.Default.ImportItem, cancellationToken);

    public Task<ApiResult<ImportItem>> PatchAsync(Guid id, Dictionary<string, JsonElement> patch, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Patch, $"/api/imports/{id}", patch, WebJson.Default.DictionaryStringJsonElement, WebJson.Default.ImportItem, version, null, cancellationToken);

    /// <param name="step">dry-run, start, cancel or resume.</param>
    public Task<ApiResult<Done>> MoveAsync(Guid id, string step, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, $"/api/imports/{id}/{step}", cancellationToken);

    public Task<ApiResult<Done>> DeleteAsync(Guid id, CancellationToken cancellationToken) => api.CommandAsync(HttpMethod.Delete, $"/api/imports/{id}", cancellationToken);
}
