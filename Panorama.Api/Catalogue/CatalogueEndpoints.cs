using System.Text.RegularExpressions;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;

namespace Panorama.Api.Catalogue;

internal static partial class CatalogueEndpoints
{
    public static void MapCatalogue(this IEndpointRouteBuilder routes)
    {
        routes.MapTenantGroup("/api/catalogue").WithTags("Catalogue").RequireAuthorization(Permissions.ReadCatalogue)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships)
            .MapGet("", CountCatalogue.Handle).WithName("CountCatalogue").WithSummary("Counts the entries of each kind that may be chosen.");
        routes.MapKind(new Categories());
        routes.MapKind(new Manufacturers());
        routes.MapKind(new AssetModels());
        routes.MapKind(new Locations());
        routes.MapKind(new Companies());
        routes.MapKind(new Suppliers());
        routes.MapKind(new Departments());
        routes.MapKind(new StatusLabels(routes.ServiceProvider.GetRequiredService<TimeProvider>()));
        routes.MapKind(new CustomFields());
        routes.MapKind(new Fieldsets());
        routes.MapKind(new Depreciations());
    }

    private static void MapKind<TRow, TBody, TItem>(this IEndpointRouteBuilder routes, CatalogueKind<TRow, TBody, TItem> kind)
        where TRow : class, ICatalogueRow
        where TBody : class, ICatalogueBody
        where TItem : class, ICatalogueItem
    {
        var (one, many) = (Words(kind.One), Words(kind.Many));
        var read = routes.MapTenantGroup("/api" + kind.Route).WithTags("Catalogue").RequireAuthorization(Permissions.ReadCatalogue)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        read.MapGet("", kind.ListAsync).WithName($"List{kind.Many}").WithSummary($"Lists {many} by name.").Fails(Problems.InvalidQuery);
        read.MapGet("/{id}", kind.GetAsync).WithName($"Get{kind.One}").WithSummary($"Shows one of the {many}.").Fails(Problems.CatalogueItemNotFound);

        var write = routes.MapTenantGroup("/api" + kind.Route).WithTags("Catalogue").RequireAuthorization(Permissions.WriteCatalogue)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AdminRoleRequired);
        write.MapPost("", kind.CreateAsync).WithName($"Create{kind.One}").WithSummary($"Makes a new {one}.").Idempotent()
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.NameTaken, Problems.BodyTooLarge);
        Edit(write.MapPatch("/{id}", kind.ChangeAsync)).WithName($"Change{kind.One}").WithSummary($"Changes one of the {many}.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.NameTaken, Problems.InUse, Problems.BodyTooLarge);
        Edit(write.MapPost("/{id}/archive", kind.ArchiveAsync)).WithName($"Archive{kind.One}").WithSummary($"Takes one of the {many} out of the lists to choose from.");
        Edit(write.MapPost("/{id}/restore", kind.RestoreAsync)).WithName($"Restore{kind.One}").WithSummary($"Puts one of the {many} back into the lists to choose from.");
        Edit(write.MapDelete("/{id}", kind.DeleteAsync)).WithName($"Delete{kind.One}").WithSummary($"Deletes one of the {many} that nothing refers to.").Fails(Problems.InUse);
    }

    private static RouteHandlerBuilder Edit(RouteHandlerBuilder route) =>
        route.Fails(Problems.CatalogueItemNotFound, Problems.VersionRequired, Problems.VersionMismatch, Problems.ConcurrencyConflict);

    // AssetModels -> asset models
    private static string Words(string name) => Capital().Replace(name, m => (m.Index > 0 ? " " : "") + m.Value.ToLowerInvariant());

    [GeneratedRegex("[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Capital();
}
