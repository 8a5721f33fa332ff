using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

[assembly: AssemblyFixture(typeof(TestDatabase))]

namespace Panorama.Architecture.Tests;

/// <summary>Asked of a real, migrated database, in words of its own: the doctor's queries are written from the migrations, these from the rule.</summary>
public sealed class TablesCarryPoliciesAndGrants(TestDatabase database)
{
    [Fact]
    public async Task Every_table_has_its_policies_and_grants()
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);

        Findings.None(await FindAsync(connection));
    }

    [Fact]
    public async Task Every_entity_has_its_table()
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        var tables = await ReadAsync(connection, "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')");
        await using var context = Model();

        var mapped = context.Model.GetEntityTypes().Select(e => e.GetTableName()!).ToList();

        Assert.NotEmpty(mapped);
        Findings.None(mapped.Except(tables, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_model_has_no_change_without_a_migration()
    {
        await using var context = Model();

        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Theory]
    [InlineData("alter table assets no force row level security", "row security is not forced: assets")]
    [InlineData("drop policy assets_app on assets", "right without policy: panorama_app on assets")]
    [InlineData("revoke all on locations from panorama_super_admin", "policy without right: panorama_super_admin on locations")]
    [InlineData("create policy open on assets to public using (true)", "policy for everybody: assets open")]
    [InlineData("alter policy assets_app on assets using (true) with check (true)", "policy of panorama_app without the signed tenant: assets assets_app")]
    [InlineData("grant select (secret_hash) on auth_identities to panorama_auth", "panorama_auth has a right on auth_identities")]
    [InlineData("drop policy assets_backup on assets", "not in a dump: assets")]
    [InlineData("drop policy assets_migrator on assets", "migrations cannot change: assets")]
    [InlineData("create table forgotten (id uuid)", "row security is not forced: forgotten")]
    public async Task A_table_that_breaks_the_rule_is_found(string damage, string finding)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken); // rolled back
        await using (var command = new NpgsqlCommand(damage, connection, transaction))
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains(finding, await FindAsync(connection));
    }

    private PanoramaDbContext Model() =>
        new(new DbContextOptionsBuilder<PanoramaDbContext>().UseNpgsql(database.ConnectionString(DatabaseRoles.Migrator)).UsePanoramaConventions().Options);

    private static Task<List<string>> FindAsync(NpgsqlConnection connection) =>
        ReadAsync(connection, Repository.Read("tests/Panorama.Architecture.Tests/TableFindings.sql"));

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
