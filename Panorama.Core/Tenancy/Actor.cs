using Panorama.Core.Identity;

namespace Panorama.Core.Tenancy;

/// <summary>Who a request acts for, as the database read it when it opened the session. Never taken from anything a client sent.</summary>
/// <param name="TenantId">Null while signed in without an organisation.</param>
/// <param name="AuthLevel">1 after a password, 2 after a second factor.</param>
public sealed record Actor(Guid UserId, Guid? TenantId, Guid? MembershipId, Role? Role, bool IsVip, Guid? SessionId, short AuthLevel, string Provider)
{
    /// <summary>Owner or fleet admin: who may change what belongs to the organisation.</summary>
    public bool IsAdmin => Role is Identity.Role.Owner or Identity.Role.FleetAdmin;

    /// <summary>Who works with everybody's assets and inspections: all but drivers.</summary>
    public bool IsDesk => IsAdmin || Role is Identity.Role.FleetStaff;
}
