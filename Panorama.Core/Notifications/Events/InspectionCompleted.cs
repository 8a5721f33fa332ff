namespace Panorama.Core.Notifications.Events;

/// <summary>What an inspection came to.</summary>
public enum InspectionOutcome
{
    Pass,
    Fail,
    NeedsMaintenance,
}

/// <summary>An inspection is complete; one that was passed concerns nobody.</summary>
public sealed record InspectionCompleted(
    Guid InspectionId, [property: Names(Named.Asset)] Guid AssetId, Guid? ReservationId, [property: Names(Named.User)] Guid StartedByUserId, InspectionOutcome Outcome,
    int PhotoCount, int ResponseCount) : IEventPayload
{
    private static readonly EventTexts Failed = new(
        new EventText("Inspection completed", "FAIL – {asset} must stay parked", "Keep {asset} off the road until an administrator reviews the result. {startedByUser} gave {responseCount#answer|answers} and {photoCount#photo|photos}."),
        new EventText("Inspeção concluída", "REPROVADO – {asset} deve ficar parado", "Mantenha {asset} fora de uso até a análise de um administrador. {startedByUser} registrou {responseCount#resposta|respostas} e {photoCount#foto|fotos}."),
        new EventText("Inspección terminada", "RECHAZADO – {asset} debe quedar detenido", "Mantén {asset} fuera de servicio hasta que un administrador lo revise. {startedByUser} dio {responseCount#respuesta|respuestas} y {photoCount#foto|fotos}."));

    private static readonly EventTexts Wanting = new(
        new EventText("Inspection completed", "Maintenance requested for {asset}", "Plan the work before {asset} is assigned again. {startedByUser} gave {responseCount#answer|answers} and {photoCount#photo|photos}."),
        new EventText("Inspeção concluída", "Manutenção solicitada para {asset}", "Planeje o serviço antes de uma nova atribuição de {asset}. {startedByUser} registrou {responseCount#resposta|respostas} e {photoCount#foto|fotos}."),
        new EventText("Inspección terminada", "Mantenimiento solicitado para {asset}", "Planifica el trabajo antes de volver a asignar {asset}. {startedByUser} dio {responseCount#respuesta|respuestas} y {photoCount#foto|fotos}."));

    public static EventDefinition Definition { get; } = EventDefinition.Of<InspectionCompleted>(
        "panorama.inspection.completed", "inspection", e => e.InspectionId,
        Audience.OfRoles([.. Audience.Managers]),
        Failed,
        e => $"/inspections/{e.InspectionId}",
        textsOf: e => e.Outcome switch { InspectionOutcome.Fail => Failed, InspectionOutcome.NeedsMaintenance => Wanting, _ => null },
        moreTexts: [Wanting],
        notYetProduced: "Inspections are not built yet.");
}
