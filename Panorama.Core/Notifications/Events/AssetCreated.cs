namespace Panorama.Core.Notifications.Events;

/// <summary>An asset was entered.</summary>
public sealed record AssetCreated([property: Names(Named.Asset)] Guid AssetId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<AssetCreated>(
        "panorama.asset.created", "asset", e => e.AssetId,
        Audience.OfRoles([.. Audience.Managers]),
        new EventTexts(
            new EventText("Asset created", "{asset} was added", "{actor} added {asset} to {tenant}."),
            new EventText("Ativo criado", "{asset} foi adicionado", "{actor} adicionou {asset} a {tenant}."),
            new EventText("Activo creado", "{asset} fue añadido", "{actor} añadió {asset} a {tenant}.")),
        e => $"/assets/{e.AssetId}",
        email: NoticeMode.Off, inApp: NoticeMode.Off);
}
