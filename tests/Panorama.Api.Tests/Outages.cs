using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Data;
using StackExchange.Redis;

namespace Panorama.Api.Tests;

public sealed class Outages(ApiApp app)
{
    [Fact]
    public async Task Without_the_database_calls_are_503_and_come_back_with_it()
    {
        var tenant = await app.CreateTenantAsync();
        var target = new NpgsqlConnectionStringBuilder(app.Database.ConnectionString(DatabaseRoles.App));
        await using var wire = new CuttableWire(target.Port);
        string Through(string role) =>
            new NpgsqlConnectionStringBuilder(app.Database.ConnectionString(role)) { Port = wire.Port, Timeout = 2 }.ConnectionString;
        await using var api = await RunningApi.StartAsync(app.Settings(
            ("ConnectionStrings:panorama", Through(DatabaseRoles.App)), ("ConnectionStrings:panorama_auth", Through(DatabaseRoles.Auth))));
        using var client = api.Client(tenant.Owner.Token);
        Assert.Equal("200", await client.GetOutcomeAsync("/api/assets"));

        wire.Cut();

        using (var response = await client.GetAsync(new Uri("/api/assets", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal("503 database_unavailable", await response.OutcomeAsync());
            Assert.Equal("1", Assert.Single(response.Headers.GetValues("Retry-After")));
        }

        Assert.Equal("503 database_unavailable", await client.PostOutcomeAsync("/api/auth/login", new { email = "a@b.example", password = "x" }));
        using (var health = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            var body = await health.ReadJsonAsync();
            Assert.Equal((503, false, "down"), ((int)health.StatusCode, body.GetProperty("ok").GetBoolean(), body.GetProperty("db").GetString()));
        }

        Assert.Equal("200", await client.GetOutcomeAsync("/alive"));
        wire.Mend();
        Assert.Equal("200", await client.GetOutcomeAsync("/api/assets"));
    }

    [Fact]
    public async Task Two_processes_count_together_through_redis()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", redis.ConnectionString)), b => BePatient(b, redis));
        await using var two = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", redis.ConnectionString)), b => BePatient(b, redis));
        var address = RunningApi.RandomAddress();
        for (var i = 0; i < 10; i++)
        {
            using var client = (i % 2 == 0 ? one : two).Client(address: address);
            Assert.Equal("401 invalid_credentials", await WrongAsync(client, $"r{i}@example.com"));
        }

        using var last = two.Client(address: address);
        Assert.Equal("429 rate_limited", await WrongAsync(last, "r@example.com"));
        Assert.Equal("ok", (await last.GetJsonAsync("/health")).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("refusing")]
    [InlineData("frozen")]
    public async Task Without_redis_sign_in_works_within_a_second_and_is_still_limited(string how)
    {
        await using var redis = await RedisServer.StartAsync(how == "refusing" ? ["--user", "default on nopass ~* &* +@all -@scripting"] : []);
        await using var api = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", redis.ConnectionString)));
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, "correct horse 9 battery");
        if (how != "refusing")
        {
            using var before = api.Client();
            Assert.Equal("200", await before.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = "correct horse 9 battery" }));
            await redis.SignalAsync(how == "stopped" ? "KILL" : "STOP");
        }

        using var client = api.Client();
        var started = Stopwatch.GetTimestamp();
        Assert.Equal("200", await client.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = "correct horse 9 battery" }));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, how == "refusing" ? 3 : 2);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("401 invalid_credentials", await WrongAsync(client, $"d{i}@example.com"));
        }

        Assert.Equal("429 rate_limited", await WrongAsync(client, "d@example.com"));
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "degraded"), (health.StatusCode, (await health.ReadJsonAsync()).GetProperty("status").GetString()));
    }

    // On a busy machine 250 ms are over before a healthy Redis has answered, and then each process counts for itself.
    internal static void BePatient(WebApplicationBuilder builder, RedisServer redis) => builder.Services.AddSingleton(s => new RedisWindows(
        () => ConnectionMultiplexer.Connect(redis.ConnectionString), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<RedisWindows>>(), TimeSpan.FromSeconds(20)));

    private static Task<string> WrongAsync(HttpClient client, string email) => client.PostOutcomeAsync("/api/auth/login", new { email, password = "wrong" });
}
