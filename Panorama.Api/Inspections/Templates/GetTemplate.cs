using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Data;

namespace Panorama.Api.Inspections.Templates;

internal static class GetTemplate
{
    public static async Task<Results<Ok<InspectionTemplateResponse>, ProblemHttpResult>> Handle(
        string id, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var templateId) || await TemplateReader.ReadAsync(db, templateId, cancellationToken) is not { } template)
        {
            return Problems.Of(Problems.InspectionTemplateNotFound);
        }

        IfMatch.WriteTag(context, template.Version);
        return TypedResults.Ok(template);
    }
}
