using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;

namespace Panorama.Api.Importing;

internal static class GetImport
{
    public static async Task<Results<Ok<ImportResponse>, ProblemHttpResult>> Handle(string id, HttpContext context, ImportReader imports, CancellationToken cancellationToken)
    {
        if (await imports.FindAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        IfMatch.WriteTag(context, import.Version);
        return TypedResults.Ok(import);
    }
}

internal static class ListImports
{
    private const string Order = "-createdAt";

    public static async Task<Results<Ok<Page<ImportResponse>>, ProblemHttpResult>> Handle(
        HttpContext context, TenantSession session, ImportReader imports, CancellationToken cancellationToken,
        [FromQuery] string? limit = null, [FromQuery] string? cursor = null)
    {
        var values = new QueryValues();
        var take = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(cursor, Order);
        DateTimeOffset at = default;
        if (after is not null && !DateTimeOffset.TryParseExact(after.Key, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out at))
        {
            values.Refuse("cursor");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        var rows = await session.Connection.QueryAsync(
            $"""
            select {ImportReader.Columns} from imports i left join users u on u.id = i.started_by_user_id
             where {(after is null ? "$1::timestamptz is null and $2::uuid is null" : "(i.created_at, i.id) < ($1, $2)")}
             order by i.created_at desc, i.id desc limit $3
            """,
            imports.Read, cancellationToken, after is null ? Null() : Statement.Instant(at), Statement.Uuid(after?.Id), Statement.Int(take + 1));
        var page = rows.Take(take).ToList();
        var next = rows.Count > take ? new Cursor(Order, page[^1].CreatedAt.ToString("O", CultureInfo.InvariantCulture), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<ImportResponse>(page, next));
    }

    private static Npgsql.NpgsqlParameter Null() => new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz, Value = DBNull.Value };
}
