namespace Panorama.Api.Http;

/// <summary>One line a request: no query string, no body, no address. Probes are not worth a line.</summary>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider clock, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var startedAt = clock.GetTimestamp();
        await next(context);
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            LogRequest(
                logger, context.Request.Method, context.Request.Path, context.Response.StatusCode, (long)clock.GetElapsedTime(startedAt).TotalMilliseconds,
                context.TraceIdentifier);
        }
    }

    [LoggerMessage(100, LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds} ms, request {RequestId}")]
    private static partial void LogRequest(ILogger logger, string method, string path, int status, long milliseconds, string requestId);
}
