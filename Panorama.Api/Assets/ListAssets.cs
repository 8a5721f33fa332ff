using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

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
    private static readonly Func<PanoramaDbContext, Guid[], IAsyncEnumerable<AssetListItem>> Rows = EF.CompileAsyncQuery(
        (PanoramaDbContext db, Guid[] ids) =>
            from a in db.Assets.AsNoTracking()
            where ids.Contains(a.Id)
            from held in db.AssetAssignments.Where(h => h.AssetId == a.Id && h.CheckedInAt == null).DefaultIfEmpty()
            from user in db.Users.Where(u => u.Id == held!.TargetUserId).DefaultIfEmpty()
            from place in db.Locations.Where(l => l.Id == held!.TargetLocationId).DefaultIfEmpty()
            from other in db.Assets.Where(o => o.Id == held!.TargetAssetId).DefaultIfEmpty()
            select new AssetListItem(
                a.Id, a.Tag, a.Name, a.Status, a.Bookable, a.Model!.Name, a.Model.Category!.Name, a.Model.Category!.Kind, a.LocationId, a.Location!.Name,
                a.Serial, user!.DisplayName ?? place!.Name ?? other!.Tag, a.PurchaseDate, a.ArchivedAt));

    public static async Task<Results<Ok<AssetListResponse>, ProblemHttpResult>> Handle(
        [AsParameters] AssetListQuery query, HttpContext context, AssetFinder finder, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var filter = AssetFilter.Read(query, values);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var found = await finder.FindAsync(filter, cancellationToken);
        var items = new Dictionary<Guid, AssetListItem>();
        if (found.Rows.Count > 0)
        {
            await foreach (var item in Rows(db, [.. found.Rows.Select(r => r.Id)]).WithCancellation(cancellationToken))
            {
                items[item.Id] = item;
            }
        }

        var ordered = found.Rows.Select(r => items.GetValueOrDefault(r.Id)).OfType<AssetListItem>().ToList();
        var next = found.HasMore ? new Cursor(filter.Order, found.Rows[^1].Key, found.Rows[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new AssetListResponse(ordered, ordered.Count, found.Count, found.AtLeast, next));
    }
}
