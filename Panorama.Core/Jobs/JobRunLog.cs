using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Jobs;

/// <summary>Writes and reads <see cref="JobRun"/> rows.</summary>
public static class JobRunLog
{
    /// <summary>How long runs and requests are remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    // A firing that another instance works on, or has worked on, gives no row. One that a dead instance left is taken over. Who took it over and died as
    // well hands it on with a time of his own: no two runs of a job are at once, so what still runs in the books is that one, also when a firing of the
    // schedule came before it was handed on; and so is the newest when it was stopped.
    private const string BeginSql = """
        with again as (
          update job_runs r set started_at = $4, finished_at = null, outcome = 'RUNNING', error = null, instance = $5, attempt = r.attempt + 1
           where $6 and r.id = (select p.id from job_runs p where p.job = $2 order by p.outcome = 'RUNNING' desc, p.started_at desc, p.id desc limit 1)
             and r.outcome in ('RUNNING', 'CANCELLED')
             and not exists (select 1 from job_runs p where p.job = $2 and p.fired_at = $3)
          returning r.id, r.cursor),
        taken as (
          insert into job_runs as r (id, job, fired_at, started_at, outcome, items, instance, attempt, request_id, cursor)
          select $1, $2, $3, $4, 'RUNNING', 0, $5, 1, $7,
                 (select p.cursor from job_runs p where p.job = $2 and p.fired_at < $3 order by p.fired_at desc limit 1)
           where not exists (select 1 from again) and ($6 or $7 is null or not exists (select 1 from job_runs p where p.request_id = $7))
          on conflict (job, fired_at) do update
             set started_at = excluded.started_at, finished_at = null, outcome = 'RUNNING', error = null,
                 instance = excluded.instance, attempt = r.attempt + 1
           where $6 and r.outcome in ('RUNNING', 'CANCELLED')
          returning r.id, r.cursor)
        select id, cursor from again union all select id, cursor from taken
        """;

    private const string SaveSql = "update job_runs set items = $2, cursor = $3 where id = $1";

    private const string FinishSql = """
        update job_runs set finished_at = $2, outcome = $3, items = greatest(items, $4), error = $5,
               cursor = case when $3 in ('SUCCEEDED', 'FINDING', 'PARTIAL') then $6 else cursor end
         where id = $1
        """;

    private const string PruneSql = """
        with asked as (delete from job_requests where requested_at < $2)
        delete from job_runs where job = $1 and fired_at < $2
        """;

    private const string LatestSql = """
        select distinct on (r.job) r.id, r.job, r.fired_at, r.started_at, r.finished_at, r.outcome, r.items, r.error, r.instance, r.attempt, q.requested_by
          from job_runs r left join job_requests q on q.id = r.request_id order by r.job, r.fired_at desc
        """;

    private const string HistorySql = """
        select r.id, r.job, r.fired_at, r.started_at, r.finished_at, r.outcome, r.items, r.error, r.instance, r.attempt, q.requested_by
          from job_runs r left join job_requests q on q.id = r.request_id
         where $1 is null or r.job = $1 order by r.started_at desc, r.id desc limit $2
        """;

    private const string OfRequestSql = """
        select r.id, r.job, r.fired_at, r.started_at, r.finished_at, r.outcome, r.items, r.error, r.instance, r.attempt, q.requested_by
          from job_runs r join job_requests q on q.id = r.request_id where r.request_id = $1
        """;

    /// <summary>Takes a firing.</summary>
    /// <param name="recovering">True when the scheduler hands over the firing of an instance that died or stopped half-way.</param>
    /// <param name="requestId">What asked for it; null when the schedule did.</param>
    /// <returns>The row's id and where the run before stopped, or null when the firing is somebody else's or done.</returns>
    public static async Task<(Guid Id, string? Cursor)?> BeginAsync(
        NpgsqlDataSource database, string job, DateTimeOffset firedAt, string instance, bool recovering, Guid? requestId, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(BeginSql);
        command.Parameters.Add(new() { Value = Guid.CreateVersion7(now) });
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = firedAt.ToUniversalTime() });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = recovering });
        command.Parameters.Add(Uuid(requestId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1)) : null;
    }

    /// <summary>Writes down how far a run is.</summary>
    public static async Task SaveAsync(NpgsqlDataSource database, Guid id, long items, string? cursor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(SaveSql, cancellationToken, Uuid(id), new NpgsqlParameter { Value = items }, Text(cursor));
    }

    /// <param name="cursor">Where the next run goes on; null when nothing is left. A run that failed keeps what it saved.</param>
    public static async Task FinishAsync(
        NpgsqlDataSource database, Guid id, string job, JobOutcome outcome, long items, string? error, string? cursor, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        var finish = new NpgsqlBatchCommand(FinishSql);
        finish.Parameters.Add(new() { Value = id });
        finish.Parameters.Add(new() { Value = now.ToUniversalTime() });
        finish.Parameters.Add(new() { Value = WireNames.Of(outcome) });
        finish.Parameters.Add(new() { Value = items });
        finish.Parameters.Add(new() { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        finish.Parameters.Add(Text(cursor));
        batch.BatchCommands.Add(finish);
        var prune = new NpgsqlBatchCommand(PruneSql);
        prune.Parameters.Add(new() { Value = job });
        prune.Parameters.Add(new() { Value = (now - Kept).ToUniversalTime() });
        batch.BatchCommands.Add(prune);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest run of each job.</summary>
    public static async Task<IReadOnlyList<JobRun>> LatestAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryAsync(LatestSql, JobRun.Read, cancellationToken);
    }

    /// <summary>The newest runs, newest first.</summary>
    /// <param name="job">Null for those of all jobs.</param>
    public static async Task<IReadOnlyList<JobRun>> HistoryAsync(NpgsqlDataSource database, string? job, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryAsync(HistorySql, JobRun.Read, cancellationToken, Text(job), Int(limit));
    }

    /// <summary>The run that a request led to, or null while it has not begun.</summary>
    public static async Task<JobRun?> OfRequestAsync(NpgsqlDataSource database, Guid requestId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync(OfRequestSql, JobRun.Read, cancellationToken, Uuid(requestId))).SingleOrDefault();
    }
}
