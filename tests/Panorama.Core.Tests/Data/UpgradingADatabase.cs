using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

/// <summary>A database that is in use when a step arrives. By both installers: one that bypasses row security would hide a step that changes no row.</summary>
public sealed class UpgradingADatabase
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_there_stays_and_gets_the_new_columns(bool bypassRowSecurity)
    {
        await using var database = new TestDatabase { BypassRowSecurity = bypassRowSecurity };
        await database.BootstrapAsync(TestContext.Current.CancellationToken);
        var migrator = database.ConnectionString(DatabaseRoles.Migrator);
        await new MigrationRunner(migrator, [.. MigrationStep.All.Take(1)]).RunAsync(null, TestContext.Current.CancellationToken);
        var tenant = await database.TenantAsync();
        var van = await tenant.AssetAsync("VAN-1");
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        await connection.RunAsync("update assets set serial = 'WDB-É' where id = $1", van);
        var (driver, ana) = (tenant.Driver.UserId, TestTenant.NewId());
        await connection.RunAsync("update users set last_login_at = now() where id = $1", driver);
        await connection.RunAsync("insert into users (id, email, display_name) values ($1, 'ana@upgraded.example', 'Ana')", ana);
        await connection.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $1, 'driver')", ana, tenant.Id);
        await connection.RunAsync("insert into fieldsets (id, tenant_id, name) values ($1, $2, 'Vans')", TestTenant.NewId(), tenant.Id);

        var result = await new MigrationRunner(migrator).RunAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(MigrationStep.All.Skip(1).Select(s => s.Id), result.Applied);
        await using var request = await database.RequestAsync(tenant.Owner);
        Assert.Equal([van, "wdb-é"], Assert.Single(await request.RowsAsync("select id, serial_key from assets")));
        Assert.Equal([5, false], Assert.Single(await request.RowsAsync("select asset_number_digits, unique_serials from tenants")));
        Assert.Equal([null], Assert.Single(await request.RowsAsync("select archived_at from fieldsets")));
        Assert.Equal([false, false, false], Assert.Single(await request.RowsAsync("select display_checkout, display_checkin, display_audit from custom_fields")));
        Assert.Equal(1, await request.RunAsync("update tenants set asset_number_digits = 7, unique_serials = true"));
        Assert.Equal("23514", await request.RefusalAsync("update tenants set asset_number_digits = 13"));
        await request.RunAsync("rollback");
        Assert.Equal([ana], Assert.Single(await connection.RowsAsync("select id from users where local_to_tenant_id = $1", tenant.Id)));
        Assert.DoesNotContain(await Doctor.ExamineAsync(connection, TimeProvider.System, TestContext.Current.CancellationToken), f => !f.IsWarning);
    }
}
