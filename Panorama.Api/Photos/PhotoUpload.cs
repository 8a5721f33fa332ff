using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Photos;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

/// <summary>Of the file that was sent a picture is made; the file itself is not kept.</summary>
internal abstract class PhotoUpload<TItem>(UploadTools tools, PhotoProcessor processor) : Upload<Photo, TItem>(tools)
{
    protected override int MaxCaption => Photo.MaxCaption;

    protected override byte[] SourceOf(Photo row) => row.SourceSha256;

    protected override async Task<(PreparedUpload<Photo>? Prepared, ProblemHttpResult? Refusal)> PrepareAsync(UploadOwner owner, UploadForm form, Spool spool)
    {
        byte[] source;
        await using (var target = File.Create(spool.Upload))
        {
            var (length, sha, refusal) = await form.DrainAsync(Tools.Context, target, owner.MaxBytes);
            if (refusal is not null || length > owner.MaxBytes)
            {
                return (null, refusal ?? Problems.Of(Problems.PhotoTooLarge, Problems.Args(("maxBytes", owner.MaxBytes))));
            }

            source = sha;
        }

        try
        {
            var made = await processor.ProcessAsync(spool.Upload, spool.Photo, spool.Thumbnail, owner.Zone, owner.MaxDimension, Aborted);
            var row = Row(owner, form, source, made);
            return (new(row, new(row.StorageKey, spool.Photo, Content(made.Photo)), new(row.ThumbnailKey, spool.Thumbnail, Content(made.Thumbnail))), null);
        }
        catch (PhotoRefusedException exception)
        {
            FailedBy(exception.InnerException ?? exception);
            return (null, Refusal(exception));
        }
    }

    private Photo Row(UploadOwner owner, UploadForm form, byte[] source, ProcessedPhoto made)
    {
        var (now, tenant) = (Tools.Clock.Now(), Tools.Actor.TenantId!.Value);
        var id = Guid.CreateVersion7(now);
        return new Photo
        {
            Id = id,
            TenantId = tenant,
            AssetId = owner.AssetId,
            InspectionId = owner.Area == ObjectArea.Inspections ? owner.Id : null,
            ClientUploadKey = form.Key,
            StorageKey = ObjectKey.For(tenant, owner.Area, owner.Id, ObjectKind.Photos, id, "jpg").Text,
            ThumbnailKey = ObjectKey.For(tenant, owner.Area, owner.Id, ObjectKind.Photos, id, "jpg", isThumbnail: true).Text,
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

/// <summary>What a line of audit says of a photo that was taken.</summary>
internal abstract class TakenPhoto(Photo row)
{
    public int SizeBytes => row.SizeBytes;
    public string Sha256 => Convert.ToHexStringLower(row.Sha256);
    public int Width => row.Width;
    public int Height => row.Height;
    public bool ExifStripped => row.StrippedBlocks.Length > 0;
    public DateTimeOffset? CapturedAt => row.CapturedAt;
    public string SourceMime => row.SourceType;
}
