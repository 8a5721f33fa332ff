namespace Panorama.Core.Notifications.Events;

/// <summary>A person's password is another one.</summary>
public sealed record PasswordChanged([property: Names(Named.User)] Guid UserId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<PasswordChanged>(
        "panorama.auth.password_changed", "auth_identity", e => e.UserId,
        Audience.OfPeople<PasswordChanged>(e => [e.UserId]) with { TellsActor = true },
        new EventTexts(
            new EventText("Password changed", "Your password was changed", "The password of your account was changed on {at}. If it was not you, tell your administrator at once."),
            new EventText("Senha alterada", "Sua senha foi alterada", "A senha da sua conta foi alterada em {at}. Se não foi você, avise o administrador imediatamente."),
            new EventText("Contraseña cambiada", "Tu contraseña fue cambiada", "La contraseña de tu cuenta se cambió el {at}. Si no fuiste tú, avisa a tu administrador de inmediato.")),
        e => "/account/sessions",
        isMandatory: true);
}
