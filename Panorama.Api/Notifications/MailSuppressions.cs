using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Api.Notifications;

/// <summary>An address that gets no mail of the organisation.</summary>
/// <param name="Email">Lower case.</param>
/// <param name="Reason">`hard_bounce`, `complaint`, `unsubscribed` or `manual`.</param>
/// <param name="Detail">What the other server said.</param>
/// <param name="ReleasedAt">Null while it holds.</param>
public sealed record SuppressionResponse(
    Guid Id, string Email, string Reason, string? Detail, string? EventType, DateTimeOffset CreatedAt, DateTimeOffset? ReleasedAt, string? ReleasedByName);

/// <param name="Released">`true`: only released ones; `false`: only those that hold.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record SuppressionQuery(
    [FromQuery(Name = "released")] string? Released, [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

internal static class MailSuppressions
{
    private const string Order = "mail-suppressions";

    private const string Columns =
        """
        select s.id, s.email, s.reason, s.detail, s.event_type, s.created_at, s.released_at, u.display_name
          from mail_suppressions s left join users u on u.id = s.released_by_user_id
        """;

    public static async Task<Results<Ok<Page<SuppressionResponse>>, ProblemHttpResult>> List(
        [AsParameters] SuppressionQuery query, HttpContext context, TenantSession session, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var most = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var released = values.Flag("released", query.Released);
        var after = Keyset.Read(values, query.Cursor, Order);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        List<NpgsqlParameter> parameters = [Statement.Int(most + 1)];
        if (after is not null)
        {
            parameters.AddRange([new() { Value = after.At, NpgsqlDbType = NpgsqlDbType.TimestampTz }, Statement.Uuid(after.Id)]);
        }

        var state = released switch { true => "s.released_at is not null", false => "s.released_at is null", null => "true" };
        var rows = await session.Connection.QueryAsync(
            $"{Columns} where {state}{(after is null ? "" : " and (s.created_at, s.id) < ($2, $3)")} order by s.created_at desc, s.id desc limit $1",
            Read, cancellationToken, parameters);
        var next = rows.Count > most ? Keyset.Next(Order, rows[most - 1].CreatedAt, rows[most - 1].Id) : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<SuppressionResponse>([.. rows.Take(most)], next));
    }

    public static async Task<Results<Ok<SuppressionResponse>, ProblemHttpResult>> Release(
        string id, TenantSession session, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var suppression))
        {
            return Problems.Of(Problems.SuppressionNotFound);
        }

        var now = clock.Now();
        var released = await session.Connection.ExecuteAsync(
            "update mail_suppressions set released_at = $2, released_by_user_id = panorama_current_actor() where id = $1 and released_at is null", cancellationToken,
            Statement.Uuid(suppression), Statement.Instant(now));
        var row = (await session.Connection.QueryAsync($"{Columns} where s.id = $1", Read, cancellationToken, Statement.Uuid(suppression))).SingleOrDefault();
        if (row is null)
        {
            return Problems.Of(Problems.SuppressionNotFound);
        }

        if (released == 1)
        {
            db.Add(AuditEvent.About(AuditActions.MailSuppressionReleased, "mail_suppression", suppression, now, new { reason = row.Reason }));
            await db.SaveChangesAsync(cancellationToken);
        }

        return TypedResults.Ok(row);
    }

    private static SuppressionResponse Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.TextOrNull(4), r.GetFieldValue<DateTimeOffset>(5), r.ValueOrNull<DateTimeOffset>(6),
        r.TextOrNull(7));
}
