using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

public sealed class SwitchingInspections(ApiApp app)
{
    [Fact]
    public async Task One_organisation_has_them_and_another_has_not_on_one_instance()
    {
        var (on, off, never) = (await app.CreateInspectingTenantAsync(), await InspectionWorld.CreateAsync(app), await app.CreateTenantAsync());
        using var canary = app.Client(on.FleetAdmin);
        await canary.MakeTemplateAsync();
        var run = await off.StartAsync();
        await app.RunAsync("update tenant_features set enabled = false where tenant_id = $1", off.Tenant.Id);
        var routes = await RoutesAsync(canary);

        Assert.Equal("200", await canary.GetOutcomeAsync("/api/inspection-templates"));
        foreach (var person in new[] { off.Tenant.Owner, off.Tenant.FleetAdmin, off.Tenant.Staff, off.Tenant.Driver, never.Owner, never.Driver })
        {
            using var client = app.Client(person);
            var tenant = (person == never.Owner || person == never.Driver ? never : off.Tenant).Id;
            foreach (var (method, described) in routes)
            {
                // For every role, whatever is sent, and also for what is there.
                var id = described.StartsWith("/api/inspection-templates", StringComparison.Ordinal) ? off.Template.Split('/')[^1] : run.ToString();
                var path = described.Replace("{tenantId}", tenant.ToString(), StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal)
                    .Replace("{number}", "1", StringComparison.Ordinal).Replace("{photoId}", run.ToString(), StringComparison.Ordinal).Replace("{signatureId}", run.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain('{', path);
                foreach (var body in method == HttpMethod.Get ? new string?[] { null } : [null, "{}", "{", """{"nobodyKnowsThis":1}"""])
                {
                    Assert.Equal((method, path, body, "404 feature_disabled"), (method, path, body, await client.SendOutcomeAsync(method, path, 1, body)));
                }
            }
        }

        Assert.Equal("IN_PROGRESS", await app.RunAsync("select status from inspections where id = $1", run));
        Assert.Equal(1L, await app.RunAsync("select count(*) from inspection_templates where tenant_id = any($1) and archived_at is null", new[] { off.Tenant.Id, never.Id }));
        using var nobody = app.Client();
        Assert.Equal("401 authentication_required", await nobody.GetOutcomeAsync("/api/inspection-templates"));
    }

    [Fact]
    public async Task A_switch_is_seen_at_once_and_the_installations_own_wins()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var client = app.Client(tenant.FleetAdmin);
        var path = await client.MakeTemplateAsync();
        await using var without = await RunningApi.StartAsync(app.Settings(("FEATURE_INSPECTIONS", "false")));
        using var there = without.Client(tenant.FleetAdmin.Token);

        Assert.Equal("404 feature_disabled", await there.GetOutcomeAsync(path));
        await app.RunAsync("update tenant_features set enabled = false where tenant_id = $1", tenant.Id);
        Assert.Equal("404 feature_disabled", await client.GetOutcomeAsync(path));
        await app.RunAsync("update tenant_features set enabled = true where tenant_id = $1", tenant.Id);
        Assert.Equal("200", await client.GetOutcomeAsync(path));
    }

    [Fact]
    public async Task The_switch_costs_no_round_trip()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var statements = new Statements();
        await using var api = await RunningApi.StartAsync(app.Settings(), b => statements.Attach(b.Services, app.Database.ConnectionString(Core.Data.DatabaseRoles.App)));
        using var client = api.Client(tenant.Driver.Token);
        await client.GetJsonAsync("/api/inspection-templates");
        statements.Take();

        await client.GetJsonAsync("/api/inspection-templates");

        var trips = statements.Take();
        Assert.Contains(trips, trip => trip.Any(s => s.Text.Contains("session_open", StringComparison.Ordinal)) && trip.Any(s => s.Text.Contains("tenant_features", StringComparison.Ordinal)));
        Assert.Equal(2, trips.Count(trip => trip.All(s => s.Text != "COMMIT")));
    }

    [Fact]
    public async Task Whoever_was_seen_before_reads_in_one_round_trip_and_is_still_refused()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var statements = new Statements();
        await using var api = await RunningApi.StartAsync(app.Settings(), b => statements.Attach(b.Services, app.Database.ConnectionString(Core.Data.DatabaseRoles.App)));
        using var client = api.Client(tenant.Driver.Token);
        await client.GetJsonAsync("/api/inspections");
        statements.Take();

        await client.GetJsonAsync("/api/inspections");

        Assert.Single(statements.Take());
        Assert.Equal("403 admin_role_required_for_tenant_scope", await client.GetOutcomeAsync("/api/inspections?scope=tenant"));
        await app.RunAsync("update tenant_features set enabled = false where tenant_id = $1", tenant.Id);
        foreach (var path in new[] { "/api/inspections", "/api/inspections?scope=tenant", $"/api/inspections/{TestTenant.NewId()}", "/api/defects", $"/api/defects/{TestTenant.NewId()}" })
        {
            Assert.Equal((path, "404 feature_disabled"), (path, await client.GetOutcomeAsync(path)));
        }
    }

    [Fact]
    public async Task The_description_says_that_they_may_be_off()
    {
        using var client = app.Client();
        var paths = (await client.GetJsonAsync("/api/openapi/v1.json")).GetProperty("paths");

        var routes = paths.EnumerateObject().Where(p => p.Name.StartsWith("/api/inspection", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(routes);
        Assert.All(routes.SelectMany(r => r.Value.EnumerateObject()), o => Assert.Contains(
            "feature_disabled", o.Value.GetProperty("responses").GetProperty("404").GetRawText(), StringComparison.Ordinal));
    }

    /// <summary>Every operation that is described as one that may be off.</summary>
    private static async Task<List<(HttpMethod Method, string Path)>> RoutesAsync(HttpClient client)
    {
        var paths = (await client.GetJsonAsync("/api/openapi/v1.json")).GetProperty("paths");
        var routes = paths.EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Where(o =>
            o.Value.GetProperty("responses").TryGetProperty("404", out var none) && none.GetRawText().Contains("feature_disabled", StringComparison.Ordinal))
            .Select(o => (new HttpMethod(o.Name.ToUpperInvariant()), p.Name))).ToList();
        foreach (var area in new[] { "/api/inspections", "/api/inspection-templates", "/api/defects" })
        {
            Assert.Contains((HttpMethod.Get, area), routes);
        }

        return routes;
    }
}
