using System.Data.Common;
using System.Diagnostics.Metrics;
using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Worker.Retention;

namespace Panorama.Worker.Management;

/// <summary>
/// Figures that only the database knows. They are read when somebody looks, at most every 30 s, and what is shown was read at the look before: an
/// exporter may not be made to wait, and a Worker that nobody watches sends nothing.
/// </summary>
internal sealed partial class BacklogMetrics : IDisposable
{
    public const string MeterName = "Panorama.Worker.Backlog";
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private readonly Meter _meter;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<BacklogMetrics> _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private Backlog? _last;
    private long _askedAt;
    private bool _isAsked;

    public BacklogMetrics(IMeterFactory meters, NpgsqlDataSource database, TimeProvider clock, ILogger<BacklogMetrics> logger)
    {
        (_database, _clock, _logger) = (database, clock, logger);
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge("panorama.notifications.waiting", () => Observe(b => b.Waiting), "{message}", "Events and deliveries that are not done.");
        _meter.CreateObservableGauge("panorama.notifications.dead", () => Observe(b => b.Dead), "{delivery}", "Deliveries given up, until somebody queues them again.");
        _meter.CreateObservableGauge("panorama.database.size", () => Observe(b => b.DatabaseBytes), "By", "Size of the database.");
        _meter.CreateObservableGauge(
            "panorama.photos.retention_overdue", ObserveRetention, unit: null, "1 when photos were last swept over 26 hours ago: what should be gone is not. 0 otherwise.");
        _meter.CreateObservableGauge("panorama.jobs.last_success_age", ObserveJobs, "s", "Time since a job last ended well.");
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<long>> Observe(Func<Backlog, long> value) => Look() is { } last ? [new Measurement<long>(value(last))] : [];

    private IEnumerable<Measurement<double>> ObserveJobs() => Look() is { } last
        ? last.LastSuccess.Select(j => new Measurement<double>(Math.Max(0, (_clock.GetUtcNow() - j.Value).TotalSeconds), new KeyValuePair<string, object?>("job.name", j.Key)))
        : [];

    private IEnumerable<Measurement<int>> ObserveRetention() => Look()?.SinceSuccess(SweepFilesJob.Name, _clock.GetUtcNow()) is { } age
        ? [new Measurement<int>(age > SweepFilesJob.Overdue ? 1 : 0)]
        : [];

    private Backlog? Look()
    {
        lock (_gate)
        {
            if (!_isAsked || _clock.GetElapsedTime(_askedAt) >= KeptFor)
            {
                (_isAsked, _askedAt) = (true, _clock.GetTimestamp());
                _ = Task.Run(ReadAsync);
            }

            return _last;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var read = await Backlog.ReadAsync(_database, _end.Token);
            lock (_gate)
            {
                _last = read;
            }
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            LogFailed(_logger, exception.GetType().Name);
        }
    }

    [LoggerMessage(9152, LogLevel.Debug, "What waits in the database could not be counted: {Problem}")]
    private static partial void LogFailed(ILogger logger, string problem);
}
