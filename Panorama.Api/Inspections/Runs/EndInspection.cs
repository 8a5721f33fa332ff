using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Defects;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Outcome">No better than what was found: a failed item that is out of service is `FAIL`, a major one at best `NEEDS_MAINTENANCE`.</param>
/// <param name="SummaryNote">At most 500 characters.</param>
/// <param name="AcknowledgedDefects">Ids of the open defects of the asset that the person was shown, at most 100.</param>
public sealed record CompleteInspectionRequest(
    InspectionOutcome Outcome, [property: MaxLength(Inspection.MaxSummaryNote), Storable(Multiline = true)] string? SummaryNote = null,
    [property: MaxLength(DefectReader.MostShown)] IReadOnlyList<Guid>? AcknowledgedDefects = null);

/// <param name="Reason">At most 500 characters.</param>
public sealed record CancelInspectionRequest([property: MaxLength(Inspection.MaxCancelReason), Storable(Multiline = true)] string? Reason = null);

/// <param name="Reason">`answer` or `photo`: what it lacks.</param>
internal sealed record MissingItem(Guid SnapshotItemId, string Label, string Reason);

internal static class EndInspection
{
    private const int NamedInText = 5;

    public static async Task<Results<Ok<InspectionItem>, ProblemHttpResult>> CompleteAsync(
        string id, CompleteInspectionRequest request, Actor actor, TenantSession session, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await InspectionReader.LockAsync(db, actor, id, cancellationToken) is not { } run)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.Status != InspectionStatus.InProgress)
        {
            return Problems.Of(Problems.InspectionNotInProgress);
        }

        var answers = await db.InspectionResponses.Where(r => r.InspectionId == run.Id)
            .Select(r => new
            {
                r.SnapshotItemId,
                r.BooleanValue,
                r.Note,
                HasValue = r.BooleanValue != null || r.TextValue != null || r.NumberValue != null, // a photo alone makes a row without one
                HasPhoto = db.Photos.Any(p => p.InspectionId == run.Id && p.ResponseId == r.Id && p.DeletedAt == null),
            }).ToListAsync(cancellationToken);
        var (answered, shown) = (answers.Where(a => a.HasValue).Select(a => a.SnapshotItemId).ToHashSet(), answers.Where(a => a.HasPhoto).Select(a => a.SnapshotItemId).ToHashSet());
        var snapshot = InspectionSnapshot.FromJson(run.TemplateSnapshot);
        var missing = snapshot.Items.SelectMany(item => Missing(item, answered, shown)).ToList();
        if (missing.Count > 0)
        {
            return Problems.About(Problems.RequiredItemsMissing, string.Join('|', missing.Take(NamedInText).Select(Named)), Problems.Args(("missing", missing)));
        }

        var found = FoundDefects.Of(snapshot, answers.ToDictionary(a => a.SnapshotItemId, a => (a.BooleanValue, a.Note)));
        if (ReportDefects.Refuse(request.Outcome, found) is { } refusal)
        {
            return refusal;
        }

        var now = clock.Now();
        if (!await ReportDefects.AcknowledgeAsync(db, run, request.AcknowledgedDefects ?? [], now, cancellationToken))
        {
            return Problems.Members(("acknowledgedDefects", FieldError.NotFound));
        }

        var photos = await db.Photos.CountAsync(p => p.InspectionId == run.Id && p.DeletedAt == null, cancellationToken);
        run.Status = InspectionStatus.Completed;
        run.Outcome = request.Outcome;
        run.SummaryNote = string.IsNullOrWhiteSpace(request.SummaryNote) ? null : request.SummaryNote;
        run.CompletedAt = now;
        run.CompletedByUserId = actor.UserId;
        db.Add(AuditEvent.About(AuditActions.InspectionCompleted, "inspection", run.Id, now, new
        {
            outcome = WireNames.Of(request.Outcome),
            responseCount = answers.Count,
            photoCount = photos,
            summaryNotePresent = run.SummaryNote is not null,
            reservationId = (Guid?)null,
        }));
        db.Add(OutboxMessage.Of(
            new InspectionCompleted(run.Id, run.AssetId, null, run.StartedByUserId, request.Outcome, photos, answers.Count), run.TenantId, actor.UserId, now));
        await ReportDefects.KeepAsync(session.Connection, db, run, found, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(await InspectionReader.ReadAsync(db, run.Id, cancellationToken));
    }

    /// <summary>One that was given up already is answered as it is.</summary>
    public static async Task<Results<Ok<InspectionItem>, ProblemHttpResult>> CancelAsync(
        string id, CancelInspectionRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await InspectionReader.LockAsync(db, actor, id, cancellationToken) is not { } run)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.Status == InspectionStatus.Completed)
        {
            return Problems.Of(Problems.InspectionAlreadyCompleted);
        }

        if (run.Status == InspectionStatus.InProgress)
        {
            var now = clock.Now();
            run.Status = InspectionStatus.Cancelled;
            run.CancelledAt = now;
            run.CancelledByUserId = actor.UserId;
            run.CancelReason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason;
            db.Add(AuditEvent.About(AuditActions.InspectionCancelled, "inspection", run.Id, now, new { reason = run.CancelReason }));
            await db.SaveChangesAsync(cancellationToken);
        }

        return TypedResults.Ok(await InspectionReader.ReadAsync(db, run.Id, cancellationToken));
    }

    private static IEnumerable<MissingItem> Missing(SnapshotItem item, HashSet<Guid> answered, HashSet<Guid> shown)
    {
        if (item.NeedsAnswer && !answered.Contains(item.Id))
        {
            yield return new MissingItem(item.Id, item.Label, "answer");
        }

        if (item.NeedsPhoto && !shown.Contains(item.Id))
        {
            yield return new MissingItem(item.Id, item.Label, "photo");
        }
    }

    private static string Named(MissingItem item) => item.Reason == "photo" ? $"{item.Label} (photo required)" : item.Label;
}
