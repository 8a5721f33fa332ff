using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Assets;

/// <summary>
/// Tells of assets that should have come back: when they are late and once more a day later. What was late already when it was written down, by an import
/// for example, reminds nobody.
/// </summary>
public static class RemindOverdueCustody
{
    private static readonly TimeSpan Again = TimeSpan.FromDays(1);

    // Another date is another promise: its reminders begin anew.
    private const string Sql =
        """
        select l.* from (
          select a.tenant_id, a.asset_id, a.id, a.target_user_id, a.expected_checkin_at,
                 concat_ws(':', a.id, extract(epoch from a.expected_checkin_at)::bigint, case when a.expected_checkin_at <= $2 then 'again' else 'late' end) as reminder
            from asset_assignments a
           where a.checked_in_at is null and a.expected_checkin_at <= $1 and a.expected_checkin_at >= a.created_at) l
         where not exists (select 1 from notification_dedup d where d.tenant_id = l.tenant_id and d.event_type = $3 and d.dedup_key = l.reminder)
         order by l.expected_checkin_at, l.id limit $4
        """;

    /// <returns>How many people or places were late.</returns>
    public static async Task<long> ExecuteAsync(NpgsqlDataSource database, DateTimeOffset now, int batchSize, JobTurn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        for (var reminded = 0L; ;)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var late = await connection.QueryAsync(
                Sql,
                r => (Message: OutboxMessage.Of(
                    new CheckinOverdue(r.GetGuid(1), r.GetGuid(2), r.ValueOrNull<Guid>(3), r.GetFieldValue<DateTimeOffset>(4)), r.GetGuid(0), actorUserId: null, now), Key: r.GetString(5)),
                cancellationToken, Instant(now), Instant(now - Again), Text(CheckinOverdue.Definition.Type), Int(batchSize));
            reminded += await Outbox.EnqueueOnceAsync(connection, late, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            if (late.Count < batchSize || !await turn.NextAsync(reminded, cursor: null, cancellationToken))
            {
                return reminded;
            }
        }
    }
}
