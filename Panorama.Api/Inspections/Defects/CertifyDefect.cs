using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Defects;

/// <param name="Note">At most 2,000 characters.</param>
public sealed record CertifyDefectRequest(RepairOutcome Outcome, [property: MaxLength(Defect.MaxResolutionNote), Storable(Multiline = true)] string? Note = null);

internal static class CertifyDefect
{
    public static async Task<Results<Ok<DefectItem>, ProblemHttpResult>> Handle(
        string id, CertifyDefectRequest request, Actor actor, TenantSession session, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Of two that certify at once the second sees what the first said.
        if (!Guid.TryParseExact(id, "D", out var defectId)
            || (await db.Defects.FromSql($"select * from defects where id = {defectId} for no key update").AsTracking().ToListAsync(cancellationToken)).SingleOrDefault() is not { } defect)
        {
            return Problems.Of(Problems.DefectNotFound);
        }

        if (defect.Status != DefectStatus.Open)
        {
            return Problems.Of(Problems.DefectAlreadyResolved);
        }

        var now = clock.Now();
        defect.Status = request.Outcome == RepairOutcome.Repaired ? DefectStatus.Certified : DefectStatus.Dismissed;
        defect.ResolvedAt = now;
        defect.ResolvedByUserId = actor.UserId;
        defect.ResolutionNote = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note;
        db.Add(AuditEvent.About(AuditActions.DefectCertified, "asset", defect.AssetId, now, new
        {
            defectId,
            inspectionId = defect.InspectionId,
            severity = WireNames.Of(defect.Severity),
            outcome = WireNames.Of(request.Outcome),
            notePresent = defect.ResolutionNote is not null,
        }));
        db.Add(OutboxMessage.Of(
            new DefectCertified(defect.Id, defect.InspectionId, defect.AssetId, defect.OpenedByUserId, actor.UserId, defect.Status), defect.TenantId, actor.UserId, now));
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(await DefectReader.ReadAsync(session.Connection, defectId, cancellationToken));
    }
}
