using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;

namespace Panorama.Core.Jobs;

/// <summary>Writes and reads <see cref="JobRun"/> rows.</summary>
public static class JobRunLog
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    // A firing that another instance works on, or has worked on, gives no row. One that a dead instance left is taken over.
    private const string BeginSql = """
        insert into job_runs as r (id, job, fired_at, started_at, outcome, items, instance, attempt)
        values ($1, $2, $3, $4, 'RUNNING', 0, $5, 1)
        on conflict (job, fired_at) do update
           set started_at = excluded.started_at, finished_at = null, outcome = 'RUNNING', error = null,
               instance = excluded.instance, attempt = r.attempt + 1
         where $6 and r.outcome in ('RUNNING', 'CANCELLED')
        returning r.id
        """;

    private const string FinishSql = """
        update job_runs set finished_at = $2, outcome = $3, items = $4, error = $5 where id = $1
        """;

    private const string PruneSql = """
        delete from job_runs where job = $1 and fired_at < $2
        """;

    private const string LatestSql = """
        select distinct on (job) id, job, fired_at, started_at, finished_at, outcome, items, error, instance, attempt
          from job_runs order by job, fired_at desc
        """;

    /// <summary>Takes a firing.</summary>
    /// <param name="recovering">True when the scheduler hands over the firing of an instance that died or stopped half-way.</param>
    /// <returns>The row's id, or null when the firing is somebody else's or done.</returns>
    public static async Task<Guid?> BeginAsync(
        NpgsqlDataSource database, string job, DateTimeOffset firedAt, string instance, bool recovering, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(BeginSql);
        command.Parameters.Add(new() { Value = Guid.CreateVersion7(now) });
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = firedAt.ToUniversalTime() });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = recovering });
        return (Guid?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public static async Task FinishAsync(
        NpgsqlDataSource database, Guid id, string job, JobOutcome outcome, long items, string? error, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        var finish = new NpgsqlBatchCommand(FinishSql);
        finish.Parameters.Add(new() { Value = id });
        finish.Parameters.Add(new() { Value = now.ToUniversalTime() });
        finish.Parameters.Add(new() { Value = WireNames.Of(outcome) });
        finish.Parameters.Add(new() { Value = items });
        finish.Parameters.Add(new() { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
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
        await using var command = database.CreateCommand(LatestSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<JobRun> runs = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            runs.Add(JobRun.Read(reader));
        }

        return runs;
    }
}
