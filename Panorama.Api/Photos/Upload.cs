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
/// Session, right and owner are asked before the body is read, the key before the file is; while a slow sender sends, a picture is made and the store
/// stores, no connection is held. The row is written last: what a reader finds is there.
/// </summary>
internal abstract partial class Upload<TFile, TItem>(UploadTools tools)
    where TFile : class, IStoredFile
{
    private readonly byte[] _token = tools.Session.TokenHash!;
    private UploadCollision? _collision;
    private string? _bucket;
    private Exception? _failure;

    protected UploadTools Tools => tools;

    protected CancellationToken Aborted { get; } = tools.Context.RequestAborted;

    protected abstract int MaxCaption { get; }

    /// <summary>The form may name the answer that the file belongs to.</summary>
    protected virtual bool HasAnswer => false;

    protected abstract ProblemKind OwnerNotFound { get; }

    protected abstract ProblemKind CapReached { get; }

    /// <summary>Where what was made can be seen.</summary>
    protected abstract string Address(UploadOwner owner, Guid id);

    /// <summary>Null when there is none that the actor may add to.</summary>
    protected abstract Task<UploadOwner?> FindOwnerAsync(Guid id);

    /// <summary>One upload of an owner after the other, from here to the commit: what is counted stays so.</summary>
    /// <returns>False when the owner is gone.</returns>
    protected abstract Task<bool> LockAsync(UploadOwner owner);

    protected abstract IQueryable<TFile> FilesOf(UploadOwner owner);

    /// <summary>Why the owner takes no such file now; asked before the file is read, and again under the lock.</summary>
    protected virtual Task<ProblemHttpResult?> RefuseAsync(UploadOwner owner, UploadForm form) => Task.FromResult<ProblemHttpResult?>(null);

    /// <summary>What else is written with the row, under the lock.</summary>
    protected virtual Task AttachAsync(UploadOwner owner, UploadForm form, TFile row) => Task.CompletedTask;

    /// <summary>What the line of audit of a refusal is about.</summary>
    protected abstract RefusedUpload Refused(UploadOwner owner);

    /// <summary>Drains the file of the form into the spool and makes of it what is stored.</summary>
    /// <exception cref="IOException">The spool takes no more.</exception>
    protected abstract Task<(PreparedUpload<TFile>? Prepared, ProblemHttpResult? Refusal)> PrepareAsync(UploadOwner owner, UploadForm form, Spool spool);

    /// <summary>SHA-256 of the file as it was sent.</summary>
    protected abstract byte[] SourceOf(TFile row);

    protected abstract AuditEvent Describe(TFile row, UploadOwner owner);

    protected abstract Task<TItem> ItemAsync(TFile row);

    public async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> RunAsync(string id)
    {
        if (tools.Context.Features.Get<Uploads.BodyTaken>() is not null)
        {
            return Problems.Unavailable(tools.Context, Problems.TryAgain);
        }

        if (!Guid.TryParseExact(id, "D", out var ownerId) || await FindOwnerAsync(ownerId) is not { } owner)
        {
            return Problems.Of(OwnerNotFound);
        }

        await tools.Session.CommitAsync(Aborted);
        tools.Context.Features.Set(new Uploads.BodyTaken());
        var result = await ReceiveAsync(owner);
        if (result.Result is ProblemHttpResult refusal)
        {
            await tools.Audit.WriteAsync(
                tools.Session, tools.Actor, _token, Refused(owner) with { Collision = _collision, Bucket = _bucket, ErrorClass = _failure?.GetType().Name },
                refusal.ProblemDetails, Aborted);
        }

        return result;
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> ReceiveAsync(UploadOwner owner)
    {
        var (form, refusal) = await UploadForm.ReadAsync(tools.Context, MaxCaption, HasAnswer);
        if (form is null || (refusal = await ReopenAsync()) is not null)
        {
            return refusal!;
        }

        var before = await FindAsync(owner, form.Key);
        if (before is null && await RefuseNewAsync(owner, form) is { } no)
        {
            return no;
        }

        await tools.Session.CommitAsync(Aborted);
        if (before is not null)
        {
            return await ReplayAsync(owner, before, form);
        }

        var (place, limited, bucket) = await tools.Rate.TakeAsync(tools.Context, tools.Actor, Aborted);
        if (place is null)
        {
            _bucket = bucket;
            return limited!;
        }

        var isWorthCounting = false;
        try
        {
            var result = await TakeAsync(owner, form);
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

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> TakeAsync(UploadOwner owner, UploadForm form)
    {
        try
        {
            using var spool = tools.Spool.Open();
            var (prepared, refusal) = await PrepareAsync(owner, form, spool);
            if (prepared is null)
            {
                return refusal!;
            }

            tools.Objects.DiscardAfter(tools.Context);
            foreach (var part in prepared.Objects)
            {
                await tools.Objects.PutAsync(ObjectKey.Parse(part.Key, prepared.Row.TenantId), part.Path, part.Content, Aborted);
            }

            return await StoreAsync(prepared.Row, owner, form);
        }
        catch (StorageException exception)
        {
            _failure = exception;
            LogNotStored(tools.Logger, exception.Message);
            return PutObjects.Refusal(tools.Context, exception);
        }
        catch (Exception exception) when (exception is SpoolFullException or IOException or UnauthorizedAccessException && !Aborted.IsCancellationRequested)
        {
            _failure = exception;
            LogNoRoom(tools.Logger, exception);
            return Problems.Unavailable(tools.Context, Problems.StorageWriteFailed);
        }
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> StoreAsync(TFile row, UploadOwner owner, UploadForm form)
    {
        if (await ReopenAsync() is { } refusal)
        {
            return refusal;
        }

        if (!await LockAsync(owner))
        {
            return Problems.Of(OwnerNotFound);
        }

        if (await FindAsync(owner, row.ClientUploadKey) is { } before)
        {
            return await AgainAsync(before, SourceOf(row));
        }

        if (await RefuseNewAsync(owner, form) is { } no)
        {
            return no;
        }

        await AttachAsync(owner, form, row);
        tools.Db.Add(row);
        tools.Db.Add(Describe(row, owner));
        await tools.Db.SaveChangesAsync(Aborted);
        var item = await ItemAsync(row);
        tools.Objects.Keep();
        await tools.Session.CommitAsync(CancellationToken.None);
        LogUploaded(tools.Logger, typeof(TFile).Name, row.Id, owner.Id);
        IfMatch.WriteTag(tools.Context, row.Version);
        return TypedResults.Created(Address(owner, row.Id), item);
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> ReplayAsync(UploadOwner owner, TFile before, UploadForm form)
    {
        // Whose it is not need not send it.
        if (before.UploadedByUserId != tools.Actor.UserId)
        {
            return Collides(before, null);
        }

        var (length, sha, refusal) = await form.DrainAsync(tools.Context, null, owner.MaxBytes);
        if (refusal is not null || length > owner.MaxBytes)
        {
            return refusal ?? Collides(before, null);
        }

        return await ReopenAsync() is { } ended ? ended : await AgainAsync(before, sha);
    }

    private async Task<Results<Created<TItem>, Ok<TItem>, ProblemHttpResult>> AgainAsync(TFile before, byte[] source)
    {
        if (before.UploadedByUserId != tools.Actor.UserId || !SourceOf(before).AsSpan().SequenceEqual(source))
        {
            return Collides(before, source);
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
        await tools.Session.OpenAsync(_token, Aborted) != tools.Actor ? Problems.Of(Problems.AuthenticationRequired)
            : FeatureGate.IsClosed(tools.Context, tools.Session) ? Problems.Of(Problems.FeatureDisabled)
            : null;

    private async Task<ProblemHttpResult?> RefuseNewAsync(UploadOwner owner, UploadForm form) =>
        await RefuseAsync(owner, form) is { } refusal ? refusal
            : await FilesOf(owner).CountAsync(f => f.DeletedAt == null, Aborted) >= owner.MaxFiles ? Problems.Of(CapReached, Problems.Args(("cap", owner.MaxFiles)))
            : null;

    private Task<TFile?> FindAsync(UploadOwner owner, Guid key) => FilesOf(owner).AsNoTracking().FirstOrDefaultAsync(f => f.ClientUploadKey == key, Aborted);

    /// <summary>The line of audit of the refusal names what kind of failure it was.</summary>
    protected void FailedBy(Exception failure) => _failure = failure;

    private ProblemHttpResult Collides(TFile before, byte[]? source)
    {
        _collision = new UploadCollision(source is null ? null : Convert.ToHexStringLower(source), before.UploadedByUserId);
        return Problems.Of(Problems.UploadKeyCollision);
    }

    [LoggerMessage(1200, LogLevel.Information, "{Kind} {FileId} uploaded for {OwnerId}")]
    private static partial void LogUploaded(ILogger logger, string kind, Guid fileId, Guid ownerId);

    [LoggerMessage(1201, LogLevel.Warning, "An upload could not be stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string reason);

    [LoggerMessage(1206, LogLevel.Error, "An upload cannot be taken")]
    private static partial void LogNoRoom(ILogger logger, Exception exception);
}
