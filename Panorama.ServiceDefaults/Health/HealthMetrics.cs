using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Panorama.ServiceDefaults.Health;

/// <summary>The last look at each check as a figure. It looks at nothing itself: probes do, every few seconds.</summary>
internal sealed class HealthMetrics : IDisposable
{
    private readonly Meter _meter;

    public HealthMetrics(IMeterFactory meters, HealthState health)
    {
        _meter = meters.Create("Panorama.Health");
        _meter.CreateObservableGauge(
            "panorama.health.check",
            () => health.Last.Select(c => new Measurement<int>(
                c.Status switch { HealthStatus.Healthy => 2, HealthStatus.Degraded => 1, _ => 0 }, new KeyValuePair<string, object?>("check", c.Name))),
            description: "What a check last said: 2 well, 1 degraded, 0 down.");
    }

    public void Dispose() => _meter.Dispose();
}
