namespace Panorama.Core.Notifications.Events;

/// <summary>What was booked came back damaged.</summary>
public sealed record ReservationCheckedInWithDamage(Guid ReservationId, [property: Names(Named.Asset)] Guid AssetId, Guid RequesterUserId, [property: Names(Named.User)] Guid CheckedInByUserId, DateTimeOffset CheckedInAt, decimal MileageIn) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<ReservationCheckedInWithDamage>(
        "panorama.reservation.checked_in_with_damage", "reservation", e => e.ReservationId,
        Audience.OfRoles([.. Audience.Managers]),
        new EventTexts(
            new EventText("Returned with damage", "{asset} came back damaged", "{checkedInByUser} reported damage when {asset} came back on {checkedInAt}."),
            new EventText("Devolvido com dano", "{asset} voltou com dano", "{checkedInByUser} informou um dano na devolução de {asset} em {checkedInAt}."),
            new EventText("Devuelto con daños", "{asset} volvió con daños", "{checkedInByUser} informó de daños al devolver {asset} el {checkedInAt}.")),
        e => $"/reservations/{e.ReservationId}",
        notYetProduced: "Bookings are not built yet.");
}
