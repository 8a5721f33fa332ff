using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Panorama.Core.Jobs;
using Panorama.ServiceDefaults.Management;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Management;

internal static class ManagementEndpoints
{
    private const string Html = "text/html; charset=utf-8";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new InstantConverter() } };

    /// <summary>The operator's page: <c>/</c> for people, <c>/jobs.json</c> for programs; on the management port alone.</summary>
    public static void MapManagement(this IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints.MapGroup("").AddEndpointFilter(SayOutageAsync);
        routes.MapGet("/", async (HttpContext context, WorkerStatusReader reader, CancellationToken cancellationToken) =>
            {
                Protect(context);
                return Results.Content(StatusPage.Render(await reader.ReadAsync(cancellationToken)), Html);
            })
            .WithName("ShowWorker").WithSummary("Shows when each job last ran.").AllowAnonymous().RequireManagementPort().ReadByPrivateNames();
        routes.MapGet("/jobs/{job}", async (string job, HttpContext context, WorkerStatusReader reader, CancellationToken cancellationToken) =>
            {
                Protect(context);
                return await reader.ReadHistoryAsync(job, cancellationToken) is { } history
                    ? Results.Content(HistoryPage.Render(history), Html)
                    : Results.Content(HistoryPage.Missing(job), Html, statusCode: StatusCodes.Status404NotFound);
            })
            .WithName("ShowJob").WithSummary("Shows the newest runs of one job.").AllowAnonymous().RequireManagementPort().ReadByPrivateNames();
        foreach (var action in Enum.GetValues<JobAction>())
        {
            routes.MapPost($"/jobs/{{job}}/{Word(action)}", (string job, HttpContext context, JobControl control, CancellationToken cancellationToken) =>
                    AskAsync(job, action, context, control, cancellationToken))
                .WithName($"{action}Job").WithSummary("Does that to one job, and shows the page.").AllowAnonymous().RequireManagementPort();
        }

        routes.MapGet("/jobs.css", () => Results.Content(StatusPage.Style, "text/css; charset=utf-8"))
            .WithName("WorkerStyle").WithSummary("The page's style sheet.").AllowAnonymous().RequireManagementPort().ReadByPrivateNames();
        routes.MapGet("/jobs.json", async (HttpContext context, WorkerStatusReader reader, CancellationToken cancellationToken) =>
            {
                context.Response.Headers.CacheControl = "no-store";
                return Results.Json(await reader.ReadAsync(cancellationToken), Json);
            })
            .WithName("ReadWorker").WithSummary("Says when each job last ran.").AllowAnonymous().RequireManagementPort().ReadByPrivateNames();
    }

    /// <summary>What the page shows is in the database: while that is away it says so, and nothing of the fault.</summary>
    private static async ValueTask<object?> SayOutageAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (exception is NpgsqlException or SchedulerException && !context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return Results.Text("The database cannot be reached, and what the jobs do stands there. The Worker goes on by itself once it is back.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> AskAsync(
        string job, JobAction action, HttpContext context, JobControl control, CancellationToken cancellationToken)
    {
        Protect(context);
        if (OperatorGate.Problem(context.Request) is { } problem)
        {
            return Results.Text(problem + "\n", statusCode: StatusCodes.Status403Forbidden);
        }

        if (!control.Knows(job))
        {
            return Results.Content(HistoryPage.Missing(job), Html, statusCode: StatusCodes.Status404NotFound);
        }

        await control.AskAsync(job, action, $"operator's page, {context.Connection.RemoteIpAddress}", cancellationToken);
        context.Response.Headers.Location = "/";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    internal static string Word(JobAction action) => action switch
    {
        JobAction.Run => "run",
        JobAction.Pause => "pause",
        _ => "resume",
    };

    private static void Protect(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        context.Response.Headers.CacheControl = "no-store";
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }
}
