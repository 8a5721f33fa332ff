using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <summary>When the earliest of each kind is, or was, due; null without any.</summary>
public sealed record QueueDue(DateTimeOffset? EventAt, DateTimeOffset? DeliveryAt, DateTimeOffset? LeaseAt)
{
    public bool IsDue(DateTimeOffset now) => EventAt <= now || DeliveryAt <= now || LeaseAt <= now;

    /// <summary>What has waited longest by now.</summary>
    public DateTimeOffset? Oldest(DateTimeOffset now) => new[] { EventAt, DeliveryAt }.Where(at => at <= now).Min();
}

/// <summary>A delivery under a lease of this process.</summary>
/// <param name="EventAt">With <paramref name="Id"/> the key of the row.</param>
/// <param name="RecipientKey">What the channel knows its recipient by: the id of a person.</param>
/// <param name="Attempts">This one included.</param>
/// <param name="Fence">Shown when it is finished: who lost the lease has another.</param>
/// <param name="DigestAt">Goes with all others of the person and this instant; null for one of its own.</param>
public sealed record ClaimedDelivery(
    DateTimeOffset EventAt, Guid Id, Guid EventId, Guid TenantId, string Channel, string RecipientKey, int Attempts, long Fence, DateTimeOffset? DigestAt,
    DateTimeOffset FirstAttemptAt, string EventType, DateTimeOffset OccurredAt, Guid? ActorUserId, string? ResourceType, Guid? ResourceId, string Payload)
{
    public NoticeSource Source => new(EventType, TenantId, ActorUserId, OccurredAt, Payload);
}

/// <summary>What became of a delivery.</summary>
/// <param name="Outcome"><c>sent</c>, <c>suppressed</c> and the like end it; <c>retry</c>, <c>later</c> (the attempt does not count) and <c>dead</c> are states.</param>
/// <param name="RetryAt">For <c>retry</c> and <c>later</c>.</param>
/// <param name="Cause">A stable code.</param>
/// <param name="Error">What the other side said, without addresses.</param>
/// <param name="MessageId">How the other side knows it.</param>
/// <param name="Suppress">An address that does not exist.</param>
public sealed record DeliveryResult(
    ClaimedDelivery Delivery, string Outcome, DateTimeOffset? RetryAt = null, string? Cause = null, string? Error = null, string? MessageId = null, string? Suppress = null)
{
    public const string Sent = "sent";
    public const string Suppressed = "suppressed";
    public const string NothingToTell = "nothing_to_tell";
    public const string NoAddress = "no_address";
    public const string Retry = "retry";
    public const string Later = "later";
    public const string Dead = "dead";
}

/// <summary>Deliveries that wait: taken under leases, settled by the fence. All state changes are the database's functions.</summary>
public sealed class Deliveries(NpgsqlDataSource database)
{
    /// <summary>A worker that gave no sign of life for so long has lost what it works on.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private const int ShareOfTenant = 16;

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The one statement of an idle pass.</summary>
    public async Task<QueueDue> DueAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync(
            "select event_at, delivery_at, lease_at from notification_due()",
            r => new QueueDue(r.ValueOrNull<DateTimeOffset>(0), r.ValueOrNull<DateTimeOffset>(1), r.ValueOrNull<DateTimeOffset>(2)), cancellationToken)).Single();
    }

    /// <summary>Takes some, in turn over the organisations, beginning behind <paramref name="after"/>.</summary>
    /// <param name="now">Cut to milliseconds.</param>
    /// <param name="owner">Who takes them.</param>
    /// <param name="most">At most so many; a mail of the day is taken whole and may be more.</param>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(DateTimeOffset now, string owner, int most, Guid? after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryAsync(
            """
            select event_at, id, event_id, tenant_id, channel, recipient_key, attempts, fence, digest_at, first_attempt_at, event_type, occurred_at, actor_user_id, resource_type,
                   resource_id, payload::text
              from notification_claim($1, $2, $3, $4, $5, $6)
            """,
            r => new ClaimedDelivery(
                r.GetFieldValue<DateTimeOffset>(0), r.GetGuid(1), r.GetGuid(2), r.GetGuid(3), r.GetString(4), r.GetString(5), r.GetInt32(6), r.GetInt64(7),
                r.ValueOrNull<DateTimeOffset>(8), r.GetFieldValue<DateTimeOffset>(9), r.GetString(10), r.GetFieldValue<DateTimeOffset>(11), r.ValueOrNull<Guid>(12),
                r.TextOrNull(13), r.ValueOrNull<Guid>(14), r.GetString(15)),
            cancellationToken, Instant(now), Text(owner), Int(most), Int(ShareOfTenant), Interval(Lease), Uuid(after));
    }

    /// <summary>A sign of life.</summary>
    /// <returns>How many are still this process's.</returns>
    public async Task<int> RenewAsync(DateTimeOffset now, IReadOnlyCollection<ClaimedDelivery> deliveries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync<int>(
            "select notification_renew($1, $2, $3, $4, $5)", cancellationToken, Instant(now), Interval(Lease), Instants(deliveries.Select(d => d.EventAt)),
            Uuids(deliveries.Select(d => d.Id)), new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, Value = deliveries.Select(d => d.Fence).ToArray() });
    }

    /// <summary>Writes what became of them.</summary>
    /// <returns>Those that were still this process's; the result of another is thrown away.</returns>
    public async Task<IReadOnlySet<Guid>> SettleAsync(DateTimeOffset now, IReadOnlyCollection<DeliveryResult> results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(results);
        var json = JsonSerializer.Serialize(
            results.Select(r => new { at = r.Delivery.EventAt, r.Delivery.Id, r.Delivery.Fence, r.Outcome, r.RetryAt, r.Cause, r.Error, r.MessageId, r.Suppress }), Wire);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync("select notification_settle($1, $2)", r => r.GetGuid(0), cancellationToken, Instant(now), Json(json))).ToHashSet();
    }

    /// <summary>Takes over what a dead worker left; the attempt counts.</summary>
    public async Task<int> RescueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync<int>(
            "select notification_rescue($1, $2)", cancellationToken, Instant(now), Instant(now - Retries.GiveUpAfter));
    }

    private static NpgsqlParameter Instants(IEnumerable<DateTimeOffset> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, Value = values.ToArray() };
}
