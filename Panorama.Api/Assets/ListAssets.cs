using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Assets;

namespace Panorama.Api.Assets;

/// <summary>A page of assets.</summary>
/// <param name="Total">Items on this page.</param>
/// <param name="TotalCount">All that match: on the first page, up to 10,000 (a search: up to 200), else null.</param>
/// <param name="TotalAtLeast">Where there are more than were counted: how many were; else null.</param>
/// <param name="NextCursor">For the page after this one; null on the last.</param>
public sealed record AssetListResponse(IReadOnlyList<AssetListItem> Items, int Total, int? TotalCount, int? TotalAtLeast, string? NextCursor);

/// <summary>An asset in a list.</summary>
/// <param name="HolderName">Person, place or asset that has it now.</param>
public sealed record AssetListItem(
    Guid Id, string Tag, string Name, AssetStatus Status, bool Bookable, string ModelName, string CategoryName, CategoryKind CategoryKind, Guid? LocationId,
    string? LocationName, string? Serial, string? HolderName, DateOnly? PurchaseDate, DateTimeOffset? ArchivedAt);

internal static class ListAssets
{
    public static async Task<Results<Ok<AssetListResponse>, ProblemHttpResult>> Handle(
        [AsParameters] AssetListQuery query, HttpContext context, AssetFinder finder, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var filter = AssetFilter.Read(query, values);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var found = await finder.FindAsync(filter, cancellationToken);
        var next = found.HasMore ? new Cursor(filter.Order, found.Rows[^1].Key, found.Rows[^1].Item.Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new AssetListResponse([.. found.Rows.Select(r => r.Item)], found.Rows.Count, found.Count, found.AtLeast, next));
    }
}
