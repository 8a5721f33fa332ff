#pragma warning disable EXTEXP0001 // RemoveAllResilienceHandlers
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Panorama.ServiceDefaults.Health;

/// <summary>For a process without a database of its own: whether the service that has it can serve.</summary>
internal sealed class UpstreamHealthCheck(IHttpClientFactory clients) : IHealthCheck
{
    public const string Client = "panorama-upstream-health";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var client = clients.CreateClient(Client);
        using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
        using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        var status = body.RootElement.TryGetProperty("status", out var text) ? text.GetString() : null;
        // One that is about to stop still serves, and is no word about the others that stand behind the same name.
        return status == "draining" ? HealthCheckResult.Degraded("is stopping")
            : response.IsSuccessStatusCode
            ? status == "degraded" ? HealthCheckResult.Degraded("is degraded") : HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, $"answers {(int)response.StatusCode} ({status})");
    }
}

public static class UpstreamHealthCheckExtensions
{
    /// <summary>Makes the health of this process depend on that of another, such as <c>http://api</c>; its database counts as this one's.</summary>
    public static IHealthChecksBuilder AddUpstream(this IHealthChecksBuilder builder, string name, Uri address)
    {
        builder.Services.AddHttpClient(UpstreamHealthCheck.Client, client => client.BaseAddress = address)
            // A 503 is what is asked for: asking again would take longer than a check has.
            .RemoveAllResilienceHandlers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseCookies = false }.ToReplicas());
        return builder.AddCheck<UpstreamHealthCheck>(name, tags: [HealthTags.Database]);
    }
}
