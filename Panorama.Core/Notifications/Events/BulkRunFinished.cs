namespace Panorama.Core.Notifications.Events;

/// <summary>A change of many assets at once came to its end.</summary>
public sealed record BulkRunFinished(Guid RunId, Guid? StartedByUserId, int Changed, int Skipped, int Failed) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<BulkRunFinished>(
        "panorama.bulk.finished", "bulk_run", e => e.RunId,
        Audience.OfPeople<BulkRunFinished>(e => [e.StartedByUserId]) with { TellsActor = true },
        new EventTexts(
            new EventText("Bulk change finished", "Your change of many assets is done", "{changed#asset|assets} changed, {skipped#asset|assets} skipped, {failed#asset|assets} failed."),
            new EventText("Alteração em massa concluída", "Sua alteração de vários ativos terminou", "{changed#ativo alterado|ativos alterados}, {skipped#ativo ignorado|ativos ignorados}, {failed#ativo com falha|ativos com falha}."),
            new EventText("Cambio masivo terminado", "Tu cambio de varios activos terminó", "{changed#activo modificado|activos modificados}, {skipped#activo omitido|activos omitidos}, {failed#activo con error|activos con error}.")),
        e => $"/jobs/{e.RunId}",
        email: NoticeMode.Off);
}
