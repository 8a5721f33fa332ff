using Microsoft.AspNetCore.Components.Endpoints;
using Panorama.Web.Api;
using Panorama.Web.Http;
using Panorama.Web.Localization;

namespace Panorama.Web.Shell;

/// <summary>
/// Reads the session once for each page. No cookie, or one that Api no longer knows, leads to sign-in and back; an Api that does not
/// answer leaves the cookie alone and the page says so. A cookie that is merely present proves nothing: redirecting on it would loop.
/// </summary>
internal sealed class SessionGate(RequestDelegate next, WebOptions options)
{
    public async Task InvokeAsync(HttpContext context, PageSession session, IdentityClient identity)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not { } page)
        {
            Locale.Choose(context.Request, profile: null).Use();
            await next(context);
            return;
        }

        Locale.Choose(context.Request, profile: null).Use();
        var isPublic = Attribute.IsDefined(page.Type, typeof(PublicPageAttribute));
        if (SessionCookie.Read(context, options) is null)
        {
            if (!isPublic)
            {
                Leave(context, notice: null);
                return;
            }
        }
        else
        {
            var me = await identity.MeAsync(context.RequestAborted);
            if (me.Problem is { Status: StatusCodes.Status401Unauthorized })
            {
                SessionCookie.Clear(context, options);
                if (!isPublic)
                {
                    Leave(context, "session_ended");
                    return;
                }
            }

            (session.Me, session.Outage) = (me.Value, me.Problem is { Status: 401 } ? null : me.Problem);
            Locale.Choose(context.Request, me.Value?.Locale).Use();
        }

        await next(context);
    }

    /// <summary>To sign-in. Not with a form in the hands: the way there would lose what was typed, so the answer keeps it.</summary>
    private static void Leave(HttpContext context, string? notice)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            context.Features.Set(new ApiProblem(StatusCodes.Status401Unauthorized, "authentication_required", TraceId: Tracing.Current(context)));
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        context.Response.Redirect(ReturnUrl.Login(context.Request, notice));
    }
}
