using Panorama.Core.Inspections;

namespace Panorama.Core.Notifications.Events;

/// <summary>An inspection found something wrong that was not known of the asset.</summary>
public sealed record DefectOpened(
    Guid DefectId, Guid InspectionId, [property: Names(Named.Asset)] Guid AssetId, [property: Names(Named.User)] Guid ReportedByUserId, DefectSeverity Severity) : IEventPayload
{
    private static readonly EventTexts Minor = Texts(
        "Minor defect at {asset}", "{reportedByUser} found a minor defect at {asset}. It stays on the list until a repair is certified.",
        "Defeito leve em {asset}", "{reportedByUser} encontrou um defeito leve em {asset}. Ele fica na lista até que o reparo seja certificado.",
        "Defecto leve en {asset}", "{reportedByUser} encontró un defecto leve en {asset}. Sigue en la lista hasta que se certifique la reparación.");

    private static readonly EventTexts Major = Texts(
        "Major defect at {asset}", "{reportedByUser} found a major defect at {asset}. Have it repaired before the next trip.",
        "Defeito grave em {asset}", "{reportedByUser} encontrou um defeito grave em {asset}. Providencie o reparo antes da próxima viagem.",
        "Defecto grave en {asset}", "{reportedByUser} encontró un defecto grave en {asset}. Haz que se repare antes del próximo viaje.");

    private static readonly EventTexts OutOfService = Texts(
        "{asset} is out of service", "{reportedByUser} found a defect with which {asset} may not be used. Certify the repair before it goes out again.",
        "{asset} está fora de serviço", "{reportedByUser} encontrou um defeito que impede o uso de {asset}. Certifique o reparo antes da próxima saída.",
        "{asset} está fuera de servicio", "{reportedByUser} encontró un defecto que impide usar {asset}. Certifica la reparación antes de la próxima salida.");

    // Several of one inspection are one mail a day; of what failed badly the end of the inspection tells at once.
    public static EventDefinition Definition { get; } = EventDefinition.Of<DefectOpened>(
        "panorama.inspection.defect_opened", "defect", e => e.DefectId,
        Audience.OfRoles([.. Audience.Managers]),
        Major,
        e => $"/inspections/{e.InspectionId}",
        email: NoticeMode.Daily,
        textsOf: e => e.Severity switch { DefectSeverity.OutOfService => OutOfService, DefectSeverity.Major => Major, _ => Minor },
        moreTexts: [Minor, OutOfService]);

    private static EventTexts Texts(string title, string line, string titlePtBr, string linePtBr, string titleEs, string lineEs) => new(
        new EventText("Defect found", title, line), new EventText("Defeito encontrado", titlePtBr, linePtBr), new EventText("Defecto encontrado", titleEs, lineEs));
}
