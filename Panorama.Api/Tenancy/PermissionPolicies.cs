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

/// <summary>Refuses with the code that says why.</summary>
internal sealed class PermissionRefusals : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var actor = context.RequestServices.GetRequiredService<TenantSession>().Actor;
        var permission = policy.Requirements.OfType<PermissionRequirement>().Select(r => r.Permission).FirstOrDefault();
        return Problems.Of(Permission.RefusalOf(permission, actor)).ExecuteAsync(context);
    }
}
