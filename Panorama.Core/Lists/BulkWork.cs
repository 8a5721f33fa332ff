using System.Text.Json;
using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Lists;

/// <param name="RunId">The run that was worked on.</param>
/// <param name="Items">Of it, in this step.</param>
/// <param name="IsFinished">Nothing of it is left to do.</param>
public sealed record BulkStep(Guid RunId, int Items, bool IsFinished);

/// <summary>
/// Works bulk runs off, one batch a transaction. The run's row is locked while a batch runs, so any number of processes may work; one that dies
/// leaves the batch undone and the run to whoever comes next.
/// </summary>
public sealed class BulkWork(NpgsqlDataSource database, TimeProvider clock)
{
    public const int BatchSize = 200;

    private const string ClaimSql =
        """
        select id, tenant_id, kind, request::text, state, started_by_user_id, cancel_requested_at is not null, undo_of from bulk_runs
         where state in ('QUEUED', 'RUNNING') order by (id = $1), created_at, id limit 1 for update skip locked
        """;

    private sealed record Run(Guid Id, Guid TenantId, string Kind, string Request, string State, Guid ActorId, bool IsCancelled, Guid? UndoOf);

    private sealed record Item(Guid Id, AssetBulkItem Asset);

    /// <summary>Does one batch of one run. Null when none waits, or others work on all that do.</summary>
    /// <param name="after">A run that was worked on long enough: another goes first, if there is one.</param>
    public async Task<BulkStep?> StepAsync(Guid? after, CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(after, BatchSize, cancellationToken);
        }
        catch (PostgresException exception) when (IsOfOneRow(exception))
        {
            // One row of the batch lost a race that no look before it can win. One by one, only that row fails.
            return await StepAsync(after, 1, cancellationToken);
        }
    }

    private static bool IsOfOneRow(PostgresException exception) => exception.SqlState.StartsWith("23", StringComparison.Ordinal);

    private async Task<BulkStep?> StepAsync(Guid? after, int size, CancellationToken cancellationToken)
    {
        var now = Now();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var run = (await connection.QueryAsync(
            ClaimSql,
            r => new Run(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetGuid(5), r.GetBoolean(6), r.ValueOrNull<Guid>(7)),
            cancellationToken, Uuid(after))).SingleOrDefault();
        if (run is null)
        {
            return null;
        }

        var step = await StepAsync(connection, transaction, run, size, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return step;
    }

    private static async Task<BulkStep> StepAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Run run, int size, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>("select tenant_open($1, $2)", cancellationToken, Uuid(run.TenantId), Uuid(run.ActorId)))
        {
            await connection.ExecuteAsync("update bulk_runs set state = 'FAILED', finished_at = $2, version = version + 1 where id = $1", cancellationToken, Uuid(run.Id), Instant(now));
            return new BulkStep(run.Id, 0, true);
        }

        if (run.State == "QUEUED")
        {
            await connection.ExecuteAsync(
                "update bulk_runs set state = 'RUNNING', started_at = $2, version = version + 1 where id = $1", cancellationToken, Uuid(run.Id), Instant(now));
            await RecordAsync(connection, run, AuditActions.BulkStarted, now, cancellationToken);
        }

        if (run.IsCancelled)
        {
            return await FinishAsync(connection, run, BulkState.Cancelled, now, cancellationToken);
        }

        if (!await connection.ScalarAsync<bool>(
            "select exists (select 1 from tenant_memberships where user_id = $1 and status = 'active' and role in ('owner', 'fleet_admin'))", cancellationToken, Uuid(run.ActorId)))
        {
            return await FinishAsync(connection, run, BulkState.Failed, now, cancellationToken); // who asked may not do it any more
        }

        var items = await connection.QueryAsync(
            """
            select id, asset_id, before::text from bulk_run_items where tenant_id = $1 and run_id = $2 and state = 'PENDING' order by ordinal limit $3
            """,
            Read, cancellationToken, Uuid(run.TenantId), Uuid(run.Id), Int(size));
        if (items.Count > 0)
        {
            await WorkAsync(connection, transaction, run, items, now, cancellationToken);
        }

        return items.Count < size ? await FinishAsync(connection, run, BulkState.Done, now, cancellationToken) with { Items = items.Count }
            : new BulkStep(run.Id, items.Count, false);
    }

    private static Item Read(NpgsqlDataReader reader)
    {
        var before = JsonElement.Parse(reader.GetString(2));
        return new Item(reader.GetGuid(0), new AssetBulkItem(
            reader.GetGuid(1), before.GetProperty("version").GetInt32(), before.TryGetProperty("restore", out var restore) ? restore : null));
    }

    private static async Task WorkAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Run run, List<Item> items, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var edit = new AssetBulkEdit(connection, run.Id, AssetBulkChange.Read(run.Kind, run.Request), now);
        IReadOnlyList<AssetBulkResult> results;
        if (items.Count > 1)
        {
            results = await edit.ApplyAsync([.. items.Select(i => i.Asset)], cancellationToken);
        }
        else
        {
            await transaction.SaveAsync("item", cancellationToken);
            try
            {
                results = await edit.ApplyAsync([items[0].Asset], cancellationToken);
            }
            catch (PostgresException exception) when (IsOfOneRow(exception))
            {
                await transaction.RollbackAsync("item", cancellationToken);
                results = [new AssetBulkResult(items[0].Asset.AssetId, exception.ConstraintName == Asset.LiveTagKey ? AssetBulkResult.TagTaken : "refused_by_database")];
            }
        }

        var states = results.Select(r => r.Code switch { null => "CHANGED", "refused_by_database" => "FAILED", _ => "SKIPPED" }).ToList();
        await connection.ExecuteAsync(
            """
            update bulk_run_items i set state = n.state, code = n.code, before = coalesce(n.before::jsonb, i.before - 'restore'), after = n.after::jsonb
              from unnest($1, $2, $3, $4, $5) n(id, state, code, before, after) where i.id = n.id
            """,
            cancellationToken, Uuids(items.Select(i => i.Id)), Texts(states), Texts(results.Select(r => r.Code)), Texts(results.Select(r => r.Before)), Texts(results.Select(r => r.After)));
        await connection.ExecuteAsync(
            "update bulk_runs set done = done + $2, changed = changed + $3, skipped = skipped + $4, failed = failed + $5, version = version + 1 where id = $1", cancellationToken,
            Uuid(run.Id), Int(items.Count), Int(states.Count(s => s == "CHANGED")), Int(states.Count(s => s == "SKIPPED")), Int(states.Count(s => s == "FAILED")));
        if (run.UndoOf is { } undone)
        {
            await connection.ExecuteAsync(
                "update bulk_run_items set state = 'UNDONE' where tenant_id = $1 and run_id = $2 and state = 'CHANGED' and asset_id = any($3)", cancellationToken,
                Uuid(run.TenantId), Uuid(undone), Uuids(results.Where(r => r.Code is null).Select(r => r.AssetId)));
        }
    }

    private static async Task<BulkStep> FinishAsync(NpgsqlConnection connection, Run run, BulkState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            "update bulk_runs set state = $2, finished_at = $3, version = version + 1 where id = $1", cancellationToken, Uuid(run.Id), Text(Data.WireNames.Of(state)), Instant(now));
        await RecordAsync(connection, run, AuditActions.BulkFinished, now, cancellationToken);
        if (state != BulkState.Cancelled)
        {
            var finished = (await connection.QueryAsync(
                "select changed, skipped, failed from bulk_runs where id = $1",
                r => new BulkRunFinished(run.Id, run.ActorId, r.GetInt32(0), r.GetInt32(1), r.GetInt32(2)), cancellationToken, Uuid(run.Id))).Single();
            await Outbox.EnqueueAsync(connection, OutboxMessage.Of(finished, run.TenantId, run.ActorId, now), null, cancellationToken);
        }

        return new BulkStep(run.Id, 0, true);
    }

    private static Task<int> RecordAsync(NpgsqlConnection connection, Run run, string action, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            select $1, $2, 'bulk_run', $3::text, jsonb_build_object('kind', r.kind, 'state', r.state, 'total', r.total, 'changed', r.changed, 'skipped', r.skipped, 'failed', r.failed)
              from bulk_runs r where r.id = $3
            """,
            cancellationToken, Uuid(Guid.CreateVersion7(now)), Text(action), Uuid(run.Id));

    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
