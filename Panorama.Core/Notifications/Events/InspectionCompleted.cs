using Panorama.Core.Inspections;

namespace Panorama.Core.Notifications.Events;

/// <summary>An inspection is complete; one that was passed concerns nobody, any other waits for a review.</summary>
public sealed record InspectionCompleted(
    [property: Names(Named.Inspection)] Guid InspectionId, [property: Names(Named.Asset)] Guid AssetId, Guid? ReservationId,
    [property: Names(Named.User)] Guid StartedByUserId, InspectionOutcome Outcome, int PhotoCount, int ResponseCount) : IEventPayload
{
    private static readonly EventTexts Failed = new(
        new EventText("Inspection completed", "FAIL – {asset} must stay parked", "Keep {asset} off the road until an administrator reviews the result. {startedByUser} gave {responseCount#answer|answers} and {photoCount#photo|photos} to {inspection}"),
        new EventText("Inspeção concluída", "REPROVADO – {asset} deve ficar parado", "Mantenha {asset} fora de uso até a análise de um administrador. {startedByUser} registrou {responseCount#resposta|respostas} e {photoCount#foto|fotos} em {inspection}"),
        new EventText("Inspección terminada", "RECHAZADO – {asset} debe quedar detenido", "Mantén {asset} fuera de servicio hasta que un administrador lo revise. {startedByUser} dio {responseCount#respuesta|respuestas} y {photoCount#foto|fotos} en {inspection}"));

    private static readonly EventTexts Wanting = new(
        new EventText("Inspection completed", "Maintenance requested for {asset}", "Plan the work before {asset} is assigned again. {startedByUser} gave {responseCount#answer|answers} and {photoCount#photo|photos} to {inspection}"),
        new EventText("Inspeção concluída", "Manutenção solicitada para {asset}", "Planeje o serviço antes de uma nova atribuição de {asset}. {startedByUser} registrou {responseCount#resposta|respostas} e {photoCount#foto|fotos} em {inspection}"),
        new EventText("Inspección terminada", "Mantenimiento solicitado para {asset}", "Planifica el trabajo antes de volver a asignar {asset}. {startedByUser} dio {responseCount#respuesta|respuestas} y {photoCount#foto|fotos} en {inspection}"));

    public static EventDefinition Definition { get; } = EventDefinition.Of<InspectionCompleted>(
        "panorama.inspection.completed", "inspection", e => e.InspectionId,
        Audience.OfRoles([.. Audience.Managers]),
        Failed,
        e => $"/inspections/{e.InspectionId}",
        textsOf: e => e.Outcome switch { InspectionOutcome.Fail => Failed, InspectionOutcome.NeedsMaintenance => Wanting, _ => null },
        moreTexts: [Wanting]);
}
