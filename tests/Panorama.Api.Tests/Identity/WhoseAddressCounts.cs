using System.Net.Http.Json;

namespace Panorama.Api.Tests.Identity;

/// <summary>A proxy appends the address it sees; what stood in the header before is what the caller made up.</summary>
[Trait("FieldCase", "IDN-06")]
public sealed class WhoseAddressCounts(ApiApp app)
{
    private const string Password = "correct horse 9 battery";

    [Fact]
    public async Task Made_up_addresses_do_not_help_and_lock_nobody_else_out()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        var (attacker, colleague) = (RunningApi.RandomAddress(), RunningApi.RandomAddress());
        using var client = app.Api.Client(address: "");
        var outcomes = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            outcomes.Add(await LoginAsync(client, $"{RunningApi.RandomAddress()}, {RunningApi.RandomAddress()}, {attacker}", $"victim{i % 10}@{tenant.Slug}.example", "wrong"));
            if (i % 10 == 5)
            {
                Assert.Equal("200", await LoginAsync(client, colleague, tenant.Owner.Email, Password));
            }
        }

        Assert.Equal(
            [.. Enumerable.Repeat("401 invalid_credentials", 10), .. Enumerable.Repeat("429 rate_limited", 30)], outcomes);
        var seen = (string)(await app.RunAsync("select string_agg(distinct ip, ' ') from sessions where user_id = $1 and ip is not null", tenant.Owner.UserId))!;
        Assert.Equal(colleague, seen);
    }

    [Fact]
    public async Task A_right_password_during_the_pause_is_told_to_wait_and_tries_do_not_lengthen_it()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        var address = RunningApi.RandomAddress();
        using var client = app.Api.Client(address: "");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("401 invalid_credentials", await LoginAsync(client, address, tenant.Owner.Email, "wrong"));
        }

        var waits = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await SendAsync(client, address, tenant.Owner.Email, Password);
            Assert.Equal("429 rate_limited", await response.OutcomeAsync());
            waits.Add((int)response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        }

        Assert.InRange(waits[0], 1, 15 * 60);
        Assert.True(waits[^1] <= waits[0], $"Waits grew: {string.Join(' ', waits)}");
    }

    [Fact]
    public async Task Straight_at_the_port_the_header_is_ignored_and_the_peer_counts()
    {
        await using var api = await RunningApi.StartAsync(app.Settings(("TRUSTED_PROXIES", "10.9.8.0/24")));
        using var client = api.Client(address: "");
        var outcomes = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            outcomes.Add(await LoginAsync(client, RunningApi.RandomAddress(), $"d{i}@nowhere.example", "wrong"));
        }

        Assert.Equal([.. Enumerable.Repeat("401 invalid_credentials", 10), "429 rate_limited", "429 rate_limited"], outcomes);
    }

    private static async Task<string> LoginAsync(HttpClient client, string forwarded, string email, string password)
    {
        using var response = await SendAsync(client, forwarded, email, password);
        return await response.OutcomeAsync();
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string forwarded, string email, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/auth/login", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        request.Content = JsonContent.Create(new { email, password });
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
