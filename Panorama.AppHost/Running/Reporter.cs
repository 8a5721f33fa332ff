using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Panorama.AppHost.Running;

/// <summary>Tells the console what the dashboard would: what is ready, what is still awaited and what died, with its last lines.</summary>
internal sealed class Reporter(IReadOnlyList<string> services, Func<TimeSpan> elapsed, Func<CancellationToken, Task> onReady)
{
    private const int LastLines = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private bool _ready;
    private int _failed;

    /// <summary>Whether the system never became ready.</summary>
    public bool HasFailed => Volatile.Read(ref _failed) != 0;

    public void Attach(IDistributedApplicationBuilder builder) => builder.Eventing.Subscribe<BeforeStartEvent>((started, cancellationToken) =>
    {
        // Starting must not wait for what it starts.
        _ = WatchAsync(started.Services);
        _ = WaitAsync(started.Services);
        return Task.CompletedTask;
    });

    private async Task WaitAsync(IServiceProvider provider)
    {
        var notifications = provider.GetRequiredService<ResourceNotificationService>();
        var stopping = provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            var waits = services.Select(s => notifications.WaitForResourceHealthyAsync(s, WaitBehavior.StopOnResourceUnavailable, stopping)).ToList();
            var all = WhenEachAsync(waits);
            while (await Task.WhenAny(all, Task.Delay(Patience, stopping)) != all && !stopping.IsCancellationRequested)
            {
                Console.WriteLine($"After {Seconds(elapsed())} still waiting for {string.Join(", ", services.Where((_, i) => !waits[i].IsCompleted).Select(s => State(notifications, s)))}.");
            }

            await all;
            _ready = true;
            await onReady(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            // A moment for the watcher: its account of the cause is better than that of who waited for it.
            await Task.Delay(TimeSpan.FromSeconds(3), CancellationToken.None);
            Fail(provider, exception is DistributedApplicationException ? null : exception.Message);
        }
    }

    /// <summary>The first failure ends the wait: what waits for a resource that failed would wait for ever.</summary>
    private static async Task WhenEachAsync(List<Task<ResourceEvent>> waits)
    {
        await foreach (var wait in Task.WhenEach(waits))
        {
            await wait;
        }
    }

    private async Task WatchAsync(IServiceProvider provider)
    {
        var notifications = provider.GetRequiredService<ResourceNotificationService>();
        var stopping = provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping))
            {
                var state = change.Snapshot.State?.Text;
                if (state == KnownResourceStates.Running)
                {
                    _reported.Remove(change.ResourceId);
                }
                else if (IsDeath(change) && !stopping.IsCancellationRequested && _reported.Add(change.ResourceId))
                {
                    await ReportAsync(provider, change, stopping);
                    if (!_ready)
                    {
                        Fail(provider, null);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private bool IsDeath(ResourceEvent change)
    {
        var state = change.Snapshot.State?.Text;
        var ended = state == KnownResourceStates.Exited || state == KnownResourceStates.Finished;
        return change.Snapshot.ExitCode switch
        {
            > 0 or < 0 when ended => true,
            // What serves never ends by itself, and neither does a server that we started.
            0 when ended => services.Contains(change.Resource.Name) || change.Resource is ExecutableResource,
            _ => state == KnownResourceStates.FailedToStart && !WaitsForAnother(change.Resource),
        };
    }

    /// <summary>What waited in vain for a resource that failed fails as well, and has nothing to tell.</summary>
    private static bool WaitsForAnother(IResource resource) => resource.Annotations.OfType<WaitAnnotation>().Any();

    private static async Task ReportAsync(IServiceProvider provider, ResourceEvent change, CancellationToken stopping)
    {
        var lines = new List<string>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token); // its last lines are on their way
            await foreach (var batch in provider.GetRequiredService<ResourceLoggerService>().GetAllAsync(change.ResourceId).WithCancellation(limit.Token))
            {
                lines.AddRange(batch.Select(l => l.Content));
            }
        }
        catch (OperationCanceledException)
        {
        }

        var how = change.Snapshot.ExitCode is { } code ? $"ended with exit code {code.ToString(CultureInfo.InvariantCulture)}" : "could not be started";
        lines = [.. lines.OrderBy(Stamp, StringComparer.Ordinal).Select(l => l[Stamp(l).Length..].TrimStart()).Where(l => !l.StartsWith("[sys]", StringComparison.Ordinal))];
        await Console.Error.WriteLineAsync($"{change.Resource.Name} {how}. {(lines.Count == 0 ? "It said nothing." : "Its last lines:")}");
        foreach (var line in lines.TakeLast(LastLines))
        {
            await Console.Error.WriteLineAsync($"    {line}");
        }
    }

    /// <summary>What a line begins with, "2026-11-26T09:57:12.2590000Z": lines of several sources do not come in order.</summary>
    private static string Stamp(string line) => line.Split(' ', 2)[0] is { Length: > 20 } first && char.IsAsciiDigit(first[0]) && first.EndsWith('Z') ? first : "";

    private void Fail(IServiceProvider provider, string? reason)
    {
        if (Interlocked.Exchange(ref _failed, 1) == 0)
        {
            Console.Error.WriteLine(reason is null ? "Panorama did not start." : $"Panorama did not start: {reason}");
            provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }
    }

    private static string State(ResourceNotificationService notifications, string service) =>
        notifications.TryGetCurrentState(service, out var now) ? $"{service} ({now.Snapshot.State?.Text ?? "not started"}, {now.Snapshot.HealthStatus?.ToString() ?? "no health yet"})" : service;

    public static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s";
}
