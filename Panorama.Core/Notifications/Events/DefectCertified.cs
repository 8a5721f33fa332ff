using Panorama.Core.Inspections;

namespace Panorama.Core.Notifications.Events;

/// <summary>Somebody certified that a defect was repaired, or that no repair was necessary.</summary>
public sealed record DefectCertified(
    Guid DefectId, Guid InspectionId, [property: Names(Named.Asset)] Guid AssetId, Guid ReportedByUserId, [property: Names(Named.User)] Guid CertifiedByUserId, DefectStatus Status)
    : IEventPayload
{
    private static readonly EventTexts Repaired = new(
        new EventText("Repair certified", "Repair of {asset} certified", "{certifiedByUser} certified that a defect of {asset} was repaired."),
        new EventText("Reparo certificado", "Reparo de {asset} certificado", "{certifiedByUser} certificou que um defeito de {asset} foi reparado."),
        new EventText("Reparación certificada", "Reparación de {asset} certificada", "{certifiedByUser} certificó que se reparó un defecto de {asset}."));

    private static readonly EventTexts NotNecessary = new(
        new EventText("Repair certified", "No repair of {asset} needed", "{certifiedByUser} certified that a defect of {asset} needs no repair."),
        new EventText("Reparo certificado", "{asset} não precisa de reparo", "{certifiedByUser} certificou que um defeito de {asset} não exige reparo."),
        new EventText("Reparación certificada", "{asset} no necesita reparación", "{certifiedByUser} certificó que un defecto de {asset} no requiere reparación."));

    public static EventDefinition Definition { get; } = EventDefinition.Of<DefectCertified>(
        "panorama.inspection.defect_certified", "defect", e => e.DefectId,
        Audience.OfPeople<DefectCertified>(e => [e.ReportedByUserId], [.. Audience.Managers]),
        Repaired,
        e => $"/inspections/{e.InspectionId}",
        emailOfRoles: NoticeMode.Off,
        textsOf: e => e.Status == DefectStatus.Dismissed ? NotNecessary : Repaired,
        moreTexts: [NotNecessary]);
}
