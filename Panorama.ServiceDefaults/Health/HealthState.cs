using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Panorama.ServiceDefaults.Health;

/// <summary>One look at the checks, kept for five seconds: a monitor that asks often costs nothing.</summary>
internal sealed partial class HealthState(
    IOptions<HealthCheckServiceOptions> options,
    IServiceScopeFactory scopes,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<HealthState> logger) : IDisposable
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<string, HealthStatus> _logged = new(StringComparer.Ordinal);
    private readonly long _startedAt = clock.GetTimestamp();
    private volatile CheckResult[] _seen = [];
    private (long At, IReadOnlyDictionary<string, CheckResult> Checks)? _last;

    public bool IsDraining => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>What the last look saw; empty before the first.</summary>
    public IEnumerable<CheckResult> Last => _seen;

    public long UptimeSeconds => (long)clock.GetElapsedTime(_startedAt).TotalSeconds;

    public async Task<IReadOnlyDictionary<string, CheckResult>> ReadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && clock.GetElapsedTime(last.At) < KeptFor)
            {
                return last.Checks;
            }

            // Not the caller's token: the answer is for everybody who asks in the next five seconds.
            var results = await Task.WhenAll(options.Value.Registrations.Select(RunAsync));
            var checks = results.OrderBy(r => r.Name, StringComparer.Ordinal).ToDictionary(r => r.Name, StringComparer.Ordinal);
            _last = (clock.GetTimestamp(), checks);
            _seen = [.. checks.Values];
            return checks;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<CheckResult> RunAsync(HealthCheckRegistration registration)
    {
        var started = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(Budget);
        HealthCheckResult result;
        try
        {
            result = await Task.Run(() => CheckAsync(registration, limit.Token), CancellationToken.None).WaitAsync(Budget, CancellationToken.None);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            result = new HealthCheckResult(registration.FailureStatus, "took longer than two seconds");
        }
        catch (Exception exception)
        {
            result = new HealthCheckResult(registration.FailureStatus, exception.GetType().Name, exception);
        }

        var status = result.Status is HealthStatus.Unhealthy && registration.Tags.Contains(HealthTags.Degraded) ? HealthStatus.Degraded : result.Status;
        if (_logged.GetValueOrDefault(registration.Name, HealthStatus.Healthy) != status)
        {
            _logged[registration.Name] = status;
            LogChanged(logger, registration.Name, status, result.Exception);
        }

        return new CheckResult(
            registration.Name, status, result.Description, result.Data, registration.Tags.Contains(HealthTags.Database), clock.GetElapsedTime(started));
    }

    private async Task<HealthCheckResult> CheckAsync(HealthCheckRegistration registration, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await registration.Factory(scope.ServiceProvider).CheckHealthAsync(new HealthCheckContext { Registration = registration }, cancellationToken);
    }

    [LoggerMessage(9001, LogLevel.Warning, "Health check {Check} is now {Status}")]
    private static partial void LogChanged(ILogger logger, string check, HealthStatus status, Exception? exception);
}

/// <summary>What one check said.</summary>
internal sealed record CheckResult(
    string Name, HealthStatus Status, string? Description, IReadOnlyDictionary<string, object> Data, bool IsDatabase, TimeSpan Took);
