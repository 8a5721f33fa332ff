using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Panorama.Core.Identity;

namespace Panorama.Api.Tests.Http;

public sealed class CountingRequests(ApiApp app)
{
    private const string Password = "correct horse 9 battery";

    [Fact]
    public async Task The_eleventh_wrong_password_from_an_address_is_refused_and_others_are_not()
    {
        var address = RunningApi.RandomAddress();
        using var client = app.Api.Client(address: address);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("401 invalid_credentials", await WrongAsync(client, $"nobody{i}@example.com"));
        }

        using var response = await client.PostAsync("/api/auth/login", new { email = "nobody@example.com", password = "wrong" });
        var problem = await response.ReadProblemAsync();

        Assert.Equal((429, "rate_limited", "auth"), (problem.Status, problem.Code, problem.Body.GetProperty("scope").GetString()));
        var seconds = problem.Body.GetProperty("args").GetProperty("retryAfterSeconds").GetInt32();
        Assert.InRange(seconds, 1, 60);
        Assert.Equal(seconds.ToString(CultureInfo.InvariantCulture), Assert.Single(response.Headers.GetValues("Retry-After")));
        using var other = app.Client();
        Assert.Equal("401 invalid_credentials", await WrongAsync(other, "nobody@example.com"));
    }

    [Fact]
    public async Task A_direct_callers_forwarded_address_is_ignored()
    {
        await using var direct = await RunningApi.StartAsync(app.Settings(("TRUSTED_PROXIES", null)));
        for (var i = 0; i < 10; i++)
        {
            using var client = direct.Client();
            Assert.Equal("401 invalid_credentials", await WrongAsync(client, $"nobody{i}@example.com"));
        }

        using var last = direct.Client();
        Assert.Equal("429 rate_limited", await WrongAsync(last, "nobody@example.com"));
    }

    [Fact]
    public async Task What_a_browser_puts_in_front_of_the_proxys_entry_is_ignored()
    {
        var address = RunningApi.RandomAddress();
        for (var i = 0; i < 10; i++)
        {
            using var client = app.Api.Client(address: $"{RunningApi.RandomAddress()}, {address}");
            Assert.Equal("401 invalid_credentials", await WrongAsync(client, $"nobody{i}@example.com"));
        }

        using var last = app.Api.Client(address: $"{RunningApi.RandomAddress()}, {address}");
        Assert.Equal("429 rate_limited", await WrongAsync(last, "nobody@example.com"));
    }

    [Fact]
    public async Task An_account_waits_longer_each_time_and_is_never_locked()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = await RunningApi.StartAsync(app.Settings(), b => b.Services.AddSingleton<TimeProvider>(clock));
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, "correct horse 9 battery");

        using var client = api.Client();
        Assert.Equal((5, 15), await GuessAsync(client, tenant.Owner.Email));
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal((5, 45), await GuessAsync(client, tenant.Owner.Email));
        clock.Advance(TimeSpan.FromMinutes(45));
        Assert.Equal("200", await client.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = "correct horse 9 battery" }));
    }

    [Fact]
    public async Task Good_sign_ins_do_not_count_and_neither_do_refused_calls()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = await RunningApi.StartAsync(app.Settings(), b => b.Services.AddSingleton<TimeProvider>(clock));
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, "correct horse 9 battery");
        using var client = api.Client();
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal("200", await client.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = "correct horse 9 battery" }));
        }

        for (var i = 0; i < 10; i++)
        {
            await WrongAsync(client, $"n{i}@example.com");
        }

        for (var i = 0; i < 59; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("429 rate_limited", await WrongAsync(client, "n@example.com"));
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("401 invalid_credentials", await WrongAsync(client, "n@example.com"));
    }

    [Fact]
    public async Task Three_hundred_a_minute_per_session_or_address_and_a_made_up_cookie_buys_nothing()
    {
        var tenant = await app.CreateTenantAsync();
        var address = RunningApi.RandomAddress();
        using var anonymous = app.Api.Client(address: address);
        using var signedIn = app.Api.Client(tenant.Owner.Token, address);
        Assert.Equal("200", await signedIn.GetOutcomeAsync("/api/auth/me"));
        for (var i = 1; i < 300; i++)
        {
            Assert.Equal("200", await anonymous.GetOutcomeAsync("/api/version"));
        }

        Assert.Equal("429 rate_limited", await anonymous.GetOutcomeAsync("/api/version"));
        using var forger = app.Api.Client(SecretToken.Create(), address);
        Assert.Equal("429 rate_limited", await forger.GetOutcomeAsync("/api/version"));
        Assert.Equal("200", await signedIn.GetOutcomeAsync("/api/auth/me"));
        Assert.Equal("200", await anonymous.GetOutcomeAsync("/alive"));
    }

    [Fact]
    public async Task Guesses_from_one_address_keep_out_that_address_alone()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        using var guesser = app.Api.Client(address: "2001:db8:77:1::1");
        using var neighbour = app.Api.Client(address: "2001:db8:77:1::2");
        using var person = app.Api.Client(address: "2001:db8:77:2::1");

        Assert.Equal(5, (await GuessAsync(guesser, tenant.Owner.Email)).Tried);

        Assert.Equal("429 rate_limited", await RightAsync(neighbour, tenant.Owner.Email)); // the same /64
        Assert.Equal("200", await RightAsync(person, tenant.Owner.Email));
    }

    [Fact]
    public async Task Guesses_from_everywhere_keep_out_strangers_but_not_where_the_person_signed_in_before()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = await RunningApi.StartAsync(app.Settings(), b => b.Services.AddSingleton<TimeProvider>(clock));
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        using var known = api.Client(address: RunningApi.RandomAddress());
        using var stranger = api.Client();
        Assert.Equal("200", await RightAsync(known, tenant.Owner.Email));

        foreach (var email in new[] { tenant.Owner.Email, $"nobody-{Panorama.Testing.TestTenant.NewId():N}@example.com" })
        {
            for (var i = 0; i < 50; i++)
            {
                using var client = api.Client();
                Assert.Equal("401 invalid_credentials", await WrongAsync(client, email));
            }

            // An account that does not exist is told from none.
            using var last = api.Client();
            Assert.Equal("429 rate_limited", await WrongAsync(last, email));
        }

        Assert.Equal("429 rate_limited", await RightAsync(stranger, tenant.Owner.Email));
        Assert.Equal("200", await RightAsync(known, tenant.Owner.Email));
        Assert.Equal(5, (await GuessAsync(known, tenant.Owner.Email)).Tried); // its own limit stays
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("200", await RightAsync(stranger, tenant.Owner.Email));
    }

    private static async Task<(int Tried, int WaitMinutes)> GuessAsync(HttpClient client, string email)
    {
        for (var tried = 0; ; tried++)
        {
            using var response = await client.PostAsync("/api/auth/login", new { email, password = "wrong" });
            var problem = await response.ReadProblemAsync();
            if (problem.Status == 429)
            {
                return (tried, problem.Body.GetProperty("retryAfterSeconds").GetInt32() / 60);
            }
        }
    }

    private static Task<string> RightAsync(HttpClient client, string email) => client.PostOutcomeAsync("/api/auth/login", new { email, password = Password });

    private static Task<string> WrongAsync(HttpClient client, string email) => client.PostOutcomeAsync("/api/auth/login", new { email, password = "wrong" });
}
