using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Templates;

internal static class CreateTemplate
{
    private static readonly string[] Needed = ["name", "items"];

    public static async Task<Results<Created<InspectionTemplateResponse>, ProblemHttpResult>> Handle(
        Patch<InspectionTemplateBody> patch, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = patch.Body;
        if (Needed.Where(member => !patch.Has(member)).Select(member => (member, FieldError.Required)).ToArray() is [_, ..] missing)
        {
            return Problems.Members(missing);
        }

        if ((TemplateRules.Refuse(body.Items!) ?? TemplateRules.RefuseScope(patch, stored: null)) is { } refusal)
        {
            return refusal;
        }

        var items = body.Items!.Select(i => i.ToItem()).ToList();
        if ((TemplateRules.RefuseSize(body.Name!, body.Description, items) ?? await RefuseCategoryAsync(db, body.CategoryId, cancellationToken)) is { } later)
        {
            return later;
        }

        var now = clock.Now();
        var template = new InspectionTemplate
        {
            Id = Guid.CreateVersion7(now),
            TenantId = actor.TenantId!.Value,
            Name = body.Name!,
            Description = body.Description,
            CategoryKind = body.CategoryKind,
            CategoryId = body.CategoryId,
            DisplayOrder = body.DisplayOrder ?? 0,
            CreatedByUserId = actor.UserId,
            CreatedAt = now,
            UpdatedAt = now,
        };
        return await AddAsync(context, db, template, items, now, cancellationToken);
    }

    public static async Task<ProblemHttpResult?> RefuseCategoryAsync(PanoramaDbContext db, Guid? category, CancellationToken cancellationToken) =>
        category is null || await db.Categories.AnyAsync(c => c.Id == category, cancellationToken) ? null : Problems.Of(Problems.CategoryNotFound);

    /// <summary>Adds what was made from a body or from another template.</summary>
    public static async Task<Created<InspectionTemplateResponse>> AddAsync(
        HttpContext context, PanoramaDbContext db, InspectionTemplate template, IReadOnlyList<TemplateItem> items, DateTimeOffset now, CancellationToken cancellationToken)
    {
        TemplatePublisher.Publish(db, template, items, now);
        db.Add(AuditEvent.About(
            AuditActions.InspectionTemplateCreated, "inspection_template", template.Id, now, new { name = template.Name, scope = TemplateScope.Of(template), itemCount = items.Count }));
        await db.SaveChangesAsync(cancellationToken);
        IfMatch.WriteTag(context, template.Version);
        return TypedResults.Created($"/api/inspection-templates/{template.Id}", await TemplateReader.ReadAsync(db, template.Id, cancellationToken));
    }
}

/// <summary>What a checklist is for, as the audit log tells it.</summary>
internal sealed record TemplateScope(string Kind, string Value)
{
    public static TemplateScope Of(InspectionTemplate template) => template.CategoryKind is { } kind
        ? new("categoryKind", WireNames.Of(kind))
        : new("categoryId", template.CategoryId.ToString()!);
}
