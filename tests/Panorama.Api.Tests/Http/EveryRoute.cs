using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Identity;
using Panorama.Testing;

namespace Panorama.Api.Tests.Http;

public sealed class EveryRoute(ApiApp app)
{
    [Fact]
    public void Declares_a_policy_of_the_catalogue_or_is_open_on_purpose()
    {
        var names = Permissions.All.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var wrong = Endpoints().Where(e =>
        {
            var policies = e.Metadata.OfType<IAuthorizeData>().ToList();
            var isOpen = e.Metadata.OfType<IAllowAnonymous>().Any();
            return isOpen ? policies.Count > 0 : policies.Count != 1 || !names.Contains(policies[0].Policy!);
        });

        Assert.Empty(wrong.Select(e => e.DisplayName));
    }

    [Fact]
    public void Has_a_name_and_a_summary()
    {
        var wrong = Endpoints().Where(e => !e.RoutePattern.RawText!.StartsWith("/api/docs", StringComparison.Ordinal))
            .Where(e => e.Metadata.GetMetadata<IEndpointNameMetadata>() is null || e.Metadata.GetMetadata<IEndpointSummaryMetadata>() is null);

        Assert.Empty(wrong.Select(e => e.DisplayName));
    }

    [Fact]
    public void Open_routes_are_these_and_no_others() => Assert.Equal(
        ["Alive", "GetOpenApi", "GetVersion", "Health", "ListEventSchemas", "Login", "Logout", "ReportMail", "SetUp", "ShowFile", "ShowUnsubscribe", "Unsubscribe", "UseSetupLink"],
        Endpoints().Where(e => e.Metadata.OfType<IAllowAnonymous>().Any()).Select(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName)
            .OfType<string>().Order(StringComparer.Ordinal));

    [Fact]
    public void Each_permission_of_the_catalogue_is_used()
    {
        var used = Endpoints().SelectMany(e => e.Metadata.OfType<IAuthorizeData>()).Select(a => a.Policy).Distinct();

        Assert.Equal(Permissions.All.Select(p => p.Name).Order(StringComparer.Ordinal), used.OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Refuses_who_is_not_signed_in_forges_a_cookie_or_shows_a_token()
    {
        var tenant = await app.CreateTenantAsync();
        using var nobody = app.Client();
        using var forger = app.Api.Client(SecretToken.Create());
        using var garbage = app.Client();
        garbage.DefaultRequestHeaders.Add("Cookie", "panorama_session=AAAA");
        using var token = app.Client(tenant.Owner);
        token.DefaultRequestHeaders.Add("Authorization", "Bearer pnrm_pat_" + new string('A', 43));

        foreach (var route in Protected())
        {
            foreach (var client in new[] { nobody, forger, garbage, token })
            {
                Assert.Equal((route.Name, "401 authentication_required"), (route.Name, await SendAsync(client, route)));
            }
        }
    }

    [Fact]
    public async Task Refuses_a_session_that_was_revoked_or_has_expired()
    {
        var tenant = await app.CreateTenantAsync();
        await app.RunAsync("update sessions set revoked_at = now() where id = $1", tenant.Owner.SessionId);
        await app.RunAsync("update sessions set idle_expires_at = now() - interval '1 second' where id = $1", tenant.FleetAdmin.SessionId);
        await app.RunAsync("update sessions set absolute_expires_at = now() - interval '1 second' where id = $1", tenant.Staff.SessionId);
        await app.RunAsync("update users set status = 'SUSPENDED' where id = $1", tenant.Driver.UserId);

        foreach (var person in new[] { tenant.Owner, tenant.FleetAdmin, tenant.Staff, tenant.Driver })
        {
            using var client = app.Client(person);
            foreach (var route in Protected())
            {
                Assert.Equal((route.Name, "401 authentication_required"), (route.Name, await SendAsync(client, route)));
            }
        }
    }

    [Fact]
    public async Task Of_a_tenant_refuses_who_has_none()
    {
        var tenant = await app.CreateTenantAsync();
        await app.RunAsync("update tenant_memberships set status = 'suspended' where user_id = $1", tenant.Driver.UserId);
        using var client = app.Client(tenant.Driver);

        foreach (var route in Protected().Where(r => r.Permission.NeedsTenant))
        {
            Assert.Equal((route.Name, "403 no_tenant_memberships"), (route.Name, await SendAsync(client, route)));
        }

        var me = await client.GetJsonAsync("/api/auth/me");
        Assert.Equal("null", me.GetProperty("currentTenantId").GetRawText());
        Assert.Equal("null", me.GetProperty("currentRole").GetRawText());
        Assert.Equal("[]", me.GetProperty("memberships").GetRawText());
    }

    [Fact]
    public async Task Is_open_to_exactly_the_roles_of_the_matrix()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        foreach (var (person, role) in new[]
        {
            (tenant.Owner, Role.Owner), (tenant.FleetAdmin, Role.FleetAdmin), (tenant.Staff, Role.FleetStaff), (tenant.Driver, Role.Driver),
        })
        {
            using var client = app.Client(person);
            foreach (var route in Protected().Where(r => r.Name != "LogoutAll"))
            {
                var outcome = await SendAsync(client, route);
                var isRefused = outcome.StartsWith("401", StringComparison.Ordinal) || outcome == $"403 {route.Permission.Refusal.Code}";
                Assert.Equal((route.Name, role, Permissions.Of(role).Contains(route.Permission.Name)), (route.Name, role, !isRefused));
            }
        }

        Assert.Empty(Permissions.Of(Role.System));
    }

    [Fact]
    public async Task Takes_no_body_that_is_too_large_malformed_or_not_JSON()
    {
        foreach (var routes in Protected().Where(r => r.TakesBody).Chunk(40)) // five requests each, and a session may send 300 a minute
        {
            var tenant = await app.CreateInspectingTenantAsync();
            using var client = app.Client(tenant.Owner);
            foreach (var route in routes)
            {
                Assert.Equal((route.Name, "413 body_too_large"), (route.Name, await SendAsync(client, route, Text(new string(' ', route.MaxBytes + 1)))));
                Assert.Equal((route.Name, "400 malformed_body"), (route.Name, await SendAsync(client, route, Text("{"))));
                Assert.Equal((route.Name, "400 invalid_body"), (route.Name, await SendAsync(client, route, Text("[]"))));
                Assert.Equal((route.Name, "400 invalid_body"), (route.Name, await SendAsync(client, route, Text("""{"nobodyKnowsThis":1}"""))));
                Assert.Equal((route.Name, "415 unsupported_media_type"), (route.Name, await SendAsync(client, route, Text("a=b", "application/x-www-form-urlencoded"))));
            }
        }
    }

    [Fact]
    public async Task Of_an_edit_asks_for_the_version_and_refuses_an_older_one()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        await app.RunAsync("update assets set version = 2 where id = $1", asset);
        using var client = app.Client(tenant.Owner);
        var edits = Protected().Where(r => r.AsksForVersion && r.Path.StartsWith("/api/assets/{id}", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(edits);

        foreach (var route in edits)
        {
            var body = route.Name == "ChangeAssetStatus" ? """{"status":"MAINTENANCE"}""" : "{}";
            Assert.Equal((route.Name, "428 version_required"), (route.Name, await SendAsync(client, route, Text(body), asset.ToString())));
            Assert.Equal((route.Name, "412 version_mismatch"), (route.Name, await SendAsync(client, route, Text(body), asset.ToString(), "\"1\"")));
            Assert.Equal((route.Name, "412 version_mismatch"), (route.Name, await SendAsync(client, route, Text(body), asset.ToString(), "*")));
        }
    }

    [Fact]
    public async Task Answers_another_tenants_row_as_one_that_is_not_there()
    {
        var (tenant, stranger) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var theirs = await stranger.AssetAsync();
        var custody = TestTenant.NewId();
        await app.RunAsync(
            "insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at) values ($1, $2, $3, 'user', $4, now())",
            custody, stranger.Id, theirs, stranger.Driver.UserId);
        using var client = app.Client(tenant.Owner);

        foreach (var route in Protected().Where(r => r.Path.Contains("{id}", StringComparison.Ordinal) && r.Path.Split('/')[2] is "assets" or "assignments"))
        {
            var isAsset = route.Path.StartsWith("/api/assets", StringComparison.Ordinal);
            var body = Bodies.GetValueOrDefault(route.Name, "{}");
            Assert.Equal(
                (route.Name, isAsset ? "404 asset_not_found" : "404 assignment_not_found"),
                (route.Name, await SendAsync(client, route, Text(body), (isAsset ? theirs : custody).ToString(), "\"1\"")));
        }
    }

    // What a route needs at least to look at its row.
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["ChangeAssetStatus"] = """{"status":"MAINTENANCE"}""",
        ["ReturnAssetToService"] = """{"reason":"repaired"}""",
        ["AddMeterReading"] = """{"value":1}""",
        ["CorrectMeterReading"] = """{"reason":"mistyped"}""",
        ["CheckOutAsset"] = """{"targetType":"location","targetId":"0192e4a0-0000-7000-8000-000000000001"}""",
        ["DeclineAssignment"] = """{"reason":"not mine"}""",
    };

    private static StringContent Text(string body, string type = "application/json") => new(body, System.Text.Encoding.UTF8, type);

    private static async Task<string> SendAsync(HttpClient client, Route route, HttpContent? body = null, string? id = null, string? version = null)
    {
        id ??= TestTenant.NewId().ToString();
        using var request = new HttpRequestMessage(
            new HttpMethod(route.Method),
            route.Path.Replace("{id}", id, StringComparison.Ordinal).Replace("{tenantId}", id, StringComparison.Ordinal).Replace("{readingId}", TestTenant.NewId().ToString(), StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal));
        if (route.TakesBody || route.Method is "POST" or "PATCH" or "PUT")
        {
            request.Content = body ?? System.Net.Http.Json.JsonContent.Create(new { tenantId = TestTenant.NewId() });
        }

        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", version);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.OutcomeAsync();
    }

    private List<RouteEndpoint> Endpoints() => [.. app.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>()];

    private IEnumerable<Route> Protected() => Endpoints().Where(e => e.Metadata.OfType<IAuthorizeData>().Any()).Select(e => new Route(
        e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName, e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0], e.RoutePattern.RawText!,
        Permissions.All.Single(p => p.Name == e.Metadata.GetMetadata<IAuthorizeData>()!.Policy), e.Metadata.GetMetadata<IAcceptsMetadata>() is not null,
        e.Metadata.OfType<DeclaredProblems>().Any(d => d.Kinds.Contains(Problems.VersionRequired)), e.Metadata.GetMetadata<BodyLimit>()?.MaxBytes ?? JsonBody.MaxBytes));

    private sealed record Route(string Name, string Method, string Path, Permission Permission, bool TakesBody, bool AsksForVersion, int MaxBytes);
}
