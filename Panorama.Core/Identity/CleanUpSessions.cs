using Npgsql;
using Panorama.Core.Jobs;

namespace Panorama.Core.Identity;

/// <summary>Removes session rows that ended long ago, so that the list of a person's sign-ins does not grow for ever.</summary>
public static class CleanUpSessions
{
    /// <summary>Rows stay this long after their end: a stolen cookie is still explained a month later.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(30);

    // No FOR UPDATE: the login may delete here but not update. A row that another worker takes first is simply not counted.
    private const string Sql = """
        delete from sessions where id in (
          select s.id from sessions s
           where least(s.revoked_at, s.idle_expires_at, s.absolute_expires_at) < $1
           limit $2)
        """;

    public static async Task<long> ExecuteAsync(
        NpgsqlDataSource database, DateTimeOffset now, int batchRows, JobTurn turn, CancellationToken cancellationToken)
    {
        long removed = 0;
        int inBatch;
        do
        {
            await using var command = database.CreateCommand(Sql);
            command.Parameters.Add(new() { Value = (now - KeptAfterEnd).ToUniversalTime() });
            command.Parameters.Add(new() { Value = batchRows });
            inBatch = await command.ExecuteNonQueryAsync(cancellationToken);
            removed += inBatch;
        }
        while (inBatch == batchRows && await turn.NextAsync(removed, cursor: null, cancellationToken));

        return removed;
    }
}
