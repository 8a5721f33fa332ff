using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Runs;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Sql;

namespace Panorama.Api.Inspections.Defects;

internal sealed record FailedItem(Guid SnapshotItemId, string Label, DefectSeverity Severity);

/// <summary>What completing an inspection says of the defects of its asset.</summary>
internal static class ReportDefects
{
    private const int NamedInText = 5;

    /// <summary>An outcome may be worse than what was found, and not better.</summary>
    public static ProblemHttpResult? Refuse(InspectionOutcome outcome, IReadOnlyList<FoundDefect> found)
    {
        var computed = FoundDefects.OutcomeOf(found);
        if (!FoundDefects.IsBetter(outcome, computed))
        {
            return null;
        }

        List<FailedItem> items = [.. found.Where(f => f.Severity != DefectSeverity.Minor).Select(f => new FailedItem(f.Item.Id, f.Item.Label, f.Severity))];
        return Problems.About(
            Problems.OutcomeBetterThanFound, string.Join('|', items.Take(NamedInText).Select(i => i.Label)), Problems.Args(("computed", WireNames.Of(computed)), ("items", items)));
    }

    /// <summary>How many of these are defects of the asset that the inspection is of.</summary>
    public static NpgsqlBatchCommand Count(Guid inspection, Guid[] defects) => Statement.Of(
        "select count(*)::int from defects where asset_id = (select asset_id from inspections where id = $1) and id = any ($2)", Statement.Uuid(inspection), Statement.Uuids(defects));

    /// <summary>The audit's line of what whoever completed an inspection was shown; none where nothing was.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Acknowledge(Guid inspection, Guid[] defects, DateTimeOffset now) => defects.Length == 0
        ? [] : [AuditEvent.About(AuditActions.DefectsAcknowledged, "inspection", inspection, now, new { defectIds = defects }).ToInsert()];

    /// <summary>Keeps what was found with the run, and tells of what is new.</summary>
    public static async Task KeepAsync(
        NpgsqlConnection connection, InspectionItem run, IReadOnlyList<FoundDefect> found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reporter = run.CompletedByUserId!.Value;
        var kept = await FoundDefects.KeepAsync(connection, new InspectionRef(run.Id, run.TenantId, run.AssetId), found, reporter, now, cancellationToken);
        if (kept.Count > 0)
        {
            await connection.ExecuteAsync(cancellationToken, kept.SelectMany(Tell));
        }

        IEnumerable<NpgsqlBatchCommand> Tell(KeptDefect defect)
        {
            yield return AuditEvent.About(
                defect.IsNew ? AuditActions.DefectOpened : AuditActions.DefectSeenAgain, "asset", run.AssetId, now,
                new { defectId = defect.Id, inspectionId = run.Id, severity = WireNames.Of(defect.Severity) }).ToInsert();
            if (defect.IsNew)
            {
                yield return Outbox.Insert(OutboxMessage.Of(new DefectOpened(defect.Id, run.Id, run.AssetId, reporter, defect.Severity), run.TenantId, reporter, now));
            }
        }
    }
}
