using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Panorama.Api.Http;

/// <summary>What the last use of Redis saw, and whether its connection still stands: a ping per probe would spend a metered quota.</summary>
internal sealed class RedisHealth(RedisWindows redis) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(redis.Failure is { } failure ? HealthCheckResult.Degraded($"{failure}: limits are counted in this process alone") : HealthCheckResult.Healthy());
}
