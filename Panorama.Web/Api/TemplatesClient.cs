using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

public sealed record ChecklistList(IReadOnlyList<Checklist> Items);

/// <param name="ContentVersion">Grows with what is asked; <paramref name="Version"/> with every change.</param>
public sealed record Checklist(
    Guid Id, string Name, string? Description, string? CategoryKind, Guid? CategoryId, int DisplayOrder, DateTimeOffset? ArchivedAt, DateTimeOffset UpdatedAt,
    int ContentVersion, int Version, IReadOnlyList<ChecklistItem> Items);

/// <param name="ItemType"><c>BOOLEAN</c>, <c>TEXT</c>, <c>NUMBER</c> or <c>PHOTO</c>.</param>
/// <param name="Severity">Of a yes-or-no: what the answer no opens; null opens nothing.</param>
public sealed record ChecklistItem(
    string Label, string ItemType, bool Required, bool PhotoRequired, double? MinValue, double? MaxValue, string? HelpText, string? Severity);

public sealed record ChecklistLibrary(IReadOnlyList<LibraryChecklist> Items);

/// <param name="SourceTitle">The rule that lists what is asked; null where the list is Panorama's own.</param>
public sealed record LibraryChecklist(
    string Key, string? SourceTitle, Uri? SourceUrl, string Name, string? Description, string CategoryKind, IReadOnlyList<ChecklistItem> Items);

public sealed record ChecklistVersionPage(IReadOnlyList<ChecklistVersionLine> Items, string? NextCursor);

public sealed record ChecklistVersionLine(int Number, int ItemCount, string PublishedByName, DateTimeOffset PublishedAt);

public sealed record ChecklistVersion(int Number, DateTimeOffset PublishedAt, string Name, string? Description, IReadOnlyList<ChecklistItem> Items);

internal sealed record CopyName(string Name);

/// <summary>Checklists of the current organisation.</summary>
internal sealed class TemplatesClient(ApiClient api)
{
    /// <summary>Api lists no more at once.</summary>
    public const int MostListed = 200;

    private const string Route = "/api/inspection-templates";

    // A letter takes one to four bytes so, and six where it is escaped: what fits into a checklist fits into a body.
    private static readonly WebJson Plain = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Task<ApiResult<ChecklistList>> ListAsync(bool withArchived, CancellationToken cancellationToken) => api.GetAsync(
        string.Create(CultureInfo.InvariantCulture, $"{Route}?limit={MostListed}&includeArchived={(withArchived ? "true" : "false")}"), WebJson.Default.ChecklistList, cancellationToken);

    public Task<ApiResult<ChecklistLibrary>> LibraryAsync(string locale, CancellationToken cancellationToken) =>
        api.GetAsync($"{Route}/library?locale={locale}", WebJson.Default.ChecklistLibrary, cancellationToken);

    public Task<ApiResult<Checklist>> GetAsync(Guid id, CancellationToken cancellationToken) => api.GetAsync($"{Route}/{id}", WebJson.Default.Checklist, cancellationToken);

    public Task<ApiResult<Checklist>> CreateAsync(JsonObject body, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, Route, body, Plain.JsonObject, WebJson.Default.Checklist, version: null, key, cancellationToken);

    public Task<ApiResult<Checklist>> ChangeAsync(Guid id, JsonObject body, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Patch, $"{Route}/{id}", body, Plain.JsonObject, WebJson.Default.Checklist, version, key: null, cancellationToken);

    public Task<ApiResult<Checklist>> CopyAsync(Guid id, string name, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, $"{Route}/{id}/copy", new CopyName(name), WebJson.Default.CopyName, WebJson.Default.Checklist, version: null, key, cancellationToken);

    public Task<ApiResult<Done>> ArchiveAsync(Guid id, CancellationToken cancellationToken) => api.CommandAsync(HttpMethod.Delete, $"{Route}/{id}", cancellationToken);

    public Task<ApiResult<Done>> RestoreAsync(Guid id, CancellationToken cancellationToken) => api.CommandAsync(HttpMethod.Post, $"{Route}/{id}/restore", cancellationToken);

    public Task<ApiResult<ChecklistVersionPage>> VersionsAsync(Guid id, string? cursor, CancellationToken cancellationToken) =>
        api.GetAsync($"{Route}/{id}/versions" + (cursor is null ? "" : "?cursor=" + Uri.EscapeDataString(cursor)), WebJson.Default.ChecklistVersionPage, cancellationToken);

    public Task<ApiResult<ChecklistVersion>> VersionAsync(Guid id, int number, CancellationToken cancellationToken) =>
        api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{Route}/{id}/versions/{number}"), WebJson.Default.ChecklistVersion, cancellationToken);

    /// <param name="version">Of the checklist that the person saw.</param>
    public Task<ApiResult<Done>> PublishAsync(Guid id, int number, int version, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"{Route}/{id}/versions/{number}/publish"), version, cancellationToken);

    /// <param name="scope">What it is for, as a query string with its question mark; empty where the file says it.</param>
    public Task<ApiResult<Checklist>> ImportAsync(JsonElement file, string scope, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, $"{Route}/import{scope}", file, Plain.JsonElement, WebJson.Default.Checklist, version: null, key, cancellationToken);
}
