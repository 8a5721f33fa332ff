using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Jobs;
using Panorama.Core.Lists;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Bulk;

internal static class EndBulkRun
{
    public static async Task<Results<Ok<BulkRunResponse>, ProblemHttpResult>> Cancel(
        string id, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId) || await ReadBulkRuns.FindAsync(session.Connection, runId, cancellationToken) is null)
        {
            return Problems.Of(Problems.BulkRunNotFound);
        }

        // Waits for the batch that is being worked on; the Worker ends the run before the next.
        var asked = await session.Connection.ExecuteAsync(
            """
            update bulk_runs set cancel_requested_at = coalesce(cancel_requested_at, date_trunc('milliseconds', $2)), version = version + 1
             where id = $1 and state in ('QUEUED', 'RUNNING')
            """,
            cancellationToken, Statement.Uuid(runId), Statement.Instant(clock.GetUtcNow()));
        await session.Connection.ExecuteAsync($"select pg_notify('{WorkChannel.Name}', '{WorkChannel.BulkRuns}')", cancellationToken);
        return asked == 0 ? Problems.Of(Problems.BulkRunEnded) : TypedResults.Ok(await ReadBulkRuns.FindAsync(session.Connection, runId, cancellationToken));
    }

    public static async Task<Results<Accepted<BulkRunResponse>, ProblemHttpResult>> Undo(
        string id, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        if (!Guid.TryParseExact(id, "D", out var runId))
        {
            return Problems.Of(Problems.BulkRunNotFound);
        }

        // Of two that ask at once the second sees the first's run.
        await connection.ExecuteAsync("select 1 from bulk_runs where id = $1 for no key update", cancellationToken, Statement.Uuid(runId));
        if (await ReadBulkRuns.FindAsync(connection, runId, cancellationToken) is not { } run)
        {
            return Problems.Of(Problems.BulkRunNotFound);
        }

        if (run.State is BulkState.Queued or BulkState.Running)
        {
            return Problems.Of(Problems.BulkRunNotEnded);
        }

        if (run.UndoneBy is not null || run.UndoOf is not null || run.Changed == 0)
        {
            return Problems.Of(Problems.BulkRunUndone);
        }

        var (undo, now) = (Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow());
        await connection.ExecuteAsync(
            """
            with chosen as (select * from bulk_run_items where run_id = $3 and state = 'CHANGED'),
            run as (
              insert into bulk_runs (id, tenant_id, kind, state, total, undo_of, started_by_user_id, created_at)
              select $1, $2, 'assets.undo', 'QUEUED', count(*), $3, $4, date_trunc('milliseconds', $5) from chosen
              returning id)
            insert into bulk_run_items (id, tenant_id, run_id, asset_id, ordinal, before)
            select gen_random_uuid(), c.tenant_id, run.id, c.asset_id, row_number() over (order by c.ordinal) - 1,
                   jsonb_build_object('version', c.after->'version', 'restore', c.before - 'version')
              from chosen c cross join run
            """,
            cancellationToken, Statement.Uuid(undo), Statement.Uuid(actor.TenantId), Statement.Uuid(runId), Statement.Uuid(actor.UserId), Statement.Instant(now));
        return await StartBulkRun.AnswerAsync(connection, undo, cancellationToken);
    }
}
