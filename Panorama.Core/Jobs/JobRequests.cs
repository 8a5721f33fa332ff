using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Jobs;

/// <summary>A request that a Worker works on.</summary>
public sealed record WaitingJobRequest(Guid Id, string Job, JobAction Action, string RequestedBy, DateTimeOffset RequestedAt);

/// <summary>What became of a request.</summary>
/// <param name="HandledAt">Null while no Worker took it.</param>
/// <param name="Refusal">Why it was not done; null when it was.</param>
public sealed record JobRequestState(DateTimeOffset? HandledAt, string? Refusal);

/// <summary>Writes and reads <see cref="JobRequest"/> rows.</summary>
public static class JobRequests
{
    private const int TakenAtOnce = 20;

    // A run that is asked for while one is still to come is that one: ten people who press a button want one run.
    private const string AskSql = """
        with waiting as (
          select r.id from job_requests r
           where r.job = $2 and r.action = $3 and r.refusal is null
             and (r.handled_at is null or $3 = 'RUN' and r.handled_at > $5 - interval '10 minutes'
                                      and not exists (select 1 from job_runs j where j.request_id = r.id))
           order by r.id limit 1
        ), made as (
          insert into job_requests (id, job, action, requested_by, requested_at)
          select $1, $2, $3, $4, $5 where not exists (select 1 from waiting)
          returning id
        )
        select id from waiting union all select id from made
        """;

    private const string WakeSql = $"select pg_notify('{WorkChannel.Name}', '{WorkChannel.Jobs}')";

    private const string TakeSql = """
        select id, job, action, requested_by, requested_at from job_requests
         where handled_at is null order by requested_at, id limit $1 for update skip locked
        """;

    private const string HandledSql = "update job_requests set handled_at = $2, handled_by = $3, refusal = $4 where id = $1";

    /// <summary>Asks for something; a request of the same kind that still waits stands for both.</summary>
    /// <returns>The id, and whether somebody had asked before.</returns>
    public static async Task<(Guid Id, bool WasAsked)> AskAsync(
        NpgsqlDataSource database, string job, JobAction action, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(now);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var stands = await connection.ScalarAsync<Guid>(
            AskSql, cancellationToken, Uuid(id), Text(job), Text(WireNames.Of(action)), Text(requestedBy.Length > 200 ? requestedBy[..200] : requestedBy), Instant(now));
        await connection.ExecuteAsync(WakeSql, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (stands, stands != id);
    }

    /// <summary>Does what waits, each request once: its row stays locked meanwhile, and a Worker that dies leaves it to the next.</summary>
    /// <param name="apply">Gives a request to the scheduler; returns why not, or null when it is done.</param>
    /// <returns>How many were taken.</returns>
    public static async Task<int> WorkAsync(
        NpgsqlDataSource database, string instance, TimeProvider clock, Func<WaitingJobRequest, CancellationToken, Task<string?>> apply,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var waiting = await connection.QueryAsync(
            TakeSql,
            r => new WaitingJobRequest(
                r.GetGuid(0), r.GetString(1), WireNames.Parse<JobAction>(r.GetString(2)), r.GetString(3), r.GetFieldValue<DateTimeOffset>(4)),
            cancellationToken, Int(TakenAtOnce));
        foreach (var request in waiting)
        {
            var refusal = await apply(request, cancellationToken);
            await connection.ExecuteAsync(
                HandledSql, cancellationToken, Uuid(request.Id), Instant(clock.GetUtcNow()), Text(instance), Text(refusal));
        }

        await transaction.CommitAsync(cancellationToken);
        return waiting.Count;
    }

    /// <summary>Null when there is no such request.</summary>
    public static async Task<JobRequestState?> FindAsync(NpgsqlDataSource database, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync(
            "select handled_at, refusal from job_requests where id = $1",
            r => new JobRequestState(r.IsDBNull(0) ? null : r.GetFieldValue<DateTimeOffset>(0), r.IsDBNull(1) ? null : r.GetString(1)),
            cancellationToken, Uuid(id))).SingleOrDefault();
    }
}
