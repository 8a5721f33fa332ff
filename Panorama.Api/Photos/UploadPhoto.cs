using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Photos;
using Panorama.Core.Storage;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

/// <summary>
/// Session, right and asset are asked before the body is read, the key before the file is; while a slow sender sends, a picture is made and the store
/// stores, no connection is held. The row is written last: what a reader finds is there.
/// </summary>
internal sealed partial class UploadPhoto(
    HttpContext context, Actor actor, TenantSession session, PanoramaDbContext db, PhotoReader photos, PhotoProcessor processor, UploadRate rate, PutObjects objects,
    TimeProvider clock, ILogger logger)
{
    private readonly byte[] _token = session.TokenHash!;
    private readonly CancellationToken _aborted = context.RequestAborted;

    public static Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> Handle(
        string id, HttpContext context, Actor actor, TenantSession session, PanoramaDbContext db, PhotoReader photos, PhotoProcessor processor, UploadRate rate,
        PutObjects objects, TimeProvider clock, ILogger<Photo> logger) =>
        new UploadPhoto(context, actor, session, db, photos, processor, rate, objects, clock, logger).RunAsync(id);

    private async Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> RunAsync(string id)
    {
        if (context.Features.Get<Uploads.BodyTaken>() is not null)
        {
            return Problems.Unavailable(context, Problems.TryAgain);
        }

        if (!Guid.TryParseExact(id, "D", out var asset) || await Uploads.ZoneOfAsync(session.Connection, asset, _aborted) is not { } zone)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        await session.CommitAsync(_aborted);
        context.Features.Set(new Uploads.BodyTaken());
        var (form, refusal) = await UploadForm.ReadAsync(context, Photo.MaxCaption);
        if (form is null || (refusal = await Uploads.ReopenAsync(session, actor, _token, _aborted)) is not null)
        {
            return refusal!;
        }

        var before = await FindAsync(asset, form.Key);
        if (before is null && await CountAsync(asset) >= Photo.MaxPerAsset)
        {
            return Full();
        }

        await session.CommitAsync(_aborted);
        if (before is not null)
        {
            return await ReplayAsync(before, form);
        }

        var (place, limited) = await rate.TakeAsync(context, actor, _aborted);
        if (place is null)
        {
            return limited!;
        }

        var isWorthCounting = false;
        try
        {
            var result = await TakeAsync(asset, form, Uploads.Zone(zone));
            isWorthCounting = result.Result is IStatusCodeHttpResult { StatusCode: not StatusCodes.Status200OK and < 500 };
            return result;
        }
        finally
        {
            if (!isWorthCounting)
            {
                await place.ReleaseAsync();
            }
        }
    }

    private async Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> TakeAsync(Guid asset, UploadForm form, TimeZoneInfo zone)
    {
        using var spool = new Spool();
        byte[] source;
        ProcessedPhoto made;
        try
        {
            await using (var target = File.Create(spool.Upload))
            {
                var (length, sha, refusal) = await form.DrainAsync(context, target, Photo.MaxUploadBytes);
                if (refusal is not null || length > Photo.MaxUploadBytes)
                {
                    return refusal ?? Problems.Of(Problems.PhotoTooLarge, Problems.Args(("maxBytes", Photo.MaxUploadBytes)));
                }

                source = sha;
            }

            made = await processor.ProcessAsync(spool.Upload, spool.Photo, spool.Thumbnail, zone, _aborted);
        }
        catch (PhotoRefusedException exception)
        {
            return Refusal(exception);
        }
        catch (Exception exception) when (exception is SpoolFullException or IOException && !_aborted.IsCancellationRequested)
        {
            LogNoRoom(logger, exception);
            return Problems.Unavailable(context, Problems.StorageWriteFailed);
        }

        var photo = Row(asset, form, source, made);
        objects.DiscardAfter(context);
        try
        {
            await objects.PutAsync(ObjectKey.Parse(photo.StorageKey, photo.TenantId), spool.Photo, Content(made.Photo), _aborted);
            await objects.PutAsync(ObjectKey.Parse(photo.ThumbnailKey, photo.TenantId), spool.Thumbnail, Content(made.Thumbnail), _aborted);
        }
        catch (StorageException exception)
        {
            LogNotStored(logger, exception.Message);
            return PutObjects.Refusal(context, exception);
        }

        return await StoreAsync(photo);
    }

    private async Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> StoreAsync(Photo photo)
    {
        var asset = photo.AssetId!.Value;
        if (await Uploads.ReopenAsync(session, actor, _token, _aborted) is { } refusal)
        {
            return refusal;
        }

        if (!await Uploads.LockAssetAsync(session.Connection, asset, _aborted))
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (await FindAsync(asset, photo.ClientUploadKey) is { } before)
        {
            return await AgainAsync(before, photo.SourceSha256);
        }

        if (await CountAsync(asset) >= Photo.MaxPerAsset)
        {
            return Full();
        }

        db.Add(photo);
        db.Add(AuditEvent.About(AuditActions.PhotoUploaded, "asset", asset, clock.GetUtcNow(), new
        {
            photoId = photo.Id,
            sizeBytes = photo.SizeBytes,
            sha256 = Convert.ToHexStringLower(photo.Sha256),
            width = photo.Width,
            height = photo.Height,
            exifStripped = photo.StrippedBlocks.Length > 0,
            capturedAt = photo.CapturedAt,
            sourceMime = photo.SourceType,
        }));
        await db.SaveChangesAsync(_aborted);
        var item = await photos.ItemAsync(photo, _aborted);
        objects.Keep();
        await session.CommitAsync(CancellationToken.None);
        LogUploaded(logger, photo.Id, asset);
        IfMatch.WriteTag(context, photo.Version);
        return TypedResults.Created($"/api/photos/{photo.Id}/full", item);
    }

    private async Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> ReplayAsync(Photo before, UploadForm form)
    {
        // Whose it is not need not send it.
        if (before.UploadedByUserId != actor.UserId)
        {
            return Problems.Of(Problems.UploadKeyCollision);
        }

        var (length, sha, refusal) = await form.DrainAsync(context, null, Photo.MaxUploadBytes);
        if (refusal is not null || length > Photo.MaxUploadBytes)
        {
            return refusal ?? Problems.Of(Problems.UploadKeyCollision);
        }

        return await Uploads.ReopenAsync(session, actor, _token, _aborted) is { } ended ? ended : await AgainAsync(before, sha);
    }

    private async Task<Results<Created<PhotoItem>, Ok<PhotoItem>, ProblemHttpResult>> AgainAsync(Photo before, byte[] source)
    {
        if (before.UploadedByUserId != actor.UserId || !before.SourceSha256.AsSpan().SequenceEqual(source))
        {
            return Problems.Of(Problems.UploadKeyCollision);
        }

        if (before.DeletedAt is not null)
        {
            return Problems.Of(Problems.UploadReplayRace);
        }

        IfMatch.WriteTag(context, before.Version);
        return TypedResults.Ok(await photos.ItemAsync(before, _aborted));
    }

    private Task<Photo?> FindAsync(Guid asset, Guid key) => db.Photos.AsNoTracking().FirstOrDefaultAsync(p => p.AssetId == asset && p.ClientUploadKey == key, _aborted);

    private Task<int> CountAsync(Guid asset) => db.Photos.CountAsync(p => p.AssetId == asset && p.DeletedAt == null, _aborted);

    private Photo Row(Guid asset, UploadForm form, byte[] source, ProcessedPhoto made)
    {
        var (now, tenant) = (clock.Now(), actor.TenantId!.Value);
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
            UploadedByUserId = actor.UserId,
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
        "photo_pipeline_busy" => Problems.Unavailable(context, Problems.PhotoPipelineBusy),
        _ => Problems.Of(Problems.PhotoProcessingFailed),
    };

    private static ObjectContent Content(StoredPhoto stored) => new(stored.Bytes, stored.Sha256, "image/jpeg");

    private static ProblemHttpResult Full() => Problems.Of(Problems.AssetPhotoCapReached, Problems.Args(("cap", Photo.MaxPerAsset)));

    [LoggerMessage(1200, LogLevel.Information, "Photo {PhotoId} uploaded for asset {AssetId}")]
    private static partial void LogUploaded(ILogger logger, Guid photoId, Guid assetId);

    [LoggerMessage(1201, LogLevel.Warning, "A photo could not be stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string reason);

    [LoggerMessage(1206, LogLevel.Error, "An upload cannot be taken")]
    private static partial void LogNoRoom(ILogger logger, Exception exception);
}
