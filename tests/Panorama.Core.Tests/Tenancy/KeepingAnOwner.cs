using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Tenancy;

public sealed class KeepingAnOwner(TestDatabase database)
{
    private const string Demote = "update tenant_memberships set role = 'driver' where id = $1";

    [Theory]
    [InlineData(Demote)]
    [InlineData("update tenant_memberships set status = 'suspended' where id = $1")]
    [InlineData("delete from tenant_memberships where id = $1")]
    public async Task The_last_owner_stays(string sql)
    {
        var tenant = await database.TenantAsync();
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);

        var refused = await connection.RefusedAsync(sql, tenant.Owner.MembershipId);

        Assert.Equal(("45000", "TENANT_MUST_HAVE_AT_LEAST_ONE_OWNER"), (refused?.SqlState, refused?.MessageText));
    }

    [Fact]
    public async Task The_api_is_refused_as_well()
    {
        var tenant = await database.TenantAsync();
        await using var request = await database.RequestAsync(tenant.Owner);

        Assert.Equal("45000", await request.RefusalAsync(Demote, tenant.Owner.MembershipId));
    }

    [Fact]
    public async Task With_a_second_owner_the_first_may_go()
    {
        var tenant = await database.TenantAsync();
        await using var request = await database.RequestAsync(tenant.Owner);

        await request.RunAsync("update tenant_memberships set role = 'owner' where id = $1", tenant.FleetAdmin.MembershipId);
        await request.RunAsync(Demote, tenant.Owner.MembershipId);
        await request.RunAsync("commit");

        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Equal([tenant.FleetAdmin.UserId], await Owners(connection, tenant));
    }

    [Fact]
    public async Task Two_owners_who_demote_each_other_at_once_leave_one()
    {
        for (var round = 0; round < 3; round++)
        {
            var tenant = await database.TenantAsync();
            var second = await tenant.AddPersonAsync("owner", TestContext.Current.CancellationToken);
            await using var one = await database.RequestAsync(tenant.Owner);
            await using var other = await database.RequestAsync(second);

            var states = await Task.WhenAll(DemoteAsync(one, second), DemoteAsync(other, tenant.Owner));

            Assert.Equal(["", "45000"], states.Order(StringComparer.Ordinal));
            await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
            Assert.Single(await Owners(connection, tenant));
        }

        static async Task<string> DemoteAsync(NpgsqlConnection connection, TestPerson person)
        {
            var state = await connection.RefusalAsync(Demote, person.MembershipId);
            await connection.RunAsync("commit");
            return state ?? "";
        }
    }

    [Fact]
    public async Task A_membership_does_not_move_and_the_system_actor_stays_what_it_is()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);

        Assert.Equal("membership_immutable", (await connection.RefusedAsync("update tenant_memberships set tenant_id = $1 where id = $2", b.Id, a.Driver.MembershipId))?.MessageText);
        Assert.Equal("membership_immutable", (await connection.RefusedAsync("update tenant_memberships set user_id = $1 where id = $2", b.Owner.UserId, a.Driver.MembershipId))?.MessageText);
        Assert.Equal("system_membership_immutable", (await connection.RefusedAsync("update tenant_memberships set role = 'owner' where tenant_id = $1 and user_id = $2", a.Id, a.SystemUserId))?.MessageText);
        Assert.Equal("system_membership_immutable", (await connection.RefusedAsync("update tenant_memberships set status = 'removed' where tenant_id = $1 and user_id = $2", a.Id, a.SystemUserId))?.MessageText);
        Assert.Equal("23503", await connection.RefusalAsync("delete from users where id = $1", a.SystemUserId));
    }

    [Fact]
    public async Task A_tenant_without_an_owner_is_repaired_by_an_ordinary_update()
    {
        var tenant = await database.TenantAsync();
        await using (var damage = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await damage.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await damage.RunAsync("set local session_replication_role = replica");
            await damage.RunAsync("update tenant_memberships set role = 'driver' where tenant_id = $1 and role = 'owner'", tenant.Id);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        await using var connection = await database.AsAsync(DatabaseRoles.SuperAdmin);
        await connection.RunAsync("update tenant_memberships set is_vip = true where id = $1", tenant.Staff.MembershipId);
        await connection.RunAsync("update tenant_memberships set role = 'owner' where id = $1", tenant.FleetAdmin.MembershipId);

        Assert.Equal([tenant.FleetAdmin.UserId], await Owners(connection, tenant));
    }

    /// <summary>Children first, over the foreign keys of the catalogue; nothing switches a guard off.</summary>
    [Fact]
    public async Task A_purged_tenant_leaves_its_audit_chain_and_nothing_else()
    {
        var tenant = await database.TenantAsync();
        await tenant.AssetAsync();
        await using (var request = await database.RequestAsync(tenant.Owner))
        {
            await request.RunAsync("insert into audit_events (id, action, resource_type) values (gen_random_uuid(), 'panorama.test.purge', 't')");
            await request.RunAsync("commit");
        }

        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        await connection.RunAsync("select audit_seal()");
        var tables = await connection.ListAsync<string>("""
            select c.oid::regclass::text from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname !~ '^audit_'
            """);
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            var left = new Queue<string>(tables.Where(t => t != "tenant_memberships"));
            for (var attempts = 0; left.TryDequeue(out var table) && attempts < 1000; attempts++)
            {
                if (await connection.RefusalAsync($"delete from {table} where tenant_id = $1", tenant.Id) == PostgresErrorCodes.ForeignKeyViolation)
                {
                    left.Enqueue(table); // its children first
                }
            }

            Assert.Empty(left);
            Assert.Equal("45000", await connection.RefusalAsync("delete from tenant_memberships where tenant_id = $1", tenant.Id));
            // The guard lets the last owner go with the tenant, in the statement that deletes both.
            await connection.RunAsync("with gone as (delete from tenants where id = $1 returning id) delete from tenant_memberships m using gone where m.tenant_id = gone.id", tenant.Id);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        foreach (var table in tables)
        {
            Assert.Equal((table, 0L), (table, await connection.OneAsync<long>($"select count(*) from {table} where tenant_id = $1", tenant.Id)));
        }

        Assert.Equal(0, await connection.OneAsync<long>("select count(*) from tenants where id = $1", tenant.Id));
        Assert.Equal(1, await connection.OneAsync<long>("select count(*) from audit_seals where chain_id = $1", tenant.Id));
        Assert.Empty(await connection.RowsAsync("select * from audit_verify($1)", tenant.Id));
    }

    private static Task<List<Guid>> Owners(NpgsqlConnection connection, TestTenant tenant) =>
        connection.ListAsync<Guid>("select user_id from tenant_memberships where tenant_id = $1 and role = 'owner' and status = 'active'", tenant.Id);
}
