using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Storage;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

/// <summary>What an upload works with.</summary>
internal sealed record UploadTools(
    HttpContext Context, Actor Actor, TenantSession Session, PanoramaDbContext Db, UploadRate Rate, PutObjects Objects, UploadAudit Audit, UploadSpool Spool, TimeProvider Clock,
    ILogger<UploadTools> Logger);

/// <summary>A file that is to be stored, and the row that names it.</summary>
internal sealed record PreparedUpload<TFile>(TFile Row, params IReadOnlyList<PreparedObject> Objects);

/// <param name="Path">Of the file in the spool.</param>
internal sealed record PreparedObject(string Key, string Path, ObjectContent Content);

/// <summary>
/// Session, right and asset are asked before the body is read, the key before the file is; while a slow sender sends, a picture is made and the store
/// stores, no connection is held. The row is written last: what a reader finds is there.
/// </summary>
internal abstract partial class Upload<TFile, TItem>(UploadTools tools)
    where TFile : class, IStoredFile
{
    private readonly byte[] _token = tools.Session.TokenHash!;

    protected UploadTools Tools => tools;

    protected CancellationToken Aborted { get; } = tools.Context.RequestAborted;

    protected abstract int MaxCaption { get; }

    protected abstract int MaxBytes { get; }

    protected abstract int MaxPerAsset { get; }

    protected abstract ProblemKind CapReached { get; }

    /// <summary>Where what was made can be seen.</summary>
    protected abstract string Address(Guid id);

    /// <summary>Drains the file of the form into the spool and makes of it what is stored.</summary>
    /// <exception cref="IOException">The spool takes no more.</exception>
    protected abstract Task<(PreparedUpload<TFile>? Prepared, ProblemHttpResult? Refusal)> PrepareAsync(Guid asset, UploadForm form, Spool spool, TimeZoneInfo zone);

    /// <summary>SHA-256 of the file as it was sent.</summary>
    protected abstract byte[] SourceOf(TFile row);

    protected abstract AuditEvent Describe(TFile row, Guid asset);

    protected abstract Task<TItem> ItemAsync(TFile row);

    public async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> RunAsync(string id)
    {
        if (tools.Context.Features.Get<Uploads.BodyTaken>() is not null)
        {
            return Problems.Unavailable(tools.Context, Problems.TryAgain);
        }

        if (!Guid.TryParseExact(id, "D", out var asset) || await Uploads.ZoneOfAsync(tools.Session.Connection, asset, Aborted) is not { } zone)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        await tools.Session.CommitAsync(Aborted);
        tools.Context.Features.Set(new Uploads.BodyTaken());
        var result = await ReceiveAsync(asset, Uploads.Zone(zone));
        if (result.Result is ProblemHttpResult refusal)
        {
            await tools.Audit.WriteAsync(tools.Session, tools.Actor, _token, typeof(TFile).Name, asset, refusal.ProblemDetails, Aborted);
        }

        return result;
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> ReceiveAsync(Guid asset, TimeZoneInfo zone)
    {
        var (form, refusal) = await UploadForm.ReadAsync(tools.Context, MaxCaption);
        if (form is null || (refusal = await ReopenAsync()) is not null)
        {
            return refusal!;
        }

        var before = await FindAsync(asset, form.Key);
        if (before is null && await CountAsync(asset) >= MaxPerAsset)
        {
            return Full();
        }

        await tools.Session.CommitAsync(Aborted);
        if (before is not null)
        {
            return await ReplayAsync(before, form);
        }

        var (place, limited) = await tools.Rate.TakeAsync(tools.Context, tools.Actor, Aborted);
        if (place is null)
        {
            return limited!;
        }

        var isWorthCounting = false;
        try
        {
            var result = await TakeAsync(asset, form, zone);
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

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> TakeAsync(Guid asset, UploadForm form, TimeZoneInfo zone)
    {
        try
        {
            using var spool = tools.Spool.Open();
            var (prepared, refusal) = await PrepareAsync(asset, form, spool, zone);
            if (prepared is null)
            {
                return refusal!;
            }

            tools.Objects.DiscardAfter(tools.Context);
            foreach (var part in prepared.Objects)
            {
                await tools.Objects.PutAsync(ObjectKey.Parse(part.Key, prepared.Row.TenantId), part.Path, part.Content, Aborted);
            }

            return await StoreAsync(prepared.Row, asset);
        }
        catch (StorageException exception)
        {
            LogNotStored(tools.Logger, exception.Message);
            return PutObjects.Refusal(tools.Context, exception);
        }
        catch (Exception exception) when (exception is SpoolFullException or IOException or UnauthorizedAccessException && !Aborted.IsCancellationRequested)
        {
            LogNoRoom(tools.Logger, exception);
            return Problems.Unavailable(tools.Context, Problems.StorageWriteFailed);
        }
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> StoreAsync(TFile row, Guid asset)
    {
        if (await ReopenAsync() is { } refusal)
        {
            return refusal;
        }

        if (!await Uploads.LockAssetAsync(tools.Session.Connection, asset, Aborted))
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (await FindAsync(asset, row.ClientUploadKey) is { } before)
        {
            return await AgainAsync(before, SourceOf(row));
        }

        if (await CountAsync(asset) >= MaxPerAsset)
        {
            return Full();
        }

        tools.Db.Add(row);
        tools.Db.Add(Describe(row, asset));
        await tools.Db.SaveChangesAsync(Aborted);
        var item = await ItemAsync(row);
        tools.Objects.Keep();
        await tools.Session.CommitAsync(CancellationToken.None);
        LogUploaded(tools.Logger, typeof(TFile).Name, row.Id, asset);
        IfMatch.WriteTag(tools.Context, row.Version);
        return TypedResults.Created(Address(row.Id), item);
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> ReplayAsync(TFile before, UploadForm form)
    {
        // Whose it is not need not send it.
        if (before.UploadedByUserId != tools.Actor.UserId)
        {
            return Problems.Of(Problems.UploadKeyCollision);
        }

        var (length, sha, refusal) = await form.DrainAsync(tools.Context, null, MaxBytes);
        if (refusal is not null || length > MaxBytes)
        {
            return refusal ?? Problems.Of(Problems.UploadKeyCollision);
        }

        return await ReopenAsync() is { } ended ? ended : await AgainAsync(before, sha);
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> AgainAsync(TFile before, byte[] source)
    {
        if (before.UploadedByUserId != tools.Actor.UserId || !SourceOf(before).AsSpan().SequenceEqual(source))
        {
            return Problems.Of(Problems.UploadKeyCollision);
        }

        if (before.DeletedAt is not null)
        {
            return Problems.Of(Problems.UploadReplayRace);
        }

        IfMatch.WriteTag(tools.Context, before.Version);
        return TypedResults.Ok(await ItemAsync(before));
    }

    /// <summary>Begins a transaction for who began to send; null when all is as it was.</summary>
    private async Task<ProblemHttpResult?> ReopenAsync() =>
        await tools.Session.OpenAsync(_token, Aborted) == tools.Actor ? null : Problems.Of(Problems.AuthenticationRequired);

    private Task<TFile?> FindAsync(Guid asset, Guid key) => tools.Db.Set<TFile>().AsNoTracking().FirstOrDefaultAsync(f => f.AssetId == asset && f.ClientUploadKey == key, Aborted);

    private Task<int> CountAsync(Guid asset) => tools.Db.Set<TFile>().CountAsync(f => f.AssetId == asset && f.DeletedAt == null, Aborted);

    private ProblemHttpResult Full() => Problems.Of(CapReached, Problems.Args(("cap", MaxPerAsset)));

    [LoggerMessage(1200, LogLevel.Information, "{Kind} {FileId} uploaded for asset {AssetId}")]
    private static partial void LogUploaded(ILogger logger, string kind, Guid fileId, Guid assetId);

    [LoggerMessage(1201, LogLevel.Warning, "An upload could not be stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string reason);

    [LoggerMessage(1206, LogLevel.Error, "An upload cannot be taken")]
    private static partial void LogNoRoom(ILogger logger, Exception exception);
}
