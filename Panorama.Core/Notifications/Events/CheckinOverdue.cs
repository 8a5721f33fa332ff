namespace Panorama.Core.Notifications.Events;

/// <summary>An asset should have come back, and did not.</summary>
public sealed record CheckinOverdue([property: Names(Named.Asset)] Guid AssetId, Guid AssignmentId, [property: Names(Named.User)] Guid? UserId, DateTimeOffset ExpectedCheckinAt) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<CheckinOverdue>(
        "panorama.asset.checkin_overdue", "asset", e => e.AssetId,
        Audience.OfPeople<CheckinOverdue>(e => [e.UserId], [.. Audience.Managers]),
        new EventTexts(
            new EventText("Return overdue", "{asset} should be back", "{asset} was due back on {expectedCheckinAt}. Return it, or ask for more time."),
            new EventText("Devolução atrasada", "{asset} já deveria ter voltado", "A devolução de {asset} estava prevista para {expectedCheckinAt}. Devolva ou peça mais prazo."),
            new EventText("Devolución atrasada", "{asset} ya debería haber vuelto", "La devolución de {asset} estaba prevista para {expectedCheckinAt}. Devuélvelo o pide más plazo.")),
        e => $"/custody/{e.AssignmentId}",
        emailOfRoles: NoticeMode.Daily);
}
