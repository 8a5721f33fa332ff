using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Api.Tests.Tenancy;

/// <summary>Routes of one read open the session in the same round trip; whoever may not see an answer gets none, and not a row of it.</summary>
public sealed class OpeningWithTheRead(ApiApp app)
{
    private static readonly string[] Paths =
    [
        "/api/assets", "/api/assets?q=held", "/api/assets/{asset}", "/api/assets?categoryId={category}", "/api/assets?assignedUserId={user}",
        "/api/assets?assignedUserId={user}&categoryId={category}", "/api/notifications/count",
    ];

    [Fact]
    public async Task A_session_seen_before_needs_one_round_trip_and_one_seen_first_two()
    {
        var tenant = await app.CreateTenantAsync();
        await tenant.AssetAsync("ONE");
        using var statements = new Statements();
        await using var api = await RunningApi.StartAsync(app.Settings(), b => statements.Attach(b.Services, app.Database.ConnectionString(DatabaseRoles.App)));
        using var client = api.Client(tenant.Driver.Token);
        statements.Take(); // what it asked when it started

        var first = await client.GetJsonAsync("/api/assets");
        var trips = statements.Take();
        var second = await client.GetJsonAsync("/api/assets");

        Assert.Equal(2, trips.Count);
        Assert.Equal(first.GetRawText(), second.GetRawText());
        var once = Assert.Single(statements.Take());
        Assert.Contains("session_open", once[0].Text, StringComparison.Ordinal);
        Assert.Equal("commit", once[^1].Text);
    }

    [Theory]
    [InlineData("update sessions set revoked_at = now() where id = $1", "401 authentication_required")]
    [InlineData("update sessions set idle_expires_at = now() - interval '1 second' where id = $1", "401 authentication_required")]
    [InlineData("update tenant_memberships m set status = 'suspended' from sessions s where s.id = $1 and m.user_id = s.user_id", "403 no_tenant_memberships")]
    public async Task Whoever_lost_the_session_or_the_membership_since_is_told_so(string sql, string expected)
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync("HELD");
        var category = await app.RunAsync("select category_id::text from asset_models where id = $1", tenant.ModelId);
        using var client = app.Api.Client(tenant.Staff.Token);
        string[] paths = [.. Paths.Select(p => p.Replace("{asset}", asset.ToString(), StringComparison.Ordinal).Replace("{category}", (string)category!, StringComparison.Ordinal)
            .Replace("{user}", tenant.Driver.UserId.ToString(), StringComparison.Ordinal))];
        foreach (var path in paths.Concat(paths)) // the second time the session is known
        {
            await client.GetJsonAsync(path);
        }

        await app.RunAsync(sql, tenant.Staff.SessionId);

        foreach (var path in paths)
        {
            // Each of them on a session that was well just now, as this process sees it.
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(expected, await response.OutcomeAsync());
            Assert.DoesNotContain("HELD", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_failure_of_the_read_gives_the_connection_back()
    {
        var tenant = await app.CreateTenantAsync();
        await tenant.AssetAsync("ONE");
        await using var api = await RunningApi.StartAsync(app.Settings(
            ("ConnectionStrings:panorama", app.Database.ConnectionString(DatabaseRoles.App).Replace("Maximum Pool Size=20", "Maximum Pool Size=2", StringComparison.Ordinal))));
        using var client = api.Client(tenant.Driver.Token);
        await client.GetJsonAsync("/api/assets");

        for (var i = 0; i < 5; i++)
        {
            using var response = await client.GetAsync($"/api/assets/{TestTenant.NewId()}", TestContext.Current.CancellationToken);
            Assert.Equal("404 asset_not_found", await response.OutcomeAsync());
            Assert.Equal("400 invalid_query", await OutcomeAsync(client, "/api/assets?limit=x"));
        }

        Assert.Equal("200", await OutcomeAsync(client, "/api/assets"));
    }

    private static async Task<string> OutcomeAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return await response.OutcomeAsync();
    }
}
