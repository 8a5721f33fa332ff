using Panorama.Core.Inspections;

namespace Panorama.Core.Notifications.Events;

/// <summary>Somebody looked at what an inspection came to: whoever made it hears that it was not in vain.</summary>
public sealed record InspectionReviewed(
    Guid InspectionId, [property: Names(Named.Asset)] Guid AssetId, Guid StartedByUserId, [property: Names(Named.User)] Guid ReviewedByUserId,
    InspectionOutcome Outcome) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<InspectionReviewed>(
        "panorama.inspection.reviewed", "inspection", e => e.InspectionId,
        Audience.OfPeople<InspectionReviewed>(e => [e.StartedByUserId]),
        new EventTexts(
            new EventText("Inspection reviewed", "Your inspection of {asset} was reviewed", "{reviewedByUser} looked at what you found. The inspection shows what was decided."),
            new EventText("Inspeção analisada", "Sua inspeção de {asset} foi analisada", "{reviewedByUser} verificou o que você registrou. A inspeção mostra o que foi decidido."),
            new EventText("Inspección revisada", "Tu inspección de {asset} fue revisada", "{reviewedByUser} miró lo que encontraste. La inspección muestra lo que se decidió.")),
        e => $"/inspections/{e.InspectionId}",
        email: NoticeMode.Off);
}
