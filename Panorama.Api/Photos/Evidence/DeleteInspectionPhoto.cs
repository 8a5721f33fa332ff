using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos.Evidence;

/// <param name="Reason">Why, 1 to 500 characters; it stands in the audit trail.</param>
public sealed record DeleteInspectionPhotoRequest([property: Required, MaxLength(500), Storable(Multiline = true)] string Reason);

internal static class DeleteInspectionPhoto
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string id, string photoId, [FromBody] DeleteInspectionPhotoRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId) || !Guid.TryParseExact(photoId, "D", out var file)
            || await InspectionRows.LockAsync(db, actor, runId, cancellationToken) is not { } run
            || await db.Photos.FirstOrDefaultAsync(p => p.Id == file && p.InspectionId == runId && p.DeletedAt == null, cancellationToken) is not { } photo)
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        if (!actor.IsAdmin && run.StartedByUserId != actor.UserId)
        {
            return Problems.Of(Problems.AdminRoleRequired);
        }

        if (!actor.IsAdmin && run.Status != InspectionStatus.InProgress)
        {
            return Problems.Of(Problems.InspectionNotInProgress);
        }

        if (await LegalHolds.KeepAsync(db, photo, cancellationToken))
        {
            return Problems.Of(Problems.LegalHold);
        }

        photo.Delete(actor.UserId, clock.Now());
        db.Add(AuditEvent.About(
            AuditActions.InspectionPhotoDeleted, "inspection_photo", photo.Id, photo.DeletedAt!.Value,
            new { inspectionId = run.Id, reason = request.Reason.Trim(), sha256 = Convert.ToHexStringLower(photo.Sha256) }));
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
