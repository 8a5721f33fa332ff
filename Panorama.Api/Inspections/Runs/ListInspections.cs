using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Scope">`mine` when absent, or `tenant`: all, for who is at the desk.</param>
/// <param name="Status">`IN_PROGRESS`, `COMPLETED`, `CANCELLED` or `all`.</param>
/// <param name="Outcome">`PASS`, `FAIL`, `NEEDS_MAINTENANCE` or `all`.</param>
/// <param name="NeedsReview">`true` or `1`: ended otherwise than well and not looked at; status and outcome are not read then.</param>
/// <param name="AssetId">Of this asset.</param>
/// <param name="ReservationId">Of this booking.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record InspectionQuery(
    [FromQuery(Name = "scope")] string? Scope, [FromQuery(Name = "status")] string? Status, [FromQuery(Name = "outcome")] string? Outcome,
    [FromQuery(Name = "needsReview")] string? NeedsReview, [FromQuery(Name = "assetId")] string? AssetId, [FromQuery(Name = "reservationId")] string? ReservationId,
    [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

internal static class ListInspections
{
    private const string Order = "-startedAt";

    public static async Task<Results<Ok<Page<InspectionItem>>, ProblemHttpResult>> Handle(
        [AsParameters] InspectionQuery query, Actor actor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var isOfAll = values.OneOf<bool>("scope", query.Scope, text => text switch { "mine" => false, "tenant" => true, _ => null }) ?? false;
        var status = Choice<InspectionStatus>(values, "status", query.Status);
        var outcome = Choice<InspectionOutcome>(values, "outcome", query.Outcome);
        var assetId = values.Id("assetId", query.AssetId);
        var reservationId = values.Id("reservationId", query.ReservationId);
        var limit = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(query.Cursor, Order);
        var startedBefore = after is null ? default : Instant(after.Key, values);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (isOfAll && !actor.IsDesk)
        {
            return Problems.Of(Problems.AdminRoleRequiredForTenantScope);
        }

        var rows = db.Inspections.AsNoTracking();
        rows = isOfAll ? rows : rows.Where(i => i.StartedByUserId == actor.UserId);
        if (query.NeedsReview is "true" or "1")
        {
            rows = rows.Where(i => i.Status == InspectionStatus.Completed && i.ReviewedAt == null && i.Outcome != InspectionOutcome.Pass);
        }
        else
        {
            rows = status is null ? rows : rows.Where(i => i.Status == status);
            rows = outcome is null ? rows : rows.Where(i => i.Outcome == outcome);
        }

        rows = assetId is null ? rows : rows.Where(i => i.AssetId == assetId);
        rows = reservationId is null ? rows : rows.Where(_ => false); // no inspection belongs to a booking yet
        rows = after is null
            ? rows
            : rows.Where(i => EF.Functions.LessThan(ValueTuple.Create(i.StartedAt, i.Id), ValueTuple.Create(startedBefore, after.Id)));
        var found = await InspectionReader.Show(db, rows.OrderByDescending(i => i.StartedAt).ThenByDescending(i => i.Id).Take(limit + 1)).ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(Order, InstantConverter.Format(page[^1].StartedAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<InspectionItem>(page, next));
    }

    private static T? Choice<T>(QueryValues values, string name, string? value)
        where T : struct, Enum => value is "all" ? null : values.OneOf<T>(name, value, text => WireNames.TryParse<T>(text, out var known) ? known : null);

    private static DateTimeOffset Instant(string text, QueryValues values)
    {
        if (!DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at))
        {
            values.Refuse("cursor");
        }

        return at;
    }
}
