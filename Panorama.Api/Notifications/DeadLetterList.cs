using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Notifications;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Notifications;

/// <summary>A message that was given up.</summary>
/// <param name="EventAt">With <paramref name="Id"/> what names it in a request.</param>
/// <param name="EventName">The kind, in the reader's language.</param>
/// <param name="Channel">`email`, `in_app`, or `event` where the readers could not be found out.</param>
/// <param name="RecipientName">Null where it was for nobody in particular.</param>
/// <param name="Cause">In short.</param>
/// <param name="LastError">In the words of whoever refused it.</param>
/// <param name="History">What happened at each attempt.</param>
public sealed record DeadLetterResponse(
    DateTimeOffset EventAt, Guid Id, Guid EventId, string EventType, string EventName, string Channel, Guid? RecipientUserId, string? RecipientName,
    int Attempts, string? Cause, string? LastError, DateTimeOffset? DiedAt, string? ResourceType, Guid? ResourceId, JsonElement History);

public sealed record DeadCauseResponse(string EventType, string EventName, string Channel, string? Cause, long Count);

/// <param name="Items">The commonest first.</param>
/// <param name="Total">Of all of them.</param>
public sealed record DeadCausesResponse(IReadOnlyList<DeadCauseResponse> Items, long Total);

internal static class DeadLetterList
{
    private const string Order = "dead-letters";

    public static async Task<Results<Ok<Page<DeadLetterResponse>>, ProblemHttpResult>> Handle(
        [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "cursor")] string? cursor, Actor actor, HttpContext context, TenantSession session,
        EventRegistry registry, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var most = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = Keyset.Read(values, cursor, Order);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var language = await LanguageAsync(session.Connection, actor, cancellationToken);
        var rows = await session.Connection.QueryAsync(
            """
            select d.event_at, d.id, d.event_id, d.event_type, d.channel, d.recipient_user_id, u.display_name, d.attempts, d.cause, d.last_error, d.died_at,
                   d.resource_type, d.resource_id, coalesce(d.error_history, '[]')::text
              from notification_dead_letters($1, $2, $3) d left join users u on u.id = d.recipient_user_id
             order by d.event_at desc, d.id desc
            """,
            r => new DeadLetterResponse(
                r.GetFieldValue<DateTimeOffset>(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), NameOf(registry, r.GetString(3), language), r.GetString(4),
                r.ValueOrNull<Guid>(5), r.TextOrNull(6), r.GetInt32(7), r.TextOrNull(8), r.TextOrNull(9), r.ValueOrNull<DateTimeOffset>(10), r.TextOrNull(11),
                r.ValueOrNull<Guid>(12), JsonElement.Parse(r.GetString(13))),
            cancellationToken, Statement.Int(most + 1), new NpgsqlParameter { Value = (object?)after?.At ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            Statement.Uuid(after?.Id));
        var next = rows.Count > most ? Keyset.Next(Order, rows[most - 1].EventAt, rows[most - 1].Id) : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<DeadLetterResponse>([.. rows.Take(most)], next));
    }

    public static async Task<Ok<DeadCausesResponse>> Causes(Actor actor, TenantSession session, EventRegistry registry, CancellationToken cancellationToken)
    {
        var language = await LanguageAsync(session.Connection, actor, cancellationToken);
        var causes = await session.Connection.QueryAsync(
            "select event_type, channel, cause, count from notification_dead_causes()",
            r => new DeadCauseResponse(r.GetString(0), NameOf(registry, r.GetString(0), language), r.GetString(1), r.TextOrNull(2), r.GetInt64(3)), cancellationToken);
        return TypedResults.Ok(new DeadCausesResponse(causes, causes.Sum(c => c.Count)));
    }

    private static string NameOf(EventRegistry registry, string type, string language) =>
        registry.TryFind(type, out var definition) ? definition.Texts[0].In(language).Name : type;

    private static async Task<string> LanguageAsync(NpgsqlConnection connection, Actor actor, CancellationToken cancellationToken) => NotificationTexts.Language(
        await connection.ScalarAsync<string>(
            "select coalesce(u.locale, t.locale) from users u cross join tenants t where u.id = $1 and t.id = $2", cancellationToken,
            Statement.Uuid(actor.UserId), Statement.Uuid(actor.TenantId)));
}
