using Microsoft.Extensions.Diagnostics.HealthChecks;
using Panorama.Worker.Audit;

namespace Panorama.Worker.Health;

internal sealed class SealerHealthCheck(SealerState state, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan OldestTail = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private readonly DateTimeOffset _since = clock.GetUtcNow();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var current = state.Current;
        var now = clock.GetUtcNow();
        if (current.Problem is not null)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("Audit rows cannot be sealed: " + current.Problem));
        }

        if (now - (current.PassedAt ?? _since) > LongestSilence)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The sealer has not run for two minutes."));
        }

        return Task.FromResult(current.OldestAt is { } oldest && now - oldest > OldestTail && current.Waiting > 0 && current.PassedAt - oldest > OldestTail
            ? HealthCheckResult.Unhealthy($"The oldest unsealed audit row is {(int)(now - oldest).TotalSeconds} s old.")
            : HealthCheckResult.Healthy());
    }
}
