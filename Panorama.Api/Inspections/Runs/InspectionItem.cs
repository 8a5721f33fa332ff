using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <summary>An inspection.</summary>
/// <param name="ReservationId">The booking that it belongs to; null for none.</param>
/// <param name="Outcome">Null until it is completed.</param>
/// <param name="ReviewNote">What the review says; null before one.</param>
/// <param name="TemplateName">As it was when the inspection was begun.</param>
/// <param name="CancelledAt">When it was given up; null when it was not.</param>
/// <param name="CancelReason">Why it was given up, as far as somebody said.</param>
public record InspectionItem(
    Guid Id, Guid TenantId, Guid TemplateId, Guid AssetId, Guid? ReservationId, Guid StartedByUserId, InspectionStatus Status, InspectionOutcome? Outcome,
    string? SummaryNote, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, Guid? CompletedByUserId, DateTimeOffset? ReviewedAt, Guid? ReviewedByUserId,
    string? ReviewNote, DateTimeOffset CreatedAt, string TemplateName, string AssetTag, string AssetName, string StartedByName, string? CompletedByName,
    string? ReviewedByName, DateTimeOffset? CancelledAt, string? CancelReason);

internal static class InspectionReader
{
    /// <summary>Newest first.</summary>
    public static IQueryable<InspectionItem> Show(PanoramaDbContext db, IQueryable<Inspection> rows) =>
        from run in rows
        join asset in db.Assets on run.AssetId equals asset.Id
        join starter in db.Users on run.StartedByUserId equals starter.Id
        join u in db.Users on run.CompletedByUserId equals (Guid?)u.Id into enders
        from ender in enders.DefaultIfEmpty()
        join u in db.Users on run.ReviewedByUserId equals (Guid?)u.Id into reviewers
        from reviewer in reviewers.DefaultIfEmpty()
        orderby run.StartedAt descending, run.Id descending
        select new InspectionItem(
            run.Id, run.TenantId, run.TemplateId, run.AssetId, null, run.StartedByUserId, run.Status, run.Outcome, run.SummaryNote, run.StartedAt, run.CompletedAt,
            run.CompletedByUserId, run.ReviewedAt, run.ReviewedByUserId, run.ReviewNote, run.CreatedAt, run.TemplateName, asset.Tag, asset.Name,
            starter.DisplayName, ender == null ? null : ender.DisplayName, reviewer == null ? null : reviewer.DisplayName,
            run.CancelledAt, run.CancelReason);

    /// <summary>Null where there is no such run, or where the actor is neither who began it nor at the desk.</summary>
    public static Task<InspectionItem?> ReadAsync(PanoramaDbContext db, Guid id, CancellationToken cancellationToken) =>
        Show(db, db.Inspections.AsNoTracking().Where(i => i.Id == id)).FirstOrDefaultAsync(cancellationToken);

    /// <summary>The row, held until the end of the transaction; null where there is none, or where the actor is neither who began it nor at the desk.</summary>
    public static async Task<Inspection?> LockAsync(PanoramaDbContext db, Actor actor, string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var runId) ? await InspectionRows.LockAsync(db, actor, runId, cancellationToken) : null;
}
