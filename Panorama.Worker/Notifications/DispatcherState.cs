using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Panorama.Worker.Notifications;

/// <summary>What the dispatcher last saw; replaced whole, so a reader never sees half of it.</summary>
internal sealed class DispatcherState
{
    private Snapshot _current = new(null, null, 0, null);

    public Snapshot Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <param name="PassedAt">End of the last pass that reached the database; null before the first.</param>
    /// <param name="OldestAt">Since when the oldest message has been due.</param>
    /// <param name="InFlight">Deliveries under way.</param>
    /// <param name="Problem">Why the last pass failed; null when it did not.</param>
    internal sealed record Snapshot(DateTimeOffset? PassedAt, DateTimeOffset? OldestAt, int InFlight, string? Problem)
    {
        public TimeSpan Lag => PassedAt is { } passed && OldestAt is { } oldest && passed > oldest ? passed - oldest : TimeSpan.Zero;
    }
}

internal sealed class NotificationMetrics : IDisposable
{
    public const string MeterName = "Panorama.Worker.Notifications";
    private readonly Meter _meter;
    private readonly Counter<long> _events;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _rescued;
    private readonly Histogram<double> _latency;

    public NotificationMetrics(IMeterFactory meters, DispatcherState state)
    {
        _meter = meters.Create(MeterName);
        _events = _meter.CreateCounter<long>("panorama.notifications.events", "{event}", "Events whose recipients were found.");
        _deliveries = _meter.CreateCounter<long>("panorama.notifications.deliveries", "{delivery}", "Deliveries by channel and outcome; dead and retry are outcomes.");
        _rescued = _meter.CreateCounter<long>("panorama.notifications.rescued", "{delivery}", "Deliveries taken over from a worker that died.");
        _latency = _meter.CreateHistogram<double>("panorama.notifications.latency", "s", "From what happened to what was sent, by channel.");
        _meter.CreateObservableGauge("panorama.notifications.lag", () => state.Current.Lag.TotalSeconds, "s", "Age of the oldest message that was due at the last pass.");
        _meter.CreateObservableGauge("panorama.notifications.in_flight", () => state.Current.InFlight, "{delivery}", "Deliveries under way at the last pass.");
    }

    public void FannedOut(long events, long notices)
    {
        _events.Add(events);
        Delivered("in_app", "sent", notices);
    }

    public void Delivered(string channel, string outcome, long count = 1) =>
        _deliveries.Add(count, new KeyValuePair<string, object?>("channel", channel), new KeyValuePair<string, object?>("outcome", outcome));

    public void Latency(string channel, TimeSpan time) => _latency.Record(time.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));

    public void Rescued(long count) => _rescued.Add(count);

    public void Dispose() => _meter.Dispose();
}

internal sealed class DispatcherHealthCheck(DispatcherState state) : IHealthCheck
{
    private static readonly TimeSpan LongestLag = TimeSpan.FromMinutes(5);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var current = state.Current;
        return Task.FromResult(
            current.Problem is { } problem ? HealthCheckResult.Unhealthy("Messages cannot be dispatched: " + problem)
            : current.Lag > LongestLag ? HealthCheckResult.Unhealthy($"The oldest message has waited for {(int)current.Lag.TotalSeconds} s.")
            : HealthCheckResult.Healthy());
    }
}
