using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Lists;
using Panorama.Core.Sql;

namespace Panorama.Api.Assets.Bulk;

/// <summary>What became of one asset of a run.</summary>
/// <param name="Code">Why it was not changed.</param>
/// <param name="Before">The members that changed, as they were.</param>
/// <param name="After">The same, as the run left them.</param>
public sealed record BulkRunItemResponse(
    Guid AssetId, string Tag, string Name, int Ordinal, BulkItemState State, string? Code, JsonElement? Before, JsonElement? After);

internal static class ReadBulkRuns
{
    private const string Columns =
        """
        select r.id, r.kind, coalesce(r.request->'values', '{}')::text, r.state, r.total, r.done, r.changed, r.skipped, r.failed, r.undo_of,
          (select u.id from bulk_runs u where u.tenant_id = r.tenant_id and u.undo_of = r.id and u.state not in ('FAILED', 'CANCELLED') limit 1),
          r.started_by_user_id, p.display_name, r.cancel_requested_at, r.created_at, r.started_at, r.finished_at
        from bulk_runs r left join users p on p.id = r.started_by_user_id
        """;

    public static async Task<BulkRunResponse?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        (await connection.QueryAsync($"{Columns} where r.id = $1", Run, cancellationToken, Statement.Uuid(id))).SingleOrDefault();

    public static async Task<Results<Ok<Page<BulkRunResponse>>, ProblemHttpResult>> List(
        [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "cursor")] string? cursor, HttpContext context, TenantSession session, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var most = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(cursor, "bulk-runs");
        var key = after is null ? null : AssetSort.CreatedAt.Parse(after.Key);
        if (after is not null && key is null)
        {
            values.Refuse("cursor");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        var rows = after is null
            ? await session.Connection.QueryAsync($"{Columns} order by r.created_at desc, r.id desc limit $1", Run, cancellationToken, Statement.Int(most + 1))
            : await session.Connection.QueryAsync(
                $"{Columns} where (r.created_at, r.id) < ($2, $3) order by r.created_at desc, r.id desc limit $1", Run, cancellationToken, Statement.Int(most + 1),
                new NpgsqlParameter { Value = key!, NpgsqlDbType = NpgsqlDbType.TimestampTz }, Statement.Uuid(after.Id));
        var next = rows.Count > most ? new Cursor("bulk-runs", InstantConverter.Format(rows[most - 1].CreatedAt), rows[most - 1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<BulkRunResponse>([.. rows.Take(most)], next));
    }

    public static async Task<Results<Ok<BulkRunResponse>, ProblemHttpResult>> Get(string id, TenantSession session, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var runId) && await FindAsync(session.Connection, runId, cancellationToken) is { } run
            ? TypedResults.Ok(run) : Problems.Of(Problems.BulkRunNotFound);

    /// <param name="state">May repeat: only items in these states.</param>
    public static async Task<Results<Ok<Page<BulkRunItemResponse>>, ProblemHttpResult>> Items(
        string id, [FromQuery(Name = "itemState")] string[]? state, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "cursor")] string? cursor, HttpContext context,
        TenantSession session, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var most = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(cursor, "bulk-items");
        var from = -1;
        if (after is not null && !int.TryParse(after.Key, NumberStyles.None, CultureInfo.InvariantCulture, out from))
        {
            values.Refuse("cursor");
        }

        var states = state is { Length: > 0 } ? state : [.. Enum.GetValues<BulkItemState>().Select(s => WireNames.Of(s))];
        if (!Array.TrueForAll(states, s => WireNames.TryParse<BulkItemState>(s, out _)))
        {
            values.Refuse("itemState");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (!Guid.TryParseExact(id, "D", out var runId) || await FindAsync(session.Connection, runId, cancellationToken) is null)
        {
            return Problems.Of(Problems.BulkRunNotFound);
        }

        var rows = await session.Connection.QueryAsync(
            """
            select i.asset_id, a.tag, a.name, i.ordinal, i.state, i.code, i.before::text, i.after::text
              from (select * from bulk_run_items where run_id = $1 and state = any ($2) and ordinal > $3 order by ordinal limit $4) i
              join assets a on a.tenant_id = i.tenant_id and a.id = i.asset_id order by i.ordinal
            """,
            Item, cancellationToken, Statement.Uuid(runId), Statement.Texts(states), Statement.Int(from), Statement.Int(most + 1));
        var next = rows.Count > most ? new Cursor("bulk-items", rows[most - 1].Ordinal.ToString(CultureInfo.InvariantCulture), runId).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<BulkRunItemResponse>([.. rows.Take(most)], next));
    }

    private static BulkRunResponse Run(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), JsonElement.Parse(r.GetString(2)), WireNames.Parse<BulkState>(r.GetString(3)), r.GetInt32(4), r.GetInt32(5), r.GetInt32(6),
        r.GetInt32(7), r.GetInt32(8), r.ValueOrNull<Guid>(9), r.ValueOrNull<Guid>(10), r.GetGuid(11), r.TextOrNull(12), r.ValueOrNull<DateTimeOffset>(13),
        r.GetFieldValue<DateTimeOffset>(14), r.ValueOrNull<DateTimeOffset>(15), r.ValueOrNull<DateTimeOffset>(16));

    private static BulkRunItemResponse Item(NpgsqlDataReader r)
    {
        var state = WireNames.Parse<BulkItemState>(r.GetString(4));
        return new BulkRunItemResponse(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), state, r.TextOrNull(5),
            state is BulkItemState.Changed or BulkItemState.Undone ? Json(r.TextOrNull(6)) : null, Json(r.TextOrNull(7)));
    }

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}
