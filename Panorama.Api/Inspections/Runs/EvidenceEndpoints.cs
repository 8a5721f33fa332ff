using Panorama.Api.Http;
using Panorama.Api.Inspections.Defects;
using Panorama.Api.Tenancy;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <summary>What stands beside an inspection when it is looked at: the one before, its defects, what else waits.</summary>
internal static class EvidenceEndpoints
{
    public static void MapInspectionEvidence(this IEndpointRouteBuilder routes)
    {
        var evidence = Group(routes, Permissions.ReadInspections);
        evidence.MapGet("/{id}/previous", CompareInspection.Handle).WithName("CompareInspection")
            .WithSummary("Shows an inspection item by item beside the one before it of the same asset and checklist.");
        evidence.MapGet("/{id}/defects", ListDefectsOfInspection.Handle).WithName("ListDefectsOfInspection")
            .WithSummary("Lists the defects that an inspection found, and those that were known when it ended.");
        evidence.MapGet("/{id}/qr.svg", ShowInspectionQr.Handle).WithName("ShowInspectionQr").WithSummary("Draws a QR code of an inspection's page.")
            .Produces(StatusCodes.Status200OK, contentType: ShowInspectionQr.SvgType);

        Group(routes, Permissions.ReviewInspections).Fails(Problems.AdminRoleRequired)
            .MapGet("/{id}/queue", FindInQueue.Handle).WithName("FindInspectionInQueue").WithSummary("Says where an inspection stands among those that wait for a review.");
    }

    private static RouteGroupBuilder Group(IEndpointRouteBuilder routes, string permission) =>
        routes.MapTenantGroup("/api/inspections").NeedsFeature(TenantFeature.Inspections).WithTags("Inspections").RequireAuthorization(permission)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.InspectionNotFound);
}
