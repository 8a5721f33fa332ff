using System.Diagnostics;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>What a metered Redis puts on the bill, and what people see when the day's quota is spent; TLS on every way, Production settings.</summary>
public sealed class CountingRedisCommands(TestDatabase database)
{
    private const int CommandsOfADay = 500;
    private const int CommandsOfAUserHour = 1000;

    // What the client sends by the clock and no test waits for: a sign of life every two hours, and a look at the server's settings once a day.
    private const int ByTheClock = 12 + 1;

    [Fact]
    [Trait("Tier", "Full")]
    [Trait("FieldCase", "RED-01")]
    public async Task A_day_of_nothing_costs_a_twentieth_of_a_free_plan()
    {
        using var tls = new TestTls();
        await using var redis = await MeteredRedis.StartAsync(tls);
        await using var api = await StartAsync(redis, tls);
        await using var web = await ServiceProcess.Start("Web", Installation.Web(api.Address)).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker", Installation.Worker(database.ConnectionString)).WaitUntilHealthyAsync();
        await UsedAsync(redis, web);
        var opening = await SettledAsync(redis);

        var interval = TimeSpan.FromMinutes(3);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < interval; await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken))
        {
            foreach (var process in new[] { api, web, worker })
            {
                using var probe = process.Browser();
                Assert.Equal(200, (await probe.SendAsync(HttpMethod.Get, "/health")).Status);
            }
        }

        var idle = redis.Commands.Count - opening;
        var day = (idle * (TimeSpan.FromDays(1) / interval)) + ByTheClock;
        TestContext.Current.SendDiagnosticMessage($"Redis: {opening} commands to connect and for the first sign-in, {idle} in {interval.TotalMinutes} idle minutes, {day:F0} a day");
        Assert.InRange(day, 0, CommandsOfADay);
    }

    [Fact]
    [Trait("Tier", "Full")]
    [Trait("FieldCase", "RED-01")]
    public async Task An_hour_of_somebody_at_work_costs_little()
    {
        using var tls = new TestTls();
        await using var redis = await MeteredRedis.StartAsync(tls);
        await using var api = await StartAsync(redis, tls);
        await using var web = await ServiceProcess.Start("Web", Installation.Web(api.Address)).WaitUntilHealthyAsync();
        var tenant = await database.CreateTenantAsync();
        await UsedAsync(redis, web);
        var before = await SettledAsync(redis);

        // Three sign-ins, a page every half minute, an asset every two minutes, notices asked for each minute.
        for (var i = 0; i < 3; i++)
        {
            using var person = web.Browser();
            Assert.Equal(200, await SignInAsync(person, tenant.Owner.Email, Installation.Password));
        }

        var client = web.Browser(tenant.Owner);
        for (var minute = 0; minute < 60; minute++)
        {
            if (minute % 10 == 9)
            {
                // The hour passes in seconds here, and 300 requests of a session in a minute are the most.
                client.Dispose();
                client = web.Browser(await tenant.AddSignedInAsync(database));
            }

            Assert.Equal(200, (await client.SendAsync(HttpMethod.Get, "/assets")).Status);
            Assert.Equal(200, (await client.SendAsync(HttpMethod.Get, "/home")).Status);
            Assert.Equal(200, (await client.SendAsync(HttpMethod.Get, "/api/notifications/count")).Status);
            if (minute % 2 == 0)
            {
                Assert.Equal(201, (await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = "Van" })).Status);
            }
        }

        client.Dispose();
        await SettledAsync(redis);
        var spent = redis.Commands.Count - before;
        TestContext.Current.SendDiagnosticMessage($"Redis: {spent} commands for a user-hour: {string.Join(", ", redis.Commands.Skip(before).CountBy(c => c).Select(c => $"{c.Value} {c.Key}"))}");
        Assert.InRange(spent, 1, CommandsOfAUserHour);
    }

    [Fact]
    [Trait("Tier", "Full")]
    [Trait("FieldCase", "RED-01")]
    public async Task A_spent_quota_keeps_nobody_out_and_is_said()
    {
        using var tls = new TestTls();
        await using var redis = await MeteredRedis.StartAsync(tls);
        await using var api = await StartAsync(redis, tls);
        await using var web = await ServiceProcess.Start("Web", Installation.Web(api.Address)).WaitUntilHealthyAsync();
        var tenant = await database.CreateTenantAsync();
        await UsedAsync(redis, web);
        await SettledAsync(redis);

        redis.IsOverQuota = true;
        using var client = web.Browser(tenant.Owner);
        for (var i = 0; i < 5; i++)
        {
            using var person = web.Browser();
            var watch = Stopwatch.StartNew();
            Assert.Equal(200, await SignInAsync(person, tenant.Owner.Email, Installation.Password));
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
            Assert.Equal(200, (await client.SendAsync(HttpMethod.Get, "/api/assets")).Status);
        }

        using var operators = new HttpClient { BaseAddress = api.Management };
        await BecomesAsync(operators, "degraded");
        Assert.Contains("over its quota", await operators.GetStringAsync(new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        redis.IsOverQuota = false;
        for (var i = 0; i < 60 && !await IsAsync(operators, "ok"); i++)
        {
            using var person = web.Browser();
            await SignInAsync(person, $"nobody{i}@fleet.example", "wrong");
            await Task.Delay(1000, TestContext.Current.CancellationToken);
        }

        await BecomesAsync(operators, "ok");
    }

    private Task<ServiceProcess> StartAsync(MeteredRedis redis, TestTls tls) => ServiceProcess.Start(
        "Api",
        // The one authority that this process trusts is the test's, as an image trusts those that are in it.
        [.. Installation.Api(database.ConnectionString, redis.Address), ("SSL_CERT_FILE", tls.AuthorityFile), ("SSL_CERT_DIR", "/nonexistent")]).WaitUntilHealthyAsync();

    private static async Task<int> SignInAsync(HttpClient client, string email, string password) => (await client.SendAsync(HttpMethod.Post, "/api/auth/login", new { email, password })).Status;

    // The first sign-in does not wait for a connection that is being made, and for a while after it nobody tries.
    private static async Task UsedAsync(MeteredRedis redis, ServiceProcess web)
    {
        for (var i = 0; i < 60 && !redis.Commands.Any(c => c.StartsWith("EVAL", StringComparison.Ordinal)); i++)
        {
            using var stranger = web.Browser();
            Assert.Equal(401, await SignInAsync(stranger, $"nobody{i}@fleet.example", "wrong"));
            await Task.Delay(1000, TestContext.Current.CancellationToken);
        }

        Assert.Contains(redis.Commands, c => c.StartsWith("EVAL", StringComparison.Ordinal));
    }

    private static async Task<int> SettledAsync(MeteredRedis redis)
    {
        for (int count; ;)
        {
            count = redis.Commands.Count;
            await Task.Delay(2000, TestContext.Current.CancellationToken);
            if (count == redis.Commands.Count)
            {
                Assert.True(count > 0, "Redis was never asked.");
                return count;
            }
        }
    }

    private static async Task<bool> IsAsync(HttpClient client, string status) =>
        (await client.GetStringAsync(new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken)).Contains($"\"status\":\"{status}\",\"db\"", StringComparison.Ordinal);

    private static async Task BecomesAsync(HttpClient client, string status)
    {
        for (var i = 0; i < 40 && !await IsAsync(client, status); i++)
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.True(await IsAsync(client, status));
    }
}
