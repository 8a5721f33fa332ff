using System.Diagnostics.Metrics;

namespace Panorama.Worker.Audit;

internal sealed class AuditMetrics : IDisposable
{
    public const string MeterName = "Panorama.Worker.Audit";
    private readonly Meter _meter;
    private readonly Counter<long> _sealed;
    private readonly Histogram<double> _append;

    public AuditMetrics(IMeterFactory meters, SealerState state, TimeProvider clock)
    {
        _meter = meters.Create(MeterName);
        _sealed = _meter.CreateCounter<long>("panorama.audit.sealed", "{event}", "Audit rows sealed.");
        _append = _meter.CreateHistogram<double>(
            "panorama.audit.append.duration", "s", "How long a pass took to append the rows that waited to their chains.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _meter.CreateObservableGauge(
            "panorama.audit.unsealed", () => state.Current.Waiting, "{event}", "Audit rows that waited for their seal at the last pass.");
        _meter.CreateObservableGauge(
            "panorama.audit.unsealed_age",
            () => state.Current.OldestAt is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0,
            "s", "Age of the oldest audit row that waited at the last pass.");
    }

    public void Sealed(long rows, TimeSpan took)
    {
        _sealed.Add(rows);
        if (rows > 0)
        {
            _append.Record(took.TotalSeconds);
        }
    }

    public void Dispose() => _meter.Dispose();
}
