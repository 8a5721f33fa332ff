using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Photos.Evidence;
using Panorama.Api.Tenancy;
using Panorama.Core.Photos;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

internal static class PhotoEndpoints
{
    private static readonly ProblemKind[] OfUploads =
    [
        Problems.InvalidBody, Problems.PhotoPartRequired, Problems.UploadKeyRequired, Problems.UploadKeyNotUuid, Problems.UploadKeyCollision,
        Problems.UploadReplayRace, Problems.UnsupportedMediaType, Problems.RateLimiterUnavailable, Problems.StorageWriteFailed, Problems.StorageFull,
    ];

    public static ProblemKind[] OfPhotos { get; } =
    [
        .. OfUploads, Problems.EmptyPhoto, Problems.PhotoTooLarge, Problems.PhotoTooLargePixels, Problems.PhotoNeedsMemory, Problems.PhotoProcessingFailed, Problems.PhotoPipelineBusy,
    ];

    public static void AddPhotos(this IServiceCollection services)
    {
        services.AddSingleton<FileLinks>();
        services.AddSingleton(_ => new PhotoProcessor(new PhotoLimits()));
        services.AddSingleton<UploadRate>();
        services.AddSingleton<FileDelivery>();
        services.AddSingleton<ViewAudit>();
        services.AddSingleton<UploadAudit>();
        services.AddSingleton<UploadSpool>();
        services.AddScoped<PutObjects>();
        services.AddScoped<PhotoReader>();
        services.AddScoped<DocumentReader>();
    }

    public static void MapPhotos(this IEndpointRouteBuilder routes)
    {
        MapReads(routes);
        MapWrites(routes);
        routes.MapEvidence();
        routes.MapGet("/api/files/{token}", ShowFile.Handle).WithName("ShowFile").WithTags("Photos").AllowAnonymous()
            .WithSummary("Shows the file of a signed link until it expires.").Fails(Problems.NotFound, Problems.RangeNotSatisfiable, Problems.StorageReadFailed);
    }

    private static void MapReads(IEndpointRouteBuilder routes)
    {
        var reads = routes.MapTenantGroup("/api").WithTags("Photos").RequireAuthorization(Permissions.ReadAssets)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        reads.MapGet("/assets/{id}/photos", ListPhotos.Handle).WithName("ListPhotos").WithSummary("Lists the photos of an asset, newest first.").Fails(Problems.AssetNotFound)
            .WithMetadata(new OpensWithRead());
        reads.MapGet("/photos/{id}/thumbnail", ShowPhoto.Thumbnail).WithName("ShowPhotoThumbnail").WithSummary("Shows a photo of at most 320 pixels.")
            .Fails(Problems.PhotoNotFound, Problems.RangeNotSatisfiable, Problems.StorageReadFailed, Problems.StoragePresignFailed);
        reads.MapGet("/photos/{id}/full", ShowPhoto.Full).WithName("ShowPhoto").WithSummary("Shows a photo as it is kept; who looked is audited.")
            .Fails(Problems.PhotoNotFound, Problems.RangeNotSatisfiable, Problems.StorageReadFailed, Problems.StoragePresignFailed);
        reads.MapGet("/assets/{id}/documents", ListDocuments.Handle).WithName("ListDocuments").WithSummary("Lists the documents of an asset, newest first.").Fails(Problems.AssetNotFound)
            .WithMetadata(new OpensWithRead());
        reads.MapGet("/documents/{id}/content", ShowDocument.Handle).WithName("DownloadDocument").WithSummary("Downloads a document; who did is audited.")
            .Fails(Problems.DocumentNotFound, Problems.RangeNotSatisfiable, Problems.StorageReadFailed, Problems.StoragePresignFailed);
    }

    private static void MapWrites(IEndpointRouteBuilder routes)
    {
        var writes = routes.MapTenantGroup("/api").WithTags("Photos").RequireAuthorization(Permissions.WritePhotos)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.Forbidden);
        writes.MapPost("/assets/{id}/photos", UploadPhoto.Handle).WithName("UploadPhoto")
            .WithSummary("Takes a photo as a form: clientUploadKey, caption, and last the file. The same key again answers as the first time.")
            .WithMetadata(new RequestSizeLimitAttribute(UploadForm.MaxBodyBytes))
            .Fails([.. OfPhotos, Problems.AssetNotFound, Problems.AssetPhotoCapReached]);
        writes.MapPatch("/photos/{id}", CaptionPhoto.Handle).WithName("CaptionPhoto").WithSummary("Changes what is written under a photo.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.PhotoNotFound, Problems.VersionRequired, Problems.VersionMismatch, Problems.ConcurrencyConflict);
        writes.MapDelete("/photos/{id}", DeletePhoto.Handle).WithName("DeletePhoto").WithSummary("Takes a photo out of the list; for thirty days it can be brought back.")
            .Fails(Problems.PhotoNotFound, Problems.LegalHold, Problems.VersionMismatch, Problems.ConcurrencyConflict);
        writes.MapPost("/photos/{id}/restore", DeletePhoto.Restore).WithName("RestorePhoto").WithSummary("Brings a deleted photo back.")
            .Fails(Problems.PhotoNotFound, Problems.AssetPhotoCapReached, Problems.VersionMismatch, Problems.ConcurrencyConflict);

        writes.MapPost("/assets/{id}/documents", UploadDocument.Handle).WithName("UploadDocument")
            .WithSummary("Takes a PDF as a form: clientUploadKey, and last the file. The same key again answers as the first time.")
            .WithMetadata(new RequestSizeLimitAttribute(UploadForm.MaxBodyBytes))
            .Fails([.. OfUploads, Problems.AssetNotFound, Problems.AssetDocumentCapReached, Problems.FileEmpty, Problems.BodyTooLarge]);
        writes.MapDelete("/documents/{id}", DeleteDocument.Handle).WithName("DeleteDocument").WithSummary("Takes a document out of the list; for thirty days it can be brought back.")
            .Fails(Problems.DocumentNotFound, Problems.LegalHold, Problems.VersionMismatch, Problems.ConcurrencyConflict);
        writes.MapPost("/documents/{id}/restore", DeleteDocument.Restore).WithName("RestoreDocument").WithSummary("Brings a deleted document back.")
            .Fails(Problems.DocumentNotFound, Problems.AssetDocumentCapReached, Problems.VersionMismatch, Problems.ConcurrencyConflict);
    }
}
