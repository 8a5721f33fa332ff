using Panorama.Core.Identity;

namespace Panorama.Core.Notifications.Events;

/// <summary>A person became a member.</summary>
public sealed record MembershipAdded(Guid MembershipId, [property: Names(Named.User)] Guid UserId, Role Role) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<MembershipAdded>(
        "panorama.membership.added", "tenant_membership", e => e.MembershipId,
        Audience.OfPeople<MembershipAdded>(e => [e.UserId], Role.Owner),
        new EventTexts(
            new EventText("Member added", "{user} joined {tenant}", "{actor} added {user} to {tenant}."),
            new EventText("Membro adicionado", "{user} entrou em {tenant}", "{actor} adicionou {user} a {tenant}."),
            new EventText("Miembro añadido", "{user} se unió a {tenant}", "{actor} añadió a {user} a {tenant}.")),
        e => "/home");
}
