using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Defects;

internal static class DefectEndpoints
{
    public static void MapDefects(this IEndpointRouteBuilder routes)
    {
        var reads = Group(routes, Permissions.ReadInspections);
        reads.MapGet("", ListDefects.Handle).WithName("ListDefects").WithSummary("Lists what inspections found wrong with assets, newest first.").Fails(Problems.InvalidQuery)
            .WithMetadata(new OpensWithRead());
        reads.MapGet("/{id}", ListDefects.ShowAsync).WithName("GetDefect").WithSummary("Shows a defect.").Fails(Problems.DefectNotFound).WithMetadata(new OpensWithRead());

        Group(routes, Permissions.CertifyDefects).Fails(Problems.Forbidden)
            .MapPost("/{id}/certify", CertifyDefect.Handle).WithName("CertifyDefect").WithSummary("Certifies that a defect was repaired, or that no repair was necessary.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.DefectNotFound, Problems.DefectAlreadyResolved);
    }

    private static RouteGroupBuilder Group(IEndpointRouteBuilder routes, string permission) =>
        routes.MapTenantGroup("/api/defects").NeedsFeature(TenantFeature.Inspections).WithTags("Inspections").RequireAuthorization(permission)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
}
