namespace Panorama.Api.Tests.Assets;

public sealed class ChangingStates(ApiApp app)
{
    [Fact]
    public async Task An_asset_is_archived_and_restored_with_its_history()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync("VAN-1");
        using var client = app.Client(tenant.Owner);

        var archived = await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/archive", new { reason = "sold" }, 1);
        Assert.Equal(("panorama.asset.archived", "sold"), await EventAsync(client, id));
        Assert.NotNull(archived.GetProperty("archivedAt").GetString());
        Assert.Equal("400 asset_archived", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/archive", new { }, 2));

        var restored = await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/restore", new { }, 2);
        Assert.Equal((null, 3), (restored.GetProperty("archivedAt").GetString(), restored.GetProperty("version").GetInt32()));
        Assert.Equal("409 asset_not_archived", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/restore", new { }, 3));
    }

    [Fact]
    public async Task An_archived_asset_whose_tag_or_serial_went_to_another_stays_archived()
    {
        var tenant = await app.CreateTenantAsync();
        await app.RunAsync("update tenants set unique_serials = true where id = $1", tenant.Id);
        var (first, second) = (await tenant.AssetAsync("VAN-1"), await tenant.AssetAsync("VAN-2"));
        await app.RunAsync("update assets set archived_at = now(), serial = case when id = $1 then null else 's-9' end where id in ($1, $2)", first, second);
        await app.RunAsync("update assets set serial = 'S-9' where id = $1", await tenant.AssetAsync("van-1"));
        using var client = app.Client(tenant.Owner);

        Assert.Equal("409 asset_tag_taken", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{first}/restore", new { }, 1));
        Assert.Equal("409 asset_serial_taken", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{second}/restore", new { }, 1));
    }

    [Fact]
    public async Task What_somebody_has_is_neither_archived_nor_retired_nor_put_into_another_state()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Owner);
        await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId });

        foreach (var (route, body) in new (string, object)[] { ("archive", new { }), ("retire", new { }), ("status", new { status = "MAINTENANCE" }) })
        {
            Assert.Equal((route, "409 asset_in_custody"), (route, await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/{route}", body, 2)));
        }
    }

    [Fact]
    public async Task Retirement_is_from_ready_or_maintenance_and_can_be_taken_back()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Owner);

        await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/retire", new { reason = "worn out" }, 1);
        Assert.Equal(("panorama.asset.retired", "worn out"), await EventAsync(client, id));
        var problem = await client.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/retire", new { }, 2);
        Assert.Equal((409, "asset_not_available", "RETIRED"), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("status").GetString()));
        Assert.Equal("READY", (await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/status", new { status = "READY" }, 2)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_label_brings_its_state_and_a_state_its_default_label()
    {
        var tenant = await app.CreateTenantAsync();
        var broken = await app.LabelAsync(tenant, "Broken", "undeployable", "MAINTENANCE");
        var pool = await app.LabelAsync(tenant, "Pool", "deployable", "READY", isDefault: true);
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Owner);

        var asset = await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/status", new { statusLabelId = broken }, 1);
        Assert.Equal(("MAINTENANCE", "Broken"), (asset.GetProperty("status").GetString(), asset.GetProperty("statusLabel").GetProperty("name").GetString()));
        var (action, data) = await client.LastEventAsync(id);
        Assert.Equal(
            ("panorama.asset.status_changed", "READY", "MAINTENANCE", "Broken"),
            (action, data.GetProperty("before").GetString(), data.GetProperty("after").GetString(), data.GetProperty("afterLabel").GetString()));
        Assert.Equal("409 use_return_to_service", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/status", new { statusLabelId = pool }, 2));
        Assert.Equal("409 status_label_mismatch", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/status", new { status = "READY", statusLabelId = broken }, 2));

        using var staff = app.Client(tenant.Staff);
        asset = await staff.DoAsync(HttpMethod.Post, $"/api/assets/{id}/return-to-service", new { reason = "New brakes." });
        Assert.Equal(("READY", "Pool", 3), (asset.GetProperty("status").GetString(), asset.GetProperty("statusLabel").GetProperty("name").GetString(), asset.GetProperty("version").GetInt32()));
        Assert.Equal(("panorama.asset.returned_to_service", "New brakes."), await EventAsync(staff, id));
        var problem = await staff.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/return-to-service", new { reason = "again" });
        Assert.Equal((409, "asset_not_in_maintenance", "READY"), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("""{}""", "status", "required")]
    [InlineData("""{"status":"IN_USE"}""", "status", "out_of_range")]
    [InlineData("""{"status":"RETIRED"}""", "status", "out_of_range")]
    [InlineData("""{"status":"BROKEN"}""", "status", "wrong_form")]
    [InlineData("""{"statusLabelId":"0192e4a0-0000-7000-8000-000000000001"}""", "statusLabelId", "not_found")]
    public async Task A_state_that_cannot_be_asked_for(string body, string member, string code)
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Owner);

        var problem = await client.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/status", System.Text.Json.JsonDocument.Parse(body).RootElement, 1);

        Assert.Equal((400, "invalid_body", code), (problem.Status, problem.Code, problem.Body.GetProperty("errorCodes").GetProperty(member)[0].GetString()));
    }

    private static async Task<(string Action, string? Reason)> EventAsync(HttpClient client, Guid asset)
    {
        var (action, data) = await client.LastEventAsync(asset);
        return (action, data.GetProperty("reason").GetString());
    }
}
