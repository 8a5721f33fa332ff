using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Panorama.ServiceDefaults;

/// <summary>
/// How a process leaves while others of its kind stay. From the signal on <c>/health</c> is 503 and each answer closes its connection; after <see cref="Notice"/> no
/// connection is accepted any more, but those that are open are still served for <see cref="LastRequests"/>; then what runs is waited for until <see cref="Limit"/>.
/// A caller who drops a connection that was idle for <see cref="ReplicaConnections.Idle"/> never sends a request into one that is being closed.
/// </summary>
internal sealed class Draining(IHostEnvironment environment, TimeProvider clock) : IHostedLifecycleService
{
    /// <summary>Between the signal to stop and the last accepted connection: time for a load balancer to see <c>/health</c> at 503.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(3);

    /// <summary>Between the last accepted connection and the end of those that have no request: one may be on its way.</summary>
    public static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(3);

    /// <summary>All of it. Who started the process gives it 30 seconds and then kills it: what is still running by then is broken off in good order.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(28);

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Draining>();
        services.AddHostedService(provider => provider.GetRequiredService<Draining>());
        services.AddSingleton<IStartupFilter, ClosingAnswers>();
        services.AddSingleton<IConnectionListenerFactory, ClosingDoors>(); // the last one that is registered is asked first
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Limit);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => PauseAsync(Notice, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Whoever stops a process on their own machine waits for nobody.
    private Task PauseAsync(TimeSpan time, CancellationToken cancellationToken) =>
        environment.IsProduction() ? Task.Delay(time, clock, cancellationToken) : Task.CompletedTask;

    /// <summary>Tells the caller on each answer that the next request wants another connection, which then leads elsewhere.</summary>
    private sealed class ClosingAnswers(IHostApplicationLifetime lifetime) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                // When it starts to answer: a request that was here before the signal says so, too.
                context.Response.OnStarting(Close, context);
                return rest(context);
            });
            next(app);
        };

        private Task Close(object state)
        {
            var context = (HttpContext)state;
            if (lifetime.ApplicationStopping.IsCancellationRequested && context.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal))
            {
                context.Response.Headers.Connection = "close";
            }

            return Task.CompletedTask;
        }
    }

    /// <summary>Sockets whose door is closed a while before the connections: by itself the server closes a new one together with the request that is on its way.</summary>
    private sealed class ClosingDoors(IOptions<SocketTransportOptions> options, ILoggerFactory loggers, Draining draining) : IConnectionListenerFactory, IConnectionListenerFactorySelector
    {
        private readonly SocketTransportFactory _sockets = new(options, loggers);

        public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

        public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new Door(await _sockets.BindAsync(endpoint, cancellationToken), draining);
    }

    private sealed class Door(IConnectionListener sockets, Draining draining) : IConnectionListener
    {
        public EndPoint EndPoint => sockets.EndPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => sockets.AcceptAsync(cancellationToken);

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await sockets.UnbindAsync(cancellationToken);
            try
            {
                await draining.PauseAsync(LastRequests, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // No time is left; the connections are closed now.
            }
        }

        public ValueTask DisposeAsync() => sockets.DisposeAsync();
    }
}
