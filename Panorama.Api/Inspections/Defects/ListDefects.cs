using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;

namespace Panorama.Api.Inspections.Defects;

/// <param name="AssetId">Of this asset.</param>
/// <param name="Status">`OPEN`, `CERTIFIED` or `DISMISSED`; all when absent.</param>
/// <param name="Severity">`MINOR`, `MAJOR` or `OUT_OF_SERVICE`; all when absent.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record DefectQuery(
    [FromQuery(Name = "assetId")] string? AssetId, [FromQuery(Name = "status")] string? Status, [FromQuery(Name = "severity")] string? Severity,
    [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

internal static class ListDefects
{
    private const string Order = "-openedAt";

    public static async Task<Results<Ok<Page<DefectItem>>, ProblemHttpResult>> Handle(
        [AsParameters] DefectQuery query, HttpContext context, TenantSession session, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var assetId = values.Id("assetId", query.AssetId);
        var status = values.OneOf<DefectStatus>("status", query.Status, text => WireNames.TryParse<DefectStatus>(text, out var known) ? known : null);
        var severity = values.OneOf<DefectSeverity>("severity", query.Severity, text => WireNames.TryParse<DefectSeverity>(text, out var known) ? known : null);
        var limit = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(query.Cursor, Order);
        var openedBefore = values.Instant(after);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var command = new NpgsqlBatchCommand();
        var conditions = new List<string>();
        Equal("d.asset_id", assetId, NpgsqlDbType.Uuid);
        Equal("d.status", status is { } s ? WireNames.Of(s) : null, NpgsqlDbType.Text);
        Equal("d.severity", severity is { } grade ? WireNames.Of(grade) : null, NpgsqlDbType.Text);
        if (after is not null)
        {
            conditions.Add(
                $"(d.opened_at, d.id) < ({Statement.Add(command.Parameters, openedBefore, NpgsqlDbType.TimestampTz)}, {Statement.Add(command.Parameters, after.Id, NpgsqlDbType.Uuid)})");
        }

        command.CommandText = DefectReader.Select(conditions, limit + 1);
        var found = await ReadAsync(session, command, cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(Order, InstantConverter.Format(page[^1].OpenedAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<DefectItem>(page, next));

        void Equal(string column, object? value, NpgsqlDbType type)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = {Statement.Add(command.Parameters, value, type)}");
            }
        }
    }

    public static async Task<Results<Ok<DefectItem>, ProblemHttpResult>> ShowAsync(string id, TenantSession session, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var defect) && await ReadAsync(session, DefectReader.One(defect), cancellationToken) is [var item]
            ? TypedResults.Ok(item) : Problems.Of(Problems.DefectNotFound);

    private static async Task<List<DefectItem>> ReadAsync(TenantSession session, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch { BatchCommands = { command } };
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        return await reader.ReadAllAsync(DefectReader.Item, cancellationToken);
    }
}
