using Panorama.Api.Http;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Tenancy;

/// <summary>The one catalogue of what may be done; every endpoint names one of these or is open to anybody.</summary>
internal static class Permissions
{
    /// <summary>One's own session, sessions and tenant switch: also without a tenant.</summary>
    public const string OwnSession = "session.own";

    public const string ReadAssets = "assets.read";
    public const string WriteAssets = "assets.write";
    public const string ReturnAssets = "assets.return";
    public const string AddReadings = "readings.add";
    /// <summary>Photos and documents of an asset: added, captioned, deleted, brought back.</summary>
    public const string WritePhotos = "photos.write";
    public const string ManageCustody = "custody.manage";
    public const string OwnCustody = "custody.own";
    public const string ExportAssets = "assets.export";
    public const string ChangeManyAssets = "assets.bulk";
    public const string ImportAssets = "assets.import";
    /// <summary>What a sticker leads to.</summary>
    public const string ResolveLabels = "labels.resolve";
    public const string PrintLabels = "labels.print";
    public const string ReadCatalogue = "catalogue.read";
    public const string WriteCatalogue = "catalogue.write";

    /// <summary>Checklists, and one's own inspections; which of others' runs one sees is asked in the handler.</summary>
    public const string ReadInspections = "inspections.read";
    public const string WriteTemplates = "inspections.templates";
    public const string ReviewInspections = "inspections.review";
    public const string CertifyDefects = "inspections.certify";

    /// <summary>Names of the members, for whoever has to choose one; the rest of a member only for who may add people.</summary>
    public const string ReadMembers = "members.read";
    public const string AddPeople = "members.add";
    public const string ReadTenant = "tenant.read";
    public const string ManageTenant = "tenant.manage";

    /// <summary>One's own views and the shared ones; only an admin shares one.</summary>
    public const string UseViews = "views.use";

    /// <summary>What one is told, and how.</summary>
    public const string OwnNotices = "notifications.own";

    /// <summary>What members are told by default, and addresses that get no mail.</summary>
    public const string ManageNotifications = "notifications.manage";
    public const string ManageDeadLetters = "dead_letters.manage";

    private static readonly Role[] Admins = [Role.Owner, Role.FleetAdmin];
    private static readonly Role[] Desk = [Role.Owner, Role.FleetAdmin, Role.FleetStaff];
    private static readonly Role[] Members = [Role.Owner, Role.FleetAdmin, Role.FleetStaff, Role.Driver];

    public static IReadOnlyList<Permission> All { get; } =
    [
        new(OwnSession, Members, Problems.Forbidden, NeedsTenant: false),
        new(ReadAssets, Members, Problems.Forbidden),
        new(WriteAssets, Admins, Problems.AdminRoleRequired),
        new(ReturnAssets, Desk, Problems.Forbidden),
        new(AddReadings, Members, Problems.Forbidden), // a driver only of what they hold: asked in the handler
        new(WritePhotos, Desk, Problems.Forbidden),
        new(ManageCustody, Desk, Problems.Forbidden),
        new(OwnCustody, Members, Problems.Forbidden),
        new(ExportAssets, Desk, Problems.AdminRoleRequired),
        new(ChangeManyAssets, Admins, Problems.AdminRoleRequired),
        new(ImportAssets, Admins, Problems.AdminRoleRequired),
        new(ResolveLabels, Members, Problems.Forbidden),
        new(PrintLabels, Desk, Problems.Forbidden),
        new(ReadCatalogue, Members, Problems.Forbidden),
        new(WriteCatalogue, Admins, Problems.AdminRoleRequired),
        new(ReadInspections, Members, Problems.Forbidden),
        new(WriteTemplates, Admins, Problems.AdminRoleRequired),
        new(ReviewInspections, Admins, Problems.AdminRoleRequired),
        new(CertifyDefects, Desk, Problems.Forbidden),
        new(ReadMembers, Members, Problems.Forbidden),
        new(AddPeople, Admins, Problems.AdminRoleRequired),
        new(ReadTenant, Members, Problems.Forbidden),
        new(ManageTenant, [Role.Owner], Problems.OwnerRoleRequired),
        new(UseViews, Members, Problems.Forbidden),
        new(OwnNotices, Members, Problems.Forbidden),
        new(ManageNotifications, Admins, Problems.AdminRoleRequired),
        new(ManageDeadLetters, [Role.Owner], Problems.OwnerRoleRequired),
    ];

    /// <summary>A role as the set of what it may do.</summary>
    public static IReadOnlySet<string> Of(Role role) => All.Where(p => p.Roles.Contains(role)).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
}

/// <param name="Name">Also the name of the authorization policy.</param>
/// <param name="Roles">Who has it.</param>
/// <param name="Refusal">What someone signed in without it is told.</param>
/// <param name="NeedsTenant">Whether it means anything outside a tenant.</param>
internal sealed record Permission(string Name, IReadOnlyList<Role> Roles, ProblemKind Refusal, bool NeedsTenant = true)
{
    public bool IsGrantedTo(Actor actor) => actor.Role is { } role ? Roles.Contains(role) : !NeedsTenant;

    /// <summary>401 not signed in, 403 signed in without a tenant or without the permission; each with its code.</summary>
    /// <param name="asked">Null for a route that names none.</param>
    public static ProblemKind RefusalOf(Permission? asked, Actor? actor) => actor switch
    {
        null => Problems.AuthenticationRequired,
        { TenantId: null } when asked?.NeedsTenant is true => Problems.NoMemberships,
        _ => asked?.Refusal ?? Problems.Forbidden,
    };
}
