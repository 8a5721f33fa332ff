namespace Panorama.Core.Notifications.Events;

/// <summary>An asset went into somebody's custody.</summary>
public sealed record AssetCheckedOut([property: Names(Named.Asset)] Guid AssetId, Guid AssignmentId, [property: Names(Named.User)] Guid? UserId, DateTimeOffset? ExpectedCheckinAt) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<AssetCheckedOut>(
        "panorama.asset.checked_out", "asset", e => e.AssetId,
        Audience.OfPeople<AssetCheckedOut>(e => [e.UserId], [.. Audience.Managers]),
        new EventTexts(
            new EventText("Asset checked out", "{asset} was checked out", "{actor} checked out {asset}. Due back: {expectedCheckinAt}."),
            new EventText("Ativo retirado", "{asset} foi retirado", "{actor} registrou a retirada de {asset}. Devolução prevista: {expectedCheckinAt}."),
            new EventText("Activo entregado", "{asset} fue entregado", "{actor} registró la entrega de {asset}. Devolución prevista: {expectedCheckinAt}.")),
        e => $"/assets/{e.AssetId}",
        emailOfRoles: NoticeMode.Daily);
}
