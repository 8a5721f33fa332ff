namespace Panorama.Core.Notifications.Events;

/// <summary>The system gave up an inspection that nobody ended.</summary>
public sealed record InspectionAutoCancelled(
    Guid InspectionId, [property: Names(Named.Asset)] Guid AssetId, [property: Names(Named.User)] Guid StartedByUserId, DateTimeOffset StartedAt) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<InspectionAutoCancelled>(
        "panorama.inspection.auto_cancelled", "inspection", e => e.InspectionId,
        Audience.OfPeople<InspectionAutoCancelled>(e => [e.StartedByUserId], [.. Audience.Managers]),
        new EventTexts(
            new EventText("Unfinished inspection cancelled", "The inspection of {asset} was cancelled", "{startedByUser} began it on {startedAt} and nobody finished it. What was answered is kept; {asset} was not inspected."),
            new EventText("Inspeção não concluída cancelada", "A inspeção de {asset} foi cancelada", "{startedByUser} a iniciou em {startedAt} e ninguém a concluiu. As respostas foram guardadas; {asset} não foi inspecionado."),
            new EventText("Inspección sin terminar cancelada", "La inspección de {asset} se canceló", "{startedByUser} la empezó el {startedAt} y nadie la terminó. Las respuestas se guardan; {asset} quedó sin inspeccionar.")),
        e => $"/inspections/{e.InspectionId}",
        emailOfRoles: NoticeMode.Daily);
}
