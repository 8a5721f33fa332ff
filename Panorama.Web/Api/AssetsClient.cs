using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

internal sealed record AssetPage(IReadOnlyList<AssetRow> Items, long? TotalCount, long? TotalAtLeast, string? NextCursor)
{
    /// <summary>Rows that match; a lower bound when the count was cut short.</summary>
    public long Total => TotalCount ?? TotalAtLeast ?? Items.Count;

    public bool IsLowerBound => TotalCount is null && TotalAtLeast is not null;
}

internal sealed record AssetRow(
    Guid Id, string Tag, string? Name, string Status, bool Bookable, string? ModelName, string? CategoryName, string? LocationName,
    string? Serial, string? HolderName, DateOnly? PurchaseDate, DateTimeOffset? ArchivedAt);

public sealed record AssetDetail(
    Guid Id, string Tag, string? Name, string? Serial, string Status, bool Bookable, Guid? ModelId, string? ModelName, string? ModelNumber,
    string? ModelNotes, Guid? CategoryId, string? CategoryName, string? CategoryKind, string? ManufacturerName, Guid? LocationId,
    string? LocationName, Guid? CompanyId, string? CompanyName, Guid? SupplierId, string? SupplierName, AssetLabel? StatusLabel, string? OrderNumber, DateOnly? PurchaseDate,
    string? PurchaseCost, string? Currency, string? BookValue, int? WarrantyMonths, DateOnly? EolDate, string? Notes, JsonElement? LastReadMileage,
    string? MileageUnit, IReadOnlyList<AssetCustomField>? CustomFields, AssetHolder? Holder, int Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt);

public sealed record AssetLabel(Guid Id, string Name, string? Type, string? Color);

public sealed record AssetCustomField(Guid FieldId, string Name, string? Type, JsonElement? Value);

public sealed record AssetHolder(
    Guid AssignmentId, string? TargetType, Guid? UserId, Guid? LocationId, string? Name, DateTimeOffset CheckedOutAt, DateTimeOffset? ExpectedCheckinAt,
    DateTimeOffset? AcceptedAt, DateTimeOffset? DeclinedAt, bool RequiresAcceptance);

public sealed record ModelPage(IReadOnlyList<ModelChoice> Items, string? NextCursor);

/// <param name="FieldsetId">The set of added fields that its assets have.</param>
public sealed record ModelChoice(Guid Id, string Name, string? ModelNumber, string? CategoryName, string? ManufacturerName, Guid? FieldsetId);

internal sealed record LabelChoices(IReadOnlyList<LabelChoice> Items);

/// <param name="MapsTo">The state that it belongs to.</param>
public sealed record LabelChoice(Guid Id, string Name, string? Type, string MapsTo);

internal sealed record CustomFieldPage(IReadOnlyList<CustomFieldChoice> Items);

/// <param name="Type">Such as <c>text</c> or <c>multi-list</c>.</param>
/// <param name="DisplayCheckout">Asked for when an asset is lent.</param>
/// <param name="DisplayCheckin">Asked for when an asset is taken back.</param>
public sealed record CustomFieldChoice(
    Guid Id, string Name, string Type, IReadOnlyList<string>? Choices, bool Required, bool Encrypted, bool DisplayCheckout, bool DisplayCheckin);

internal sealed record Fieldset(Guid Id, IReadOnlyList<FieldsetField> Fields);

internal sealed record FieldsetField(Guid FieldId, bool Required);

internal sealed record ReadingPage(IReadOnlyList<MeterReading> Items, string? NextCursor);

public sealed record MeterReading(
    Guid Id, JsonElement Value, string Unit, DateTimeOffset ReadAt, string Source, string? ReadByName, DateTimeOffset? VoidedAt, string? VoidReason);

internal sealed record AssetHistory(IReadOnlyList<AssetEvent> Items, string? NextCursor);

internal sealed record AssetEvent(Guid Id, DateTimeOffset At, string Action, string? ActorName, JsonElement? Data);

/// <summary>What the filters of the list offer.</summary>
internal sealed record FilterChoices(IReadOnlyList<Choice> Categories, IReadOnlyList<Choice> Locations, IReadOnlyList<Choice>? StatusLabels = null);

internal sealed record Choices(IReadOnlyList<Choice> Items, string? NextCursor);

public sealed record Choice(Guid Id, string Name);

/// <summary>The assets of the current organisation, and the short lists they are filtered by.</summary>
internal sealed class AssetsClient(ApiClient api)
{
    /// <param name="query">Query string with its question mark, or empty.</param>
    public Task<ApiResult<AssetPage>> ListAsync(string query, CancellationToken cancellationToken) =>
        api.GetAsync("/api/assets" + query, WebJson.Default.AssetPage, cancellationToken);

    public Task<ApiResult<AssetDetail>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/assets/{id}", WebJson.Default.AssetDetail, cancellationToken);

    public Task<ApiResult<AssetHistory>> HistoryAsync(Guid id, string? cursor, int limit, CancellationToken cancellationToken) =>
        api.GetAsync(
            $"/api/assets/{id}/history" + QueryString.Create("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture))
                + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)),
            WebJson.Default.AssetHistory, cancellationToken);

    public Task<ApiResult<FilterChoices>> FilterChoicesAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/assets/choices", WebJson.Default.FilterChoices, cancellationToken);

    /// <param name="kind">Such as <c>categories</c> or <c>locations</c>.</param>
    public Task<ApiResult<Choices>> ChoicesAsync(string kind, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/{kind}?limit=200", WebJson.Default.Choices, cancellationToken);

    public Task<ApiResult<Choices>> FindChoicesAsync(string kind, string name, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/{kind}?limit=20&q={Uri.EscapeDataString(name)}", WebJson.Default.Choices, cancellationToken);

    public Task<ApiResult<ModelPage>> ModelsAsync(string? q, CancellationToken cancellationToken) =>
        api.GetAsync("/api/asset-models?limit=30" + (string.IsNullOrWhiteSpace(q) ? "" : "&q=" + Uri.EscapeDataString(q.Trim())), WebJson.Default.ModelPage, cancellationToken);

    public Task<ApiResult<ModelChoice>> ModelAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/asset-models/{id}", WebJson.Default.ModelChoice, cancellationToken);

    public Task<ApiResult<LabelChoices>> LabelsAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/status-labels?limit=200", WebJson.Default.LabelChoices, cancellationToken);

    public Task<ApiResult<CustomFieldPage>> FieldsAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/custom-fields?limit=200", WebJson.Default.CustomFieldPage, cancellationToken);

    public Task<ApiResult<Fieldset>> FieldsetAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/fieldsets/{id}", WebJson.Default.Fieldset, cancellationToken);

    /// <param name="until">The last instant that is of interest; null for now.</param>
    public Task<ApiResult<ReadingPage>> ReadingsAsync(Guid id, DateTimeOffset? until, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/assets/{id}/meter-readings?limit=20{(until is { } last ? $"&until={last.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}" : "")}", WebJson.Default.ReadingPage, cancellationToken);

    /// <param name="key">Of the form: sent twice, it makes one asset.</param>
    public Task<ApiResult<AssetDetail>> CreateAsync(JsonObject body, string key, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, "/api/assets", body, WebJson.Default.JsonObject, WebJson.Default.AssetDetail, null, key, cancellationToken);

    /// <param name="version">That the person saw.</param>
    public Task<ApiResult<AssetDetail>> UpdateAsync(Guid id, JsonObject patch, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Patch, $"/api/assets/{id}", patch, WebJson.Default.JsonObject, WebJson.Default.AssetDetail, version, null, cancellationToken);

    /// <param name="action">Such as <c>archive</c> or <c>meter-readings</c>.</param>
    public Task<ApiResult<Done>> ActAsync(Guid id, string action, JsonObject body, int? version, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync<JsonObject, Done>(HttpMethod.Post, $"/api/assets/{id}/{action}", body, WebJson.Default.JsonObject, null, version, key, cancellationToken);
}
