using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Tenancy;

public sealed class KeepingTenantsApart(TestDatabase database)
{
    [Fact]
    public async Task A_request_sees_the_rows_of_its_tenant_alone()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        var (van, truck) = (await a.AssetAsync("SAME-1"), await b.AssetAsync("SAME-1"));

        await using var ofA = await database.RequestAsync(a.Driver);
        await using var ofB = await database.RequestAsync(b.Owner);

        Assert.Equal([van], await ofA.ListAsync<Guid>("select id from assets"));
        Assert.Equal([truck], await ofB.ListAsync<Guid>("select id from assets"));
        Assert.Equal([a.Id], await ofA.ListAsync<Guid>("select id from tenants"));
        Assert.Equal(5, await ofA.OneAsync<long>("select count(*) from users"));
    }

    [Fact]
    public async Task Without_a_tenant_there_are_no_rows()
    {
        await (await database.TenantAsync()).AssetAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.App);

        Assert.Empty(await connection.RowsAsync("select 1 from assets union all select 1 from tenants union all select 1 from users union all select 1 from audit_events"));
    }

    [Fact]
    public async Task The_worker_sees_every_tenant_until_it_opens_one()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        var (van, truck) = (await a.AssetAsync(), await b.AssetAsync());
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        const string Both = "select id from assets where id in ($1, $2)";

        var before = await connection.ListAsync<Guid>(Both, van, truck);
        var opened = await connection.OneAsync<bool>("select tenant_open($1)", b.Id);
        var after = await connection.ListAsync<Guid>(Both, van, truck);

        Assert.Equivalent(new[] { van, truck }, before, strict: true); // Ids made within one millisecond have no order.
        Assert.True(opened);
        Assert.Equal([truck], after);
        Assert.Equal("42501", await connection.RefusalAsync("insert into suppliers (id, tenant_id, name) values ($1, $2, 'x')", TestTenant.NewId(), a.Id));
    }

    [Fact]
    public async Task A_deleted_tenant_is_not_opened()
    {
        var tenant = await database.TenantAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        await connection.RunAsync("update tenants set deleted_at = now() where id = $1", tenant.Id);

        Assert.False(await connection.OneAsync<bool>("select tenant_open($1)", tenant.Id));
        await using var request = await database.AsAsync(DatabaseRoles.App);
        Assert.Equal([null], (await request.RowsAsync("select tenant_id from session_open($1)", tenant.Owner.SessionHash)).Select(r => r[0]));
    }

    /// <summary>Tables come from the catalogue, so a new one is covered the day it is made.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("other")]
    [InlineData("malformed")]
    [InlineData("empty")]
    public async Task No_statement_on_any_table_reaches_another_tenant(string context)
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await b.AssetAsync();
        await using var catalogue = await database.AsAsync(DatabaseRoles.Migrator);
        var tables = await catalogue.ListAsync<string>("""
            select c.relname::text from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1
            """);
        Assert.True(tables.Count > 20);

        await using var connection = context == "other" ? await database.RequestAsync(a.Owner) : await database.AsAsync(DatabaseRoles.App);
        if (context != "other")
        {
            await connection.RunAsync("begin");
            await connection.RunAsync("select set_config('panorama.current_tenant', $1, true)", context switch { "malformed" => $"{b.Id}:nonsense", _ => "" });
        }

        foreach (var table in tables)
        {
            // 42501: no grant, or the policy refuses; a null count: the statement ran and found nothing.
            await AssertNothing(table, $"select * from {table} where tenant_id = $1", b.Id);
            await AssertNothing(table, $"update {table} set tenant_id = tenant_id where tenant_id = $1", b.Id);
            await AssertNothing(table, $"delete from {table} where tenant_id = $1", b.Id);
            Assert.Equal((table, "42501"), (table, await connection.RefusalAsync($"insert into {table} (tenant_id) values ($1)", b.Id) switch
            {
                // a NOT NULL column comes before the policy; what matters is that nothing was written
                "23502" => "42501",
                var state => state,
            }));
        }

        async Task AssertNothing(string table, string sql, Guid tenant)
        {
            await connection.RunAsync("savepoint probe");
            try
            {
                Assert.Equal((table, 0), (table, sql.StartsWith("select", StringComparison.Ordinal)
                    ? (await connection.RowsAsync(sql, tenant)).Count
                    : await connection.RunAsync(sql, tenant)));
            }
            catch (PostgresException exception)
            {
                Assert.Equal((table, "42501"), (table, exception.SqlState));
            }

            await connection.RunAsync("rollback to savepoint probe");
        }
    }

    /// <summary>The same row, moved into the other tenant or made there: the policy refuses what the catalogue test cannot reach for NOT NULL columns.</summary>
    [Fact]
    public async Task A_row_is_not_written_into_another_tenant()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        var van = await a.AssetAsync();
        await using var connection = await database.RequestAsync(a.Owner);

        Assert.Equal("42501", await connection.RefusalAsync(
            "insert into assets (id, tenant_id, model_id, tag, name, search_text) values ($1, $2, $3, 'X', 'X', 'x')", TestTenant.NewId(), b.Id, b.ModelId));
        Assert.Equal("42501", await connection.RefusalAsync("update assets set tenant_id = $1 where id = $2", b.Id, van));
        Assert.Equal("42501", await connection.RefusalAsync("insert into suppliers (id, tenant_id, name) values ($1, $2, 'X')", TestTenant.NewId(), b.Id));
        Assert.Equal("42501", await connection.RefusalAsync("insert into suppliers (id, tenant_id, name) select $1, tenant_id, 'X' from tenant_memberships where user_id = $2 union all select $1, $3, 'X'",
            TestTenant.NewId(), a.Owner.UserId, b.Id));
    }

    /// <summary>Foreign keys come from the catalogue: a child of A that points at a parent of B is refused although checks bypass row security.</summary>
    [Fact]
    public async Task Every_reference_between_tenant_tables_carries_the_tenant()
    {
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);

        var without = await connection.ListAsync<string>("""
            select k.conrelid::regclass || ' ' || k.conname from pg_constraint k
             where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.conparentid = 0
               and exists (select 1 from pg_attribute t where t.attrelid = k.conrelid and t.attname = 'tenant_id')
               and exists (select 1 from pg_attribute t where t.attrelid = k.confrelid and t.attname = 'tenant_id')
               and not exists (select 1 from unnest(k.conkey, k.confkey) p(c, f)
                                 join pg_attribute c on c.attrelid = k.conrelid and c.attnum = p.c and c.attname = 'tenant_id'
                                 join pg_attribute f on f.attrelid = k.confrelid and f.attnum = p.f and f.attname = 'tenant_id')
            """);

        Assert.Empty(without);
        Assert.True(await connection.OneAsync<long>("select count(*) from pg_constraint where contype = 'f' and array_length(conkey, 1) = 2 and connamespace = 'public'::regnamespace") > 20);
    }

    [Fact]
    public async Task A_child_of_one_tenant_may_not_point_at_a_parent_of_another()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        var van = await a.AssetAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator); // sees and may everything

        Assert.Equal("23503", await connection.RefusalAsync("update assets set model_id = $1 where id = $2", b.ModelId, van));
        Assert.Equal("23503", await connection.RefusalAsync("""
            insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at, checked_out_by_user_id)
            values ($1, $2, $3, 'user', $4, now(), $5)
            """, TestTenant.NewId(), a.Id, van, b.Driver.UserId, a.Owner.UserId));
        Assert.Equal("23503", await connection.RefusalAsync(
            "insert into tenant_features (tenant_id, feature, enabled, changed_at, changed_by_user_id) values ($1, 'x', true, now(), $2)", a.Id, b.Owner.UserId));
    }

    [Fact]
    public async Task A_pooled_connection_forgets_the_tenant()
    {
        var tenants = new[] { await database.TenantAsync(), await database.TenantAsync() };
        foreach (var tenant in tenants)
        {
            await tenant.AssetAsync();
        }

        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString(DatabaseRoles.App)) { MaxPoolSize = 4 }.ConnectionString);
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (i, cancellationToken) =>
        {
            await using var connection = await pool.OpenConnectionAsync(cancellationToken);
            Assert.True(string.IsNullOrEmpty(await connection.OneAsync<string>("select current_setting('panorama.current_tenant', true)")));
            var tenant = tenants[i % 2];
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            Assert.Equal(tenant.Id, await connection.OneAsync<Guid>("select tenant_id from session_open($1)", tenant.Staff.SessionHash));
            Assert.Equal([tenant.Id], await connection.ListAsync<Guid>("select tenant_id from assets"));
            await transaction.CommitAsync(cancellationToken);
        });
    }
}
