using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Panorama.Api.Identity;
using Panorama.Api.Settings;

namespace Panorama.Api.Http;

/// <summary>Refuses what a page of another site made the browser send. There are no antiforgery tokens.</summary>
internal sealed partial class CrossSiteGate(RequestDelegate next, IOptions<OriginOptions> options, SessionCookie cookie, ILogger<CrossSiteGate> logger)
{
    private readonly HashSet<string> _trusted = new(options.Value.TrustedOrigins(), StringComparer.OrdinalIgnoreCase);
    private readonly bool _requireOrigin = options.Value.RequireOrigin;

    public Task InvokeAsync(HttpContext context)
    {
        if (Passes(context))
        {
            return next(context);
        }

        var headers = context.Request.Headers;
        LogRefused(logger, context.Request.Method, context.Request.Path, headers.Origin.ToString(), headers.Referer.ToString(), headers["Sec-Fetch-Site"].ToString());
        return Problems.Of(Problems.CrossSite).ExecuteAsync(context);
    }

    private bool Passes(HttpContext context)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
        {
            return true;
        }

        var site = context.Request.Headers["Sec-Fetch-Site"];
        var origin = context.Request.Headers.Origin;
        var referer = context.Request.Headers.Referer;
        if (site.Count > 1 || origin.Count > 1 || referer.Count > 1 || (site.Count == 1 && !IsOwnSite(site)))
        {
            return false;
        }

        if (origin.Count == 1)
        {
            return _trusted.Contains(origin.ToString());
        }

        if (referer.Count == 1)
        {
            return Uri.TryCreate(referer.ToString(), UriKind.Absolute, out var uri) && _trusted.Contains(uri.GetLeftPart(UriPartial.Authority));
        }

        return site.Count == 1 || !_requireOrigin || cookie.Read(context.Request) is null;
    }

    private static bool IsOwnSite(StringValues site) => site.ToString() is "same-origin" or "none";

    [LoggerMessage(110, LogLevel.Warning, "Cross-site request refused: {Method} {Path}, Origin '{Origin}', Referer '{Referer}', Sec-Fetch-Site '{Site}'")]
    private static partial void LogRefused(ILogger logger, string method, string path, string origin, string referer, string site);
}
