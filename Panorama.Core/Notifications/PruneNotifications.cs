using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <summary>Removes what is older than each organisation keeps it.</summary>
public static class PruneNotifications
{
    private const int BatchSize = 1000;

    /// <summary>Batch by batch, until nothing is left or the time is over; the next run goes on.</summary>
    public static async Task<long> ExecuteAsync(NpgsqlDataSource database, TimeProvider clock, TimeSpan budget, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(clock);
        var (started, now, removed) = (clock.GetTimestamp(), clock.GetUtcNow(), 0L);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (clock.GetElapsedTime(started) < budget)
        {
            var batch = await connection.ScalarAsync<int>("select notification_prune($1, $2)", cancellationToken, Instant(now), Int(BatchSize));
            removed += batch;
            if (batch == 0)
            {
                await connection.ExecuteAsync("select notification_drop_months($1)", cancellationToken, Instant(now));
                break;
            }
        }

        return removed;
    }
}
