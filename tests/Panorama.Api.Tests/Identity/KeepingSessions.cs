using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Panorama.Testing;

namespace Panorama.Api.Tests.Identity;

public sealed class KeepingSessions(ApiApp app)
{
    [Fact]
    public async Task A_revoked_session_is_refused_by_the_next_request_of_another_process()
    {
        var tenant = await app.CreateTenantAsync();
        await using var other = await RunningApi.StartAsync(app.Settings());
        using var here = app.Client(tenant.Owner);
        using var there = other.Client(tenant.Owner.Token);
        Assert.Equal("200", await there.GetOutcomeAsync("/api/assets"));

        using var response = await here.PostAsync("/api/auth/logout", new { });

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.StartsWith("panorama_session=; max-age=0; path=/", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        Assert.Equal("401 authentication_required", await there.GetOutcomeAsync("/api/assets"));
    }

    [Fact]
    public async Task A_suspended_membership_is_seen_by_the_next_request()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Driver);
        Assert.Equal("200", await client.GetOutcomeAsync("/api/assets"));

        await app.RunAsync("update tenant_memberships set status = 'suspended' where user_id = $1", tenant.Driver.UserId);

        Assert.Equal("403 no_tenant_memberships", await client.GetOutcomeAsync("/api/assets"));
    }

    [Fact]
    public async Task Own_sessions_are_listed_and_one_is_ended_but_never_another_persons()
    {
        var tenant = await app.CreateTenantAsync();
        var second = await AddSessionAsync(tenant.Owner, tenant.Id);
        using var first = app.Client(tenant.Owner);
        using var other = app.Api.Client(second.Token);

        var items = (await first.GetJsonAsync("/api/auth/sessions")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            new[] { (tenant.Owner.SessionId, true), (second.Id, false) }.Order(),
            items.Select(i => (i.GetProperty("id").GetGuid(), i.GetProperty("current").GetBoolean())).Order());
        Assert.Equal(
            ["id", "provider", "ip", "userAgent", "createdAt", "lastSeenAt", "idleExpiresAt", "absoluteExpiresAt", "current"], items[0].EnumerateObject().Select(p => p.Name));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", items[0].GetProperty("createdAt").GetString());

        Assert.Equal("404 session_not_found", await DeleteAsync(first, tenant.Driver.SessionId));
        Assert.Equal("404 session_not_found", await DeleteAsync(first, TestTenant.NewId()));
        Assert.Equal("204", await DeleteAsync(first, second.Id));
        Assert.Equal("401 authentication_required", await other.GetOutcomeAsync("/api/auth/me"));
        using var driver = app.Client(tenant.Driver);
        Assert.Equal("200", await driver.GetOutcomeAsync("/api/auth/me"));
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_all_of_ones_sessions()
    {
        var tenant = await app.CreateTenantAsync();
        var second = await AddSessionAsync(tenant.Owner, tenant.Id);
        using var first = app.Client(tenant.Owner);
        using var other = app.Api.Client(second.Token);

        Assert.Equal("204", await first.PostOutcomeAsync("/api/auth/logout-all", new { }));

        Assert.Equal("401 authentication_required", await first.GetOutcomeAsync("/api/auth/me"));
        Assert.Equal("401 authentication_required", await other.GetOutcomeAsync("/api/auth/me"));
    }

    [Fact]
    public async Task Switching_needs_a_membership_and_gives_a_new_session()
    {
        var one = await app.CreateTenantAsync();
        var two = await app.CreateTenantAsync();
        await app.RunAsync(
            "insert into tenant_memberships (id, tenant_id, user_id, role, is_vip) values ($1, $2, $3, 'driver', true)", TestTenant.NewId(), two.Id, one.Owner.UserId);
        var asset = await two.AssetAsync();
        using var client = app.Client(one.Owner);
        Assert.Equal("404 asset_not_found", await client.GetOutcomeAsync($"/api/assets/{asset}"));

        var stranger = await app.CreateTenantAsync();
        Assert.Equal("403 not_a_member_of_this_tenant", await client.PostOutcomeAsync("/api/auth/tenants/switch", new { tenantId = stranger.Id }));
        Assert.Equal("403 not_a_member_of_this_tenant", await client.PostOutcomeAsync("/api/auth/tenants/switch", new { tenantId = TestTenant.NewId() }));
        using var response = await client.PostAsync("/api/auth/tenants/switch", new { tenantId = two.Id });

        var me = await response.ReadJsonAsync();
        Assert.Equal(
            (two.Id, "driver", true, 2),
            (me.GetProperty("currentTenantId").GetGuid(), me.GetProperty("currentRole").GetString(), me.GetProperty("isVip").GetBoolean(), me.GetProperty("memberships").GetArrayLength()));
        Assert.Equal("401 authentication_required", await client.GetOutcomeAsync("/api/auth/me"));
        using var switched = app.Client();
        switched.DefaultRequestHeaders.Add("Cookie", Assert.Single(response.Headers.GetValues("Set-Cookie")).Split(';')[0]);
        Assert.Equal("200", await switched.GetOutcomeAsync($"/api/assets/{asset}"));
    }

    [Fact]
    public async Task Features_follow_the_global_flag_and_the_tenant()
    {
        var on = await app.CreateTenantAsync();
        var off = await app.CreateTenantAsync();
        await app.RunAsync("insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', true, now())", on.Id);
        await using var globallyOff = await RunningApi.StartAsync(app.Settings(("FEATURE_INSPECTIONS", "0"), ("FEATURE_MAINTENANCE", "1")));
        using var client = app.Client(on.Owner);
        using var other = app.Client(off.Owner);
        using var without = globallyOff.Client(on.Owner.Token);

        Assert.Equal("""{"inspections":true,"maintenance":false}""", (await client.GetJsonAsync("/api/auth/me")).GetProperty("features").GetRawText());
        Assert.Equal("""{"inspections":false,"maintenance":false}""", (await other.GetJsonAsync("/api/auth/me")).GetProperty("features").GetRawText());
        Assert.Equal("""{"inspections":false,"maintenance":true}""", (await without.GetJsonAsync("/api/auth/me")).GetProperty("features").GetRawText());
    }

    [Fact]
    public async Task A_session_under_the_previous_secret_works_and_is_rekeyed()
    {
        const string newSecret = "Zq8vN2rT6yB4mK1xW7cJ5hG3fD9sPaLe";
        var tenant = await app.CreateTenantAsync();
        await using var overlap = await RunningApi.StartAsync(app.Settings(("SESSION_SECRET", newSecret), ("SESSION_SECRET_PREVIOUS", ApiApp.Secret)));
        await using var after = await RunningApi.StartAsync(app.Settings(("SESSION_SECRET", newSecret)));
        using var during = overlap.Client(tenant.Owner.Token);
        using var later = after.Client(tenant.Owner.Token);
        Assert.Equal("401 authentication_required", await later.GetOutcomeAsync("/api/auth/me"));

        Assert.Equal("200", await during.GetOutcomeAsync("/api/auth/me"));

        Assert.Equal("200", await later.GetOutcomeAsync("/api/auth/me"));
        var stored = (byte[])(await app.RunAsync("select token_hash from sessions where id = $1", tenant.Owner.SessionId))!;
        Assert.Equal(HMACSHA256.HashData(Encoding.UTF8.GetBytes(newSecret), tenant.Owner.Token), stored);
    }

    [Fact]
    public async Task Data_protection_keys_rest_encrypted_and_outlive_a_rotation()
    {
        var before = app.Api.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("kept");
        await using var rotated = await RunningApi.StartAsync(
            app.Settings(("DATA_KEY", "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"), ("DATA_KEY_PREVIOUS", app.Settings()["DATA_KEY"])));

        Assert.Equal("kept", rotated.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(before));
        var stored = Encoding.UTF8.GetString((byte[])(await app.RunAsync("select xml_encrypted from data_protection_keys order by created_at limit 1"))!);
        Assert.Matches("^k1:[A-Za-z0-9_-]+$", stored);
    }

    private static async Task<string> DeleteAsync(HttpClient client, Guid session)
    {
        using var response = await client.DeleteAsync(new Uri($"/api/auth/sessions/{session}", UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.OutcomeAsync();
    }

    private async Task<(Guid Id, byte[] Token)> AddSessionAsync(TestPerson person, Guid tenant)
    {
        var token = RandomNumberGenerator.GetBytes(32);
        var id = TestTenant.NewId();
        await app.RunAsync(
            """
            insert into sessions (id, token_hash, user_id, tenant_id, provider, auth_level, idle_seconds, created_at, last_seen_at, idle_expires_at, absolute_expires_at)
            values ($1, $2, $3, $4, 'password', 1, 43200, now(), now() - interval '1 minute', now() + interval '12 hours', now() + interval '7 days')
            """,
            id, ApiApp.Hash(token), person.UserId, tenant);
        return (id, token);
    }
}
