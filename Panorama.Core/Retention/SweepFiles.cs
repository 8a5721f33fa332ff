using System.Diagnostics.Metrics;
using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Core.Sql;
using Panorama.Core.Storage;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Retention;

/// <param name="Removed">Photos and documents that are gone, with their rows.</param>
/// <param name="Failed">Batches in which the store kept one; the next run tries again.</param>
/// <param name="Problem">What the store said first.</param>
public sealed record SweptFiles(long Removed, long Failed, string? Problem);

/// <summary>
/// Removes photos by age, counted from their upload since a camera's clock lies, and what somebody deleted a month ago; never what is under a legal hold.
/// The object goes first, then the row with its line of audit.
/// </summary>
public static class SweepFiles
{
    /// <summary>Days for organisations that say nothing.</summary>
    public const int DefaultDays = 425;

    /// <summary>No organisation keeps photos for less.</summary>
    public const int FewestDays = 30;

    /// <summary>How long what was deleted by hand can be brought back.</summary>
    public static readonly TimeSpan DeletedKeptFor = TimeSpan.FromDays(30);

    // An open transaction holds the rows of one batch: small enough to be over in a moment where a store answers in 50 ms.
    private const int BatchRows = 50;

    private static readonly Meter Meter = new("Panorama.Core.Retention");
    private static readonly Counter<long> SweptCount = Meter.CreateCounter<long>("panorama.photos.swept", "{file}", "Photos and documents removed with their objects.");
    private static readonly Counter<long> FailedCount = Meter.CreateCounter<long>("panorama.photos.sweep_failed", "{batch}", "Batches in which the store kept an object.");

    private static readonly string Due =
        $"""
        select t.id, d.before
          from tenants t, lateral (select $1::timestamptz - make_interval(days => greatest({FewestDays}, coalesce(t.inspection_photo_retention_days, {DefaultDays}))) as before) d
         where ($3::uuid is null or t.id = $3)
           and (exists (select 1 from photos f where f.tenant_id = t.id and f.created_at < d.before and not {FileTable.Photos.IsHeld})
             or exists (select 1 from photos f where f.tenant_id = t.id and f.deleted_at < $2 and not {FileTable.Photos.IsHeld})
             or exists (select 1 from documents f where f.tenant_id = t.id and f.deleted_at < $2 and not {FileTable.Documents.IsHeld}))
         order by t.id
        """;

    private static readonly string Count =
        $"""
        select count(*), min(f.at) from (
          select f.created_at as at from photos f where f.tenant_id = $1 and (f.created_at < $2 or f.deleted_at < $3) and not {FileTable.Photos.IsHeld}
          union all select f.created_at from documents f where f.tenant_id = $1 and f.deleted_at < $3 and not {FileTable.Documents.IsHeld}) f
        """;

    /// <param name="tenant">One organisation; null for all.</param>
    /// <exception cref="StorageException">The store is away: what was removed until then is, and the next run goes on.</exception>
    public static async Task<SweptFiles> ExecuteAsync(
        NpgsqlDataSource database, IObjectStore store, Guid? tenant, DateTimeOffset now, JobTurn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (removed, failed, said) = (0L, 0L, (string?)null);
        foreach (var (id, before) in await DueAsync(connection, tenant, now, cancellationToken))
        {
            (FileTable Table, bool IsByAge, DateTimeOffset Before)[] passes =
                [(FileTable.Photos, true, before), (FileTable.Photos, false, now - DeletedKeptFor), (FileTable.Documents, false, now - DeletedKeptFor)];
            foreach (var pass in passes)
            {
                LockedFile? last = null;
                do
                {
                    var batch = await SweepBatchAsync(connection, store, pass.Table, id, pass.IsByAge, pass.Before, last, now, cancellationToken);
                    last = batch.Last;
                    removed += batch.Removed;
                    SweptCount.Add(batch.Removed);
                    if (batch.Problem is { } problem)
                    {
                        FailedCount.Add(1);
                        (failed, said) = (failed + 1, said ?? problem.Message);
                        if (RemoveFiles.IsAway(problem.Fault))
                        {
                            throw problem;
                        }
                    }

                    if (last is not null && !await turn.NextAsync(removed, cursor: null, cancellationToken))
                    {
                        return new SweptFiles(removed, failed, said);
                    }
                }
                while (last is not null);
            }
        }

        return new SweptFiles(removed, failed, said);
    }

    /// <summary>What a run now would remove.</summary>
    /// <returns>For each organisation that has any: how many, and when the oldest was uploaded.</returns>
    public static async Task<IReadOnlyList<(Guid Tenant, long Files, DateTimeOffset Oldest)>> CountAsync(
        NpgsqlDataSource database, Guid? tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var counts = new List<(Guid, long, DateTimeOffset)>();
        foreach (var (id, before) in await DueAsync(connection, tenant, now, cancellationToken))
        {
            var found = await connection.QueryAsync(
                Count, r => (r.GetInt64(0), r.ValueOrNull<DateTimeOffset>(1)), cancellationToken, Uuid(id), Instant(before), Instant(now - DeletedKeptFor));
            if (found[0] is (var files, { } oldest))
            {
                counts.Add((id, files, oldest));
            }
        }

        return counts;
    }

    private static Task<List<(Guid Tenant, DateTimeOffset Before)>> DueAsync(NpgsqlConnection connection, Guid? tenant, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.QueryAsync(Due, r => (r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1)), cancellationToken, Instant(now), Instant(now - DeletedKeptFor), Uuid(tenant));

    private static async Task<(LockedFile? Last, int Removed, StorageException? Problem)> SweepBatchAsync(
        NpgsqlConnection connection, IObjectStore store, FileTable table, Guid tenant, bool isByAge, DateTimeOffset before, LockedFile? last, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.ShareAsync(connection, tenant, cancellationToken);
        var locked = await table.LockDueAsync(connection, tenant, isByAge, before, last, BatchRows, cancellationToken);
        if (locked.Count == 0)
        {
            return (null, 0, null);
        }

        var (removed, problem) = await RemoveFiles.ExecuteAsync(connection, store, table, tenant, locked, """{"reason":"retention_sweep"}""", now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (locked[^1], removed, problem);
    }
}
