using System.Diagnostics.Metrics;

namespace Panorama.Worker.Audit;

internal sealed class AuditMetrics : IDisposable
{
    public const string MeterName = "Panorama.Worker.Audit";
    private readonly Meter _meter;
    private readonly Counter<long> _sealed;

    public AuditMetrics(IMeterFactory meters, SealerState state, TimeProvider clock)
    {
        _meter = meters.Create(MeterName);
        _sealed = _meter.CreateCounter<long>("panorama.audit.sealed", "{event}", "Audit rows sealed.");
        _meter.CreateObservableGauge(
            "panorama.audit.unsealed", () => state.Current.Waiting, "{event}", "Audit rows that waited for their seal at the last pass.");
        _meter.CreateObservableGauge(
            "panorama.audit.unsealed_age",
            () => state.Current.OldestAt is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0,
            "s", "Age of the oldest audit row that waited at the last pass.");
    }

    public void Sealed(long rows) => _sealed.Add(rows);

    public void Dispose() => _meter.Dispose();
}
