using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
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
        [AsParameters] AssignmentQuery query, HttpContext context, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var take = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(query.Cursor, Order);
        var afterAt = after is null ? null : AssetSort.CreatedAt.Parse(after.Key) as DateTime?;
        if (after is not null && afterAt is null)
        {
            values.Refuse("cursor");
        }

        var filter = Filter(query, values, actor);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        // Of somebody else and their own alone: nothing.
        var rows = filter is null
            ? []
            : await AssignmentReader.ListAsync(
                session, actor, filter, after?.Id, afterAt is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null, take + 1, clock.Now(), cancellationToken);
        var page = rows.Take(take).ToList();
        var next = rows.Count > take ? new Cursor(Order, InstantConverter.Format(page[^1].CheckedOutAt), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<AssignmentResponse>(page, next));
    }

    public static async Task<Results<Ok<AssignmentResponse>, ProblemHttpResult>> One(
        string id, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var custodyId)
            || await AssignmentReader.ReadLastAsync(session, actor, custodyId, clock.Now(), cancellationToken) is not { } custody)
        {
            return Problems.Of(Problems.AssignmentNotFound);
        }

        return actor.IsDesk() || (custody.TargetType == AssignmentTarget.User && custody.TargetId == actor.UserId)
            ? TypedResults.Ok(custody)
            : Problems.Of(Problems.Forbidden);
    }

    /// <summary>Null when nothing can match: somebody else's, asked for by a person who sees only their own.</summary>
    private static AssignmentFilter? Filter(AssignmentQuery query, QueryValues values, Actor actor)
    {
        var isMine = query.Holder == "me";
        var holder = isMine ? null : values.Id("holder", query.Holder);
        var filter = new AssignmentFilter(
            isMine || !actor.IsDesk() ? actor.UserId : null, holder, values.Id("assetId", query.AssetId), values.Flag("open", query.Open),
            values.Flag("overdue", query.Overdue));
        return actor.IsDesk() || holder is null || holder == actor.UserId ? filter : null;
    }
}
