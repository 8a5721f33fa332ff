using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Templates;

/// <param name="CategoryKind">What the checklist is for, whatever the file says: a whole kind.</param>
/// <param name="CategoryId">What the checklist is for, whatever the file says: one category.</param>
internal sealed record ImportTemplateQuery([FromQuery(Name = "categoryKind")] string? CategoryKind, [FromQuery(Name = "categoryId")] string? CategoryId);

internal static class ImportTemplate
{
    public static async Task<Results<Created<InspectionTemplateResponse>, ProblemHttpResult>> Handle(
        InspectionTemplateFile file, [AsParameters] ImportTemplateQuery query, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var kind = values.OneOf<CategoryKind>("categoryKind", query.CategoryKind, text => WireNames.TryParse<CategoryKind>(text, out var known) ? known : null);
        var categoryId = values.Id("categoryId", query.CategoryId);
        if ((values.Problem ?? RefuseFormat(file) ?? TemplateRules.Refuse(file.Items)) is { } refusal)
        {
            return refusal;
        }

        if (kind is not null && categoryId is not null)
        {
            return Problems.Of(Problems.ScopeExclusive);
        }

        var items = file.Items.Select(i => i.ToItem()).ToList();
        if ((TemplateRules.RefuseSize(file.Name, file.Description, items) ?? await CreateTemplate.RefuseCategoryAsync(db, categoryId, cancellationToken)) is { } later)
        {
            return later;
        }

        if (kind is null && categoryId is null)
        {
            categoryId = await FindCategoryAsync(db, file, cancellationToken);
            if (categoryId is null && file.CategoryName is not null)
            {
                return Problems.Of(Problems.CategoryNotFound, Problems.Args(("name", file.CategoryName), ("kind", WireNames.Of(file.CategoryKind))));
            }
        }

        var now = clock.Now();
        var template = new InspectionTemplate
        {
            Id = Guid.CreateVersion7(now),
            TenantId = actor.TenantId!.Value,
            Name = file.Name,
            Description = file.Description,
            CategoryKind = categoryId is null ? kind ?? file.CategoryKind : null,
            CategoryId = categoryId,
            DisplayOrder = file.DisplayOrder,
            CreatedByUserId = actor.UserId,
            CreatedAt = now,
            UpdatedAt = now,
        };
        return await CreateTemplate.AddAsync(context, db, template, items, now, cancellationToken);
    }

    private static ProblemHttpResult? RefuseFormat(InspectionTemplateFile file) =>
        file.Format != InspectionTemplateFile.KnownFormat ? Problems.Members(("format", FieldError.NotAvailable))
        : file.FormatVersion != InspectionTemplateFile.KnownVersion ? Problems.Members(("formatVersion", FieldError.NotAvailable))
        : null;

    private static async Task<Guid?> FindCategoryAsync(PanoramaDbContext db, InspectionTemplateFile file, CancellationToken cancellationToken) => file.CategoryName is null
        ? null
        : await db.Categories.Where(c => c.Name == file.CategoryName && c.Kind == file.CategoryKind).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellationToken);
}
