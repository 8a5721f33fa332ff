using Panorama.Core.Importing;

namespace Panorama.Core.Notifications.Events;

/// <summary>An import that ran in the background came to its end.</summary>
public sealed record ImportFinished(
    [property: Names(Named.Import)] Guid ImportId, Guid StartedByUserId, ImportState State, int Created, int Updated, int Rejected) : IEventPayload
{
    // Of whatever kind its rows are: its page says which.
    private static readonly EventTexts Done = new(
        new EventText("Import finished", "Import of {import} finished", "{created#entry|entries} made, {updated#entry|entries} changed, {rejected#row|rows} rejected."),
        new EventText("Importação concluída", "Importação de {import} concluída", "{created#registro criado|registros criados}, {updated#registro alterado|registros alterados}, {rejected#linha rejeitada|linhas rejeitadas}."),
        new EventText("Importación terminada", "Importación de {import} terminada", "{created#registro creado|registros creados}, {updated#registro modificado|registros modificados}, {rejected#fila rechazada|filas rechazadas}."));

    private static readonly EventTexts Failed = new(
        new EventText("Import finished", "Import of {import} failed", "Its page shows why. Before that: {created#entry|entries} made, {updated#entry|entries} changed."),
        new EventText("Importação concluída", "Importação de {import} falhou", "A página da importação mostra o motivo. Antes disso: {created#registro criado|registros criados}, {updated#registro alterado|registros alterados}."),
        new EventText("Importación terminada", "La importación de {import} falló", "Su página muestra el motivo. Antes de eso: {created#registro creado|registros creados}, {updated#registro modificado|registros modificados}."));

    public static EventDefinition Definition { get; } = EventDefinition.Of<ImportFinished>(
        "panorama.import.finished", "import", e => e.ImportId,
        Audience.OfPeople<ImportFinished>(e => [e.StartedByUserId]) with { TellsActor = true },
        Done,
        e => $"/assets/import/{e.ImportId}",
        textsOf: e => e.State == ImportState.Failed ? Failed : Done,
        moreTexts: [Failed]);
}
