using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Inspections.Templates;

/// <summary>Checklists in the order of their launcher.</summary>
public sealed record InspectionTemplateList(IReadOnlyList<InspectionTemplateResponse> Items);

/// <param name="AssetId">Those for this asset, of its category and of its kind; wins over `categoryKind`.</param>
/// <param name="CategoryKind">Those for a whole kind.</param>
/// <param name="IncludeArchived">`true` or `1`; anything else leaves the archived ones out.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
internal sealed record TemplateQuery(
    [FromQuery(Name = "assetId")] string? AssetId, [FromQuery(Name = "categoryKind")] string? CategoryKind, [FromQuery(Name = "includeArchived")] string? IncludeArchived,
    [FromQuery(Name = "limit")] string? Limit);

internal static class ListTemplates
{
    public static async Task<Results<Ok<InspectionTemplateList>, ProblemHttpResult>> Handle(
        [AsParameters] TemplateQuery query, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var assetId = values.Id("assetId", query.AssetId);
        var kind = values.OneOf<CategoryKind>("categoryKind", query.CategoryKind, text => WireNames.TryParse<CategoryKind>(text, out var known) ? known : null);
        var limit = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var rows = db.InspectionTemplates.AsNoTracking();
        rows = query.IncludeArchived is "true" or "1" ? rows : rows.Where(t => t.ArchivedAt == null);
        if (assetId is not null)
        {
            if (await ReadCategoryAsync(db, assetId.Value, cancellationToken) is not { } category)
            {
                return Problems.Of(Problems.AssetNotFound);
            }

            rows = rows.Where(t => t.CategoryId == category.Id || t.CategoryKind == category.Kind);
        }
        else if (kind is not null)
        {
            rows = rows.Where(t => t.CategoryKind == kind);
        }

        return TypedResults.Ok(new InspectionTemplateList(
            await rows.OrderBy(t => t.DisplayOrder).ThenBy(t => t.CreatedAt).ThenBy(t => t.Id).Take(limit).Select(TemplateReader.Show(db)).ToListAsync(cancellationToken)));
    }

    private static Task<Category?> ReadCategoryAsync(PanoramaDbContext db, Guid assetId, CancellationToken cancellationToken) =>
        (from asset in db.Assets
         join model in db.AssetModels on asset.ModelId equals model.Id
         join category in db.Categories on model.CategoryId equals category.Id
         where asset.Id == assetId
         select category).AsNoTracking().FirstOrDefaultAsync(cancellationToken);
}
