using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

[Collection(DamagedDatabaseTests.Name)]
public sealed class ExaminingADatabase(DamagedDatabase damaged)
{
    [Fact]
    public async Task A_healthy_database_has_no_finding()
    {
        Assert.Empty(await ExamineAsync());
    }

    /// <summary>Each hole is made, found by its name, mended, and gone.</summary>
    [Theory]
    [InlineData("row_security_off", "alter table assets no force row level security", "alter table assets force row level security")]
    [InlineData("row_security_off", "alter table quartz.qrtz_locks disable row level security", "alter table quartz.qrtz_locks enable row level security")]
    [InlineData("policy_mismatch", "drop policy assets_app on assets",
        "create policy assets_app on assets to panorama_app using (tenant_id = (select panorama_current_tenant())) with check (tenant_id = (select panorama_current_tenant()))")]
    [InlineData("policy_mismatch", "create policy extra on assets to panorama_app using (true)", "drop policy extra on assets")]
    [InlineData("policy_mismatch", "create policy extra on assets using (true)", "drop policy extra on assets")]
    [InlineData("role_granted", "grant panorama_super_admin to panorama_app", "revoke panorama_super_admin from panorama_app")]
    [InlineData("role_granted", "grant pg_read_all_data to panorama_app", "revoke pg_read_all_data from panorama_app")]
    [InlineData("bypass_rls", "alter role panorama_super_admin bypassrls", "alter role panorama_super_admin nobypassrls")]
    [InlineData("public_execute", "grant execute on function tenant_open(uuid, uuid) to public", "revoke execute on function tenant_open(uuid, uuid) from public")]
    [InlineData("public_execute", "create function open_to_all() returns int language sql as 'select 1'; grant execute on function open_to_all() to public", "drop function open_to_all()")]
    [InlineData("search_path_open", "alter function session_open(bytea) reset search_path", "alter function session_open(bytea) set search_path = pg_catalog, pg_temp")]
    [InlineData("runtime_login_owns", "alter table locations owner to panorama_app",
        "alter table locations owner to panorama_migrator; grant select, insert, update, delete on locations to panorama_app; revoke truncate, references, trigger on locations from panorama_app")]
    [InlineData("trigger_disabled", "alter table audit_seals disable trigger audit_seals_refuse", "alter table audit_seals enable trigger audit_seals_refuse")]
    [InlineData("trigger_disabled", "drop trigger assets_touch on assets", "create trigger assets_touch before update on assets for each row execute function touch_updated_at()")]
    [InlineData("migration_pending", "create table kept as select * from schema_history; delete from schema_history", "insert into schema_history select * from kept; drop table kept")]
    [InlineData("migration_pending", "update schema_history set checksum = checksum || '\\x00'", "update schema_history set checksum = substring(checksum for 32)")]
    [InlineData("time_zone_not_utc", "alter role panorama_app set timezone = 'America/Sao_Paulo'", "alter role panorama_app set timezone = 'UTC'")]
    [InlineData("grant_mismatch", "grant select on auth_identities to panorama_app", "revoke select on auth_identities from panorama_app")]
    [InlineData("grant_mismatch", "grant update (email) on users to panorama_app", "revoke update (email) on users from panorama_app")]
    [InlineData("grant_mismatch", "grant execute on function auth_password_lookup(text) to panorama_app", "revoke execute on function auth_password_lookup(text) from panorama_app")]
    [InlineData("grant_mismatch", "revoke execute on function audit_netstring(text) from panorama_definer", "grant execute on function audit_netstring(text) to panorama_definer")]
    [InlineData("grant_mismatch", "revoke select on assets from panorama_app", "grant select on assets to panorama_app")]
    public async Task A_hole_is_found_by_name(string hole, string damage, string repair)
    {
        await damaged.AsSuperuserAsync(damage);
        var findings = await ExamineAsync();
        await damaged.AsSuperuserAsync(repair);

        Assert.Contains(hole, Doctor.Holes);
        Assert.Contains(findings, f => f.Name == hole && !f.IsWarning);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task A_changed_audit_row_is_a_broken_chain()
    {
        var tenant = await damaged.Database.TenantAsync();
        await using (var request = await damaged.Database.RequestAsync(tenant.Owner))
        {
            await request.RunAsync("insert into audit_events (id, action, resource_type) values ($1, 'panorama.test.row', 't')", TestTenant.NewId());
            await request.RunAsync("commit");
        }

        await using (var worker = await damaged.Database.AsAsync(DatabaseRoles.SuperAdmin))
        {
            await worker.RunAsync("select * from audit_seal()");
        }

        await damaged.AsSuperuserAsync("begin; set local session_replication_role = replica; update audit_events set action = 'panorama.test.forged' where action = 'panorama.test.row'; commit");
        var findings = await ExamineAsync();
        await damaged.AsSuperuserAsync("begin; set local session_replication_role = replica; update audit_events set action = 'panorama.test.row' where action = 'panorama.test.forged'; commit");

        Assert.Equal([new DoctorFinding("audit_chain_broken", $"{tenant.Id} 1 digest", IsWarning: false)], findings);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task What_needs_a_look_is_a_warning()
    {
        await damaged.AsSuperuserAsync("insert into notification_events (id, created_at, event_type) values (gen_random_uuid(), '2001-01-01', 'panorama.test')");
        var used = await ExamineAsync();
        await damaged.AsSuperuserAsync("delete from notification_events where event_type = 'panorama.test'");
        await damaged.AsSuperuserAsync("begin; set local session_replication_role = replica; insert into audit_queue (chain_id, event_at, event_id) values (gen_random_uuid(), now() - interval '5 min', gen_random_uuid()); commit");
        var unsealed = await ExamineAsync();
        await damaged.AsSuperuserAsync("delete from audit_queue where event_at < now() - interval '4 min'");

        Assert.Equal([new DoctorFinding("default_partition_used", "notification_events_default", IsWarning: true)], used);
        Assert.Equal(["audit_unsealed"], unsealed.Select(f => f.Name));
    }

    private async Task<IReadOnlyList<DoctorFinding>> ExamineAsync()
    {
        await using var connection = await damaged.Database.AsAsync(DatabaseRoles.Migrator);
        return await Doctor.ExamineAsync(connection, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
