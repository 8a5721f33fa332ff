using Panorama.Core.Identity;
using Panorama.Testing;

namespace Panorama.Cli.Tests;

/// <summary>A server of its own: what <c>prepare</c> does to an empty one.</summary>
public sealed class PreparingALocalSystem
{
    [Fact]
    public async Task An_empty_server_gets_logins_schema_and_the_demo_and_a_second_run_changes_nothing()
    {
        await using var server = new TestDatabase();
        await server.BootstrapAsync(TestContext.Current.CancellationToken);

        var first = await server.RunCliAsync("prepare", "--demo=false");
        var second = await server.RunCliAsync("prepare");
        var rows = await RowsAsync(server);
        var third = await server.RunCliAsync("prepare");

        Assert.Equal((0, "", 0, "", 0, ""), (first.ExitCode, first.Error, second.ExitCode, second.Error, third.ExitCode, third.Error));
        Assert.Matches("Set up the first organisation here within 24 hours \\(one use\\): https://fleet\\.example/setup\\?s=[A-Za-z0-9_-]{43}", first.Output);
        Assert.Contains("Demo northwind: 62 assets.", second.Output, StringComparison.Ordinal);
        Assert.Contains("Demo contoso: 62 assets.", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/setup?s=", second.Output, StringComparison.Ordinal);
        Assert.Equal(rows, await RowsAsync(server));
        await AssertDemoAsync(server);
    }

    private static Task<string?> RowsAsync(TestDatabase server) => server.OneAsync<string>(
        "select concat_ws(' ', (select count(*) from assets), (select count(*) from users), (select count(*) from audit_events), (select count(*) from imports), (select max(updated_at)::text from assets))");

    private static async Task AssertDemoAsync(TestDatabase server)
    {
        foreach (var slug in (string[])["northwind", "contoso"])
        {
            foreach (var name in (string[])["owner", "manager", "staff", "driver"])
            {
                var hash = await server.OneAsync<string>("select secret_hash from auth_identities where subject = $1", $"{name}@{slug}.example");
                Assert.True(PasswordHasher.Verify("panorama-demo-2026", hash!));
            }

            Assert.Equal("driver,fleet_admin,fleet_staff,owner", await server.OneAsync<string>(
                "select string_agg(m.role, ',' order by m.role) from tenant_memberships m join tenants t on t.id = m.tenant_id join users u on u.id = m.user_id where t.slug = $1 and u.email like '%@' || $1 || '.example'", slug));
            Assert.Equal("IN_USE MAINTENANCE READY RETIRED", await server.OneAsync<string>(
                "select string_agg(s, ' ' order by s) from (select distinct status s from assets a join tenants t on t.id = a.tenant_id where t.slug = $1) x", slug));
            Assert.Equal("HARDWARE VEHICLE", await server.OneAsync<string>(
                "select string_agg(s, ' ' order by s) from (select distinct kind s from categories c join tenants t on t.id = c.tenant_id where t.slug = $1) x", slug));
            Assert.Equal(32L, await server.OneAsync<long>(
                "select count(*) from custom_values v join tenants t on t.id = v.tenant_id where t.slug = $1 and length(v.value_key) = 17", slug));
            Assert.Equal(32L, await server.OneAsync<long>("select count(*) from meter_readings r join tenants t on t.id = r.tenant_id where t.slug = $1", slug));
            Assert.InRange(await server.OneAsync<long>("select count(*) from asset_assignments h join tenants t on t.id = h.tenant_id where t.slug = $1", slug), 10, 30);
            Assert.Equal(0L, await server.OneAsync<long>("select count(*) from import_findings f join tenants t on t.id = f.tenant_id where t.slug = $1", slug));
            Assert.Equal(slug == "northwind", await server.OneAsync<bool>(
                "select exists (select 1 from tenant_features f join tenants t on t.id = f.tenant_id where t.slug = $1 and f.feature = 'inspections' and f.enabled)", slug));
        }
    }

    [Fact]
    public async Task The_demo_refuses_a_database_elsewhere()
    {
        const string Elsewhere = "Host=db.example;Username=panorama_migrator;Password=not-a-real-one-7;Database=panorama;SSL Mode=VerifyFull";

        var run = await CommandLine.RunAsync(
            [("ConnectionStrings__panorama_migrator", Elsewhere), ("ConnectionStrings__panorama_privileged", Elsewhere)], "", "demo");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Equal("The database is at 'db.example', not on this machine, and the demo's password is published. If that is what you want: panorama demo --i-know=true", run.Error.Trim());
    }
}
