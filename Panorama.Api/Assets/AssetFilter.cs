using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Assets;

/// <summary>The query string of the list, as text: an empty or misspelt value is refused, not taken for absent. An empty `q` searches for nothing, as a form sends it.</summary>
/// <param name="Status">May repeat: `READY`, `IN_USE`, `RESERVED`, `MAINTENANCE`, `RETIRED`.</param>
/// <param name="CategoryId">Assets whose model is of this category.</param>
/// <param name="ModelId">Assets of this model.</param>
/// <param name="LocationId">Assets that belong to this place.</param>
/// <param name="StatusLabelId">Assets under this label.</param>
/// <param name="AssignedUserId">Assets that this person has now.</param>
/// <param name="Tag">Assets with exactly this tag, without case; several only when all but one are archived.</param>
/// <param name="ImportId">Assets that this import made or changed.</param>
/// <param name="Bookable">`true` or `false`.</param>
/// <param name="IncludeArchived">`true` when absent.</param>
/// <param name="Q">Words over tag, name, serial and searchable custom values, without case and accents; a single character matches a whole tag. Empty is as absent.</param>
/// <param name="Sort">`createdAt` when absent, `tag`, `name`, `status` or `purchaseDate`.</param>
/// <param name="Order">`asc` or `desc`; when absent `desc` for `createdAt`, else `asc`.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before, with the same sort and order.</param>
internal sealed record AssetListQuery(
    [FromQuery(Name = "status")] string[]? Status,
    [FromQuery(Name = "categoryId")] string? CategoryId,
    [FromQuery(Name = "modelId")] string? ModelId,
    [FromQuery(Name = "locationId")] string? LocationId,
    [FromQuery(Name = "statusLabelId")] string? StatusLabelId,
    [FromQuery(Name = "assignedUserId")] string? AssignedUserId,
    [FromQuery(Name = "tag")] string? Tag,
    [FromQuery(Name = "importId")] string? ImportId,
    [FromQuery(Name = "bookable")] string? Bookable,
    [FromQuery(Name = "includeArchived")] string? IncludeArchived,
    [FromQuery(Name = "q")] string? Q,
    [FromQuery(Name = "sort")] string? Sort,
    [FromQuery(Name = "order")] string? Order,
    [FromQuery(Name = "limit")] string? Limit,
    [FromQuery(Name = "cursor")] string? Cursor);

/// <summary>What a list asks for, understood.</summary>
internal sealed record AssetFilter(
    string[] Statuses, Guid? CategoryId, Guid? ModelId, Guid? LocationId, Guid? StatusLabelId, Guid? AssignedUserId, string? Tag, Guid? ImportId, bool? Bookable,
    bool IncludeArchived, string? Q, string[] Words, AssetSort Sort, bool IsDescending, int Limit, Cursor? Cursor, object? CursorKey)
{
    private const int MaxQuery = 200;
    private const int MaxTag = 64;
    private const int MinWord = 2;

    /// <summary>Whether there are words to look for.</summary>
    public bool HasWords => Array.Exists(Words, w => w.Length >= MinWord);

    /// <summary>Whether `asset_search` looks for them. What one person has, one import made or one tag names is so little that its rows are read instead.</summary>
    public bool IsSearch => HasWords && AssignedUserId is null && ImportId is null && Tag is null;

    /// <summary>The words that count.</summary>
    public IEnumerable<string> SoughtWords => Words.Where(w => w.Length >= MinWord);

    /// <summary>All that match, without order or page.</summary>
    public AssetSelection Selection => new(Statuses, CategoryId, ModelId, LocationId, StatusLabelId, AssignedUserId, Bookable, IncludeArchived, Q, Tag, ImportId);

    public string Order => $"{(IsDescending ? "-" : "")}{Sort.Name}";

    public static AssetFilter Read(AssetListQuery query, QueryValues values)
    {
        var sort = query.Sort is null ? AssetSort.CreatedAt : AssetSort.Find(query.Sort);
        if (sort is null)
        {
            values.Refuse("sort");
            sort = AssetSort.CreatedAt;
        }

        var isDescending = values.OneOf<bool>("order", query.Order, text => text switch { "asc" => false, "desc" => true, _ => null })
            ?? sort == AssetSort.CreatedAt;
        var statuses = query.Status ?? [];
        if (!Array.TrueForAll(statuses, s => WireNames.TryParse<AssetStatus>(s, out _)))
        {
            values.Refuse("status");
        }

        var cursor = values.Cursor(query.Cursor, $"{(isDescending ? "-" : "")}{sort.Name}");
        var key = cursor is null ? null : sort.Parse(cursor.Key);
        if (cursor is not null && key is null)
        {
            values.Refuse("cursor");
        }

        var q = values.Text("q", query.Q, MaxQuery);
        var tag = values.Text("tag", query.Tag, MaxTag)?.Trim();
        if (tag is "")
        {
            values.Refuse("tag");
        }

        return new AssetFilter(
            [.. statuses.Distinct(StringComparer.Ordinal)], values.Id("categoryId", query.CategoryId), values.Id("modelId", query.ModelId),
            values.Id("locationId", query.LocationId), values.Id("statusLabelId", query.StatusLabelId),
            values.Id("assignedUserId", query.AssignedUserId), tag, values.Id("importId", query.ImportId), values.Flag("bookable", query.Bookable),
            values.Flag("includeArchived", query.IncludeArchived) ?? true, string.IsNullOrWhiteSpace(q) ? null : q.Trim(),
            string.IsNullOrWhiteSpace(q) ? [] : SearchText.Words(q), sort, isDescending,
            values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit), cursor, key);
    }
}
