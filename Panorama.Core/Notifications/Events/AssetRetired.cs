namespace Panorama.Core.Notifications.Events;

/// <summary>An asset is out of use for good.</summary>
public sealed record AssetRetired([property: Names(Named.Asset)] Guid AssetId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<AssetRetired>(
        "panorama.asset.retired", "asset", e => e.AssetId,
        Audience.OfRoles([.. Audience.Managers]),
        new EventTexts(
            new EventText("Asset retired", "{asset} was retired", "{actor} retired {asset}."),
            new EventText("Ativo baixado", "{asset} foi baixado", "{actor} deu baixa em {asset}."),
            new EventText("Activo dado de baja", "{asset} fue dado de baja", "{actor} dio de baja {asset}.")),
        e => $"/assets/{e.AssetId}",
        email: NoticeMode.Off, inApp: NoticeMode.Off);
}
