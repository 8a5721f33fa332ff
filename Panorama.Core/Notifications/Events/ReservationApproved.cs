namespace Panorama.Core.Notifications.Events;

/// <summary>A booking that waited was confirmed.</summary>
public sealed record ReservationApproved(Guid ReservationId, [property: Names(Named.Asset)] Guid? AssetId, [property: Names(Named.User)] Guid RequesterUserId, [property: Names(Named.User)] Guid ApproverUserId, DateTimeOffset StartAt, DateTimeOffset EndAt) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<ReservationApproved>(
        "panorama.reservation.approved", "reservation", e => e.ReservationId,
        Audience.OfPeople<ReservationApproved>(e => [e.RequesterUserId]),
        new EventTexts(
            new EventText("Booking confirmed", "Booking confirmed – {asset}", "{approverUser} confirmed your booking of {asset} from {startAt} to {endAt}."),
            new EventText("Reserva confirmada", "Reserva confirmada – {asset}", "{approverUser} confirmou sua reserva de {asset}, de {startAt} até {endAt}."),
            new EventText("Reserva confirmada", "Reserva confirmada – {asset}", "{approverUser} confirmó tu reserva de {asset}, del {startAt} al {endAt}.")),
        e => $"/reservations/{e.ReservationId}",
        notYetProduced: "Bookings are not built yet.");
}
