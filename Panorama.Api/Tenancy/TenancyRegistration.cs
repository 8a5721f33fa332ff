using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Tenancy;

internal static class TenancyRegistration
{
    public static void AddTenancy(this IServiceCollection services)
    {
        services.AddScoped<TenantSession>();
        services.AddSingleton<TenantChanges>();
        services.AddScoped<Actor>(s => s.GetRequiredService<TenantSession>().Actor
            ?? throw new InvalidOperationException("The route asks for an actor and is in no group that opens a session."));
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, PermissionRefusals>();
        services.AddAuthorization(options =>
        {
            foreach (var permission in Permissions.All)
            {
                options.AddPolicy(permission.Name, policy => policy.RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(permission)));
            }
        });
    }

    /// <summary>Routes that read and write the rows of the current tenant, each request one transaction.</summary>
    public static RouteGroupBuilder MapTenantGroup(this IEndpointRouteBuilder routes, string prefix)
    {
        var group = routes.MapGroup(prefix);
        group.AddEndpointFilter<TenantTransaction>();
        group.WithMetadata(new SessionCookieRequired());
        return group;
    }

    /// <summary>Routes about one's own session, which work without a tenant.</summary>
    public static RouteGroupBuilder MapSessionGroup(this IEndpointRouteBuilder routes, string prefix)
    {
        var group = routes.MapGroup(prefix);
        group.AddEndpointFilter<SessionOnly>();
        group.WithMetadata(new SessionCookieRequired());
        return group;
    }
}

/// <summary>Shows in the API description that the route wants the cookie.</summary>
internal sealed class SessionCookieRequired;
