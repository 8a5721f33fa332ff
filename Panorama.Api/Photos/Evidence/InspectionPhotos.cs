using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Photos;
using Panorama.Core.Retention;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos.Evidence;

/// <summary>A photo of an inspection; the picture is at `/api/inspections/{id}/photos/{photoId}`.</summary>
/// <param name="ResponseId">The answer that it belongs to; null for one of the whole inspection.</param>
/// <param name="Caption">Null when there is none.</param>
/// <param name="Width">In pixels, of the picture as it is kept.</param>
/// <param name="Height">In pixels.</param>
/// <param name="SizeBytes">Of the picture as it is kept.</param>
/// <param name="Sha256">Of the same bytes, lower-case hexadecimal.</param>
/// <param name="CapturedAt">What the camera says; null when it says nothing. Anybody can set a camera's clock.</param>
/// <param name="CaptureTrust">How the camera's time was read; null with `capturedAt`.</param>
/// <param name="UploadedByName">Null when the person is not known any more.</param>
/// <param name="IsHeld">A legal hold keeps it: it cannot be deleted, and its age does not remove it.</param>
/// <param name="Version">To be named in an edit of its marks.</param>
/// <param name="Marks">Drawn over the picture where it is shown, in the order of their numbers.</param>
public sealed record InspectionPhotoItem(
    Guid Id, Guid? ResponseId, Guid? SnapshotItemId, string? Caption, int Width, int Height, int SizeBytes, string Sha256, DateTimeOffset? CapturedAt,
    CaptureClock? CaptureTrust, DateTimeOffset UploadedAt, Guid UploadedByUserId, string? UploadedByName, bool IsHeld, int Version,
    IReadOnlyList<PhotoMarkItem> Marks);

/// <param name="Items">In the order in which they came.</param>
/// <param name="Limit">As many an inspection may have.</param>
/// <param name="RetentionDays">A photo goes so many days after its upload, unless a legal hold keeps it.</param>
public sealed record InspectionPhotoList(IReadOnlyList<InspectionPhotoItem> Items, int Limit, int RetentionDays);

internal static class InspectionPhotos
{
    private const string OfRun =
        """
        join inspections i on i.tenant_id = p.tenant_id and i.id = p.inspection_id
        where p.id = $1 and p.inspection_id = $2 and ($3 or i.started_by_user_id = $4)
        """;

    public static string Address(Guid inspection, Guid photo) => $"/api/inspections/{inspection}/photos/{photo}";

    public static async Task<Results<Ok<InspectionPhotoList>, ProblemHttpResult>> List(
        string id, Actor actor, TenantSession session, PanoramaDbContext db, PhotoReader photos, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var run)
            || await db.Inspections.Where(i => i.Id == run).Where(InspectionRows.IsVisibleTo(actor)).Select(i => (Guid?)i.AssetId).SingleOrDefaultAsync(cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        var areHeld = await db.LegalHolds.AnyAsync(LegalHold.Holds(asset, run), cancellationToken);
        var items = await (
            from photo in db.Photos
            where photo.InspectionId == run && photo.DeletedAt == null
            orderby photo.CreatedAt, photo.Id
            select new
            {
                photo,
                Item = db.InspectionResponses.Where(r => r.Id == photo.ResponseId).Select(r => (Guid?)r.SnapshotItemId).FirstOrDefault(),
                Name = db.Users.Where(u => u.Id == photo.UploadedByUserId).Select(u => u.DisplayName).FirstOrDefault(),
            })
            .AsNoTracking().ToListAsync(cancellationToken);
        var marks = PhotoMarks.ByPhoto(await session.Connection.QueryAsync(PhotoMarks.OfInspection, PhotoMarks.Read, cancellationToken, Statement.Uuid(run)));
        var policy = InspectionPolicy.Read(await db.Tenants.Where(t => t.Id == actor.TenantId).Select(t => t.InspectionConfig).SingleAsync(cancellationToken));
        return TypedResults.Ok(new InspectionPhotoList(
            items.ConvertAll(i => new InspectionPhotoItem(
                i.photo.Id, i.photo.ResponseId, i.Item, i.photo.Caption, i.photo.Width, i.photo.Height, i.photo.SizeBytes, Convert.ToHexStringLower(i.photo.Sha256), i.photo.CapturedAt,
                i.photo.CaptureTrust, i.photo.CreatedAt, i.photo.UploadedByUserId, i.Name, areHeld || i.photo.LegalHold, i.photo.Version, [.. marks[i.photo.Id]])),
            policy.MaxPhotosPerInspection, await photos.RetentionDaysAsync(actor.TenantId!.Value, cancellationToken)));
    }

    /// <summary>Small for a list, whole otherwise; who looked at it whole is audited.</summary>
    public static Task<IResult> Show(string id, string photoId, string? view, [AsParameters] PhotoTools tools)
    {
        if (!Guid.TryParseExact(id, "D", out var run) || !Guid.TryParseExact(photoId, "D", out var photo))
        {
            return Task.FromResult<IResult>(Problems.Of(Problems.PhotoNotFound));
        }

        var (isDesk, user) = (Statement.Flag(tools.Actor.IsDesk), Statement.Uuid(tools.Actor.UserId));
        return view == "list"
            ? tools.ShowThumbnailAsync(OfRun, Statement.Uuid(photo), Statement.Uuid(run), isDesk, user)
            : tools.ShowFullAsync(
                OfRun, _ => new FileView(AuditActions.InspectionPhotoViewed, "inspection_photo", new { inspectionId = run, reservationId = (Guid?)null, viewKind = "detail" }),
                Statement.Uuid(photo), Statement.Uuid(run), isDesk, user);
    }
}
