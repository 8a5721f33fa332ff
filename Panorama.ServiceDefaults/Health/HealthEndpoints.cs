using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Panorama.ServiceDefaults.Management;

namespace Panorama.ServiceDefaults.Health;

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<HealthState>(); // from here on it counts the uptime
        routes.MapMethods("/health", [HttpMethods.Get, HttpMethods.Head], HealthAsync)
            .WithName("Health").WithSummary("Says whether the process can serve.").AllowAnonymous().ExcludeFromDescription();
        routes.MapMethods("/alive", [HttpMethods.Get, HttpMethods.Head], () => Results.Json(new { ok = true }))
            .WithName("Alive").WithSummary("Answers while the process runs.").AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> HealthAsync(
        HttpContext context, HealthState health, ManagementPort management, AppVersion version, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var checks = await health.ReadAsync(cancellationToken);
        var worst = checks.Values.Select(c => c.Status).DefaultIfEmpty(HealthStatus.Healthy).Min();
        var database = checks.Values.Where(c => c.IsDatabase).ToList();
        var ok = worst is not HealthStatus.Unhealthy && !health.IsDraining;
        var answer = new HealthAnswer
        {
            Ok = ok,
            Status = health.IsDraining ? "draining" : worst switch
            {
                HealthStatus.Healthy => "ok",
                HealthStatus.Degraded => "degraded",
                _ => "down",
            },
            Db = database.Count == 0 ? null : database.Exists(c => c.Status is HealthStatus.Unhealthy) ? "down" : "up",
            UptimeSeconds = health.UptimeSeconds,
            Version = version.Full,
            Checks = management.Serves(context) ? checks.ToDictionary(c => c.Key, c => CheckAnswer.From(c.Value)) : null,
        };
        return Results.Json(answer, statusCode: ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private sealed class HealthAnswer
    {
        [JsonPropertyName("ok")] public required bool Ok { get; init; }

        [JsonPropertyName("status")] public required string Status { get; init; }

        /// <summary><c>up</c> or <c>down</c>; null in a process that looks at no database.</summary>
        [JsonPropertyName("db"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Db { get; init; }

        [JsonPropertyName("uptime_s")] public required long UptimeSeconds { get; init; }

        [JsonPropertyName("version")] public required string Version { get; init; }

        [JsonPropertyName("checks"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public required IReadOnlyDictionary<string, CheckAnswer>? Checks { get; init; }
    }

    private sealed class CheckAnswer
    {
        [JsonPropertyName("status")] public required string Status { get; init; }

        [JsonPropertyName("message")] public required string? Message { get; init; }

        [JsonPropertyName("took_ms")] public required long TookMilliseconds { get; init; }

        [JsonPropertyName("data"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public required IReadOnlyDictionary<string, string>? Data { get; init; }

        public static CheckAnswer From(CheckResult check) => new()
        {
            Status = check.Status switch
            {
                HealthStatus.Healthy => "ok",
                HealthStatus.Degraded => "degraded",
                _ => "down",
            },
            Message = check.Description,
            TookMilliseconds = (long)check.Took.TotalMilliseconds,
            Data = check.Data.Count == 0 ? null : check.Data.ToDictionary(
                d => d.Key, d => Convert.ToString(d.Value, System.Globalization.CultureInfo.InvariantCulture) ?? ""),
        };
    }
}
