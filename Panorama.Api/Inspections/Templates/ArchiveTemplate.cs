using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Data;

namespace Panorama.Api.Inspections.Templates;

/// <summary>Both may be repeated: the second time changes nothing.</summary>
internal static class ArchiveTemplate
{
    public static async Task<Results<NoContent, ProblemHttpResult>> ArchiveAsync(
        string id, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return await SetAsync(id, now, AuditActions.InspectionTemplateArchived, db, now, cancellationToken) is null
            ? Problems.Of(Problems.InspectionTemplateNotFound)
            : TypedResults.NoContent();
    }

    public static async Task<Results<Ok<InspectionTemplateResponse>, ProblemHttpResult>> RestoreAsync(
        string id, HttpContext context, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await SetAsync(id, archivedAt: null, AuditActions.InspectionTemplateRestored, db, clock.Now(), cancellationToken) is not { } templateId)
        {
            return Problems.Of(Problems.InspectionTemplateNotFound);
        }

        var template = await TemplateReader.ReadAsync(db, templateId, cancellationToken);
        IfMatch.WriteTag(context, template!.Version);
        return TypedResults.Ok(template);
    }

    private static async Task<Guid?> SetAsync(
        string id, DateTimeOffset? archivedAt, string action, PanoramaDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await TemplateReader.LockAsync(db, id, cancellationToken) is not { } template)
        {
            return null;
        }

        if (template.ArchivedAt is null != archivedAt is null)
        {
            template.ArchivedAt = archivedAt;
            template.Version++;
            template.UpdatedAt = now;
            db.Add(AuditEvent.About(action, "inspection_template", template.Id, now, new { name = template.Name }));
            await db.SaveChangesAsync(cancellationToken);
        }

        return template.Id;
    }
}
