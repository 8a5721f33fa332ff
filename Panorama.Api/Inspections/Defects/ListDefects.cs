using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;

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
        [AsParameters] DefectQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
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

        var rows = db.Defects.AsNoTracking();
        rows = assetId is null ? rows : rows.Where(d => d.AssetId == assetId);
        rows = status is null ? rows : rows.Where(d => d.Status == status);
        rows = severity is null ? rows : rows.Where(d => d.Severity == severity);
        rows = after is null ? rows : rows.Where(d => EF.Functions.LessThan(ValueTuple.Create(d.OpenedAt, d.Id), ValueTuple.Create(openedBefore, after.Id)));
        var found = await DefectReader.Show(db, rows.OrderByDescending(d => d.OpenedAt).ThenByDescending(d => d.Id).Take(limit + 1)).ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(Order, InstantConverter.Format(page[^1].OpenedAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<DefectItem>(page, next));
    }

    public static async Task<Results<Ok<DefectItem>, ProblemHttpResult>> ShowAsync(string id, PanoramaDbContext db, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var defect) && await DefectReader.ReadAsync(db, defect, cancellationToken) is { } item
            ? TypedResults.Ok(item) : Problems.Of(Problems.DefectNotFound);
}
