namespace Panorama.Core.Notifications.Events;

/// <summary>An inspection that somebody began lies there without an end, and will be given up.</summary>
public sealed record InspectionLeftOpen(
    Guid InspectionId, [property: Names(Named.Asset)] Guid AssetId, Guid StartedByUserId, DateTimeOffset StartedAt, DateTimeOffset GivenUpAt) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<InspectionLeftOpen>(
        "panorama.inspection.left_open", "inspection", e => e.InspectionId,
        Audience.OfPeople<InspectionLeftOpen>(e => [e.StartedByUserId]),
        new EventTexts(
            new EventText("Inspection not finished", "Finish your inspection of {asset}", "You began it on {startedAt}. What is not finished is cancelled after {givenUpAt}."),
            new EventText("Inspeção não concluída", "Conclua sua inspeção de {asset}", "Você a iniciou em {startedAt}. O que não for concluído será cancelado depois de {givenUpAt}."),
            new EventText("Inspección sin terminar", "Termina tu inspección de {asset}", "La empezaste el {startedAt}. Si no la terminas, se cancelará después del {givenUpAt}.")),
        e => $"/inspections/{e.InspectionId}",
        email: NoticeMode.Off);
}
