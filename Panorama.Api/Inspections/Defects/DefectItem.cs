using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Inspections;

namespace Panorama.Api.Inspections.Defects;

/// <summary>A defect of an asset.</summary>
/// <param name="InspectionId">The inspection that found it first.</param>
/// <param name="SnapshotItemId">The item of that inspection.</param>
/// <param name="Label">Of the item, as it was asked.</param>
/// <param name="Severity">The worst with which it was found.</param>
/// <param name="Note">What was noted with the answer; null for nothing.</param>
/// <param name="LastSeenInspectionId">The newest inspection that found it.</param>
/// <param name="ResolvedAt">When a repair was certified, or that none was necessary; null while it is open.</param>
public sealed record DefectItem(
    Guid Id, Guid AssetId, string AssetTag, string AssetName, Guid InspectionId, Guid SnapshotItemId, string Label, DefectSeverity Severity, string? Note, DefectStatus Status,
    DateTimeOffset OpenedAt, Guid OpenedByUserId, string OpenedByName, Guid LastSeenInspectionId, DateTimeOffset LastSeenAt, DateTimeOffset? ResolvedAt, Guid? ResolvedByUserId,
    string? ResolvedByName, string? ResolutionNote);

internal static class DefectReader
{
    public const int MostShown = 100;

    /// <summary>Newest first.</summary>
    public static IQueryable<DefectItem> Show(PanoramaDbContext db, IQueryable<Defect> rows) =>
        from defect in rows
        join asset in db.Assets on defect.AssetId equals asset.Id
        join opener in db.Users on defect.OpenedByUserId equals opener.Id
        orderby defect.OpenedAt descending, defect.Id descending
        select new DefectItem(
            defect.Id, defect.AssetId, asset.Tag, asset.Name, defect.InspectionId, defect.SnapshotItemId, defect.Label, defect.Severity, defect.Note, defect.Status, defect.OpenedAt,
            defect.OpenedByUserId, opener.DisplayName, defect.LastSeenInspectionId, defect.LastSeenAt, defect.ResolvedAt, defect.ResolvedByUserId,
            db.Users.Where(u => u.Id == defect.ResolvedByUserId).Select(u => u.DisplayName).FirstOrDefault(), defect.ResolutionNote);

    public static Task<DefectItem?> ReadAsync(PanoramaDbContext db, Guid id, CancellationToken cancellationToken) =>
        Show(db, db.Defects.AsNoTracking().Where(d => d.Id == id)).FirstOrDefaultAsync(cancellationToken);

    /// <summary>What whoever uses the asset next has to know; the newest, should there be very many.</summary>
    public static Task<List<DefectItem>> OpenAsync(PanoramaDbContext db, Guid asset, CancellationToken cancellationToken) => Show(
        db, db.Defects.AsNoTracking().Where(d => d.AssetId == asset && d.Status == DefectStatus.Open).OrderByDescending(d => d.OpenedAt).ThenByDescending(d => d.Id).Take(MostShown))
        .ToListAsync(cancellationToken);
}
