using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos.Evidence;

internal static class EvidenceEndpoints
{
    public static void MapEvidence(this IEndpointRouteBuilder routes)
    {
        var photos = routes.MapTenantGroup("/api/inspections/{id}/photos").NeedsFeature(TenantFeature.Inspections).WithTags("Inspections").RequireAuthorization(Permissions.ReadInspections)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        photos.MapGet("", InspectionPhotos.List).WithName("ListInspectionPhotos").WithSummary("Lists the photos of an inspection, oldest first.").Fails(Problems.InspectionNotFound);
        photos.MapGet("/{photoId}", InspectionPhotos.Show).WithName("ShowInspectionPhoto")
            .WithSummary("Shows a photo of an inspection as it is kept, or small; who looked at it whole is audited.")
            .Fails(Problems.PhotoNotFound, Problems.RangeNotSatisfiable, Problems.StorageReadFailed, Problems.StoragePresignFailed);
        photos.MapPost("", UploadInspectionPhoto.Handle).WithName("UploadInspectionPhoto")
            .WithSummary("Takes a photo as a form: clientUploadKey, responseId or snapshotItemId, caption, and last the file. The same key again answers as the first time.")
            .WithMetadata(new RequestSizeLimitAttribute(UploadForm.MaxBodyBytes))
            .Fails(
            [
                .. PhotoEndpoints.OfPhotos, Problems.InspectionNotFound, Problems.InspectionNotInProgress, Problems.ResponseNotInInspection, Problems.ItemNotInSnapshot,
                Problems.InspectionPhotoCapReached, Problems.StoragePresignFailed,
            ]);
        photos.MapPut("/{photoId}/marks", MarkInspectionPhoto.Handle).WithName("MarkInspectionPhoto")
            .WithSummary("Replaces the marks over a photo: who began the inspection while it is in progress, the desk until it is reviewed. The picture stays as it is.")
            .Fails(
                Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.PhotoNotFound, Problems.InspectionNotInProgress, Problems.InspectionAlreadyReviewed,
                Problems.VersionRequired, Problems.VersionMismatch, Problems.ConcurrencyConflict);
        photos.MapDelete("/{photoId}", DeleteInspectionPhoto.Handle).WithName("DeleteInspectionPhoto")
            .WithSummary("Takes a photo out of an inspection: who began it while it is in progress, an admin always.")
            .Fails(
                Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.PhotoNotFound, Problems.AdminRoleRequired, Problems.InspectionNotInProgress,
                Problems.LegalHold, Problems.ConcurrencyConflict);
    }
}
