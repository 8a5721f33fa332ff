using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Defects;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="ReservationId">The booking that it belongs to.</param>
/// <param name="TemplateId">One of the checklists for this asset; left out, the first of its category, else of its kind.</param>
public sealed record StartInspectionRequest(Guid AssetId, Guid? ReservationId = null, Guid? TemplateId = null);

/// <summary>An inspection that was begun, or goes on.</summary>
public sealed record StartedInspection : InspectionItem
{
    internal StartedInspection(InspectionItem inspection, bool isResumed)
        : base(inspection) => Resumed = isResumed;

    /// <summary>It was begun before, and goes on.</summary>
    public bool Resumed { get; }

    /// <summary>What earlier inspections found wrong with the asset, and nobody certified since.</summary>
    public required IReadOnlyList<DefectItem> OpenDefects { get; init; }
}

internal static class StartInspection
{
    public static async Task<Results<Created<StartedInspection>, ProblemHttpResult>> Handle(
        StartInspectionRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Of two starts at once the second waits here, and resumes what the first made.
        if (await AssetRows.LockAsync(db, request.AssetId, cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (asset.ArchivedAt is not null)
        {
            return Problems.Of(Problems.AssetArchived);
        }

        if (request.ReservationId is not null)
        {
            return Problems.Of(Problems.ReservationNotFound);
        }

        var now = clock.Now();
        var policy = InspectionPolicy.Read(await db.Tenants.Where(t => t.Id == actor.TenantId).Select(t => t.InspectionConfig).SingleAsync(cancellationToken));
        var open = await db.Inspections.FirstOrDefaultAsync(
            i => i.AssetId == asset.Id && i.StartedByUserId == actor.UserId && i.Status == InspectionStatus.InProgress, cancellationToken);
        if (open is not null && open.StartedAt >= now - policy.ResumedFor)
        {
            db.Add(AuditEvent.About(
                AuditActions.InspectionResumed, "inspection", open.Id, now, new { secondsSinceStarted = (long)(now - open.StartedAt).TotalSeconds }));
            await db.SaveChangesAsync(cancellationToken);
            return await CreatedAsync(db, open.Id, isResumed: true, cancellationToken);
        }

        var (template, refusal) = await ChooseAsync(db, actor, asset, request.TemplateId, cancellationToken);
        if (template is null)
        {
            return refusal!;
        }

        if (open is not null)
        {
            // Too old to go on with: a new one takes its place.
            open.Status = InspectionStatus.Cancelled;
            open.CancelledAt = now;
            db.Add(AuditEvent.About(
                AuditActions.InspectionAutoCancelled, "inspection", open.Id, now, new { reason = "started_again", hoursStale = (long)Math.Round((now - open.StartedAt).TotalHours) }));
            await db.SaveChangesAsync(cancellationToken);
        }

        var snapshot = InspectionSnapshot.Of(template, await TemplatePublisher.ReadAsync(db, template, cancellationToken));
        var run = new Inspection
        {
            Id = Guid.CreateVersion7(now),
            TenantId = asset.TenantId,
            TemplateId = template.Id,
            TemplateName = template.Name,
            TemplateSnapshot = snapshot.ToJson(),
            AssetId = asset.Id,
            StartedByUserId = actor.UserId,
            StartedAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Add(run);
        db.Add(AuditEvent.About(AuditActions.InspectionStarted, "inspection", run.Id, now, new
        {
            assetId = asset.Id,
            templateId = template.Id,
            reservationId = (Guid?)null,
            snapshotItemCount = snapshot.Items.Count,
            templateVersionAt = snapshot.TemplateVersionAt,
        }));
        await db.SaveChangesAsync(cancellationToken);
        return await CreatedAsync(db, run.Id, isResumed: false, cancellationToken);
    }

    private static async Task<Created<StartedInspection>> CreatedAsync(PanoramaDbContext db, Guid id, bool isResumed, CancellationToken cancellationToken)
    {
        var run = await InspectionReader.ReadAsync(db, id, cancellationToken);
        return TypedResults.Created(
            $"/api/inspections/{id}", new StartedInspection(run!, isResumed) { OpenDefects = await DefectReader.OpenAsync(db, run!.AssetId, cancellationToken) });
    }

    private static async Task<(InspectionTemplate? Template, ProblemHttpResult? Refusal)> ChooseAsync(
        PanoramaDbContext db, Actor actor, Asset asset, Guid? templateId, CancellationToken cancellationToken)
    {
        var category = await (from model in db.AssetModels join c in db.Categories on model.CategoryId equals c.Id where model.Id == asset.ModelId select c)
            .AsNoTracking().SingleAsync(cancellationToken);
        if (templateId is null)
        {
            // One for the category itself before one for its kind.
            var first = await db.InspectionTemplates.AsNoTracking()
                .Where(t => t.ArchivedAt == null && (t.CategoryId == category.Id || t.CategoryKind == category.Kind))
                .OrderBy(t => t.CategoryId == null).ThenBy(t => t.DisplayOrder).ThenBy(t => t.CreatedAt).ThenBy(t => t.Id).FirstOrDefaultAsync(cancellationToken);
            return first is null ? (null, Problems.Of(Problems.NoTemplateForAsset)) : (first, null);
        }

        var template = await db.InspectionTemplates.AsNoTracking().FirstOrDefaultAsync(t => t.Id == templateId, cancellationToken);
        var refusal = template is null ? Problems.Of(Problems.TemplateNotFound)
            : template.ArchivedAt is not null ? Problems.Of(Problems.TemplateArchived)
            : !actor.IsAdmin && template.CategoryId != category.Id && template.CategoryKind != category.Kind ? Problems.Of(Problems.TemplateNotApplicable)
            : null;
        return refusal is null ? (template, null) : (null, refusal);
    }
}
