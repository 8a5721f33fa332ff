using Panorama.Core.Identity;

namespace Panorama.Core.Notifications.Events;

/// <summary>Somebody wants to give back what they hold.</summary>
public sealed record CheckinRequested([property: Names(Named.Asset)] Guid AssetId, Guid AssignmentId, [property: Names(Named.User)] Guid? UserId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<CheckinRequested>(
        "panorama.asset.checkin_requested", "asset", e => e.AssetId,
        Audience.OfRoles(Role.Owner, Role.FleetAdmin, Role.FleetStaff),
        new EventTexts(
            new EventText("Return requested", "{actor} wants to return {asset}", "{actor} asked to give back {asset}."),
            new EventText("Devolução solicitada", "{actor} quer devolver {asset}", "{actor} pediu para devolver {asset}."),
            new EventText("Devolución solicitada", "{actor} quiere devolver {asset}", "{actor} pidió devolver {asset}.")),
        e => $"/custody/{e.AssignmentId}");
}
