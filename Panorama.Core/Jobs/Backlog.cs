using Npgsql;
using Panorama.Core.Sql;

namespace Panorama.Core.Jobs;

/// <summary>What waits in the database, counted over all organisations, for the operator's figures.</summary>
/// <param name="Waiting">Events and deliveries that are not done.</param>
/// <param name="Dead">Deliveries that were given up and wait for a person.</param>
/// <param name="DatabaseBytes">Size of the database.</param>
/// <param name="LastSuccess">When each job last ended well; a job that never did is not in it.</param>
/// <param name="Since">When the oldest run that is remembered began; null before the first.</param>
public sealed record Backlog(long Waiting, long Dead, long DatabaseBytes, IReadOnlyDictionary<string, DateTimeOffset> LastSuccess, DateTimeOffset? Since)
{
    private const string Sql = """
        select (select count(*) from notification_events where status in ('PENDING', 'FAILED'))
                 + (select count(*) from notification_deliveries where status in ('PENDING', 'FAILED', 'IN_PROGRESS')),
               (select count(*) from notification_deliveries where status = 'DEAD'),
               pg_database_size(current_database()),
               (select coalesce(array_agg(r.job order by r.job), '{}') from (select distinct job from job_runs where outcome = 'SUCCEEDED') r),
               (select coalesce(array_agg(r.at order by r.job), '{}') from (select job, max(finished_at) as at from job_runs where outcome = 'SUCCEEDED' group by job) r),
               (select min(started_at) from job_runs)
        """;

    /// <summary>How long a job has not ended well; since the first run of any where it never did, and null before that.</summary>
    public TimeSpan? SinceSuccess(string job, DateTimeOffset now) =>
        LastSuccess.TryGetValue(job, out var at) ? now - at : Since is { } since ? now - since : null;

    public static async Task<Backlog> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync(
            Sql,
            reader => new Backlog(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2),
                reader.GetFieldValue<string[]>(3).Zip(reader.GetFieldValue<DateTime[]>(4)).ToDictionary(
                    pair => pair.First, pair => new DateTimeOffset(DateTime.SpecifyKind(pair.Second, DateTimeKind.Utc)), StringComparer.Ordinal),
                reader.ValueOrNull<DateTimeOffset>(5)),
            cancellationToken)).Single();
    }
}
