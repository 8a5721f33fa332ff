using System.Diagnostics;
using Microsoft.Extensions.Options;
using Panorama.Api.Settings;
using Panorama.ServiceDefaults.Logging;

namespace Panorama.Api.Http;

/// <summary>Headers of every answer, and the request id. Only the reference page says otherwise about its content.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<OriginOptions> origin)
{
    public const string RequestId = "X-Request-Id";

    private const int MaxRequestId = 64;

    public Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[RequestId].ToString();
        if (given.Length is > 0 and <= MaxRequestId && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            context.TraceIdentifier = given;
        }
        else if (Activity.Current is { } trace)
        {
            context.TraceIdentifier = trace.TraceId.ToHexString(); // what Web, the logs and the traces call it, too
        }

        LogContext.IsRequest(context.TraceIdentifier);

        // When the answer starts, not now: the exception handler clears what was set before.
        context.Response.OnStarting(Write, context);
        if (origin.Value.IsStaging)
        {
            context.Response.OnStarting(KeepOutOfSearch, context);
        }

        return next(context);
    }

    private static Task KeepOutOfSearch(object state)
    {
        ((HttpContext)state).Response.Headers["X-Robots-Tag"] = "noindex";
        return Task.CompletedTask;
    }

    private static Task Write(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers[RequestId] = context.TraceIdentifier;
        headers.TryAdd("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.TryAdd("Referrer-Policy", "strict-origin-when-cross-origin");
        headers.XContentTypeOptions = "nosniff";
        headers["Permissions-Policy"] = "camera=(self)";
        headers.TryAdd("Cache-Control", "no-store");
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        return Task.CompletedTask;
    }
}
