namespace Panorama.Core.Notifications.Events;

/// <summary>A booking that waited was declined.</summary>
public sealed record ReservationRejected(Guid ReservationId, [property: Names(Named.Asset)] Guid? AssetId, [property: Names(Named.User)] Guid RequesterUserId, [property: Names(Named.User)] Guid ApproverUserId, DateTimeOffset StartAt, DateTimeOffset EndAt) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<ReservationRejected>(
        "panorama.reservation.rejected", "reservation", e => e.ReservationId,
        Audience.OfPeople<ReservationRejected>(e => [e.RequesterUserId]),
        new EventTexts(
            new EventText("Booking declined", "Booking declined – {asset}", "{approverUser} declined your booking of {asset} from {startAt} to {endAt}. The reason is on its page."),
            new EventText("Reserva não aceita", "Reserva não aceita – {asset}", "{approverUser} não aceitou sua reserva de {asset}, de {startAt} até {endAt}. O motivo está na página da reserva."),
            new EventText("Reserva no aceptada", "Reserva no aceptada – {asset}", "{approverUser} no aceptó tu reserva de {asset}, del {startAt} al {endAt}. El motivo está en su página.")),
        e => $"/reservations/{e.ReservationId}",
        notYetProduced: "Bookings are not built yet.");
}
