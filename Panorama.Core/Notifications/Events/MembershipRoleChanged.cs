using Panorama.Core.Identity;

namespace Panorama.Core.Notifications.Events;

/// <summary>A member may do more or less than before.</summary>
public sealed record MembershipRoleChanged(Guid MembershipId, [property: Names(Named.User)] Guid UserId, Role Role) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<MembershipRoleChanged>(
        "panorama.membership.role_changed", "tenant_membership", e => e.MembershipId,
        Audience.OfPeople<MembershipRoleChanged>(e => [e.UserId], Role.Owner),
        new EventTexts(
            new EventText("Role changed", "The role of {user} changed", "{actor} changed what {user} may do in {tenant}."),
            new EventText("Função alterada", "A função de {user} mudou", "{actor} alterou o que {user} pode fazer em {tenant}."),
            new EventText("Rol modificado", "El rol de {user} cambió", "{actor} cambió lo que {user} puede hacer en {tenant}.")),
        e => "/home");
}
