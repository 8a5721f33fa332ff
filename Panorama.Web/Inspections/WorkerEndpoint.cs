namespace Panorama.Web.Inspections;

/// <summary>The worker that opens a run without a connection. Any page may be asked for without one, so it serves the whole site, and its own policy lets it fetch.</summary>
internal static class WorkerEndpoint
{
    private const string Policy = "default-src 'none'; script-src 'self'; connect-src 'self'";

    public static void MapInspectionWorker(this IEndpointRouteBuilder routes) => routes.MapGet("/inspections/worker.js", (HttpContext context, IWebHostEnvironment environment) =>
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["Service-Worker-Allowed"] = "/";
        return Results.Stream(environment.WebRootFileProvider.GetFileInfo("modules/inspection-worker.js").CreateReadStream(), "text/javascript; charset=utf-8");
    }).WithName("InspectionWorker");
}
