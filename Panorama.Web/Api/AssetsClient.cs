using System.Text.Json;

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

internal sealed record AssetDetail(
    Guid Id, string Tag, string? Name, string? Serial, string Status, bool Bookable, Guid? ModelId, string? ModelName, string? ModelNumber,
    string? ModelNotes, Guid? CategoryId, string? CategoryName, string? CategoryKind, string? ManufacturerName, Guid? LocationId,
    string? LocationName, string? CompanyName, string? SupplierName, AssetLabel? StatusLabel, string? OrderNumber, DateOnly? PurchaseDate,
    string? PurchaseCost, string? Currency, int? WarrantyMonths, DateOnly? EolDate, string? Notes, JsonElement? LastReadMileage,
    string? MileageUnit, IReadOnlyList<AssetCustomField>? CustomFields, AssetHolder? Holder, int Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt);

internal sealed record AssetLabel(string Name, string? Type, string? Color);

internal sealed record AssetCustomField(Guid FieldId, string Name, string? Type, JsonElement? Value);

internal sealed record AssetHolder(
    string? TargetType, Guid? LocationId, string? Name, DateTimeOffset CheckedOutAt, DateTimeOffset? ExpectedCheckinAt, DateTimeOffset? AcceptedAt);

internal sealed record AssetHistory(IReadOnlyList<AssetEvent> Items, string? NextCursor);

internal sealed record AssetEvent(Guid Id, DateTimeOffset At, string Action, string? ActorName, JsonElement? Data);

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

    /// <param name="kind">Such as <c>categories</c> or <c>locations</c>.</param>
    public Task<ApiResult<Choices>> ChoicesAsync(string kind, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/{kind}?limit=200", WebJson.Default.Choices, cancellationToken);
}
