using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;

namespace Panorama.Api.Inspections.Runs;

/// <summary>Where an inspection stands among those that wait for a review, newest first; also where it waits no longer.</summary>
/// <param name="Newer">How many newer ones wait; 999 stands for that many or more.</param>
/// <param name="Older">How many older ones wait; 999 stands for that many or more.</param>
/// <param name="Previous">The next newer one; null at the head.</param>
/// <param name="Next">The next older one; null at the end.</param>
public sealed record ReviewQueuePlace(Guid InspectionId, bool IsWaiting, int Newer, int Older, WaitingInspection? Previous, WaitingInspection? Next);

/// <summary>One that waits for a review.</summary>
public sealed record WaitingInspection(Guid Id, string TemplateName, string AssetTag);

internal static class FindInQueue
{
    private const int MostCounted = 999;

    // The conditions of the index of what waits, word for word, or it does not serve.
    private const string Place =
        """
        select r.status = 'COMPLETED' and r.reviewed_at is null and r.outcome <> 'PASS', newer.count, older.count,
               previous.id, previous.template_name, previous.tag, next.id, next.template_name, next.tag
          from inspections r
          cross join lateral (
               select count(*)::int from (
                 select 1 from inspections i
                  where i.status = 'COMPLETED' and i.reviewed_at is null and i.outcome <> 'PASS' and (i.started_at, i.id) > (r.started_at, r.id) limit $2) w) newer
          cross join lateral (
               select count(*)::int from (
                 select 1 from inspections i
                  where i.status = 'COMPLETED' and i.reviewed_at is null and i.outcome <> 'PASS' and (i.started_at, i.id) < (r.started_at, r.id) limit $2) w) older
          left join lateral (
               select i.id, i.template_name, a.tag
                 from (select i.id, i.template_name, i.asset_id from inspections i
                        where i.status = 'COMPLETED' and i.reviewed_at is null and i.outcome <> 'PASS' and (i.started_at, i.id) > (r.started_at, r.id)
                        order by i.started_at, i.id limit 1) i
                 join assets a on a.id = i.asset_id) previous on true
          left join lateral (
               select i.id, i.template_name, a.tag
                 from (select i.id, i.template_name, i.asset_id from inspections i
                        where i.status = 'COMPLETED' and i.reviewed_at is null and i.outcome <> 'PASS' and (i.started_at, i.id) < (r.started_at, r.id)
                        order by i.started_at desc, i.id desc limit 1) i
                 join assets a on a.id = i.asset_id) next on true
         where r.id = $1
        """;

    public static async Task<Results<Ok<ReviewQueuePlace>, ProblemHttpResult>> Handle(string id, TenantSession session, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var run))
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        var places = await session.Connection.QueryAsync(
            Place,
            r => new ReviewQueuePlace(
                run, r.ValueOrNull<bool>(0) == true, r.GetInt32(1), r.GetInt32(2),
                r.IsDBNull(3) ? null : new WaitingInspection(r.GetGuid(3), r.GetString(4), r.GetString(5)),
                r.IsDBNull(6) ? null : new WaitingInspection(r.GetGuid(6), r.GetString(7), r.GetString(8))),
            cancellationToken, Statement.Uuid(run), Statement.Int(MostCounted));
        return places.Count == 0 ? Problems.Of(Problems.InspectionNotFound) : TypedResults.Ok(places[0]);
    }
}
