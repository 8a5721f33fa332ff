using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Core.Tests.Data;

[Collection(DamagedDatabaseTests.Name)]
public sealed class GuardingALogin(DamagedDatabase damaged)
{
    [Theory]
    [InlineData(DatabaseRoles.Migrator)]
    [InlineData(DatabaseRoles.App)]
    [InlineData(DatabaseRoles.Auth)]
    [InlineData(DatabaseRoles.SuperAdmin)]
    [InlineData(DatabaseRoles.Backup)]
    public async Task A_login_that_is_what_it_must_be_passes(string role)
    {
        await using var connection = await damaged.Database.AsAsync(role);

        var report = await LoginGuard.CheckAsync(connection, role, TestContext.Current.CancellationToken);

        Assert.Equal((role, false, false, MigrationStep.Newest), (report.Role, report.IsSuperuser, report.BypassRls, report.SchemaVersion));
        Assert.Equal(16, report.PolicyDigest.Length);
    }

    [Theory]
    [InlineData(DatabaseRoles.App, "alter role panorama_app bypassrls", "alter role panorama_app nobypassrls", "has BYPASSRLS")]
    [InlineData(DatabaseRoles.App, "alter role panorama_app createdb", "alter role panorama_app nocreatedb", "has CREATEROLE, CREATEDB or REPLICATION")]
    [InlineData(DatabaseRoles.App, "alter role panorama_app superuser", "alter role panorama_app nosuperuser", "has SUPERUSER")]
    [InlineData(DatabaseRoles.App, "grant panorama_super_admin to panorama_app", "revoke panorama_super_admin from panorama_app", "is a member of panorama_super_admin")]
    [InlineData(DatabaseRoles.SuperAdmin, "create schema mine authorization panorama_super_admin", "drop schema mine", "owns 1 objects")]
    [InlineData(DatabaseRoles.App, "grant select on sessions to panorama_app", "revoke select on sessions from panorama_app", "has what it must not have: grant sessions panorama_app SELECT")]
    [InlineData(DatabaseRoles.Auth, "grant execute on function tenant_open(uuid, uuid) to panorama_auth", "revoke execute on function tenant_open(uuid, uuid) from panorama_auth", "has what it must not have: execute tenant_open")]
    [InlineData(DatabaseRoles.Auth, "grant execute on function tenant_open(uuid, uuid) to public", "revoke execute on function tenant_open(uuid, uuid) from public", "has what it must not have: execute tenant_open")]
    [InlineData(DatabaseRoles.App, "revoke insert on assets from panorama_app", "grant insert on assets to panorama_app", "lacks grant assets panorama_app INSERT")]
    [InlineData(DatabaseRoles.App, "create policy extra on assets to panorama_app using (true)", "drop policy extra on assets", "has what it must not have: policy assets extra")]
    [InlineData(DatabaseRoles.App, "revoke execute on function schema_version() from panorama_app", "grant execute on function schema_version() to panorama_app", "may not execute schema_version()")]
    [InlineData(DatabaseRoles.App, "alter role panorama_app set timezone = 'Europe/Lisbon'", "alter role panorama_app set timezone = 'UTC'", "runs in time zone Europe/Lisbon")]
    [InlineData(DatabaseRoles.App, "create table kept as select * from schema_history; delete from schema_history where id < (select max(id) from kept); update schema_history set id = '0000_older'", "delete from schema_history; insert into schema_history select * from kept; drop table kept", "finds schema version 0000_older")]
    [InlineData(DatabaseRoles.App, "create table kept as select * from schema_history; delete from schema_history where id < (select max(id) from kept); update schema_history set id = '9999_newer'; grant select on setup_links to panorama_app", "delete from schema_history; insert into schema_history select * from kept; drop table kept; revoke select on setup_links from panorama_app", "has panorama_app SELECT on setup_links")]
    public async Task A_login_that_is_more_or_less_is_refused(string role, string damage, string repair, string problem)
    {
        await damaged.AsSuperuserAsync(damage);
        LoginGuardException? refused;
        try
        {
            refused = await Record.ExceptionAsync(() => CheckAsync(damaged.Database.ConnectionString(role), role)) as LoginGuardException;
        }
        finally
        {
            await damaged.AsSuperuserAsync(repair);
        }

        Assert.Contains(problem, refused?.Message, StringComparison.Ordinal);
        await CheckAsync(damaged.Database.ConnectionString(role), role);
    }

    [Fact]
    public async Task Another_login_is_refused()
    {
        foreach (var connectionString in (string[])[damaged.Database.Superuser, damaged.Database.ConnectionString(DatabaseRoles.Migrator), damaged.Database.ConnectionString(DatabaseRoles.SuperAdmin)])
        {
            var refused = await Assert.ThrowsAsync<LoginGuardException>(() => CheckAsync(connectionString, DatabaseRoles.App));
            Assert.Contains("signs in as", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_that_a_newer_program_migrated_is_served()
    {
        await damaged.AsSuperuserAsync("create table kept as select * from schema_history; delete from schema_history where id < (select max(id) from kept); update schema_history set id = '9999_newer'; grant select on suppliers to panorama_auth; revoke select on suppliers from panorama_auth");
        try
        {
            await CheckAsync(damaged.Database.ConnectionString(DatabaseRoles.App), DatabaseRoles.App);
        }
        finally
        {
            await damaged.AsSuperuserAsync("delete from schema_history; insert into schema_history select * from kept; drop table kept");
        }
    }

    private static async Task<LoginReport> CheckAsync(string connectionString, string role)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return await LoginGuard.CheckAsync(connection, role, TestContext.Current.CancellationToken);
    }
}
