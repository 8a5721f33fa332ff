using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <param name="Events">Events that were worked on.</param>
/// <param name="Deliveries">Deliveries that wait now.</param>
/// <param name="Notices">Notices in the application.</param>
/// <param name="Dead">Events that were given up.</param>
/// <param name="LastTenant">The organisation that was served last: the next pass begins behind it.</param>
public sealed record FanOutResult(int Events, int Deliveries, int Notices, int Dead, Guid? LastTenant);

/// <summary>
/// Makes deliveries of events: who is told, by which channel and when. Nothing leaves the database here, so it is one transaction, and a notice in
/// the application is written in it: once, whatever happens to the process.
/// </summary>
public sealed class FanOut(NpgsqlDataSource database, EventRegistry registry, IReadOnlyCollection<string> channels)
{
    private const int BatchSize = 200;
    private const int ShareOfTenant = 50;

    private const string TakeSql =
        """
        select created_at, id, tenant_id, event_type, actor_user_id, resource_type, resource_id, payload::text, dispatch_attempts, available_at from notification_take($1, $2, $3, $4)
        """;

    private const string MembersSql =
        """
        select m.tenant_id, m.user_id, m.role, u.email is not null, u.time_zone, t.timezone, s.quiet_from, s.quiet_until, s.digest_at
          from tenant_memberships m join users u on u.id = m.user_id join tenants t on t.id = m.tenant_id
          left join notification_settings s on s.tenant_id = m.tenant_id and s.user_id = m.user_id
         where m.tenant_id = any($1) and m.status = 'active' and m.role <> 'system' and u.status = 'ACTIVE' and u.deleted_at is null and t.deleted_at is null
           and (m.role = any($2) or m.user_id = any($3))
        """;

    private const string PreferencesSql =
        "select tenant_id, user_id, event_type, channel, mode from notification_preferences where tenant_id = any($1) and event_type = any($2)";

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private sealed record Taken(
        DateTimeOffset At, Guid Id, Guid? TenantId, string Type, Guid? Actor, string? ResourceType, Guid? ResourceId, string Payload, int Attempts, DateTimeOffset AvailableAt);

    private sealed record Member(Guid UserId, Role Role, bool HasEmail, LocalClock Clock);

    private sealed record DeliveryRow(Guid Id, string Channel, Guid Recipient, DateTimeOffset? NextAt, DateTimeOffset? DigestAt, string? Lane, string? Outcome);

    private sealed record NoticeRow(Guid Id, Guid User);

    private sealed record Plan(
        DateTimeOffset At, Guid Id, DateTimeOffset? RetryAt = null, bool? Dead = null, string? Cause = null,
        IReadOnlyList<DeliveryRow>? Deliveries = null, IReadOnlyList<NoticeRow>? Notices = null);

    private sealed class Readers
    {
        public ILookup<Guid, Member> Members { get; init; } = null!;

        /// <summary>User null: the organisation's default.</summary>
        public Dictionary<(Guid Tenant, Guid? User, string Type, string Channel), NoticeMode> Preferences { get; init; } = [];
    }

    /// <summary>Fans a batch out. A pass that finds nothing, or nothing that another process does not work on already, has no events.</summary>
    /// <param name="now">Cut to milliseconds.</param>
    /// <param name="after">The organisation that was served last.</param>
    /// <param name="random">0 to 1: spreads what is tried again.</param>
    public async Task<FanOutResult> PassAsync(DateTimeOffset now, Guid? after, double random, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var events = await connection.QueryAsync(
            TakeSql,
            r => new Taken(
                r.GetFieldValue<DateTimeOffset>(0), r.GetGuid(1), r.ValueOrNull<Guid>(2), r.GetString(3), r.ValueOrNull<Guid>(4), r.TextOrNull(5), r.ValueOrNull<Guid>(6),
                r.GetString(7), r.GetInt32(8), r.GetFieldValue<DateTimeOffset>(9)),
            cancellationToken, Instant(now), Int(BatchSize), Int(ShareOfTenant), Uuid(after));
        if (events.Count == 0)
        {
            return new FanOutResult(0, 0, 0, 0, after);
        }

        var known = events.Select(e => (Event: e, Definition: registry.TryFind(e.Type, out var definition) ? definition : null, Payload: (object?)null))
            .Select(e => e with { Payload = e.Definition is null ? null : Read(e.Definition, e.Event.Payload) }).ToList();
        var readers = await ReadersAsync(connection, [.. known.Where(e => e.Payload is not null).Select(e => (e.Event, e.Definition!, e.Payload!))], cancellationToken);
        var plans = known.Select(e => e.Payload is null
            ? Fail(e.Event, e.Definition is null ? DeliveryCauses.UnknownEvent : DeliveryCauses.MalformedPayload, now, random)
            : PlanOf(e.Event, e.Definition!, e.Payload, readers, now)).ToList();
        await connection.ExecuteAsync("select notification_fan_out($1, $2)", cancellationToken, Instant(now), Json(JsonSerializer.Serialize(plans, Wire)));
        await transaction.CommitAsync(cancellationToken);
        return new FanOutResult(
            events.Count, plans.Sum(p => p.Deliveries?.Count(d => d.Outcome is null) ?? 0), plans.Sum(p => p.Notices?.Count ?? 0), plans.Count(p => p.Dead == true),
            events[^1].TenantId ?? after);
    }

    private static object? Read(EventDefinition definition, string payload)
    {
        try
        {
            return EventJson.Read(payload, definition.PayloadType);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A version that is being rolled out may enqueue what this one does not know yet.
    private static Plan Fail(Taken taken, string cause, DateTimeOffset now, double random) => now - taken.At >= Retries.GiveUpAfter
        ? new Plan(taken.At, taken.Id, Dead: true, Cause: cause)
        : new Plan(taken.At, taken.Id, RetryAt: now + Retries.After(taken.Attempts + 1, random), Cause: cause);

    private Plan PlanOf(Taken taken, EventDefinition definition, object payload, Readers readers, DateTimeOffset now)
    {
        if (taken.TenantId is not { } tenant || definition.TextsOf(payload) is null)
        {
            return new Plan(taken.At, taken.Id);
        }

        var people = definition.Audience.People(payload).OfType<Guid>().ToHashSet();
        var lane = taken.ResourceId is { } resource ? $"{taken.ResourceType}:{resource}" : null;
        List<DeliveryRow> deliveries = [];
        List<NoticeRow> notices = [];
        foreach (var member in readers.Members[tenant].Where(m => people.Contains(m.UserId) || definition.Audience.Roles.Contains(m.Role)))
        {
            var isNamed = people.Contains(member.UserId);
            if (member.UserId == taken.Actor && !definition.Audience.TellsActor)
            {
                continue;
            }

            if (ModeOf(readers, tenant, member.UserId, definition, Channels.InApp, isNamed) != NoticeMode.Off)
            {
                notices.Add(new NoticeRow(Guid.CreateVersion7(now), member.UserId));
                deliveries.Add(new DeliveryRow(Guid.CreateVersion7(now), Channels.InApp, member.UserId, null, null, null, "sent"));
            }

            var mode = ModeOf(readers, tenant, member.UserId, definition, Channels.Email, isNamed);
            if (mode == NoticeMode.Off || !member.HasEmail || !channels.Contains(Channels.Email))
            {
                continue;
            }

            DateTimeOffset? digest = mode == NoticeMode.Daily ? member.Clock.NextDigest(now) : null;
            var next = digest ?? (definition.IsMandatory ? now : member.Clock.AfterQuiet(now));
            deliveries.Add(new DeliveryRow(Guid.CreateVersion7(now), Channels.Email, member.UserId, next, digest, digest is null ? lane : null, null));
        }

        return new Plan(taken.At, taken.Id, Deliveries: deliveries, Notices: notices);
    }

    private static NoticeMode ModeOf(Readers readers, Guid tenant, Guid user, EventDefinition definition, string channel, bool isNamed) =>
        definition.IsMandatory ? NoticeMode.Instant
        : readers.Preferences.TryGetValue((tenant, user, definition.Type, channel), out var own) ? own
        : readers.Preferences.TryGetValue((tenant, null, definition.Type, channel), out var usual) ? usual
        : definition.DefaultOf(channel, isNamed);

    private static async Task<Readers> ReadersAsync(
        NpgsqlConnection connection, List<(Taken Event, EventDefinition Definition, object Payload)> events, CancellationToken cancellationToken)
    {
        var tenants = events.Select(e => e.Event.TenantId).OfType<Guid>().Distinct().ToList();
        var roles = events.SelectMany(e => e.Definition.Audience.Roles).Distinct().Select(r => (string?)WireNames.Of(r));
        var people = events.SelectMany(e => e.Definition.Audience.People(e.Payload)).OfType<Guid>().Distinct();
        var members = await connection.QueryAsync(
            MembersSql,
            r => (Tenant: r.GetGuid(0), Member: new Member(
                r.GetGuid(1), WireNames.Parse<Role>(r.GetString(2)), r.GetBoolean(3),
                new LocalClock(
                    LocalClock.ZoneOf(r.TextOrNull(4), r.TextOrNull(5)), r.ValueOrNull<TimeOnly>(6), r.ValueOrNull<TimeOnly>(7), r.ValueOrNull<TimeOnly>(8) ?? LocalClock.UsualDigest))),
            cancellationToken, Uuids(tenants), Texts(roles), Uuids(people));
        var preferences = await connection.QueryAsync(
            PreferencesSql, r => (Key: (r.GetGuid(0), r.ValueOrNull<Guid>(1), r.GetString(2), r.GetString(3)), Mode: WireNames.Parse<NoticeMode>(r.GetString(4))), cancellationToken,
            Uuids(tenants), Texts(events.Select(e => e.Event.Type).Distinct()));
        return new Readers
        {
            Members = members.ToLookup(m => m.Tenant, m => m.Member),
            Preferences = preferences.ToDictionary(p => p.Key, p => p.Mode),
        };
    }
}
