using Panorama.Core.Identity;

namespace Panorama.Core.Notifications.Events;

/// <summary>The audit trail of an organisation does not hold.</summary>
public sealed record AuditChainBroken(Guid ChainId, int Findings) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<AuditChainBroken>(
        "panorama.audit.chain_broken", "audit_chain", e => e.ChainId,
        Audience.OfRoles(Role.Owner),
        new EventTexts(
            new EventText("Audit trail broken", "The audit trail of {tenant} does not hold", "A verification found {findings#place|places} where the audit trail was changed or is incomplete. Ask whoever runs Panorama."),
            new EventText("Trilha de auditoria violada", "A trilha de auditoria de {tenant} não confere", "Uma verificação encontrou {findings#ponto|pontos} em que a trilha foi alterada ou está incompleta. Fale com quem opera o Panorama."),
            new EventText("Registro de auditoría alterado", "El registro de auditoría de {tenant} no es íntegro", "Una verificación encontró {findings#punto en el que|puntos en los que} el registro fue modificado o está incompleto. Avisa a quien opera Panorama.")),
        e => "/home",
        isMandatory: true);
}
