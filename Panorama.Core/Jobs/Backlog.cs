using Npgsql;
using Panorama.Core.Sql;

namespace Panorama.Core.Jobs;

/// <summary>What waits in the database, counted over all organisations, for the operator's figures.</summary>
/// <param name="Waiting">Events and deliveries that are not done.</param>
/// <param name="Dead">Deliveries that were given up and wait for a person.</param>
/// <param name="DatabaseBytes">Size of the database.</param>
/// <param name="LastSuccess">When each job last ended well; a job that never did is not in it.</param>
public sealed record Backlog(long Waiting, long Dead, long DatabaseBytes, IReadOnlyDictionary<string, DateTimeOffset> LastSuccess)
{
    private const string Sql = """
        select (select count(*) from notification_events where status in ('PENDING', 'FAILED'))
                 + (select count(*) from notification_deliveries where status in ('PENDING', 'FAILED', 'IN_PROGRESS')),
               (select count(*) from notification_deliveries where status = 'DEAD'),
               pg_database_size(current_database()),
               (select coalesce(array_agg(r.job order by r.job), '{}') from (select distinct job from job_runs where outcome = 'SUCCEEDED') r),
               (select coalesce(array_agg(r.at order by r.job), '{}') from (select job, max(finished_at) as at from job_runs where outcome = 'SUCCEEDED' group by job) r)
        """;

    public static async Task<Backlog> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync(
            Sql,
            reader => new Backlog(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2),
                reader.GetFieldValue<string[]>(3).Zip(reader.GetFieldValue<DateTime[]>(4)).ToDictionary(
                    pair => pair.First, pair => new DateTimeOffset(DateTime.SpecifyKind(pair.Second, DateTimeKind.Utc)), StringComparer.Ordinal)),
            cancellationToken)).Single();
    }
}
