using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Api.Assets.Readings;

internal static class ListReadings
{
    private const string Order = "readings";

    /// <param name="id">Of the asset.</param>
    /// <param name="limit">1 to 200, 50 when absent.</param>
    /// <param name="until">Those of this instant and before it.</param>
    /// <param name="cursor">`nextCursor` of the page before.</param>
    public static async Task<Results<Ok<Page<ReadingResponse>>, ProblemHttpResult>> Handle(
        string id, [FromQuery] string? limit, [FromQuery] string? until, [FromQuery] string? cursor, HttpContext context, TenantSession session, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var take = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var last = values.OneOf("until", until, InstantConverter.Parse);
        var after = values.Cursor(cursor, Order);
        var afterAt = after is null ? null : AssetSort.CreatedAt.Parse(after.Key) as DateTime?;
        if (after is not null && afterAt is null)
        {
            values.Refuse("cursor");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (!Guid.TryParseExact(id, "D", out var assetId) || await ReadAsync(session, assetId, last, after?.Id, afterAt, take + 1, cancellationToken) is not { } rows)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        var page = rows.Take(take).ToList();
        var next = rows.Count > take ? new Cursor(Order, InstantConverter.Format(page[^1].ReadAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<ReadingResponse>(page, next));
    }

    /// <summary>Null when this tenant has no such asset. One round trip, which ends the transaction.</summary>
    private static async Task<List<ReadingResponse>?> ReadAsync(
        TenantSession session, Guid assetId, DateTimeOffset? last, Guid? afterId, DateTime? afterAt, int take, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch
        {
            BatchCommands =
            {
                new("select from assets where id = $1") { Parameters = { Statement.Uuid(assetId) } },
                Statement.Of(
                    afterId is null ? Rows("") : Rows(" and (r.read_at, r.id) < ($4, $5)"), Statement.Uuid(assetId), Statement.Int(take),
                    Statement.Instant(last ?? DateTimeOffset.MaxValue)),
            },
        };
        if (afterId is { } lastId && afterAt is { } at)
        {
            batch.BatchCommands[1].Parameters.Add(Statement.Instant(new DateTimeOffset(at, TimeSpan.Zero)));
            batch.BatchCommands[1].Parameters.Add(Statement.Uuid(lastId));
        }

        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        await reader.NextResultAsync(cancellationToken);
        var readings = new List<ReadingResponse>();
        while (await reader.ReadAsync(cancellationToken))
        {
            readings.Add(new ReadingResponse(
                reader.GetGuid(0), reader.GetDecimal(1), WireNames.Parse<MeterUnit>(reader.GetString(2)), reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetString(4), reader.ValueOrNull<Guid>(5), reader.TextOrNull(6), reader.ValueOrNull<DateTimeOffset>(7), reader.TextOrNull(8),
                reader.GetFieldValue<DateTimeOffset>(9)));
        }

        return readings;
    }

    private static string Rows(string after) =>
        $"""
        select r.id, r.value, r.unit, r.read_at, r.source, r.read_by_user_id, u.display_name, r.voided_at, r.void_reason, r.created_at
        from meter_readings r left join users u on u.id = r.read_by_user_id
        where r.asset_id = $1 and r.read_at <= $3{after}
        order by r.read_at desc, r.id desc limit $2
        """;
}
