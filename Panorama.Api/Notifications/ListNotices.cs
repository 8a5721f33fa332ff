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

/// <summary>Something one was told of.</summary>
/// <param name="EventType">Its kind, for example `panorama.asset.checked_out`.</param>
/// <param name="Title">One line in the reader's language.</param>
/// <param name="Text">A sentence or two; the names are those of now.</param>
/// <param name="Link">The page it is about, from the root; null when this version knows none.</param>
/// <param name="ReadAt">Null while it is unread.</param>
public sealed record NoticeResponse(
    Guid Id, string EventType, string Title, string Text, string? Link, string? ResourceType, Guid? ResourceId, DateTimeOffset OccurredAt,
    DateTimeOffset CreatedAt, DateTimeOffset? ReadAt);

/// <param name="Unread">Counted up to 100.</param>
/// <param name="AtLeast">True when there are more.</param>
public sealed record NoticeCount(int Unread, bool AtLeast);

/// <param name="Unread">`true`: only what is unread; `false`: only what is read.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record NoticeQuery(
    [FromQuery(Name = "unread")] string? Unread, [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

internal static class ListNotices
{
    private const string Order = "notices";

    public static async Task<Results<Ok<Page<NoticeResponse>>, ProblemHttpResult>> Handle(
        [AsParameters] NoticeQuery query, Actor actor, HttpContext context, TenantSession session, EventRegistry registry, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var most = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var unread = values.Flag("unread", query.Unread);
        var after = Keyset.Read(values, query.Cursor, Order);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var rows = await ReadAsync(session.Connection, unread, after, most + 1, cancellationToken);
        var page = rows.Take(most).ToList();
        var next = rows.Count > most ? Keyset.Next(Order, page[^1].CreatedAt, page[^1].Id) : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<NoticeResponse>(await RenderAsync(session.Connection, registry, actor, page, cancellationToken), next));
    }

    // The policy leaves one's own; the language and the zone are of the person, else of the organisation.
    private static Task<List<Row>> ReadAsync(NpgsqlConnection connection, bool? unread, Keyset? after, int most, CancellationToken cancellationToken)
    {
        var read = unread switch { true => " and n.read_at is null", false => " and n.read_at is not null", null => "" };
        var behind = after is null ? "" : " and (n.created_at, n.id) < ($2, $3)";
        List<NpgsqlParameter> parameters = [Statement.Int(most)];
        if (after is not null)
        {
            parameters.AddRange([new() { Value = after.At, NpgsqlDbType = NpgsqlDbType.TimestampTz }, Statement.Uuid(after.Id)]);
        }

        return connection.QueryAsync(
            $"""
            select n.id, n.event_type, n.resource_type, n.resource_id, n.actor_user_id, n.payload::text, n.occurred_at, n.created_at, n.read_at,
                   coalesce(u.locale, t.locale), coalesce(u.time_zone, t.timezone)
              from (select * from notices n where n.user_id = (select panorama_current_actor()){read}{behind} order by n.created_at desc, n.id desc limit $1) n
              join users u on u.id = n.user_id join tenants t on t.id = n.tenant_id
             order by n.created_at desc, n.id desc
            """,
            r => new Row(
                r.GetGuid(0), r.GetString(1), r.TextOrNull(2), r.ValueOrNull<Guid>(3), r.ValueOrNull<Guid>(4), r.GetString(5), r.GetFieldValue<DateTimeOffset>(6),
                r.GetFieldValue<DateTimeOffset>(7), r.ValueOrNull<DateTimeOffset>(8), r.TextOrNull(9), r.TextOrNull(10)),
            cancellationToken, parameters);
    }

    private static async Task<List<NoticeResponse>> RenderAsync(
        NpgsqlConnection connection, EventRegistry registry, Actor actor, List<Row> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var language = NotificationTexts.Language(rows[0].Locale);
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(rows[0].TimeZone ?? "UTC", out var found) ? found : TimeZoneInfo.Utc;
        var sources = rows.ConvertAll(r => new NoticeSource(r.EventType, actor.TenantId!.Value, r.ActorUserId, r.OccurredAt, r.Payload));
        var facts = await NotificationFacts.LoadAsync(connection, registry, sources, cancellationToken);
        return [.. rows.Zip(sources, (row, source) =>
        {
            // A notice of a newer version is still shown, under its kind's name.
            var text = NotificationTexts.Render(registry, source, facts, language, zone);
            return new NoticeResponse(
                row.Id, row.EventType, text?.Title ?? row.EventType, text?.Text ?? "", text?.Link, row.ResourceType, row.ResourceId, row.OccurredAt, row.CreatedAt, row.ReadAt);
        })];
    }

    private sealed record Row(
        Guid Id, string EventType, string? ResourceType, Guid? ResourceId, Guid? ActorUserId, string Payload, DateTimeOffset OccurredAt, DateTimeOffset CreatedAt,
        DateTimeOffset? ReadAt, string? Locale, string? TimeZone);
}

internal static class CountNotices
{
    private const int Most = 100;

    // The first hundred, by the partial index of what is unread.
    private const string Sql =
        """
        select count(*)::int from (select 1 from notices n where n.user_id = (select panorama_current_actor()) and n.read_at is null limit 101) n
        """;

    public static async Task<Ok<NoticeCount>> Handle(TenantSession session, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch { BatchCommands = { new NpgsqlBatchCommand(Sql) } };
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var count = reader.GetInt32(0);
        await reader.NextResultAsync(cancellationToken);
        return TypedResults.Ok(new NoticeCount(Math.Min(count, Most), count > Most));
    }
}
