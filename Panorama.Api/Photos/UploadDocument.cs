using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Documents;
using Panorama.Core.Storage;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

/// <summary>As a photo, but the file is kept as it was sent: it is shown to nobody in place, and saved as what it is.</summary>
internal sealed partial class UploadDocument(
    HttpContext context, Actor actor, TenantSession session, PanoramaDbContext db, DocumentReader documents, UploadRate rate, PutObjects objects,
    TimeProvider clock, ILogger logger)
{
    private const string Extension = ".pdf";
    private static readonly string[] Accepted = [Document.ContentType];

    private readonly byte[] _token = session.TokenHash!;
    private readonly CancellationToken _aborted = context.RequestAborted;

    public static Task<Results<Created<DocumentItem>, Ok<DocumentItem>, ProblemHttpResult>> Handle(
        string id, HttpContext context, Actor actor, TenantSession session, PanoramaDbContext db, DocumentReader documents, UploadRate rate,
        PutObjects objects, TimeProvider clock, ILogger<Document> logger) =>
        new UploadDocument(context, actor, session, db, documents, rate, objects, clock, logger).RunAsync(id);

    private async Task<Results<Created<DocumentItem>, Ok<DocumentItem>, ProblemHttpResult>> RunAsync(string id)
    {
        if (context.Features.Get<Uploads.BodyTaken>() is not null)
        {
            return Problems.Unavailable(context, Problems.TryAgain);
        }

        if (!Guid.TryParseExact(id, "D", out var asset) || await Uploads.ZoneOfAsync(session.Connection, asset, _aborted) is null)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        await session.CommitAsync(_aborted);
        context.Features.Set(new Uploads.BodyTaken());
        var (form, refusal) = await UploadForm.ReadAsync(context, maxCaption: 0);
        if (form is null || (refusal = await Uploads.ReopenAsync(session, actor, _token, _aborted)) is not null)
        {
            return refusal!;
        }

        var before = await FindAsync(asset, form.Key);
        if (before is null && await CountAsync(asset) >= Document.MaxPerAsset)
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
            var result = await TakeAsync(asset, form);
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

    private async Task<Results<Created<DocumentItem>, Ok<DocumentItem>, ProblemHttpResult>> TakeAsync(Guid asset, UploadForm form)
    {
        using var spool = new Spool();
        long length;
        byte[] sha;
        try
        {
            await using var target = File.Create(spool.Upload);
            (length, sha, var refusal) = await form.DrainAsync(context, target, Document.MaxUploadBytes);
            if (refusal is not null || length > Document.MaxUploadBytes)
            {
                return refusal ?? Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", Document.MaxUploadBytes)));
            }

            await target.FlushAsync(_aborted);
            if (length == 0 || !IsPdf(target))
            {
                return length == 0 ? Problems.Of(Problems.FileEmpty) : Problems.Of(
                    Problems.UnsupportedMediaType with { Title = "The file is no PDF." }, Problems.Args(("detected", "unknown"), ("accepted", Accepted)));
            }
        }
        catch (Exception exception) when (exception is SpoolFullException or IOException && !_aborted.IsCancellationRequested)
        {
            LogNoRoom(logger, exception);
            return Problems.Unavailable(context, Problems.StorageWriteFailed);
        }

        var document = Row(asset, form, length, sha);
        objects.DiscardAfter(context);
        try
        {
            await objects.PutAsync(
                ObjectKey.Parse(document.StorageKey, document.TenantId), spool.Upload, new ObjectContent(length, sha, Document.ContentType), _aborted);
        }
        catch (StorageException exception)
        {
            LogNotStored(logger, exception.Message);
            return PutObjects.Refusal(context, exception);
        }

        return await StoreAsync(document);
    }

    private async Task<Results<Created<DocumentItem>, Ok<DocumentItem>, ProblemHttpResult>> StoreAsync(Document document)
    {
        var asset = document.AssetId!.Value;
        if (await Uploads.ReopenAsync(session, actor, _token, _aborted) is { } refusal)
        {
            return refusal;
        }

        if (!await Uploads.LockAssetAsync(session.Connection, asset, _aborted))
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (await FindAsync(asset, document.ClientUploadKey) is { } before)
        {
            return await AgainAsync(before, document.Sha256);
        }

        if (await CountAsync(asset) >= Document.MaxPerAsset)
        {
            return Full();
        }

        db.Add(document);
        db.Add(AuditEvent.About(AuditActions.DocumentUploaded, "asset", asset, clock.GetUtcNow(), new
        {
            documentId = document.Id,
            name = document.Name,
            sizeBytes = document.SizeBytes,
            sha256 = Convert.ToHexStringLower(document.Sha256),
        }));
        await db.SaveChangesAsync(_aborted);
        var item = await documents.ItemAsync(document, _aborted);
        objects.Keep();
        await session.CommitAsync(CancellationToken.None);
        LogUploaded(logger, document.Id, asset);
        IfMatch.WriteTag(context, document.Version);
        return TypedResults.Created($"/api/documents/{document.Id}/content", item);
    }

    private async Task<Results<Created<DocumentItem>, Ok<DocumentItem>, ProblemHttpResult>> ReplayAsync(Document before, UploadForm form)
    {
        // Whose it is not need not send it.
        if (before.UploadedByUserId != actor.UserId)
        {
            return Problems.Of(Problems.UploadKeyCollision);
        }

        var (length, sha, refusal) = await form.DrainAsync(context, null, Document.MaxUploadBytes);
        if (refusal is not null || length > Document.MaxUploadBytes)
        {
            return refusal ?? Problems.Of(Problems.UploadKeyCollision);
        }

        return await Uploads.ReopenAsync(session, actor, _token, _aborted) is { } ended ? ended : await AgainAsync(before, sha);
    }

    private async Task<Results<Created<DocumentItem>, Ok<DocumentItem>, ProblemHttpResult>> AgainAsync(Document before, byte[] source)
    {
        if (before.UploadedByUserId != actor.UserId || !before.Sha256.AsSpan().SequenceEqual(source))
        {
            return Problems.Of(Problems.UploadKeyCollision);
        }

        if (before.DeletedAt is not null)
        {
            return Problems.Of(Problems.UploadReplayRace);
        }

        IfMatch.WriteTag(context, before.Version);
        return TypedResults.Ok(await documents.ItemAsync(before, _aborted));
    }

    private Task<Document?> FindAsync(Guid asset, Guid key) => db.Documents.AsNoTracking().FirstOrDefaultAsync(p => p.AssetId == asset && p.ClientUploadKey == key, _aborted);

    private Task<int> CountAsync(Guid asset) => db.Documents.CountAsync(p => p.AssetId == asset && p.DeletedAt == null, _aborted);

    private Document Row(Guid asset, UploadForm form, long length, byte[] sha)
    {
        var (now, tenant) = (clock.Now(), actor.TenantId!.Value);
        var id = Guid.CreateVersion7(now);
        return new Document
        {
            Id = id,
            TenantId = tenant,
            AssetId = asset,
            ClientUploadKey = form.Key,
            StorageKey = ObjectKey.For(tenant, ObjectArea.Assets, asset, ObjectKind.Files, id, "pdf").Text,
            Name = Name(form.FileName),
            SizeBytes = (int)length,
            Sha256 = sha,
            UploadedByUserId = actor.UserId,
            CreatedAt = now,
        };
    }

    // Before anything else, so that no other reader takes it for something else.
    private static bool IsPdf(FileStream file)
    {
        Span<byte> head = stackalloc byte[5];
        file.Position = 0;
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual("%PDF-"u8);
    }

    // Whatever it was called, it is saved as what it is.
    private static string Name(string fileName)
    {
        var stem = fileName.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? fileName[..^Extension.Length] : fileName;
        return Uploads.Cut(stem.Length == 0 ? "document" : stem, Document.MaxName - Extension.Length) + Extension;
    }

    private static ProblemHttpResult Full() => Problems.Of(Problems.AssetDocumentCapReached, Problems.Args(("cap", Document.MaxPerAsset)));

    [LoggerMessage(1210, LogLevel.Information, "Document {DocumentId} uploaded for asset {AssetId}")]
    private static partial void LogUploaded(ILogger logger, Guid documentId, Guid assetId);

    [LoggerMessage(1211, LogLevel.Warning, "A document could not be stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string reason);

    [LoggerMessage(1212, LogLevel.Error, "An upload cannot be taken")]
    private static partial void LogNoRoom(ILogger logger, Exception exception);
}
