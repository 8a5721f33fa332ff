using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Signatures;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="ReviewNote">At most 2,000 characters.</param>
/// <param name="Signature">Of whoever reviews it.</param>
public sealed record ReviewInspectionRequest(
    [property: MaxLength(Inspection.MaxReviewNote), Storable(Multiline = true)] string? ReviewNote = null, SignatureBody? Signature = null);

/// <param name="ReviewNote">At most 2,000 characters; empty for none.</param>
public sealed record ChangeReviewNoteRequest([property: Required(AllowEmptyStrings = true), MaxLength(Inspection.MaxReviewNote), Storable(Multiline = true)] string ReviewNote);

internal static class ReviewInspection
{
    public static async Task<Results<Ok<InspectionItem>, ProblemHttpResult>> ReviewAsync(
        string id, ReviewInspectionRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await InspectionReader.LockAsync(db, actor, id, cancellationToken) is not { } run)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.Status != InspectionStatus.Completed)
        {
            return Problems.Of(Problems.InspectionNotCompleted);
        }

        if (run.ReviewedAt is not null)
        {
            return Problems.Of(Problems.InspectionAlreadyReviewed);
        }

        if (Signing.Refuse(request.Signature) is { } unreadable)
        {
            return unreadable;
        }

        var now = clock.Now();
        run.ReviewedAt = now;
        run.ReviewedByUserId = actor.UserId;
        run.ReviewNote = string.IsNullOrWhiteSpace(request.ReviewNote) ? null : request.ReviewNote;
        var signature = await Signing.KeepAsync(
            (NpgsqlConnection)db.Database.GetDbConnection(),
            new Signable(run.Id, run.TenantId, run.Outcome, run.SummaryNote, run.ReviewNote, InspectionSnapshot.FromJson(run.TemplateSnapshot)), SignatureRole.Reviewer, request.Signature,
            actor, now, cancellationToken);
        db.Add(AuditEvent.About(
            AuditActions.InspectionReviewed, "inspection", run.Id, now,
            new { reviewerUserId = actor.UserId, reviewNotePresent = run.ReviewNote is not null, outcome = WireNames.Of(run.Outcome!.Value), signature }));
        db.Add(OutboxMessage.Of(new InspectionReviewed(run.Id, run.AssetId, run.StartedByUserId, actor.UserId, run.Outcome.Value), run.TenantId, actor.UserId, now));
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(await InspectionReader.ReadAsync(db, run.Id, cancellationToken));
    }

    public static async Task<Results<Ok<InspectionItem>, ProblemHttpResult>> ChangeNoteAsync(
        string id, ChangeReviewNoteRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await InspectionReader.LockAsync(db, actor, id, cancellationToken) is not { } run)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.ReviewedAt is null)
        {
            return Problems.Of(Problems.InspectionNotYetReviewed);
        }

        var note = string.IsNullOrWhiteSpace(request.ReviewNote) ? null : request.ReviewNote;
        if (note != run.ReviewNote)
        {
            // How long it is, not what it says: a line of the audit cannot be erased.
            db.Add(AuditEvent.About(
                AuditActions.InspectionReviewNoteUpdated, "inspection", run.Id, clock.Now(), new { prevLen = run.ReviewNote?.Length ?? 0, newLen = note?.Length ?? 0 }));
            run.ReviewNote = note;
            await db.SaveChangesAsync(cancellationToken);
        }

        return TypedResults.Ok(await InspectionReader.ReadAsync(db, run.Id, cancellationToken));
    }
}
