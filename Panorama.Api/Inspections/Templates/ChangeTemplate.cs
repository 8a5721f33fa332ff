using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Templates;

internal static class ChangeTemplate
{
    public static async Task<Results<Ok<InspectionTemplateResponse>, ProblemHttpResult>> Handle(
        string id, Patch<InspectionTemplateBody> patch, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, Actor actor, PanoramaDbContext db,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = patch.Body;
        if (body.Items is not null && TemplateRules.Refuse(body.Items) is { } wrong)
        {
            return wrong;
        }

        var (template, refusal) = await FindAsync(db, id, ifMatch, cancellationToken);
        if (template is null)
        {
            return refusal!;
        }

        if ((TemplateRules.RefuseScope(patch, template) ?? await CreateTemplate.RefuseCategoryAsync(db, body.CategoryId, cancellationToken)) is { } scope)
        {
            return scope;
        }

        var before = await TemplatePublisher.ReadAsync(db, template, cancellationToken);
        var items = body.Items?.Select(i => i.ToItem()).ToList() ?? before.Items;
        Apply(template, patch);
        return TemplateRules.RefuseSize(template.Name, template.Description, items) is { } size
            ? size
            : await SaveAsync(context, db, template, before, items, actor.UserId, clock.Now(), cancellationToken);
    }

    /// <summary>The template that an edit names, as it was seen by whoever edits it.</summary>
    public static async Task<(InspectionTemplate? Template, ProblemHttpResult? Refusal)> FindAsync(
        PanoramaDbContext db, string id, string? ifMatch, CancellationToken cancellationToken)
    {
        var template = await TemplateReader.LockAsync(db, id, cancellationToken);
        var refusal = template is null ? Problems.Of(Problems.InspectionTemplateNotFound)
            : IfMatch.Refuse(ifMatch, template.Version)
            ?? (template.ArchivedAt is not null ? Problems.Of(Problems.InspectionTemplateArchived) : null);
        return refusal is null ? (template, null) : (null, refusal);
    }

    /// <summary>Saves a template that has its new values already; without a change there is no version and no line in the log.</summary>
    public static async Task<Results<Ok<InspectionTemplateResponse>, ProblemHttpResult>> SaveAsync(
        HttpContext context, PanoramaDbContext db, InspectionTemplate template, TemplateContent before, IReadOnlyList<TemplateItem> items, Guid byUserId, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var changed = AuditChange.Of(db.Entry(template)).Select(c => c.Key is "categoryKind" or "categoryId" ? "scope" : c.Key).ToHashSet(StringComparer.Ordinal);
        if (await TemplatePublisher.RepublishAsync(db, template, before, items, byUserId, now, cancellationToken))
        {
            changed.Add("items");
        }

        if (changed.Count > 0)
        {
            template.Version++;
            template.UpdatedAt = now;
            db.Add(AuditEvent.About(
                AuditActions.InspectionTemplateUpdated, "inspection_template", template.Id, now,
                new { changedFields = changed.Order(StringComparer.Ordinal), itemCount = items.Count, contentVersion = template.ContentVersion }));
            await db.SaveChangesAsync(cancellationToken);
        }

        IfMatch.WriteTag(context, template.Version);
        return TypedResults.Ok(await TemplateReader.ReadAsync(db, template.Id, cancellationToken));
    }

    private static void Apply(InspectionTemplate template, Patch<InspectionTemplateBody> patch)
    {
        var body = patch.Body;
        template.Name = body.Name ?? template.Name;
        template.Description = patch.Or(nameof(body.Description), body.Description, template.Description);
        template.CategoryKind = patch.Or(nameof(body.CategoryKind), body.CategoryKind, template.CategoryKind);
        template.CategoryId = patch.Or(nameof(body.CategoryId), body.CategoryId, template.CategoryId);
        template.DisplayOrder = body.DisplayOrder ?? template.DisplayOrder;
    }
}
