using System.Diagnostics;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Core.Lists;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Lists;

public sealed class ChangingManyAssets(OwnDatabase own, ITestOutputHelper output) : IClassFixture<OwnDatabase>
{
    private static readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    private TestDatabase Database => own.Database;

    [Fact]
    public async Task A_worker_that_is_killed_loses_no_row_and_does_none_twice()
    {
        for (var round = 1; round <= 3; round++)
        {
            var tenant = await TenantAsync(20_000);
            var place = await PlaceAsync(tenant);
            var run = await RunAsync(tenant, "assets.edit", $$$"""{"values":{"locationId":"{{{place}}}","appendNotes":"moved"}}""");
            var half = round * 4_000;
            await using (var first = WorkerProcess.Start(Database))
            {
                await Eventually.TrueAsync(async () => await NumberAsync("select done from bulk_runs where id = $1", run) >= half, () => first.Output, _stop);
                await first.KillAsync(_stop);
            }

            var done = await NumberAsync("select done from bulk_runs where id = $1", run);
            Assert.InRange(done, half, 19_999);
            await using (var second = WorkerProcess.Start(Database))
            {
                await EndAsync(run, second);
            }

            Assert.Equal("DONE 20000 20000 0 0", await TextAsync("select state || ' ' || done || ' ' || changed || ' ' || skipped || ' ' || failed from bulk_runs where id = $1", run));
            Assert.Equal(20_000, await NumberAsync("select count(*) from assets where tenant_id = $1 and location_id = $2 and notes = 'moved' and version = 2", tenant.Id, place));
            Assert.Equal(20_000, await NumberAsync("select count(distinct resource_id) from audit_events where tenant_id = $1 and action = 'panorama.asset.updated' and actor_user_id = $2", tenant.Id, tenant.Owner.UserId));
            Assert.Equal(20_000, await NumberAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.asset.updated'", tenant.Id));
            Assert.Equal(2, await NumberAsync("select count(*) from audit_events where tenant_id = $1 and action like 'panorama.bulk.%' and resource_id = $2::text", tenant.Id, run));
        }
    }

    [Fact]
    public async Task Ten_thousand_assets_are_changed_and_put_back_within_a_minute()
    {
        var tenant = await TenantAsync(10_000);
        var place = await PlaceAsync(tenant);
        await using var worker = WorkerProcess.Start(Database);
        await worker.WaitUntilHealthyAsync(_stop);
        var watch = Stopwatch.StartNew();
        var run = await RunAsync(tenant, "assets.edit", $$$"""{"values":{"locationId":"{{{place}}}","bookable":true}}""");
        await EndAsync(run, worker);
        output.WriteLine($"10,000 assets changed in {watch.Elapsed.TotalSeconds:0.0} s from request to end");
        watch.Restart();
        var undo = await UndoAsync(tenant, run);
        await EndAsync(undo, worker);
        output.WriteLine($"put back in {watch.Elapsed.TotalSeconds:0.0} s");

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(10_000, await NumberAsync("select count(*) from assets where tenant_id = $1 and location_id is null and not bookable and version = 3", tenant.Id));
        Assert.Equal(10_000, await NumberAsync("select count(*) from bulk_run_items where run_id = $1 and state = 'UNDONE'", run));
        Assert.Equal(10_000, await NumberAsync("select count(*) from bulk_run_items where run_id = $1 and state = 'CHANGED'", undo));
    }

    [Fact]
    public async Task What_somebody_changed_meanwhile_stays_and_is_named()
    {
        var tenant = await TenantAsync(3);
        var run = await RunAsync(tenant, "assets.edit", """{"values":{"bookable":true}}""");
        await ExecuteAsync("update assets set notes = 'by hand', version = version + 1 where tenant_id = $1 and tag = 'B-000002'", tenant.Id);

        await WorkOffAsync();
        await ExecuteAsync("update assets set notes = 'by hand', version = version + 1 where tenant_id = $1 and tag = 'B-000003'", tenant.Id);
        var undo = await UndoAsync(tenant, run);
        await WorkOffAsync();

        Assert.Equal("CHANGED,SKIPPED version_mismatch,CHANGED", await ItemsAsync(run));
        Assert.Equal("CHANGED,SKIPPED version_mismatch", await ItemsAsync(undo));
        Assert.Equal("false,false by hand,true by hand", await TextAsync(
            "select string_agg(concat_ws(' ', bookable::text, notes), ',' order by tag) from assets where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task An_edit_that_waits_for_the_batch_is_not_overwritten_and_the_batch_not_by_it()
    {
        var tenant = await TenantAsync(1);
        var run = await RunAsync(tenant, "assets.edit", """{"values":{"appendNotes":"from the run"}}""");
        await using var editor = await Database.OpenAsync(DatabaseRoles.Migrator, _stop);
        await using var edit = await editor.BeginTransactionAsync(_stop);
        await using (var command = new NpgsqlCommand("update assets set notes = 'by hand', version = version + 1 where tenant_id = $1", editor))
        {
            command.Parameters.Add(new() { Value = tenant.Id });
            await command.ExecuteNonQueryAsync(_stop);
        }

        var work = WorkOffAsync();
        await using var watcher = await Database.OpenSuperuserAsync(_stop);
        await using var waiting = new NpgsqlCommand("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%for no key update%'", watcher);
        await Eventually.TrueAsync(async () => (long)(await waiting.ExecuteScalarAsync(_stop))! > 0, () => work.Status.ToString(), _stop);
        await edit.CommitAsync(_stop);
        await work;

        Assert.Equal("SKIPPED version_mismatch", await ItemsAsync(run));
        Assert.Equal("by hand", await TextAsync("select notes from assets where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task Each_action_follows_the_rules_by_which_one_asset_changes()
    {
        var tenant = await TenantAsync(6);
        var held = await IdAsync(tenant, 2);
        await ExecuteAsync("update assets set status = 'IN_USE' where id = $1", held);
        await ExecuteAsync(
            "insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at) values ($1, $2, $3, 'user', $4, now())",
            TestTenant.NewId(), tenant.Id, held, tenant.Driver.UserId);
        await ExecuteAsync("update assets set archived_at = now(), tag = 'b-000001' where tenant_id = $1 and tag = 'B-000003'", tenant.Id);
        await ExecuteAsync("update assets set status = 'RETIRED' where tenant_id = $1 and tag = 'B-000004'", tenant.Id);
        await ExecuteAsync("update assets set status = 'MAINTENANCE' where tenant_id = $1 and tag = 'B-000005'", tenant.Id);
        await ExecuteAsync("update assets set archived_at = now() where tenant_id = $1 and tag = 'B-000006'", tenant.Id);
        var (broken, fine) = (TestTenant.NewId(), TestTenant.NewId());
        await ExecuteAsync("insert into status_labels (id, tenant_id, name, type, maps_to) values ($1, $2, 'Broken', 'undeployable', 'MAINTENANCE')", broken, tenant.Id);
        await ExecuteAsync("insert into status_labels (id, tenant_id, name, type, maps_to) values ($1, $2, 'Fine', 'deployable', 'READY')", fine, tenant.Id);

        foreach (var (kind, request, expected) in new[]
        {
            ("assets.status", $$$"""{"values":{"statusLabelId":"{{{broken}}}"}}""", "CHANGED,SKIPPED asset_in_custody,SKIPPED asset_archived,CHANGED,CHANGED,SKIPPED asset_archived"),
            ("assets.status", $$$"""{"values":{"statusLabelId":"{{{fine}}}"}}""",
                "SKIPPED use_return_to_service,SKIPPED asset_in_custody,SKIPPED asset_archived,SKIPPED use_return_to_service,SKIPPED use_return_to_service,SKIPPED asset_archived"),
            ("assets.retire", "{}", "CHANGED,SKIPPED asset_in_custody,SKIPPED asset_archived,CHANGED,CHANGED,SKIPPED asset_archived"),
            ("assets.restore", "{}", "SKIPPED nothing_to_change,SKIPPED nothing_to_change,SKIPPED asset_tag_taken,SKIPPED nothing_to_change,SKIPPED nothing_to_change,CHANGED"),
            ("assets.archive", "{}", "CHANGED,SKIPPED asset_in_custody,SKIPPED nothing_to_change,CHANGED,CHANGED,CHANGED"),
            ("assets.edit", $$$"""{"values":{"supplierId":"{{{TestTenant.NewId()}}}"}}""",
                string.Join(',', Enumerable.Repeat("SKIPPED value_gone", 6))),
        })
        {
            var run = await RunAsync(tenant, kind, request);
            await WorkOffAsync();
            Assert.Equal((kind, expected), (kind, await ItemsAsync(run)));
        }

        Assert.Equal(
            "panorama.asset.archived 4, panorama.asset.restored 1, panorama.asset.retired 3, panorama.asset.status_changed 3",
            await TextAsync("select string_agg(action || ' ' || n, ', ' order by action) from (select action, count(*) n from audit_events where tenant_id = $1 and action like 'panorama.asset.%' group by 1) x", tenant.Id));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_stops_and_one_whose_starter_lost_the_role_fails()
    {
        var (one, two) = (await TenantAsync(500), await TenantAsync(1));
        var cancelled = await RunAsync(one, "assets.edit", """{"values":{"bookable":true}}""");
        var lost = await RunAsync(two, "assets.archive", "{}");
        await ExecuteAsync("update tenant_memberships set status = 'suspended' where tenant_id = $1 and user_id = $2", two.Id, two.FleetAdmin.UserId);
        await ExecuteAsync("update bulk_runs set started_by_user_id = $1 where id = $2", two.FleetAdmin.UserId, lost);
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));
        var work = new BulkWork(source, TimeProvider.System);
        while (await work.StepAsync(lost, _stop) is { } step && step.RunId != cancelled)
        {
            // other tests' runs, and the one that fails, may come first
        }

        await ExecuteAsync("update bulk_runs set cancel_requested_at = now() where id = $1", cancelled);
        await WorkOffAsync();

        Assert.Equal("CANCELLED 200 500", await TextAsync("select state || ' ' || done || ' ' || total from bulk_runs where id = $1", cancelled));
        Assert.Equal(300, await NumberAsync("select count(*) from bulk_run_items where run_id = $1 and state = 'PENDING'", cancelled));
        Assert.Equal("FAILED 0 1", await TextAsync("select state || ' ' || done || ' ' || total from bulk_runs where id = $1", lost));
        Assert.Equal(1, await NumberAsync("select count(*) from assets where tenant_id = $1 and archived_at is null", two.Id));
    }

    private async Task<TestTenant> TenantAsync(int assets)
    {
        var tenant = await TestTenant.CreateAsync(Database, token => token, _stop);
        await ExecuteAsync(
            """
            insert into assets (id, tenant_id, model_id, tag, name, search_text)
            select gen_random_uuid(), $1, $2, 'B-' || lpad(i::text, 6, '0'), 'Bulk ' || i, 'b-' || i from generate_series(1, $3) i
            """,
            tenant.Id, tenant.ModelId, assets);
        return tenant;
    }

    private async Task<Guid> PlaceAsync(TestTenant tenant)
    {
        var id = TestTenant.NewId();
        await ExecuteAsync("insert into locations (id, tenant_id, name) values ($1, $2, 'Depot')", id, tenant.Id);
        return id;
    }

    private async Task<Guid> IdAsync(TestTenant tenant, int number) => Guid.Parse(await TextAsync(
        "select id::text from assets where tenant_id = $1 and tag = 'B-' || lpad($2::text, 6, '0')", tenant.Id, number));

    /// <summary>As the Api leaves it: the run, its items with the versions that were seen, and the call.</summary>
    private async Task<Guid> RunAsync(TestTenant tenant, string kind, string request)
    {
        var id = TestTenant.NewId();
        await ExecuteAsync(
            $"""
            with run as (insert into bulk_runs (id, tenant_id, kind, request, state, total, started_by_user_id)
              select $1, $2, $3, $4::jsonb, 'QUEUED', count(*), $5 from assets where tenant_id = $2 returning 1)
            insert into bulk_run_items (id, tenant_id, run_id, asset_id, ordinal, before)
            select gen_random_uuid(), $2, $1, id, row_number() over (order by name) - 1, jsonb_build_object('version', version) from assets, run where tenant_id = $2
            """,
            id, tenant.Id, kind, request, tenant.Owner.UserId);
        await ExecuteAsync($"select pg_notify('{WorkChannel.Name}', '{WorkChannel.BulkRuns}')");
        return id;
    }

    private async Task<Guid> UndoAsync(TestTenant tenant, Guid run)
    {
        var id = TestTenant.NewId();
        await ExecuteAsync(
            """
            with run as (insert into bulk_runs (id, tenant_id, kind, state, total, undo_of, started_by_user_id)
              select $1, $2, 'assets.undo', 'QUEUED', count(*), $3, $4 from bulk_run_items where run_id = $3 and state = 'CHANGED' returning 1)
            insert into bulk_run_items (id, tenant_id, run_id, asset_id, ordinal, before)
            select gen_random_uuid(), $2, $1, i.asset_id, row_number() over (order by ordinal) - 1, jsonb_build_object('version', i.after->'version', 'restore', i.before - 'version')
              from bulk_run_items i, run where i.run_id = $3 and i.state = 'CHANGED'
            """,
            id, tenant.Id, run, tenant.Owner.UserId);
        await ExecuteAsync($"select pg_notify('{WorkChannel.Name}', '{WorkChannel.BulkRuns}')");
        return id;
    }

    private async Task WorkOffAsync()
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));
        var work = new BulkWork(source, TimeProvider.System);
        while (await work.StepAsync(null, _stop) is not null)
        {
            // until none waits
        }
    }

    private Task EndAsync(Guid run, WorkerProcess worker) =>
        Eventually.TrueAsync(async () => await TextAsync("select state from bulk_runs where id = $1", run) is "DONE" or "FAILED", () => worker.Output, _stop);

    private Task<string> ItemsAsync(Guid run) => TextAsync(
        "select string_agg(concat_ws(' ', case state when 'UNDONE' then 'CHANGED' else state end, code), ',' order by ordinal) from bulk_run_items where run_id = $1", run);

    private async Task<string> TextAsync(string sql, params object[] values) => (string)(await ScalarAsync(sql, values))!;

    private async Task<long> NumberAsync(string sql, params object[] values) => Convert.ToInt64(await ScalarAsync(sql, values), System.Globalization.CultureInfo.InvariantCulture);

    private async Task ExecuteAsync(string sql, params object[] values) => await ScalarAsync(sql, values);

    private async Task<object?> ScalarAsync(string sql, object[] values)
    {
        await using var connection = await Database.OpenAsync(DatabaseRoles.Migrator, _stop);
#pragma warning disable CA2100 // the test's own words
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync(_stop);
    }
}
