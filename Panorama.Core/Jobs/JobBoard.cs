using System.Data.Common;
using Npgsql;
using Panorama.Core.Sql;

namespace Panorama.Core.Jobs;

/// <summary>A job as its stored schedule and its newest run say.</summary>
/// <param name="State">The scheduler's word, for example <c>WAITING</c>, <c>PAUSED</c>, <c>BLOCKED</c> while it runs or <c>ERROR</c>; null when it has no schedule.</param>
/// <param name="NextRunAt">Null while it has no schedule; for a paused job the time it would have run.</param>
public sealed record BoardJob(
    string Name, string? Does, string? Cron, string? TimeZone, string? State, DateTimeOffset? NextRunAt, string? PausedBy, DateTimeOffset? PausedAt, JobRun? LastRun)
{
    public bool IsPaused => State?.StartsWith("PAUSED", StringComparison.Ordinal) == true;
}

/// <summary>What is scheduled, read from the scheduler's own tables: for those who have no scheduler in their process.</summary>
/// <param name="LastWorkerAt">When a Worker last said that it lives; null when none did since the last clean stop.</param>
public sealed record JobBoard(IReadOnlyList<BoardJob> Jobs, DateTimeOffset? LastWorkerAt, bool WorkerLives)
{
    // Quartz keeps instants as ticks of .NET and intervals as milliseconds. A Worker misses up to two of its check-ins before it counts as dead.
    private const string JobsSql = """
        select r.id, j.job_name, r.fired_at, r.started_at, r.finished_at, r.outcome, r.items, r.error, r.instance, r.attempt, q.requested_by,
               j.description, c.cron_expression, c.time_zone_id, t.trigger_state, t.next_fire_time, t.paused_by, t.paused_at
          from quartz.qrtz_job_details j
          left join quartz.qrtz_triggers t
            on t.sched_name = j.sched_name and t.trigger_name = j.job_name and t.trigger_group = 'DEFAULT'
          left join quartz.qrtz_cron_triggers c
            on c.sched_name = t.sched_name and c.trigger_name = t.trigger_name and c.trigger_group = t.trigger_group
          left join lateral (select * from job_runs x where x.job = j.job_name order by x.fired_at desc limit 1) r on true
          left join job_requests q on q.id = r.request_id
         where j.sched_name = 'panorama' order by j.job_name
        """;

    private const string WorkersSql = "select last_checkin_time, checkin_interval from quartz.qrtz_scheduler_state where sched_name = 'panorama'";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public static async Task<JobBoard> ReadAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var jobs = await connection.QueryAsync(JobsSql, Read, cancellationToken);
        var workers = await connection.QueryAsync(
            WorkersSql, r => (At: Ticks(r, 0) ?? DateTimeOffset.UnixEpoch, Every: TimeSpan.FromMilliseconds(r.GetInt64(1))), cancellationToken);
        return new(
            jobs, workers.Count == 0 ? null : workers.Max(w => w.At), workers.Exists(w => now - w.At < (2 * w.Every) + Grace));
    }

    private static BoardJob Read(DbDataReader reader) => new(
        reader.GetString(1), Text(reader, 11), Text(reader, 12), Text(reader, 13), Text(reader, 14), Ticks(reader, 15), Text(reader, 16), Ticks(reader, 17),
        reader.IsDBNull(0) ? null : JobRun.Read(reader));

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Ticks(DbDataReader reader, int column) =>
        reader.IsDBNull(column) || reader.GetInt64(column) <= 0 ? null : new DateTimeOffset(reader.GetInt64(column), TimeSpan.Zero);
}
