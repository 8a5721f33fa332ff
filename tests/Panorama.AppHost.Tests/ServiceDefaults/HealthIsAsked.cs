using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Panorama.ServiceDefaults;
using Panorama.ServiceDefaults.Health;

namespace Panorama.AppHost.Tests.ServiceDefaults;

public sealed class HealthIsAsked : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly HttpClient _client = new();
    private WebApplication? _app;

    [Theory]
    [InlineData(HealthStatus.Healthy, HealthStatus.Healthy, 200, "ok", true, "up")]
    [InlineData(HealthStatus.Healthy, HealthStatus.Unhealthy, 200, "degraded", true, "up")]
    [InlineData(HealthStatus.Unhealthy, HealthStatus.Healthy, 503, "down", false, "down")]
    public async Task The_answer_follows_the_checks(HealthStatus database, HealthStatus redis, int code, string status, bool ok, string db)
    {
        var address = await StartAsync(checks => checks
            .AddCheck("db", () => new HealthCheckResult(database), [HealthTags.Database])
            .AddCheck("redis", () => new HealthCheckResult(redis), [HealthTags.Degraded]));
        _clock.Advance(TimeSpan.FromSeconds(12.9));

        var (actual, body) = await GetAsync($"{address}/health");

        Assert.Equal(code, actual);
        Assert.Equal($$"""{"ok":{{(ok ? "true" : "false")}},"status":"{{status}}","db":"{{db}}","uptime_s":12,"version":"9.8.7+c0ffee"}""", body);
        Assert.Equal(200, (await GetAsync($"{address}/alive")).Code);
    }

    [Fact]
    public async Task Checks_run_once_in_five_seconds()
    {
        var runs = 0;
        var address = await StartAsync(checks => checks.AddCheck("db", () =>
        {
            Interlocked.Increment(ref runs);
            return HealthCheckResult.Healthy();
        }));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => GetAsync($"{address}/health")));
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        await GetAsync($"{address}/health");
        Assert.Equal(1, runs);

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await GetAsync($"{address}/health");
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_check_that_hangs_costs_two_seconds_and_its_own_result()
    {
        var address = await StartAsync(checks => checks
            .AddAsyncCheck("storage", async _ =>
            {
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return HealthCheckResult.Healthy();
            }, [HealthTags.Degraded])
            .AddCheck("db", () => HealthCheckResult.Healthy(), [HealthTags.Database]));

        var (code, body) = await GetAsync($"{address}/health");

        Assert.Equal((200, "degraded"), (code, JsonNode.Parse(body)!["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Details_and_metrics_are_on_the_management_port_alone()
    {
        var management = FreePort();
        var address = await StartAsync(
            checks => checks.AddCheck("db", () => new HealthCheckResult(HealthStatus.Healthy, "schema 12"), [HealthTags.Database]),
            ("MANAGEMENT_PORT", $"{management}"));

        var details = JsonNode.Parse((await GetAsync($"http://127.0.0.1:{management}/health")).Body)!;

        Assert.Equal("schema 12", details["checks"]!["db"]!["message"]!.GetValue<string>());
        Assert.Equal("ok", details["checks"]!["db"]!["status"]!.GetValue<string>());
        Assert.Equal(200, (await GetAsync($"http://127.0.0.1:{management}/metrics")).Code);
        Assert.DoesNotContain("checks", (await GetAsync($"{address}/health", host: $"127.0.0.1:{management}")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await GetAsync($"{address}/metrics", host: $"127.0.0.1:{management}")).Code);
    }

    [Fact]
    public async Task While_the_process_drains_it_says_so()
    {
        var address = await StartAsync(checks => checks.AddCheck("db", () => HealthCheckResult.Healthy(), [HealthTags.Database]), ("environment", "Production"));

        _app!.Lifetime.StopApplication();
        var stop = _app.StopAsync(TestContext.Current.CancellationToken);
        var (code, body) = await GetAsync($"{address}/health");
        var alive = await GetAsync($"{address}/alive");

        Assert.Equal(503, code);
        Assert.Equal("""{"ok":false,"status":"draining","db":"up","uptime_s":0,"version":"9.8.7+c0ffee"}""", body);
        Assert.Equal(200, alive.Code);
        await EndAsync(stop);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync($"{address}/alive"));
    }

    [Fact]
    public async Task One_of_several_that_stops_does_not_make_the_others_callers_unable_to_serve()
    {
        var api = await StartAsync(checks => checks.AddCheck("db", () => HealthCheckResult.Healthy(), [HealthTags.Database]), ("environment", "Production"));
        _app!.Lifetime.StopApplication();
        await using var web = Build(checks => checks.AddUpstream("api", new Uri(api)), [], TimeProvider.System);
        await web.StartAsync(TestContext.Current.CancellationToken);

        var (code, body) = await GetAsync($"{web.Urls.Single()}/health");

        await web.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal((200, "degraded"), (code, JsonNode.Parse(body)!["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_process_without_a_database_takes_the_word_of_the_one_that_has_it()
    {
        var database = HealthStatus.Healthy;
        var api = await StartAsync(checks => checks.AddCheck("db", () => new HealthCheckResult(database), [HealthTags.Database]));
        // A check has two seconds, which the first one of a process can take on a machine with much else to do.
        var (code, db) = await AskWebAsync();
        for (var tries = 1; code != 200 && tries < 5; tries++)
        {
            (code, db) = await AskWebAsync();
        }

        Assert.Equal((200, "up"), (code, db));
        database = HealthStatus.Unhealthy;
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((503, "down"), await AskWebAsync());

        // Service discovery does not come to an end under a clock that stands still.
        async Task<(int, string)> AskWebAsync()
        {
            await using var web = Build(checks => checks.AddUpstream("api", new Uri(api)), [], TimeProvider.System);
            await web.StartAsync(TestContext.Current.CancellationToken);
            var (answer, body) = await GetAsync($"{web.Urls.Single()}/health");
            await web.StopAsync(TestContext.Current.CancellationToken);
            return (answer, JsonNode.Parse(body)!["db"]!.GetValue<string>());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_app is not null)
        {
            await EndAsync(_app.StopAsync());
            await _app.DisposeAsync();
        }
    }

    private async Task<string> StartAsync(Action<IHealthChecksBuilder> checks, params (string Key, string Value)[] settings)
    {
        _app = Build(checks, settings);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        return _app.Urls.First();
    }

    private WebApplication Build(Action<IHealthChecksBuilder> checks, (string Key, string Value)[] settings, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = settings.FirstOrDefault(s => s.Key == "environment").Value ?? Environments.Development,
        });
        builder.Configuration.AddInMemoryCollection(settings.Append(("APP_VERSION", "9.8.7")).Append(("APP_COMMIT", "c0ffee"))
            .Append((WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0")).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        builder.AddServiceDefaults();
        builder.Services.Replace(ServiceDescriptor.Singleton(clock ?? _clock));
        checks(builder.Services.AddHealthChecks());
        var app = builder.Build();
        app.MapDefaultEndpoints();
        return app;
    }

    /// <summary>Lets the time go by that a process gives to its callers while it stops.</summary>
    private async Task EndAsync(Task stop)
    {
        while (await Task.WhenAny(stop, Task.Delay(20)) != stop)
        {
            _clock.Advance(Draining.LastRequests);
        }

        await stop;
    }

    private async Task<(int Code, string Body)> GetAsync(string address, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = host;
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
