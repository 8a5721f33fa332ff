using Panorama.Web.Api;
using Panorama.Web.Http;
using Panorama.Web.Localization;

namespace Panorama.Web.Shell;

/// <summary>The forms of the frame: they change one thing and send the browser back to a page.</summary>
internal static class ShellEndpoints
{
    public static void MapShell(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Results.LocalRedirect("/home")).WithName("Root");
        routes.MapGet("/robots.txt", Robots).WithName("Robots");
        routes.MapPost("/locale", SetLocale).DisableAntiforgery();
        routes.MapPost("/appearance", SetAppearance).DisableAntiforgery();
        routes.MapPost("/logout", LogoutAsync).DisableAntiforgery();
        routes.MapPost("/tenants/switch", SwitchAsync).DisableAntiforgery();
    }

    // Who is signed in is written to in it as well. What the person reads now does not wait for that to succeed.
    private static async Task<IResult> SetLocale(HttpContext context, NotificationsClient notifications, WebOptions options)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (Locale.All.FirstOrDefault(l => l.Wire == form["locale"]) is { } locale)
        {
            context.Response.Cookies.Append(Preferences.LocaleCookieName, locale.Wire, Preferences.Lasting(options));
            if (SessionCookie.Read(context, options) is not null)
            {
                await notifications.ChooseLanguageAsync(locale.Wire, context.RequestAborted);
            }
        }

        return SeeOther(Back(form));
    }

    // Nothing behind a sign-in is for a search engine; of a test system not even its door.
    private static IResult Robots(WebOptions options) =>
        Results.Text(options.IsStaging ? "User-agent: *\nDisallow: /\n" : "User-agent: *\nDisallow: /api/\nDisallow: /q/\n", "text/plain");

    private static async Task<IResult> SetAppearance(HttpContext context, WebOptions options)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        Preferences.Read(context.Request).With(form).Write(context, options);
        return SeeOther(Back(form));
    }

    private static async Task<IResult> LogoutAsync(HttpContext context, IdentityClient identity, WebOptions options)
    {
        var result = await identity.LogoutAsync(context.RequestAborted);
        SessionCookie.Clear(context, options);
        // The cookie goes either way; when Api was not reached or refused, the row outlives it and the page must not claim otherwise.
        return SeeOther("/login?notice=" + (result.Problem is null or { Status: StatusCodes.Status401Unauthorized } ? "signed_out" : "signed_out_here"));
    }

    private static async Task<IResult> SwitchAsync(HttpContext context, IdentityClient identity)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = ReturnUrl.Safe(form["page"]) ?? ReturnUrl.Section(form["return"]); // a page of the organisation that is gone to, or what it has in place of this one
        if (!Guid.TryParse(form["tenantId"], out var tenant))
        {
            return SeeOther("/home?error=switch_failed");
        }

        var result = await identity.SwitchAsync(tenant, context.RequestAborted);
        return SeeOther(result.Problem switch
        {
            null => back,
            { Status: StatusCodes.Status401Unauthorized } => "/login?notice=session_ended",
            { IsOutage: true } => "/home?error=switch_outage",
            _ => "/home?error=switch_failed",
        });
    }

    /// <summary>303: the browser follows with GET, so reloading repeats nothing.</summary>
    internal static IResult SeeOther(string path) => new SeeOtherResult(path);

    private static string Back(IFormCollection form) => ReturnUrl.Safe(form["return"]) ?? AllowedPublic(form["return"]) ?? "/home";

    // Language and theme can be changed before signing in; those pages are not ordinary return addresses.
    private static string? AllowedPublic(string? path) =>
        path is not null && (path == "/login" || path.StartsWith("/login?", StringComparison.Ordinal) || path.StartsWith("/setup?", StringComparison.Ordinal))
            && ReturnUrl.Safe("/x" + path) is not null ? path : null;

    private sealed class SeeOtherResult(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
