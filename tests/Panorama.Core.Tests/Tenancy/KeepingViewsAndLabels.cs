using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Tenancy;

public sealed class KeepingViewsAndLabels(TestDatabase database)
{
    private const string AddView = "insert into saved_views (id, tenant_id, list, name, is_shared, owner_user_id) values ($1, $2, 'assets', $3, $4, $5)";
    private const string AddLabel = "insert into asset_labels (id, tenant_id, asset_id, code) values ($1, $2, $3, $4)";

    [Fact]
    public async Task A_view_is_its_owners_alone_until_it_is_shared()
    {
        var tenant = await database.TenantAsync();
        var (own, shared) = (TestTenant.NewId(), TestTenant.NewId());
        await using (var owner = await database.RequestAsync(tenant.Owner))
        {
            await owner.RunAsync(AddView, own, tenant.Id, "Mine", false, tenant.Owner.UserId);
            await owner.RunAsync(AddView, shared, tenant.Id, "Everybody's", true, tenant.Owner.UserId);
            Assert.Equal("23505", await owner.RefusalAsync(AddView, TestTenant.NewId(), tenant.Id, "MINE", false, tenant.Owner.UserId));
            await owner.RunAsync("commit");
        }

        await using var driver = await database.RequestAsync(tenant.Driver);
        Assert.Equal([shared], await driver.ListAsync<Guid>("select id from saved_views"));
        Assert.Equal(0, await driver.RunAsync("delete from saved_views where id = $1", own));
        Assert.Equal("42501", await driver.RefusalAsync(AddView, TestTenant.NewId(), tenant.Id, "For the owner", false, tenant.Owner.UserId));
    }

    [Fact]
    public async Task One_label_of_an_asset_works_and_no_code_comes_twice()
    {
        var (a, b) = (await database.TenantAsync(), await database.TenantAsync());
        var (van, truck) = (await a.AssetAsync(), await b.AssetAsync());
        var code = string.Concat(TestTenant.NewId().ToString("N").TakeLast(10)).ToUpperInvariant();
        var label = TestTenant.NewId();
        await using (var connection = await database.RequestAsync(a.Owner))
        {
            await connection.RunAsync(AddLabel, label, a.Id, van, code);
            Assert.Equal("23505", await connection.RefusalAsync(AddLabel, TestTenant.NewId(), a.Id, van, "0123456789"));
            Assert.Equal("23514", await connection.RefusalAsync(AddLabel, TestTenant.NewId(), a.Id, van, "01234ILOU9"));
            Assert.Equal("42501", await connection.RefusalAsync("update asset_labels set code = '0123456789' where id = $1", label));
            await connection.RunAsync("update asset_labels set revoked_at = now() where id = $1", label);
            await connection.RunAsync("commit");
        }

        await using var other = await database.RequestAsync(b.Owner);
        Assert.Equal("23505", await other.RefusalAsync(AddLabel, TestTenant.NewId(), b.Id, truck, code));
        Assert.Equal("23503", await other.RefusalAsync(AddLabel, TestTenant.NewId(), b.Id, van, "0123456789"));
    }

    [Fact]
    public async Task A_bulk_run_is_asked_for_by_the_api_and_worked_off_by_the_worker()
    {
        var tenant = await database.TenantAsync();
        var van = await tenant.AssetAsync();
        var run = TestTenant.NewId();
        await using (var request = await database.RequestAsync(tenant.FleetAdmin))
        {
            await request.RunAsync("insert into bulk_runs (id, tenant_id, kind, state, total, started_by_user_id) values ($1, $2, 'assets.edit', 'QUEUED', 1, $3)",
                run, tenant.Id, tenant.FleetAdmin.UserId);
            await request.RunAsync("insert into bulk_run_items (id, tenant_id, run_id, asset_id, ordinal) values ($1, $2, $3, $4, 0)", TestTenant.NewId(), tenant.Id, run, van);
            Assert.Equal("42501", await request.RefusalAsync("update bulk_run_items set state = 'CHANGED'"));
            Assert.Equal("42501", await request.RefusalAsync("update bulk_runs set changed = 1"));
            Assert.Equal(1, await request.RunAsync("update bulk_runs set cancel_requested_at = now(), version = version + 1"));
            await request.RunAsync("commit");
        }

        await using var worker = await database.AsAsync(DatabaseRoles.SuperAdmin);
        Assert.Equal(1, await worker.RunAsync("update bulk_run_items set state = 'CHANGED', before = '{}', after = '{}' where run_id = $1", run));
        Assert.Equal(1, await worker.RunAsync("delete from bulk_runs where id = $1", run));
        Assert.Empty(await worker.RowsAsync("select 1 from bulk_run_items where run_id = $1", run));
    }
}
