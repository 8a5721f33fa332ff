namespace Panorama.Web.Inspections;

/// <summary>The worker that opens a run without a connection. It stands below the pages that it is for, and its own policy lets it fetch them.</summary>
internal static class WorkerEndpoint
{
    private const string Policy = "default-src 'none'; script-src 'self'; connect-src 'self'";

    public static void MapInspectionWorker(this IEndpointRouteBuilder routes) => routes.MapGet("/inspections/worker.js", (HttpContext context, IWebHostEnvironment environment) =>
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Stream(environment.WebRootFileProvider.GetFileInfo("modules/inspection-worker.js").CreateReadStream(), "text/javascript; charset=utf-8");
    }).WithName("InspectionWorker");
}
