namespace Panorama.Core.Notifications.Events;

/// <summary>An asset came back.</summary>
public sealed record AssetCheckedIn([property: Names(Named.Asset)] Guid AssetId, Guid AssignmentId, [property: Names(Named.User)] Guid? UserId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<AssetCheckedIn>(
        "panorama.asset.checked_in", "asset", e => e.AssetId,
        Audience.OfPeople<AssetCheckedIn>(e => [e.UserId], [.. Audience.Managers]),
        new EventTexts(
            new EventText("Asset checked in", "{asset} was checked in", "{actor} checked in {asset} on {at}."),
            new EventText("Ativo devolvido", "{asset} foi devolvido", "{actor} registrou a devolução de {asset} em {at}."),
            new EventText("Activo devuelto", "{asset} fue devuelto", "{actor} registró la devolución de {asset} el {at}.")),
        e => $"/assets/{e.AssetId}",
        emailOfRoles: NoticeMode.Daily);
}
