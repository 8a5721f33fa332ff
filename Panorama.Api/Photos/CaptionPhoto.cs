using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Photos;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

/// <param name="Caption">At most 500 characters; null or blank for none.</param>
internal sealed record PhotoPatch([property: MaxLength(Photo.MaxCaption), Storable(Multiline = true)] string? Caption = null);

internal static class CaptionPhoto
{
    public static async Task<Results<Ok<PhotoItem>, ProblemHttpResult>> Handle(
        string id, Patch<PhotoPatch> patch, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, PanoramaDbContext db, PhotoReader photos,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await DeletePhoto.FindAsync(db, id, isDeletedToo: false, cancellationToken) is not { } photo)
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        if (IfMatch.Refuse(ifMatch, photo.Version) is { } refusal)
        {
            return refusal;
        }

        var caption = patch.Has(nameof(PhotoPatch.Caption)) ? patch.Body.Caption?.Trim() is { Length: > 0 } text ? text : null : photo.Caption;
        if (caption != photo.Caption)
        {
            // How long it is, not what it says: a line of the audit cannot be erased.
            db.Add(AuditEvent.About(
                AuditActions.PhotoCaptioned, "asset", photo.AssetId!.Value, clock.GetUtcNow(), new { photoId = photo.Id, before = photo.Caption?.Length ?? 0, after = caption?.Length ?? 0 }));
            photo.Caption = caption;
            photo.Version++;
            await db.SaveChangesAsync(cancellationToken);
        }

        IfMatch.WriteTag(context, photo.Version);
        return TypedResults.Ok(await photos.ItemAsync(photo, cancellationToken));
    }
}

internal static class DeletePhoto
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string id, [FromHeader(Name = IfMatch.Header)] string? ifMatch, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, id, isDeletedToo: false, cancellationToken) is not { } photo)
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        if (IfMatch.RefuseOlder(ifMatch, photo.Version) is { } refusal)
        {
            return refusal;
        }

        if (await LegalHolds.KeepAsync(db, photo, cancellationToken))
        {
            return Problems.Of(Problems.LegalHold);
        }

        var now = clock.Now();
        photo.Delete(actor.UserId, now);
        db.Add(AuditEvent.About(
            AuditActions.PhotoDeleted, "asset", photo.AssetId!.Value, now, new { photoId = photo.Id, sha256 = Convert.ToHexStringLower(photo.Sha256) }));
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>One that is not deleted is answered as it is.</summary>
    public static async Task<Results<Ok<PhotoItem>, ProblemHttpResult>> Restore(
        string id, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, TenantSession session, PanoramaDbContext db, PhotoReader photos,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, id, isDeletedToo: true, cancellationToken) is not { AssetId: { } asset } photo)
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        if (IfMatch.RefuseOlder(ifMatch, photo.Version) is { } refusal)
        {
            return refusal;
        }

        if (photo.DeletedAt is not null)
        {
            await Uploads.LockAssetAsync(session.Connection, asset, cancellationToken);
            if (await db.Photos.CountAsync(p => p.AssetId == asset && p.InspectionId == null && p.DeletedAt == null, cancellationToken) >= Photo.MaxPerAsset)
            {
                return Problems.Of(Problems.AssetPhotoCapReached, Problems.Args(("cap", Photo.MaxPerAsset)));
            }

            photo.DeletedAt = null;
            photo.DeletedByUserId = null;
            photo.Version++;
            db.Add(AuditEvent.About(AuditActions.PhotoRestored, "asset", asset, clock.GetUtcNow(), new { photoId = photo.Id }));
            await db.SaveChangesAsync(cancellationToken);
        }

        IfMatch.WriteTag(context, photo.Version);
        return TypedResults.Ok(await photos.ItemAsync(photo, cancellationToken));
    }

    /// <summary>Of an asset itself: those of an inspection are changed by its own routes, which ask whose it is.</summary>
    public static async Task<Photo?> FindAsync(PanoramaDbContext db, string id, bool isDeletedToo, CancellationToken cancellationToken) => Guid.TryParseExact(id, "D", out var photo)
        ? await db.Photos.FirstOrDefaultAsync(p => p.Id == photo && p.InspectionId == null && (isDeletedToo || p.DeletedAt == null), cancellationToken) : null;
}
