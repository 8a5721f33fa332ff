using Microsoft.Extensions.Diagnostics.HealthChecks;
using Quartz;

namespace Panorama.Worker.Health;

internal sealed class SchedulerHealthCheck(ISchedulerFactory schedulers) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = (await schedulers.GetScheduler(cancellationToken)).Status;
        return status is SchedulerStatus.Running
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The scheduler is {status}: no job fires on this worker.");
    }
}
