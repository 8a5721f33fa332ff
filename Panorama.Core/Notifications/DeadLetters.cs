using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <summary>How many deliveries of an organisation were given up, and why.</summary>
public sealed record DeadCause(Guid? TenantId, string? Tenant, string EventType, string Channel, string Cause, long Count, DateTimeOffset OldestAt);

/// <summary>Dead letters across organisations, for the operator.</summary>
public static class DeadLetters
{
    /// <param name="tenantId">Null for all.</param>
    public static async Task<IReadOnlyList<DeadCause>> CausesAsync(NpgsqlConnection connection, Guid? tenantId, CancellationToken cancellationToken) => await connection.QueryAsync(
        """
        select d.tenant_id, t.slug, e.event_type, d.channel, coalesce(d.cause, ''), count(*), min(d.event_at)
          from notification_deliveries d join notification_events e on e.created_at = d.event_at and e.id = d.event_id left join tenants t on t.id = d.tenant_id
         where d.status = 'DEAD' and ($1 is null or d.tenant_id = $1)
         group by 1, 2, 3, 4, 5 order by 2, 6 desc, 3, 4, 5
        """,
        r => new DeadCause(r.ValueOrNull<Guid>(0), r.TextOrNull(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetFieldValue<DateTimeOffset>(6)),
        cancellationToken, Uuid(tenantId));

    /// <summary>The next batch, oldest first; 0 when there are none left.</summary>
    public static async Task<int> ReplayAsync(NpgsqlConnection connection, Guid? tenantId, string reason, int most, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<int>("select notification_requeue_batch($1, null, $2, $3)", cancellationToken, Uuid(tenantId), Text(reason), Int(most));
}
