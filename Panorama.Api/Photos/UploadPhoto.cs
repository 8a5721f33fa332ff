using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Photos;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

/// <summary>Of the file that was sent a picture is made; the file itself is not kept.</summary>
internal sealed class UploadPhoto(UploadTools tools, PhotoReader photos, PhotoProcessor processor) : Upload<Photo, PhotoItem>(tools)
{
    protected override int MaxCaption => Photo.MaxCaption;

    protected override int MaxBytes => Photo.MaxUploadBytes;

    protected override int MaxPerAsset => Photo.MaxPerAsset;

    protected override ProblemKind CapReached => Problems.AssetPhotoCapReached;

    public static Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> Handle(
        string id, [AsParameters] UploadTools tools, PhotoReader photos, PhotoProcessor processor) => new UploadPhoto(tools, photos, processor).RunAsync(id);

    protected override string Address(Guid id) => $"/api/photos/{id}/full";

    protected override byte[] SourceOf(Photo row) => row.SourceSha256;

    protected override Task<PhotoItem> ItemAsync(Photo row) => photos.ItemAsync(row, Aborted);

    protected override async Task<(PreparedUpload<Photo>? Prepared, ProblemHttpResult? Refusal)> PrepareAsync(Guid asset, UploadForm form, Spool spool, TimeZoneInfo zone)
    {
        byte[] source;
        await using (var target = File.Create(spool.Upload))
        {
            var (length, sha, refusal) = await form.DrainAsync(Tools.Context, target, MaxBytes);
            if (refusal is not null || length > MaxBytes)
            {
                return (null, refusal ?? Problems.Of(Problems.PhotoTooLarge, Problems.Args(("maxBytes", MaxBytes))));
            }

            source = sha;
        }

        try
        {
            var made = await processor.ProcessAsync(spool.Upload, spool.Photo, spool.Thumbnail, zone, Aborted);
            var row = Row(asset, form, source, made);
            return (new(row, new(row.StorageKey, spool.Photo, Content(made.Photo)), new(row.ThumbnailKey, spool.Thumbnail, Content(made.Thumbnail))), null);
        }
        catch (PhotoRefusedException exception)
        {
            return (null, Refusal(exception));
        }
    }

    protected override AuditEvent Describe(Photo row, Guid asset) => AuditEvent.About(AuditActions.PhotoUploaded, "asset", asset, Tools.Clock.GetUtcNow(), new
    {
        photoId = row.Id,
        sizeBytes = row.SizeBytes,
        sha256 = Convert.ToHexStringLower(row.Sha256),
        width = row.Width,
        height = row.Height,
        exifStripped = row.StrippedBlocks.Length > 0,
        capturedAt = row.CapturedAt,
        sourceMime = row.SourceType,
    });

    private Photo Row(Guid asset, UploadForm form, byte[] source, ProcessedPhoto made)
    {
        var (now, tenant) = (Tools.Clock.Now(), Tools.Actor.TenantId!.Value);
        var id = Guid.CreateVersion7(now);
        return new Photo
        {
            Id = id,
            TenantId = tenant,
            AssetId = asset,
            ClientUploadKey = form.Key,
            StorageKey = ObjectKey.For(tenant, ObjectArea.Assets, asset, ObjectKind.Photos, id, "jpg").Text,
            ThumbnailKey = ObjectKey.For(tenant, ObjectArea.Assets, asset, ObjectKind.Photos, id, "jpg", isThumbnail: true).Text,
            SourceSha256 = source,
            SourceType = made.SentAs.MediaType(),
            SizeBytes = (int)made.Photo.Bytes,
            Sha256 = made.Photo.Sha256,
            ThumbnailSizeBytes = (int)made.Thumbnail.Bytes,
            ThumbnailSha256 = made.Thumbnail.Sha256,
            Width = made.Width,
            Height = made.Height,
            Caption = form.Caption,
            CapturedAt = made.Capture?.At,
            CaptureTrust = made.Capture?.Clock,
            CaptureWritten = made.Capture?.Written,
            StrippedBlocks = [.. made.StrippedBlocks],
            UploadedByUserId = Tools.Actor.UserId,
            CreatedAt = now,
        };
    }

    private ProblemHttpResult Refusal(PhotoRefusedException exception) => exception.Code switch
    {
        "empty_photo" => Problems.Of(Problems.EmptyPhoto),
        "unsupported_media_type" => Problems.Of(
            Problems.UnsupportedMediaType with { Title = exception.Message }, Problems.Args(("detected", exception.Detected), ("accepted", PhotoFormats.Accepted))),
        "photo_too_large_pixels" => Problems.Of(Problems.PhotoTooLargePixels, Problems.Args(("pixels", exception.Pixels))),
        "photo_needs_too_much_memory" => Problems.Of(Problems.PhotoNeedsMemory, Problems.Args(("bytes", exception.Bytes))),
        "photo_pipeline_busy" => Problems.Unavailable(Tools.Context, Problems.PhotoPipelineBusy),
        _ => Problems.Of(Problems.PhotoProcessingFailed),
    };

    private static ObjectContent Content(StoredPhoto stored) => new(stored.Bytes, stored.Sha256, "image/jpeg");
}
