namespace Panorama.Web.Http;

/// <summary>
/// A redirect to a page of ours names the page alone. The framework writes it with the scheme and host of the request, and those are the proxy's or a client's
/// word: behind a proxy that tells nothing they lead from https to http, and under an invented Host to another site.
/// </summary>
internal sealed class OwnRedirects(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            // A path that begins with two slashes would name another site.
            if (Uri.TryCreate(context.Response.Headers.Location, UriKind.Absolute, out var place) && !place.AbsolutePath.StartsWith("//", StringComparison.Ordinal)
                && place.GetLeftPart(UriPartial.Authority).Equals(Own(context.Request), StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers.Location = place.PathAndQuery + place.Fragment;
            }

            return Task.CompletedTask;
        });
        return next(context);
    }

    // As it is at the end: the middleware of forwarded headers has had its say by then.
    private static string? Own(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own) ? own.GetLeftPart(UriPartial.Authority) : null;
}
