using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panorama.ServiceDefaults.Management;

namespace Panorama.Worker.Management;

internal static class ManagementEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new InstantConverter() } };

    /// <summary>The operator's page, read only: <c>/</c> for people, <c>/jobs.json</c> for programs; on the management port alone.</summary>
    public static void MapManagement(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", async (HttpContext context, WorkerStatusReader reader, CancellationToken cancellationToken) =>
            {
                context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
                context.Response.Headers.CacheControl = "no-store";
                return Results.Content(StatusPage.Render(await reader.ReadAsync(cancellationToken)), "text/html; charset=utf-8");
            })
            .WithName("ShowWorker").WithSummary("Shows when each job last ran.").AllowAnonymous().RequireManagementPort();
        routes.MapGet("/jobs.css", () => Results.Content(StatusPage.Style, "text/css; charset=utf-8"))
            .WithName("WorkerStyle").WithSummary("The page's style sheet.").AllowAnonymous().RequireManagementPort();
        routes.MapGet("/jobs.json", async (HttpContext context, WorkerStatusReader reader, CancellationToken cancellationToken) =>
            {
                context.Response.Headers.CacheControl = "no-store";
                return Results.Json(await reader.ReadAsync(cancellationToken), Json);
            })
            .WithName("ReadWorker").WithSummary("Says when each job last ran.").AllowAnonymous().RequireManagementPort();
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }
}
