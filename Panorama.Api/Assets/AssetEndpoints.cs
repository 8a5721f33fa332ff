using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Assets;

internal static class AssetEndpoints
{
    public static void AddAssets(this IServiceCollection services)
    {
        services.AddScoped<AssetFinder>();
        services.AddScoped<AssetReader>();
    }

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        var assets = routes.MapTenantGroup("/api/assets").WithTags("Assets").RequireAuthorization(Permissions.ReadAssets)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        assets.MapGet("", ListAssets.Handle).WithName("ListAssets").WithSummary("Lists assets: filters, search and five orders, paged by cursor.")
            .Fails(Problems.InvalidQuery);
        assets.MapGet("/{id}", GetAsset.Handle).WithName("GetAsset").WithSummary("Shows one asset whole.").Fails(Problems.AssetNotFound);
        assets.MapGet("/{id}/history", ListAssetHistory.Handle).WithName("ListAssetHistory").WithSummary("Lists what happened to an asset, newest first.")
            .Fails(Problems.InvalidQuery, Problems.AssetNotFound);

        var catalogue = routes.MapTenantGroup("/api").WithTags("Catalogue").RequireAuthorization(Permissions.ReadCatalogue)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.InvalidQuery);
        catalogue.MapGet("/categories", Pickers.Categories).WithName("ListCategories").WithSummary("Lists categories by name.");
        catalogue.MapGet("/asset-models", Pickers.AssetModels).WithName("ListAssetModels").WithSummary("Lists models by name.");
        catalogue.MapGet("/locations", Pickers.Locations).WithName("ListLocations").WithSummary("Lists places by name.");
        catalogue.MapGet("/manufacturers", Pickers.Manufacturers).WithName("ListManufacturers").WithSummary("Lists manufacturers by name.");
        catalogue.MapGet("/suppliers", Pickers.Suppliers).WithName("ListSuppliers").WithSummary("Lists suppliers by name.");
        catalogue.MapGet("/companies", Pickers.Companies).WithName("ListCompanies").WithSummary("Lists companies by name.");
        catalogue.MapGet("/status-labels", Pickers.StatusLabels).WithName("ListStatusLabels").WithSummary("Lists status labels by name.");
        catalogue.MapGet("/custom-fields", Pickers.CustomFields).WithName("ListCustomFields").WithSummary("Lists the fields added to assets by name.");
    }
}
