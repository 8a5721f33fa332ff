using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;

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

    /// <returns>False when one is no defect of the asset; then nothing is noted.</returns>
    public static async Task<bool> AcknowledgeAsync(PanoramaDbContext db, Inspection run, IReadOnlyList<Guid> defects, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = defects.Distinct().ToArray();
        if (ids.Length == 0)
        {
            return true;
        }

        if (await db.Defects.CountAsync(d => d.AssetId == run.AssetId && ids.Contains(d.Id), cancellationToken) < ids.Length)
        {
            return false;
        }

        run.AcknowledgedDefects = ids;
        db.Add(AuditEvent.About(AuditActions.DefectsAcknowledged, "inspection", run.Id, now, new { defectIds = ids }));
        return true;
    }

    /// <summary>Keeps what was found with the run, and tells of what is new.</summary>
    public static async Task KeepAsync(
        NpgsqlConnection connection, PanoramaDbContext db, Inspection run, IReadOnlyList<FoundDefect> found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reporter = run.CompletedByUserId!.Value;
        foreach (var defect in await FoundDefects.KeepAsync(connection, run, found, reporter, now, cancellationToken))
        {
            db.Add(AuditEvent.About(
                defect.IsNew ? AuditActions.DefectOpened : AuditActions.DefectSeenAgain, "asset", run.AssetId, now,
                new { defectId = defect.Id, inspectionId = run.Id, severity = WireNames.Of(defect.Severity) }));
            if (defect.IsNew)
            {
                db.Add(OutboxMessage.Of(new DefectOpened(defect.Id, run.Id, run.AssetId, reporter, defect.Severity), run.TenantId, reporter, now));
            }
        }
    }
}
