using Panorama.Web.Api;
using Panorama.Web.Http;
using Panorama.Web.Shell;

namespace Panorama.Web.Account;

internal static class AccountEndpoints
{
    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/account/sessions/end", EndAsync).DisableAntiforgery();
        routes.MapPost("/account/sessions/end-all", EndAllAsync).DisableAntiforgery();
    }

    private static async Task<IResult> EndAsync(HttpContext context, IdentityClient identity)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!Guid.TryParse(form["id"], out var session))
        {
            return ShellEndpoints.SeeOther("/account/sessions?error=not_found");
        }

        var result = await identity.RevokeAsync(session, context.RequestAborted);
        return ShellEndpoints.SeeOther(result.Problem switch
        {
            null => "/account/sessions?done=ended",
            { Status: StatusCodes.Status401Unauthorized } => "/login?next=%2Faccount%2Fsessions&notice=session_ended",
            { Code: "session_not_found" } => "/account/sessions?error=not_found",
            { IsOutage: true } => "/account/sessions?error=outage",
            _ => "/account/sessions?error=failed",
        });
    }

    private static async Task<IResult> EndAllAsync(HttpContext context, IdentityClient identity, WebOptions options)
    {
        var result = await identity.LogoutEverywhereAsync(context.RequestAborted);
        if (result.Problem is { Status: not StatusCodes.Status401Unauthorized })
        {
            // Nothing was ended, so the cookie stays: this device is still the way to end the others.
            return ShellEndpoints.SeeOther("/account/sessions?error=outage");
        }

        SessionCookie.Clear(context, options);
        return ShellEndpoints.SeeOther("/login?notice=signed_out");
    }
}
