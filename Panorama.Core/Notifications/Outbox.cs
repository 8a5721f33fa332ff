using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <summary>Writes messages by statements, in the transaction that is open on the connection: a message exists if that commits, and only then.</summary>
public static class Outbox
{
    private const string Columns =
        "id, created_at, tenant_id, event_type, schema_version, occurred_at, actor_user_id, correlation_id, resource_type, resource_id, payload, available_at, dedup_key, wakes";

    private const string Values = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14";

    // No constraint may be violated: the failed insert would take the caller's transaction with it.
    private const string OnceSql =
        $"""
        with first as (
          insert into notification_dedup (tenant_id, event_type, dedup_key, event_id) values ($3, $4, $13, $1)
          on conflict on constraint notification_events_dedup_unique do nothing returning event_id)
        insert into notification_events ({Columns}) select {Values} from first
        """;

    private const string Sql = $"insert into notification_events ({Columns}) values ({Values})";

    /// <summary>Enqueues a message.</summary>
    /// <param name="dedupKey">With one, only the first message of this type and key is written; the rest of the transaction is untouched.</param>
    /// <returns>False when there was one of that key already.</returns>
    public static async Task<bool> EnqueueAsync(NpgsqlConnection connection, OutboxMessage message, string? dedupKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(message);
        return await connection.ExecuteAsync(dedupKey is null ? Sql : OnceSql, cancellationToken, Parameters(message, dedupKey)) > 0;
    }

    /// <summary>As one of several statements.</summary>
    internal static NpgsqlBatchCommand Insert(OutboxMessage message) => Of(Sql, Parameters(message, dedupKey: null));

    /// <summary>Enqueues those of one kind and moment whose key has had no message yet, of any organisations, by one statement.</summary>
    /// <returns>How many were written.</returns>
    public static async Task<int> EnqueueOnceAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(OutboxMessage Message, string Key)> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
        {
            return 0;
        }

        var first = messages.First().Message;
        return await connection.ExecuteAsync(
            """
            with n as (select * from unnest($1, $2, $3, $4, $5) n(id, tenant, key, resource, payload)),
            first as (
              insert into notification_dedup (tenant_id, event_type, dedup_key, event_id) select n.tenant, $6, n.key, n.id from n
              on conflict on constraint notification_events_dedup_unique do nothing returning event_id)
            insert into notification_events
                   (id, created_at, tenant_id, event_type, schema_version, occurred_at, actor_user_id, correlation_id, resource_type, resource_id, payload, available_at, dedup_key, wakes)
            select n.id, $7, n.tenant, $6, $8, $7, $9, $10, $11, n.resource, n.payload::jsonb, $7, n.key, $12 from n join first on first.event_id = n.id
            """,
            cancellationToken, Uuids(messages.Select(m => m.Message.Id)), Uuids(messages.Select(m => m.Message.TenantId)), Texts(messages.Select(m => m.Key)),
            Uuids(messages.Select(m => m.Message.ResourceId)), Texts(messages.Select(m => m.Message.Payload)), Text(first.EventType), Instant(first.CreatedAt), Int(first.SchemaVersion),
            Uuid(first.ActorUserId), Text(first.CorrelationId), Text(first.ResourceType), Flag(first.Wakes));
    }

    /// <summary>Enqueues many of the same moment by one statement.</summary>
    public static Task EnqueueAsync(NpgsqlConnection connection, IReadOnlyCollection<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
        {
            return Task.CompletedTask;
        }

        var first = messages.First();
        return connection.ExecuteAsync(
            """
            insert into notification_events (id, created_at, tenant_id, event_type, schema_version, occurred_at, actor_user_id, correlation_id, resource_type, resource_id, payload, available_at, wakes)
            select n.id, $2, $3, $4, $5, $2, $6, $7, $8, n.resource, n.payload::jsonb, $2, $11 from unnest($1, $9, $10) n(id, resource, payload)
            """,
            cancellationToken, Uuids(messages.Select(m => m.Id)), Instant(first.CreatedAt), Uuid(first.TenantId), Text(first.EventType), Int(first.SchemaVersion),
            Uuid(first.ActorUserId), Text(first.CorrelationId), Text(first.ResourceType), Uuids(messages.Select(m => m.ResourceId)), Texts(messages.Select(m => m.Payload)), Flag(first.Wakes));
    }

    private static IEnumerable<NpgsqlParameter> Parameters(OutboxMessage message, string? dedupKey) =>
    [
        Uuid(message.Id), Instant(message.CreatedAt), Uuid(message.TenantId), Text(message.EventType), Int(message.SchemaVersion), Instant(message.OccurredAt),
        Uuid(message.ActorUserId), Text(message.CorrelationId), Text(message.ResourceType), Uuid(message.ResourceId), Json(message.Payload), Instant(message.AvailableAt),
        Text(dedupKey), Flag(message.Wakes),
    ];
}
