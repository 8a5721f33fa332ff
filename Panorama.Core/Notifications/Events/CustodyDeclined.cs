namespace Panorama.Core.Notifications.Events;

/// <summary>Somebody did not accept what was checked out to them.</summary>
public sealed record CustodyDeclined([property: Names(Named.Asset)] Guid AssetId, Guid AssignmentId, [property: Names(Named.User)] Guid? UserId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<CustodyDeclined>(
        "panorama.asset.custody_declined", "asset", e => e.AssetId,
        Audience.OfRoles([.. Audience.Managers]),
        new EventTexts(
            new EventText("Custody declined", "{user} declined {asset}", "{user} does not accept the custody of {asset}. The reason is on the page of the loan."),
            new EventText("Responsabilidade recusada", "{user} recusou {asset}", "{user} não aceita a responsabilidade por {asset}. O motivo está na página da retirada."),
            new EventText("Custodia rechazada", "{user} rechazó {asset}", "{user} no acepta la custodia de {asset}. El motivo está en la página de la entrega.")),
        e => $"/custody/{e.AssignmentId}");
}
