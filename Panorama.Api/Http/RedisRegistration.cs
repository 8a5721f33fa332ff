using Panorama.Api.Settings;
using Panorama.ServiceDefaults;
using Panorama.ServiceDefaults.Health;
using StackExchange.Redis;

namespace Panorama.Api.Http;

internal static class RedisRegistration
{
    private const int PatienceMilliseconds = 250;
    private const int TwoHours = 7_200;
    private const int OneDay = 86_400;

    /// <summary>Limits; shared through Redis where there is one. Idle it is sent next to nothing.</summary>
    public static void AddRateLimits(this WebApplicationBuilder builder, ConnectionOptions connections)
    {
        builder.Services.AddSingleton<SlidingWindows>();
        builder.Services.AddSingleton<ProvenSessions>();
        if (connections.Redis is null)
        {
            builder.Services.AddSingleton(s => new RateLimits(s.GetRequiredService<SlidingWindows>(), s.GetRequiredService<TimeProvider>()));
            return;
        }

        builder.AddRedisClient("redis", settings =>
        {
            settings.DisableHealthChecks = true;
            settings.DisableTracing = !builder.IsTelemetryCollected(); // it would load telemetry for nobody
        }, options =>
        {
            options.AbortOnConnectFail = false;
            options.ConnectTimeout = PatienceMilliseconds * 4;
            options.AsyncTimeout = PatienceMilliseconds;
            options.SyncTimeout = PatienceMilliseconds;
            options.ConnectRetry = 1;
            options.KeepAlive = TwoHours;
            options.ConfigCheckSeconds = OneDay;
            options.CommandMap = CommandMap.Create(["SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE"], available: false); // no second socket
        });
        builder.Services.AddSingleton(s => new RedisWindows(
            s.GetRequiredService<IConnectionMultiplexer>, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<RedisWindows>>()));
        builder.Services.AddSingleton(s => new RateLimits(
            s.GetRequiredService<SlidingWindows>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<RedisWindows>()));
        builder.Services.AddHostedService<ConnectEarly>();
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>("redis", tags: [HealthTags.Degraded]);
    }

    /// <summary>While nobody waits: the first request after a start has a quarter of a second, which TLS to a server far away may take alone.</summary>
    private sealed class ConnectEarly(RedisWindows redis) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            redis.Connect();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
