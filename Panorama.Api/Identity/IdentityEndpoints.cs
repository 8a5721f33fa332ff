using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Identity;

internal static class IdentityEndpoints
{
    public static void AddIdentity(this IServiceCollection services)
    {
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<SessionTokens>();
        services.AddSingleton<PasswordGate>();
        services.AddSingleton<AuthDatabase>();
        services.AddScoped<MeReader>();
        services.AddScoped<SignIn>();
    }

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api").WithTags("Identity").AllowAnonymous();
        open.MapPost("/auth/login", Login.Handle).WithName("Login").WithSummary("Signs in with e-mail and password.")
            .Fails(Problems.InvalidBody, Problems.InvalidCredentials, Problems.RateLimited, Problems.TryAgain);
        open.MapPost("/auth/logout", Logout.Handle).WithName("Logout").WithSummary("Signs this browser out.");
        open.MapPost("/auth/setup-link", UseSetupLink.Handle).WithName("UseSetupLink").WithSummary("Sets the first password of a person and signs in.")
            .Fails(Problems.InvalidBody, Problems.LinkUsedOrExpired, Problems.RateLimited, Problems.TryAgain);
        open.MapPost("/setup", SetUp.Handle).WithName("SetUp").WithSummary("Makes the first organisation and its owner, once.")
            .Fails(Problems.InvalidBody, Problems.AlreadySetUp, Problems.LinkUsedOrExpired, Problems.RateLimited, Problems.TryAgain);

        // Not in a session group: it reads the tenant's features in the transaction that opened the session.
        routes.MapGet("/api/auth/me", GetMe.Handle).WithTags("Identity").WithName("GetMe").WithSummary("Says who is signed in.")
            .WithMetadata(new SessionCookieRequired()).RequireAuthorization(Permissions.OwnSession).Fails(Problems.AuthenticationRequired);

        var own = routes.MapSessionGroup("/api/auth").WithTags("Identity").RequireAuthorization(Permissions.OwnSession)
            .Fails(Problems.AuthenticationRequired);
        own.MapPost("/logout-all", LogoutAll.Handle).WithName("LogoutAll").WithSummary("Signs every browser of the person out.");
        own.MapPost("/tenants/switch", SwitchTenant.Handle).WithName("SwitchTenant").WithSummary("Goes on in another of the person's organisations.")
            .Fails(Problems.InvalidBody, Problems.NotAMember);
        own.MapGet("/sessions", ListSessions.Handle).WithName("ListSessions").WithSummary("Lists the person's signed-in browsers.");
        own.MapDelete("/sessions/{id}", RevokeSession.Handle).WithName("RevokeSession").WithSummary("Signs one browser of the person out.")
            .Fails(Problems.SessionNotFound);
    }
}
