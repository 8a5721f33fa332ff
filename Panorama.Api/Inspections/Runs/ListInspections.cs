using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record InspectionPageQuery([FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

internal static class ListInspections
{
    private const string Order = "-startedAt";

    public static async Task<Results<Ok<Page<InspectionItem>>, ProblemHttpResult>> Handle(
        [AsParameters] InspectionQuery query, [AsParameters] InspectionPageQuery part, Actor actor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
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

        if (filter.IsOfAll && !actor.IsDesk)
        {
            return Problems.Of(Problems.AdminRoleRequiredForTenantScope);
        }

        var rows = filter.Of(db.Inspections.AsNoTracking(), actor);
        rows = after is null
            ? rows
            : rows.Where(i => EF.Functions.LessThan(ValueTuple.Create(i.StartedAt, i.Id), ValueTuple.Create(startedBefore, after.Id)));
        var found = await InspectionReader.Show(db, rows.OrderByDescending(i => i.StartedAt).ThenByDescending(i => i.Id).Take(limit + 1)).ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(Order, InstantConverter.Format(page[^1].StartedAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<InspectionItem>(page, next));
    }
}
