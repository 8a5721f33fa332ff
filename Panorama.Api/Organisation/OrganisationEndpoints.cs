using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Organisation;

internal static class OrganisationEndpoints
{
    public static void MapOrganisation(this IEndpointRouteBuilder routes)
    {
        var tenant = routes.MapTenantGroup("/api/tenants/{tenantId}").WithTags("Organisation")
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.TenantMismatch);
        tenant.MapGet("", GetTenant.Handle).WithName("GetTenant").WithSummary("Shows the organisation's settings.").RequireAuthorization(Permissions.ReadTenant);
        tenant.MapPatch("", ChangeTenant.Handle).WithName("ChangeTenant").WithSummary("Changes the organisation's settings.")
            .RequireAuthorization(Permissions.ManageTenant)
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.OwnerRoleRequired, Problems.SerialsRepeat, Problems.ConcurrencyConflict,
                Problems.VersionMismatch, Problems.BodyTooLarge, Problems.VersionRequired);
        var inspections = tenant.MapGroup("/inspection-settings").NeedsFeature(TenantFeature.Inspections);
        inspections.MapGet("", InspectionSettings.Get).WithName("GetInspectionSettings").WithSummary("Shows the organisation's rules of inspections.")
            .RequireAuthorization(Permissions.ReadTenant);
        inspections.MapPut("", InspectionSettings.Put).WithName("PutInspectionSettings").WithSummary("Replaces the organisation's rules of inspections.")
            .RequireAuthorization(Permissions.ManageTenant)
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.OwnerRoleRequired, Problems.ConcurrencyConflict, Problems.VersionMismatch,
                Problems.BodyTooLarge, Problems.VersionRequired);
        tenant.MapGet("/memberships", ListMembers.Handle).WithName("ListMembers").WithSummary("Lists members by name; names alone for who may not add people.")
            .RequireAuthorization(Permissions.ReadMembers).Fails(Problems.InvalidQuery);
        tenant.MapPost("/people", AddPerson.Handle).WithName("AddPerson").WithSummary("Adds somebody who does not sign in.").Idempotent()
            .RequireAuthorization(Permissions.AddPeople).Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.AdminRoleRequired, Problems.BodyTooLarge);
    }

    /// <summary>The address must name the organisation that the session is in: it chooses nothing.</summary>
    public static bool IsCurrent(string tenantId, Actor actor) => Guid.TryParseExact(tenantId, "D", out var id) && id == actor.TenantId;
}
