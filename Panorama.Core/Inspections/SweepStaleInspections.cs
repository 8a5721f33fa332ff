using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Jobs;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Inspections;

/// <summary>
/// Gives up inspections that nobody ended in three times the hours of their organisation's policy, and reminds who began one after the first of the three.
/// What was answered stays. Organisations that have inspections off are left as they are.
/// </summary>
public static class SweepStaleInspections
{
    // Of each organisation only what may be due by the strictest policy: the hours themselves are in JSON that only the policy can read.
    private const string TenantsSql =
        """
        select t.id, t.inspection_config from tenants t join tenant_features f on f.tenant_id = t.id and f.feature = $1 and f.enabled
         where t.deleted_at is null and exists (select 1 from inspections i where i.tenant_id = t.id and i.status = 'IN_PROGRESS' and i.started_at < $2)
         order by t.id
        """;

    // Whoever is answering or ending one at this moment keeps it: it is not stale.
    private const string GiveUpSql =
        """
        with stale as (
          select id from inspections where tenant_id = $1 and status = 'IN_PROGRESS' and started_at < $2 order by started_at, id limit $3 for no key update skip locked)
        update inspections i set status = 'CANCELLED', cancelled_at = $4 from stale where i.tenant_id = $1 and i.id = stale.id
        returning i.id, i.asset_id, i.started_by_user_id, i.started_at
        """;

    private const string AuditSql =
        """
        insert into audit_events (id, action, resource_type, resource_id, metadata)
        select n.event, $1, 'inspection', n.id::text, jsonb_build_object('reason', 'auto_cancel_stale', 'hoursStale', n.hours) from unnest($2, $3, $4) n(event, id, hours)
        """;

    private const string OpenSql =
        """
        select i.id, i.asset_id, i.started_by_user_id, i.started_at from inspections i
         where i.tenant_id = $1 and i.status = 'IN_PROGRESS' and i.started_at < $2 and i.started_at >= $5
           and not exists (select 1 from notification_dedup d where d.tenant_id = i.tenant_id and d.event_type = $3 and d.dedup_key = i.id::text)
         order by i.started_at, i.id limit $4
        """;

    private static readonly TimeSpan Strictest = TimeSpan.FromHours(1);

    // What says that a reminder went is itself removed, seven days after it at the earliest: one that is due for longer than this was reminded of.
    private static readonly TimeSpan RemindedFor = TimeSpan.FromDays(6);

    private sealed record Open(Guid Id, Guid AssetId, Guid StartedBy, DateTimeOffset StartedAt);

    /// <param name="batchSize">Inspections of one organisation in one transaction.</param>
    /// <returns>How many were given up.</returns>
    public static async Task<long> ExecuteAsync(NpgsqlDataSource database, DateTimeOffset now, int batchSize, JobTurn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(turn);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var tenants = await connection.QueryAsync(
            TenantsSql, r => (Id: r.GetGuid(0), Policy: InspectionPolicy.Read(r.TextOrNull(1))), cancellationToken, Text(TenantFeature.Inspections), Instant(now - Strictest));
        var givenUp = 0L;
        foreach (var (tenant, policy) in tenants)
        {
            for (var isWhole = true; isWhole;)
            {
                var count = await GiveUpAsync(connection, tenant, now - policy.KeptOpenFor, now, batchSize, cancellationToken);
                givenUp += count;
                isWhole = count == batchSize;
                if (!await turn.NextAsync(givenUp, cursor: null, cancellationToken))
                {
                    return givenUp;
                }
            }

            for (var isWhole = true; isWhole;)
            {
                isWhole = await RemindAsync(connection, tenant, policy, now, batchSize, cancellationToken) == batchSize;
                if (!await turn.NextAsync(givenUp, cursor: null, cancellationToken))
                {
                    return givenUp;
                }
            }
        }

        return givenUp;
    }

    private static async Task<int> GiveUpAsync(
        NpgsqlConnection connection, Guid tenant, DateTimeOffset before, DateTimeOffset now, int batchSize, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ScalarAsync<bool>("select tenant_open($1)", cancellationToken, Uuid(tenant));
        var stale = await connection.QueryAsync(GiveUpSql, Read, cancellationToken, Uuid(tenant), Instant(before), Int(batchSize), Instant(now));
        if (stale.Count > 0)
        {
            await connection.ExecuteAsync(
                AuditSql, cancellationToken, Text(AuditActions.InspectionAutoCancelled), Uuids(stale.Select(_ => Guid.CreateVersion7(now))), Uuids(stale.Select(s => s.Id)),
                Ints(stale.Select(s => (int?)Math.Round((now - s.StartedAt).TotalHours))));
            await Outbox.EnqueueAsync(
                connection,
                [.. stale.Select(s => OutboxMessage.Of(new InspectionAutoCancelled(s.Id, s.AssetId, s.StartedBy, s.StartedAt), tenant, actorUserId: null, now))], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return stale.Count;
    }

    private static async Task<int> RemindAsync(
        NpgsqlConnection connection, Guid tenant, InspectionPolicy policy, DateTimeOffset now, int batchSize, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ScalarAsync<bool>("select tenant_open($1)", cancellationToken, Uuid(tenant));
        var open = await connection.QueryAsync(
            OpenSql, Read, cancellationToken, Uuid(tenant), Instant(now - policy.ResumedFor), Text(InspectionLeftOpen.Definition.Type), Int(batchSize),
            Instant(now - policy.ResumedFor - RemindedFor));
        await Outbox.EnqueueOnceAsync(
            connection,
            [
                .. open.Select(o => (
                    OutboxMessage.Of(new InspectionLeftOpen(o.Id, o.AssetId, o.StartedBy, o.StartedAt, o.StartedAt + policy.KeptOpenFor), tenant, actorUserId: null, now), o.Id.ToString())),
            ],
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return open.Count;
    }

    private static Open Read(NpgsqlDataReader reader) => new(reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3));
}
