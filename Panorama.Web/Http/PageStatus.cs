namespace Panorama.Web.Http;

internal static class PageStatus
{
    /// <summary>
    /// Gives the page being rendered its status. Only when the answer starts: while it renders, a 404 is taken for an address that does
    /// not exist, and the page would be thrown away for the general error page.
    /// </summary>
    public static void Answer(this HttpContext context, int status) =>
        context.Response.OnStarting(() =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
}
