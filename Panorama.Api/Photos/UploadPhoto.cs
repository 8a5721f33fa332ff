using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Photos;

namespace Panorama.Api.Photos;

internal sealed class UploadPhoto(UploadTools tools, PhotoReader photos, PhotoProcessor processor) : PhotoUpload<PhotoItem>(tools, processor)
{
    protected override ProblemKind OwnerNotFound => Problems.AssetNotFound;

    protected override ProblemKind CapReached => Problems.AssetPhotoCapReached;

    public static Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> Handle(
        string id, [AsParameters] UploadTools tools, PhotoReader photos, PhotoProcessor processor) => new UploadPhoto(tools, photos, processor).RunAsync(id);

    protected override Task<UploadOwner?> FindOwnerAsync(Guid id) =>
        Uploads.FindAssetAsync(Tools.Session.Connection, id, Photo.MaxPerAsset, Photo.MaxUploadBytes, Aborted);

    protected override Task<bool> LockAsync(UploadOwner owner) => Uploads.LockAssetAsync(Tools.Session.Connection, owner.Id, Aborted);

    protected override IQueryable<Photo> FilesOf(UploadOwner owner) => Tools.Db.Photos.Where(p => p.AssetId == owner.Id && p.InspectionId == null);

    protected override string Address(UploadOwner owner, Guid id) => $"/api/photos/{id}/full";

    protected override Task<PhotoItem> ItemAsync(Photo row) => photos.ItemAsync(row, Aborted);

    protected override RefusedUpload Refused(UploadOwner owner) => new(AuditActions.PhotoRejected, AuditActions.PhotoProcessingFailed, "photo", null, owner.Id);

    protected override AuditEvent Describe(Photo row, UploadOwner owner) =>
        AuditEvent.About(AuditActions.PhotoUploaded, "asset", owner.Id, Tools.Clock.GetUtcNow(), new TakenOfAsset(row) { PhotoId = row.Id });

    private sealed class TakenOfAsset(Photo row) : TakenPhoto(row)
    {
        public required Guid PhotoId { get; init; }
    }
}
