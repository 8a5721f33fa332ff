using System.Diagnostics;
using System.Security.Cryptography;
using Panorama.ServiceDefaults.Logging;

namespace Panorama.Web.Http;

/// <summary>The headers every response carries; what Api sends through the forwarder keeps Api's own.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, WebOptions options)
{
    public const string RequestId = "X-Request-Id";
    private const int MaxRequestId = 64;
    private const string NonceKey = "csp-nonce";

    public static string NonceOf(HttpContext context) => (string)context.Items[NonceKey]!;

    public Task InvokeAsync(HttpContext context)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)); // the same text in the header and, escaped, in the page
        context.Items[NonceKey] = nonce;
        context.TraceIdentifier = RequestIdOf(context);
        LogContext.IsRequest(context.TraceIdentifier);
        context.Response.OnStarting(() =>
        {
            Write(context, nonce);
            return Task.CompletedTask;
        });
        return next(context);
    }

    // The edge's own where it gives one, else the trace that both processes log; Api writes it into the first statement of the request.
    private static string RequestIdOf(HttpContext context)
    {
        var given = context.Request.Headers[RequestId].ToString();
        return given.Length is > 0 and <= MaxRequestId && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? given
            : Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier.Replace(':', '-');
    }

    private void Write(HttpContext context, string nonce)
    {
        var headers = context.Response.Headers;
        headers.TryAdd("Content-Security-Policy", IsHtml(context.Response)
            ? $"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:{options.PictureOrigins}; object-src 'none'; "
                + $"script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'"
            : "default-src 'none'; frame-ancestors 'none'");
        headers.TryAdd(RequestId, context.TraceIdentifier);
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        headers.TryAdd("Referrer-Policy", "strict-origin-when-cross-origin");
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()");
        if (options.IsHttps)
        {
            headers.TryAdd("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }

        if (options.IsStaging)
        {
            headers.TryAdd("X-Robots-Tag", "noindex");
        }

        if (IsHtml(context.Response) || context.Response.StatusCode is >= 300 and < 400 and not 304)
        {
            headers.CacheControl = "no-store";
        }

        headers.Remove("X-Powered-By");
    }

    private static bool IsHtml(HttpResponse response) =>
        response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
