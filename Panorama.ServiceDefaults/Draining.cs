using Microsoft.Extensions.Hosting;

namespace Panorama.ServiceDefaults;

/// <summary>Between the signal to stop and the last accepted connection: time for a load balancer to see <c>/health</c> at 503.</summary>
internal sealed class Draining(IHostEnvironment environment, TimeProvider clock) : IHostedLifecycleService
{
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(3);

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        environment.IsProduction() ? Task.Delay(Notice, clock, cancellationToken) : Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
