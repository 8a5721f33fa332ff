using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Photos;
using Panorama.Core.Retention;

namespace Panorama.Api.Photos;

/// <summary>A photo of an asset.</summary>
/// <param name="Caption">Null when there is none.</param>
/// <param name="Width">In pixels, of the picture as it is kept.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Bytes">Of the picture as it is kept.</param>
/// <param name="Sha256">Of the same bytes, lower-case hexadecimal.</param>
/// <param name="CapturedAt">What the camera says; null when it says nothing. Anybody can set a camera's clock.</param>
/// <param name="CaptureTrust">How the camera's time was read; null with `capturedAt`.</param>
/// <param name="UploadedByName">Null when the person is not known any more.</param>
/// <param name="IsHeld">A legal hold keeps it: it cannot be deleted, and its age does not remove it.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
public sealed record PhotoItem(
    Guid Id, string? Caption, int Width, int Height, int Bytes, string Sha256, DateTimeOffset? CapturedAt, CaptureClock? CaptureTrust, DateTimeOffset UploadedAt,
    Guid UploadedById, string? UploadedByName, bool IsHeld, int Version);

/// <param name="Limit">As many an asset may have.</param>
/// <param name="RetentionDays">A photo goes so many days after its upload, unless a legal hold keeps it.</param>
public sealed record PhotoList(IReadOnlyList<PhotoItem> Items, int Limit, int RetentionDays);

internal sealed class PhotoReader(PanoramaDbContext db)
{
    /// <summary>For how long a tenant keeps photos.</summary>
    public async Task<int> RetentionDaysAsync(Guid tenant, CancellationToken cancellationToken) =>
        await db.Tenants.Where(t => t.Id == tenant).Select(t => t.InspectionPhotoRetentionDays).SingleAsync(cancellationToken) ?? SweepFiles.DefaultDays;

    public async Task<PhotoItem> ItemAsync(Photo photo, CancellationToken cancellationToken) => Item(
        photo, await db.Users.Where(u => u.Id == photo.UploadedByUserId).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken),
        await LegalHolds.KeepAsync(db, photo, cancellationToken));

    private static PhotoItem Item(Photo photo, string? name, bool isHeld) => new(
        photo.Id, photo.Caption, photo.Width, photo.Height, photo.SizeBytes, Convert.ToHexStringLower(photo.Sha256), photo.CapturedAt, photo.CaptureTrust,
        photo.CreatedAt, photo.UploadedByUserId, name, isHeld, photo.Version);
}
