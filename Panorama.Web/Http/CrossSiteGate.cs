using Microsoft.Extensions.Primitives;
using Panorama.Web.Api;

namespace Panorama.Web.Http;

/// <summary>
/// Refuses what another site makes a browser send. There are no antiforgery tokens, so this is the wall: every method that changes
/// something is checked on every route, forwarded ones included.
/// </summary>
internal sealed partial class CrossSiteGate(RequestDelegate next, WebOptions options, ILogger<CrossSiteGate> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            || IsAllowed(request))
        {
            return next(context);
        }

        LogRefused(logger, request.Method, request.Path, request.Headers["Sec-Fetch-Site"], request.Headers.Origin, request.Headers.Referer);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Features.Set(new ApiProblem(StatusCodes.Status403Forbidden, "csrf_origin_mismatch", TraceId: Tracing.Current(context)));
        return request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            ? Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "csrf_origin_mismatch", "The request came from another site.")
            : Task.CompletedTask;
    }

    private bool IsAllowed(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 1 || (site.Count == 1 && site[0] is not ("same-origin" or "none")))
        {
            return false;
        }

        var (origin, referer) = (request.Headers.Origin, request.Headers.Referer);
        if (origin.Count > 1 || referer.Count > 1)
        {
            return false;
        }

        if (!StringValues.IsNullOrEmpty(origin))
        {
            return options.TrustedOrigins.Contains(origin.ToString().ToLowerInvariant());
        }

        if (!StringValues.IsNullOrEmpty(referer))
        {
            return Uri.TryCreate(referer.ToString(), UriKind.Absolute, out var uri)
                && options.TrustedOrigins.Contains(WebOptions.OriginOf(uri));
        }

        return site.Count == 1 || !options.RequireOrigin || !request.Cookies.ContainsKey(options.SessionCookieName);
    }

    [LoggerMessage(9001, LogLevel.Warning,
        "Refused {Method} {Path}: Sec-Fetch-Site {Site}, Origin {Origin}, Referer {Referer} are not of this site")]
    private static partial void LogRefused(
        ILogger logger, string method, string path, StringValues site, StringValues origin, StringValues referer);
}
