using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>How many entries of each kind are not archived.</summary>
public sealed record CatalogueCounts(
    int Categories, int Manufacturers, int AssetModels, int Locations, int Companies, int Suppliers, int Departments, int StatusLabels, int CustomFields,
    int Fieldsets, int Depreciations);

internal static class CountCatalogue
{
    /// <summary>One round trip; row security narrows each count.</summary>
    public static async Task<Ok<CatalogueCounts>> Handle(PanoramaDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.Database.SqlQuery<CatalogueCounts>(
            $"""
            select (select count(*)::int from categories where archived_at is null) as categories,
                   (select count(*)::int from manufacturers where archived_at is null) as manufacturers,
                   (select count(*)::int from asset_models where archived_at is null) as asset_models,
                   (select count(*)::int from locations where archived_at is null) as locations,
                   (select count(*)::int from companies where archived_at is null) as companies,
                   (select count(*)::int from suppliers where archived_at is null) as suppliers,
                   (select count(*)::int from departments where archived_at is null) as departments,
                   (select count(*)::int from status_labels where archived_at is null) as status_labels,
                   (select count(*)::int from custom_fields where archived_at is null) as custom_fields,
                   (select count(*)::int from fieldsets where archived_at is null) as fieldsets,
                   (select count(*)::int from depreciations where archived_at is null) as depreciations
            """).SingleAsync(cancellationToken));
}
