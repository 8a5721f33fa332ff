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
        var actor = (context.Resource as HttpContext)?.RequestServices.GetRequiredService<TenantSession>().Actor;
        if (actor is not null && (actor.Role is { } role ? requirement.Permission.Roles.Contains(role) : !requirement.Permission.NeedsTenant))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>401 not signed in, 403 signed in without a tenant or without the permission; each with its code.</summary>
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
        return Problems.Of(actor switch
        {
            null => Problems.AuthenticationRequired,
            { TenantId: null } when permission?.NeedsTenant is true => Problems.NoMemberships,
            _ => permission?.Refusal ?? Problems.Forbidden,
        }).ExecuteAsync(context);
    }
}
