using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Panorama.Api.Http;

namespace Panorama.Api.Tenancy;

/// <summary>Asks the opened session, not the claims: the role is the database's answer of this request.</summary>
internal sealed class PermissionRequirement(Permission permission) : IAuthorizationRequirement
{
    public Permission Permission => permission;
}

internal sealed class PermissionHandler : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        var session = (context.Resource as HttpContext)?.RequestServices.GetRequiredService<TenantSession>();
        if (session is { IsWaiting: true, Asked: null })
        {
            session.Asked = requirement.Permission; // of the actor that is not known yet: the session asks before it shows a row
            context.Succeed(requirement);
        }
        else if (session?.Actor is { } actor && requirement.Permission.IsGrantedTo(actor))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Refuses with the code that says why. What is switched off is off for every role.</summary>
internal sealed class PermissionRefusals : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        var session = context.RequestServices.GetRequiredService<TenantSession>();
        if (session.Actor is { TenantId: not null } && FeatureGate.IsClosed(context, session))
        {
            return Problems.Of(Problems.FeatureDisabled).ExecuteAsync(context);
        }

        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var permission = policy.Requirements.OfType<PermissionRequirement>().Select(r => r.Permission).FirstOrDefault();
        return Problems.Of(Permission.RefusalOf(permission, session.Actor)).ExecuteAsync(context);
    }
}
