using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Custody;

/// <param name="Holder">`me`, or the id of a person, a place or an asset.</param>
/// <param name="AssetId">Of one asset.</param>
/// <param name="Open">`true`: out now; `false`: come back.</param>
/// <param name="Overdue">`true`: out after the expected return.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record AssignmentQuery(
    [FromQuery(Name = "holder")] string? Holder, [FromQuery(Name = "assetId")] string? AssetId, [FromQuery(Name = "open")] string? Open,
    [FromQuery(Name = "overdue")] string? Overdue, [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

/// <summary>The desk sees the organisation's custody, others their own.</summary>
internal static class ListAssignments
{
    private const string Order = "assignments";

    public static async Task<Results<Ok<Page<AssignmentResponse>>, ProblemHttpResult>> Handle(
        [AsParameters] AssignmentQuery query, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var take = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(query.Cursor, Order);
        var afterAt = after is null ? null : AssetSort.CreatedAt.Parse(after.Key) as DateTime?;
        if (after is not null && afterAt is null)
        {
            values.Refuse("cursor");
        }

        var now = clock.Now();
        var rows = Filter(db.AssetAssignments.AsNoTracking(), query, values, actor, now);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (after is { Id: var lastId } && afterAt is { } at)
        {
            var lastAt = new DateTimeOffset(at, TimeSpan.Zero);
            rows = rows.Where(h => EF.Functions.LessThan(ValueTuple.Create(h.CheckedOutAt, h.Id), ValueTuple.Create(lastAt, lastId)));
        }

        var found = await rows.OrderByDescending(h => h.CheckedOutAt).ThenByDescending(h => h.Id).Take(take + 1)
            .Select(Assignments.Response(db, actor, now)).ToListAsync(cancellationToken);
        var page = found.Take(take).ToList();
        var next = found.Count > take ? new Cursor(Order, InstantConverter.Format(page[^1].CheckedOutAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<AssignmentResponse>(page, next));
    }

    public static async Task<Results<Ok<AssignmentResponse>, ProblemHttpResult>> One(
        string id, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var custodyId)
            || await db.AssetAssignments.AsNoTracking().Where(h => h.Id == custodyId).Select(h => new { h.TargetUserId }).FirstOrDefaultAsync(cancellationToken) is not { } custody)
        {
            return Problems.Of(Problems.AssignmentNotFound);
        }

        return actor.IsDesk() || custody.TargetUserId == actor.UserId
            ? TypedResults.Ok(await Assignments.ReadAsync(db, actor, custodyId, clock.Now(), cancellationToken))
            : Problems.Of(Problems.Forbidden);
    }

    private static IQueryable<AssetAssignment> Filter(
        IQueryable<AssetAssignment> rows, AssignmentQuery query, QueryValues values, Actor actor, DateTimeOffset now)
    {
        var me = actor.UserId;
        if (!actor.IsDesk())
        {
            rows = rows.Where(h => h.TargetUserId == me);
        }

        if (query.Holder == "me")
        {
            rows = rows.Where(h => h.TargetUserId == me);
        }
        else if (values.Id("holder", query.Holder) is { } holder)
        {
            rows = rows.Where(h => h.TargetUserId == holder || h.TargetLocationId == holder || h.TargetAssetId == holder);
        }

        if (values.Id("assetId", query.AssetId) is { } assetId)
        {
            rows = rows.Where(h => h.AssetId == assetId);
        }

        rows = values.Flag("open", query.Open) switch
        {
            true => rows.Where(h => h.CheckedInAt == null),
            false => rows.Where(h => h.CheckedInAt != null),
            null => rows,
        };
        return values.Flag("overdue", query.Overdue) switch
        {
            true => rows.Where(h => h.CheckedInAt == null && h.ExpectedCheckinAt < now),
            false => rows.Where(h => h.CheckedInAt != null || h.ExpectedCheckinAt == null || h.ExpectedCheckinAt >= now),
            null => rows,
        };
    }
}
