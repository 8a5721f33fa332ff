using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Templates;

/// <param name="Name">1 to 200 characters.</param>
public sealed record CopyTemplateRequest([property: Required, PlainText(InspectionTemplate.MaxName)] string Name);

internal static class CopyTemplate
{
    public static async Task<Results<Created<InspectionTemplateResponse>, ProblemHttpResult>> Handle(
        string id, CopyTemplateRequest request, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var templateId)
            || await db.InspectionTemplates.AsNoTracking().FirstOrDefaultAsync(t => t.Id == templateId, cancellationToken) is not { } source)
        {
            return Problems.Of(Problems.InspectionTemplateNotFound);
        }

        var now = clock.Now();
        var copy = new InspectionTemplate
        {
            Id = Guid.CreateVersion7(now),
            TenantId = source.TenantId,
            Name = request.Name,
            Description = source.Description,
            CategoryKind = source.CategoryKind,
            CategoryId = source.CategoryId,
            DisplayOrder = source.DisplayOrder,
            CreatedByUserId = actor.UserId,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var content = await TemplatePublisher.ReadAsync(db, source, cancellationToken);
        return TemplateRules.RefuseSize(copy.Name, copy.Description, content.Items) is { } tooLarge
            ? tooLarge : await CreateTemplate.AddAsync(context, db, copy, content.Items, now, cancellationToken);
    }
}
