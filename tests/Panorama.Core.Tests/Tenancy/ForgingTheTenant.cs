using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Tenancy;

/// <summary>What injected SQL could try with the Api's login.</summary>
public sealed class ForgingTheTenant(TestDatabase database)
{
    private const string Count = "select (select count(*) from assets) + (select count(*) from inspections) + (select count(*) from photos)";

    [Fact]
    public async Task A_value_that_the_database_did_not_mint_shows_nothing()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await AddRowsAsync(a);
        await AddRowsAsync(b);
        string good;
        await using (var request = await database.RequestAsync(a.Owner))
        {
            good = (await request.OneAsync<string>("select current_setting('panorama.current_tenant')"))!;
            Assert.Equal(3, await request.OneAsync<long>(Count));

            // the good mac of A with the id of B, within the very transaction
            Assert.Equal(0, await CountWithAsync(request, b.Id + good[36..]));
            await request.RunAsync("commit");
            // replayed by the same backend, one transaction later
            await request.RunAsync("begin");
            Assert.Equal(0, await CountWithAsync(request, good));
            await request.RunAsync("rollback");
            await request.RunAsync("select set_config('panorama.current_tenant', $1, false)", good);
            Assert.Equal(0, await request.OneAsync<long>(Count));
            await request.RunAsync("reset panorama.current_tenant");
        }

        await using var connection = await database.AsAsync(DatabaseRoles.App);
        await connection.RunAsync("begin");
        Assert.Equal(0, await CountWithAsync(connection, a.Id.ToString()));
        Assert.Equal(0, await CountWithAsync(connection, $"{a.Id}:{new string('0', 64)}"));
        Assert.Equal(0, await CountWithAsync(connection, new string('f', good.Length)));
        Assert.Equal(0, await CountWithAsync(connection, good));
        Assert.Equal(0, await CountWithAsync(connection, $"{a.Id}:' or true --"));
    }

    [Fact]
    public async Task The_value_of_a_tenant_is_no_value_of_a_person()
    {
        var tenant = await database.TenantAsync();
        await using var request = await database.RequestAsync(tenant.Owner);
        Assert.Equal(tenant.Owner.UserId, await request.OneAsync<Guid>("select panorama_current_actor()"));

        await request.RunAsync("select set_config('panorama.current_actor', current_setting('panorama.current_tenant'), true)");

        Assert.Null((await request.RowsAsync("select panorama_current_actor()"))[0][0]);
    }

    [Fact]
    public async Task Nothing_widens_the_login()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        await using var connection = await database.RequestAsync(a.Owner);
        string[] statements =
        [
            "select * from auth_password_lookup('someone@example.org')",
            "select * from session_create(gen_random_uuid(), gen_random_uuid(), '\\x00', 'password', 1::smallint, '1 h', '1 h', null, null)",
            "select * from session_list('\\x00')",
            "select setup_finish('\\x00', gen_random_uuid(), 'x', 'x', gen_random_uuid(), 'x', 'x', 'x', 'en', 'UTC')",
            "select setup_link_use('\\x00', 'x')",
            "select auth_refused('password', null, null, null)",
            $"select tenant_open('{b.Id}')",
            $"select panorama_context_set('{b.Id}', null)",
            $"select panorama_context_mac(1, '{b.Id}', '{b.Id}')",
            "select session_row('\\x00')",
            "select audit_person(gen_random_uuid(), 'x', 'x', null, '{}')",
            "select audit_seal()",
            "select audit_verify('00000000-0000-0000-0000-000000000000')",
            "select audit_prune('2020-01-01')",
            "select audit_erase(null, 'x', 'x')",
            "select partitions_maintain()",
            "select * from auth_identities",
            "select * from setup_links",
            "select * from sessions",
            "select token_hash from sessions",
            "select * from personal_access_tokens",
            "select * from context_keys",
            "select * from system_settings",
            "select * from audit_queue",
            "select * from audit_chains",
            "select * from audit_seals",
            "select * from audit_checkpoints",
            "select * from audit_personal",
            "select * from schema_history",
            "select * from job_runs",
            "select * from auth_refusals",
            "select * from quartz.qrtz_job_details",
            "select file from imports",
            "select last_login_at from users",
            "set role panorama_super_admin",
            "set role panorama_definer",
            "set role panorama_migrator",
            "set session authorization panorama_migrator",
            "create table mine (id int)",
            "create temp table mine (id int)",
            "create function mine() returns int language sql as 'select 1'",
            "create schema mine",
            "alter table assets disable row level security",
            "alter table assets no force row level security",
            "drop policy assets_app on assets",
            "create policy mine on assets using (true)",
            "truncate assets",
            "delete from assets",
            "update users set email = 'me@example.org'",
            "update users set status = 'ACTIVE'",
            "update tenants set slug = 'mine'",
            "update tenants set deleted_at = null",
            "update tenants set system_actor_user_id = system_actor_user_id",
            "update tenant_memberships set tenant_id = tenant_id",
            "update tenant_memberships set user_id = user_id",
            "delete from tenant_memberships",
            $"insert into audit_events (id, action, resource_type, tenant_id) values (gen_random_uuid(), 'x', 'x', '{b.Id}')",
            "insert into audit_events (id, action, resource_type, actor_user_id) values (gen_random_uuid(), 'x', 'x', null)",
            "insert into audit_events (id, action, resource_type, occurred_at) values (gen_random_uuid(), 'x', 'x', now())",
            "update audit_events set action = 'x'",
            "delete from audit_events",
            "truncate audit_events",
            "select * from audit_events_default",
            $"insert into notification_events (id, created_at, tenant_id, event_type, occurred_at, available_at) values (gen_random_uuid(), now(), '{b.Id}', 'x', now(), now())",
            "insert into notification_events (id, created_at, tenant_id, event_type, occurred_at, available_at) values (gen_random_uuid(), now(), null, 'x', now(), now())",
            "select * from notification_events",
            "select * from notification_deliveries",
            "alter role panorama_app bypassrls",
            "grant panorama_super_admin to panorama_app",
            "copy assets to program 'true'",
            "select pg_read_file('/etc/hostname')",
        ];

        foreach (var statement in statements)
        {
            Assert.Equal((statement, "42501"), (statement, await connection.RefusalAsync(statement)));
        }

        // Off means "refuse rather than filter": it shows nothing more.
        await connection.RunAsync("set local row_security = off");
        Assert.Equal("42501", await connection.RefusalAsync("select * from assets"));
    }

    [Fact]
    public async Task The_sign_in_login_has_functions_and_no_table()
    {
        await using var connection = await database.AsAsync(DatabaseRoles.Auth);
        var tables = await connection.ListAsync<string>("""
            select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('public', 'quartz') and c.relkind in ('r', 'p')
            """);

        foreach (var table in tables)
        {
            Assert.Equal((table, "42501"), (table, await connection.RefusalAsync($"select 1 from {table}")));
        }

        Assert.Equal("42501", await connection.RefusalAsync("select * from session_open('\\x00')"));
        Assert.Equal("42501", await connection.RefusalAsync("select tenant_open(gen_random_uuid())"));
        Assert.Equal("42501", await connection.RefusalAsync("create temp table mine (id int)"));
    }

    [Fact]
    public async Task The_key_of_the_context_is_read_by_nobody()
    {
        foreach (var role in (string[])[DatabaseRoles.App, DatabaseRoles.Auth, DatabaseRoles.SuperAdmin])
        {
            await using var connection = await database.AsAsync(role);
            Assert.Equal((role, "42501"), (role, await connection.RefusalAsync("select * from context_keys")));
        }

        await using var migrator = await database.AsAsync(DatabaseRoles.Migrator);
        Assert.Empty(await migrator.RowsAsync("select * from context_keys"));
        await using var backup = await database.AsAsync(DatabaseRoles.Backup);
        Assert.Empty(await backup.RowsAsync("select * from context_keys"));
        Assert.Empty(await backup.RowsAsync("select * from sessions"));
    }

    private static async Task<long> CountWithAsync(NpgsqlConnection connection, string value)
    {
        await connection.RunAsync("select set_config('panorama.current_tenant', $1, true)", value);
        return await connection.OneAsync<long>(Count);
    }

    /// <summary>One of each that is counted.</summary>
    private static async Task AddRowsAsync(TestTenant tenant)
    {
        var (asset, photo) = (await tenant.AssetAsync(), TestTenant.NewId());
        var (run, _) = await tenant.AddInspectionAsync(asset, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        var key = $"tenants/{tenant.Id}/inspections/{run}/photos/{photo}";
        await tenant.AddPhotoAsync(new TestPhoto(photo, asset, $"{key}.jpg", $"{key}_t.jpg", TimeProvider.System.GetUtcNow()) { InspectionId = run }, TestContext.Current.CancellationToken);
    }
}
