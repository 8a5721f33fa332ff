using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Defects;

/// <param name="Items">What the inspection found, then what was known: each newest first, at most 100.</param>
public sealed record DefectsOfInspection(IReadOnlyList<DefectOfInspection> Items);

/// <summary>A defect as an inspection met it.</summary>
/// <param name="Defect">As it stands now.</param>
/// <param name="IsFound">The inspection opened it, or saw it again.</param>
/// <param name="IsKnown">An earlier inspection had opened it.</param>
/// <param name="IsAcknowledged">Whoever completed the inspection was shown it.</param>
public sealed record DefectOfInspection(DefectItem Defect, bool IsFound, bool IsKnown, bool IsAcknowledged);

internal static class ListDefectsOfInspection
{
    private const string Run =
        """
        select i.asset_id, i.completed_at, i.cancelled_at, i.template_snapshot::text, i.acknowledged_defects,
               array(select r.snapshot_item_id from inspection_responses r where r.inspection_id = i.id and not r.boolean_value)
          from inspections i
         where i.id = $1 and ($2 or i.started_by_user_id = $3)
        """;

    // Of one label an asset has one that is open at a time: the one that was when the run ended is the one that it opened or saw again.
    private const string Then = "d.opened_at <= $2 and (d.resolved_at is null or d.resolved_at >= $2)";

    private static readonly string Found = DefectReader.Select(["d.asset_id = $1", Then, "d.label_key = any ($3)"], DefectReader.MostShown);

    private static readonly string Known = DefectReader.Select(["d.asset_id = $1", $"(d.id = any ($3) or ({Then}))"], DefectReader.MostShown);

    public static async Task<Results<Ok<DefectsOfInspection>, ProblemHttpResult>> Handle(
        string id, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId)
            || await session.Connection.QueryAsync(
                Run, Ended.Read, cancellationToken, Statement.Uuid(runId), Statement.Flag(actor.IsDesk), Statement.Uuid(actor.UserId)) is not [var run])
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        var at = run.CompletedAt ?? run.CancelledAt ?? clock.Now();
        var labels = run.CompletedAt is null ? [] : run.FailedLabels();
        var found = labels.Length == 0 ? [] : await ReadAsync(Found, Statement.Texts(labels));
        var known = (await ReadAsync(Known, Statement.Uuids(run.Acknowledged))).ExceptBy(found.Select(d => d.Id), d => d.Id);
        return TypedResults.Ok(new DefectsOfInspection(
        [
            .. found.Select(d => new DefectOfInspection(d, true, d.InspectionId != runId, run.Acknowledged.Contains(d.Id))),
            .. known.Select(d => new DefectOfInspection(d, false, d.InspectionId != runId, run.Acknowledged.Contains(d.Id))),
        ]));

        Task<List<DefectItem>> ReadAsync(string sql, NpgsqlParameter which) =>
            session.Connection.QueryAsync(sql, DefectReader.Item, cancellationToken, Statement.Uuid(run.AssetId), Statement.Instant(at), which);
    }

    private sealed record Ended(Guid AssetId, DateTimeOffset? CompletedAt, DateTimeOffset? CancelledAt, InspectionSnapshot Snapshot, Guid[] Acknowledged, Guid[] Failed)
    {
        public static Ended Read(NpgsqlDataReader reader) => new(
            reader.GetGuid(0), reader.ValueOrNull<DateTimeOffset>(1), reader.ValueOrNull<DateTimeOffset>(2), InspectionSnapshot.FromJson(reader.GetString(3)),
            reader.GetFieldValue<Guid[]>(4), reader.GetFieldValue<Guid[]>(5));

        public string[] FailedLabels() =>
            [.. FoundDefects.Of(Snapshot, Failed.ToDictionary(i => i, _ => ((bool?)false, (string?)null))).Select(f => f.LabelKey).Distinct(StringComparer.Ordinal)];
    }
}
