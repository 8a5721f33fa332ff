using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record InspectionPageQuery([FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

internal static class ListInspections
{
    private const string Order = "-startedAt";

    public static async Task<Results<Ok<Page<InspectionItem>>, ProblemHttpResult>> Handle(
        [AsParameters] InspectionQuery query, [AsParameters] InspectionPageQuery part, HttpContext context, TenantSession session, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var filter = InspectionFilter.Read(query, values);
        var limit = values.Integer("limit", part.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(part.Cursor, Order);
        var startedBefore = values.Instant(after);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        await using var batch = new NpgsqlBatch { BatchCommands = { Page(filter, after is null ? null : (startedBefore, after.Id), limit + 1) } };
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        if (filter.IsOfAll && !session.Actor!.IsDesk)
        {
            return Problems.Of(Problems.AdminRoleRequiredForTenantScope);
        }

        var found = await reader.ReadAllAsync(InspectionReader.Item, cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(Order, InstantConverter.Format(page[^1].StartedAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<InspectionItem>(page, next));
    }

    /// <summary>Newest first.</summary>
    private static NpgsqlBatchCommand Page(InspectionFilter filter, (DateTimeOffset StartedAt, Guid Id)? after, int rows)
    {
        var command = new NpgsqlBatchCommand();
        var conditions = filter.Conditions(command.Parameters);
        if (after is { } last)
        {
            conditions.Add(
                $"(i.started_at, i.id) < ({Statement.Add(command.Parameters, last.StartedAt, NpgsqlDbType.TimestampTz)}, {Statement.Add(command.Parameters, last.Id, NpgsqlDbType.Uuid)})");
        }

        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            select {InspectionReader.Columns}
            from (select i.* from inspections i{Statement.Where(conditions)} order by i.started_at desc, i.id desc limit {rows}) i
            {InspectionReader.Joins}
            order by i.started_at desc, i.id desc
            """);
        return command;
    }
}
