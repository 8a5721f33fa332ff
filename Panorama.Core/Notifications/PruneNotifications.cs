using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <summary>Removes what is older than each organisation keeps it.</summary>
public static class PruneNotifications
{
    private const int BatchSize = 1000;

    /// <summary>Batch by batch; months that nobody keeps any more go when no row is left to remove.</summary>
    public static async Task<long> ExecuteAsync(NpgsqlDataSource database, DateTimeOffset now, JobTurn turn, CancellationToken cancellationToken)
    {
        var removed = 0L;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (await connection.ScalarAsync<int>("select notification_prune($1, $2)", cancellationToken, Instant(now), Int(BatchSize)) is > 0 and var batch)
        {
            removed += batch;
            if (!await turn.NextAsync(removed, cursor: null, cancellationToken))
            {
                return removed;
            }
        }

        await connection.ExecuteAsync("select notification_drop_months($1)", cancellationToken, Instant(now));
        return removed;
    }
}
