namespace Panorama.Core.Notifications.Events;

/// <summary>Somebody changed what is known about an asset.</summary>
public sealed record AssetUpdated([property: Names(Named.Asset)] Guid AssetId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<AssetUpdated>(
        "panorama.asset.updated", "asset", e => e.AssetId,
        Audience.OfRoles([.. Audience.Managers]),
        new EventTexts(
            new EventText("Asset changed", "{asset} was changed", "{actor} changed {asset}. Its history shows what."),
            new EventText("Ativo alterado", "{asset} foi alterado", "{actor} alterou {asset}. O histórico mostra o quê."),
            new EventText("Activo modificado", "{asset} fue modificado", "{actor} modificó {asset}. El historial muestra qué.")),
        e => $"/assets/{e.AssetId}",
        email: NoticeMode.Off, inApp: NoticeMode.Off);
}
