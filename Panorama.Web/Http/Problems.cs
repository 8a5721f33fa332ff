namespace Panorama.Web.Http;

/// <summary>Problem documents that Web itself answers under <c>/api</c>, in the shape Api uses.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext context, int status, string code, string title)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new ProblemDocument($"urn:panorama:problem:{code}", title, status, code, code, Tracing.Current(context)),
            WebJson.Default.ProblemDocument, "application/problem+json", context.RequestAborted);
    }
}

internal sealed record ProblemDocument(string Type, string Title, int Status, string Code, string Message, string TraceId);
