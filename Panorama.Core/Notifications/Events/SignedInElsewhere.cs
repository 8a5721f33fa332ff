namespace Panorama.Core.Notifications.Events;

/// <summary>A person signed in with a browser that they had not used before.</summary>
public sealed record SignedInElsewhere([property: Names(Named.User)] Guid UserId, Guid SessionId) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<SignedInElsewhere>(
        "panorama.auth.signed_in_elsewhere", "session", e => e.SessionId,
        Audience.OfPeople<SignedInElsewhere>(e => [e.UserId]) with { TellsActor = true },
        new EventTexts(
            new EventText("Sign-in with a new browser", "New sign-in to your account", "Somebody signed in to your account on {at} with a browser that was not used before. If it was not you, end that session and change your password."),
            new EventText("Acesso com um novo navegador", "Novo acesso à sua conta", "Alguém entrou na sua conta em {at} com um navegador ainda não usado. Se não foi você, encerre essa sessão e troque a senha."),
            new EventText("Acceso con un navegador nuevo", "Nuevo acceso a tu cuenta", "Alguien entró en tu cuenta el {at} con un navegador que no se había usado antes. Si no fuiste tú, cierra esa sesión y cambia tu contraseña.")),
        e => "/account/sessions",
        isMandatory: true);
}
