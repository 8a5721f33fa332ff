using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

/// <summary>Custom fields that are asked for when an asset is lent or taken back.</summary>
public sealed class FillingInAtTheDesk(ApiApp app)
{
    [Theory]
    [InlineData("checkout", "display_checkout")]
    [InlineData("checkin", "display_checkin")]
    public async Task What_was_filled_in_is_on_the_asset_and_in_its_history(string move, string flag)
    {
        var (tenant, id) = await AssetAsync(move);
        var fuel = await FieldAsync(tenant, "Fuel", "number", flag);
        using var desk = app.Client(tenant.Staff);

        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/{move}", Body(tenant, move, (fuel, "12.50")), 1);

        var asset = await desk.GetJsonAsync($"/api/assets/{id}");
        Assert.Equal(
            (move == "checkout" ? "IN_USE" : "READY", "12.5"),
            (asset.GetProperty("status").GetString(), asset.GetProperty("customFields")[0].GetProperty("value").GetString()));
        var events = (await desk.GetJsonAsync($"/api/assets/{id}/history")).GetProperty("items").EnumerateArray().ToList();
        var edit = events.Single(e => e.GetProperty("action").GetString() == "panorama.asset.updated").GetProperty("data").GetProperty("changed")[0];
        Assert.Equal(
            ($"customFields.{fuel}", "null", "12.5", "Fuel"),
            (edit.GetProperty("key").GetString(), edit.GetProperty("before").GetRawText(), edit.GetProperty("after").GetString(), edit.GetProperty("label").GetString()));
        Assert.Contains(events, e => e.GetProperty("action").GetString() == (move == "checkout" ? "panorama.asset.checked_out" : "panorama.asset.checked_in"));
    }

    [Theory]
    [InlineData("checkout", "display_checkin")]
    [InlineData("checkout", "display_audit")]
    [InlineData("checkin", "display_checkout")]
    [InlineData("checkin", "display_audit")]
    [InlineData("checkin", "show_in_list")]
    public async Task What_is_asked_for_at_another_time_is_not_written_and_not_missed(string move, string flag)
    {
        var (tenant, id) = await AssetAsync(move);
        var fuel = await FieldAsync(tenant, "Fuel", "number", flag, isRequired: true);
        using var desk = app.Client(tenant.Staff);

        Assert.Equal("not_asked", await ReasonAsync(desk, id, tenant, move, (fuel, "1")));
        Assert.Equal("not_asked", await ReasonAsync(desk, id, tenant, move, (fuel, null)));
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/{move}", Body(tenant, move));
    }

    [Theory]
    [InlineData("checkout", "display_checkout")]
    [InlineData("checkin", "display_checkin")]
    public async Task A_required_field_is_missed_by_name_also_by_who_sends_none(string move, string flag)
    {
        var (tenant, id) = await AssetAsync(move);
        var fuel = await FieldAsync(tenant, "Fuel", "number", flag, isRequired: true);
        using var desk = app.Client(tenant.Staff);

        foreach (var body in new[] { Body(tenant, move), Body(tenant, move, (fuel, null)), Body(tenant, move, (fuel, " ")) })
        {
            var problem = await desk.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/{move}", body);
            Assert.Equal(
                (400, "custom_field_invalid", "Fuel", "required"),
                (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("name").GetString(), problem.Body.GetProperty("args").GetProperty("reason").GetString()));
        }

        Assert.Equal(move == "checkin", (await desk.GetJsonAsync($"/api/assets/{id}")).GetProperty("holder").ValueKind == JsonValueKind.Object);
        await app.RunAsync("update assets set custom_fields = jsonb_build_object($1, '4') where id = $2", fuel.ToString(), id);
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/{move}", Body(tenant, move));
    }

    [Fact]
    public async Task A_wrong_value_leaves_the_asset_where_it_is()
    {
        var (tenant, id) = await AssetAsync("checkout");
        var (fuel, seal) = (await FieldAsync(tenant, "Fuel", "number", "display_checkout"), await FieldAsync(tenant, "Seal", "text", "display_checkout, is_unique"));
        using var desk = app.Client(tenant.Staff);
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{await tenant.AssetAsync()}/checkout", Body(tenant, "checkout", (seal, "S-1")));

        Assert.Equal("wrong_form", await ReasonAsync(desk, id, tenant, "checkout", (fuel, "half")));
        Assert.Equal("taken", await ReasonAsync(desk, id, tenant, "checkout", (fuel, "1"), (seal, "s-1")));
        Assert.Equal("unknown", await ReasonAsync(desk, id, tenant, "checkout", (fuel, "1"), (TestTenant.NewId(), "1")));

        var asset = await desk.GetJsonAsync($"/api/assets/{id}");
        Assert.Equal(("READY", 1, "[]"), (asset.GetProperty("status").GetString(), asset.GetProperty("version").GetInt32(), asset.GetProperty("customFields").GetRawText()));
        Assert.Equal("[]", (await desk.GetJsonAsync($"/api/assets/{id}/history")).GetProperty("items").GetRawText());
    }

    [Fact]
    public async Task Another_tenants_field_is_as_one_that_is_not_there_and_a_protected_one_is_nobodys_to_set()
    {
        var (tenant, id) = await AssetAsync("checkout");
        var theirs = await FieldAsync(await app.CreateTenantAsync(), "Fuel", "number", "display_checkout");
        var secret = await FieldAsync(tenant, "Alarm code", "text", "display_checkout, encrypted", isRequired: true);
        using var desk = app.Client(tenant.Staff);
        using var owner = app.Client(tenant.Owner);

        Assert.Equal("unknown", await ReasonAsync(desk, id, tenant, "checkout", (theirs, "1")));
        Assert.Equal("not_settable", await ReasonAsync(desk, id, tenant, "checkout", (secret, "1234")));
        Assert.Equal("not_settable", await ReasonAsync(owner, id, tenant, "checkout", (secret, "1234")));
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", Body(tenant, "checkout"));
    }

    [Fact]
    public async Task The_models_set_says_which_fields_its_assets_have()
    {
        var (tenant, id) = await AssetAsync("checkout");
        var (inside, outside) = (await FieldAsync(tenant, "Fuel", "number", "display_checkout"), await FieldAsync(tenant, "Battery", "number", "display_checkout", isRequired: true));
        var set = TestTenant.NewId();
        await app.RunAsync("insert into fieldsets (id, tenant_id, name) values ($1, $2, 'Vehicles')", set, tenant.Id);
        await app.RunAsync("insert into fieldset_fields (tenant_id, fieldset_id, field_id, position) values ($1, $2, $3, 1)", tenant.Id, set, inside);
        await app.RunAsync("update asset_models set fieldset_id = $1 where id = $2", set, tenant.ModelId);
        using var desk = app.Client(tenant.Staff);

        Assert.Equal("not_asked", await ReasonAsync(desk, id, tenant, "checkout", (outside, "1")));
        await app.RunAsync("update custom_fields set archived_at = now() where id = $1", inside);
        Assert.Equal("unknown", await ReasonAsync(desk, id, tenant, "checkout", (inside, "1")));
        await app.RunAsync("update custom_fields set archived_at = null where id = $1", inside);
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", Body(tenant, "checkout", (inside, "1")));
    }

    [Fact]
    public async Task Who_saw_an_older_asset_is_told_and_who_says_nothing_is_not_asked()
    {
        var (tenant, id) = await AssetAsync("checkout");
        var fuel = await FieldAsync(tenant, "Fuel", "number", "display_checkout, display_checkin");
        await app.RunAsync("update assets set version = 5 where id = $1", id);
        using var desk = app.Client(tenant.Staff);

        var problem = await desk.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", Body(tenant, "checkout", (fuel, "1")), 4);
        Assert.Equal((412, "version_mismatch", 5), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("version").GetInt32()));
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", Body(tenant, "checkout", (fuel, "1")), 5);
        Assert.Equal("412 version_mismatch", await desk.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", Body(tenant, "checkin", (fuel, "2")), 5));
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", Body(tenant, "checkin", (fuel, "2")));

        Assert.Equal("2", (await desk.GetJsonAsync($"/api/assets/{id}")).GetProperty("customFields")[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Who_may_not_lend_fills_in_nothing()
    {
        var (tenant, id) = await AssetAsync("checkout");
        var fuel = await FieldAsync(tenant, "Fuel", "number", "display_checkout");
        using var driver = app.Client(tenant.Driver);

        Assert.Equal("403 forbidden", await driver.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", Body(tenant, "checkout", (fuel, "1"))));
        Assert.Equal("{}", await app.RunAsync("select custom_fields::text from assets where id = $1", id));
    }

    /// <summary>An asset that can be moved this way.</summary>
    private async Task<(TestTenant Tenant, Guid Id)> AssetAsync(string move)
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync("VAN-1", "White van");
        if (move == "checkin")
        {
            await app.RunAsync("update assets set status = 'IN_USE' where id = $1", id);
            await app.RunAsync(
                "insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at) values ($1, $2, $3, 'user', $4, now())",
                TestTenant.NewId(), tenant.Id, id, tenant.Driver.UserId);
        }

        return (tenant, id);
    }

    /// <param name="flags">Columns that are true.</param>
    private async Task<Guid> FieldAsync(TestTenant tenant, string name, string type, string flags, bool isRequired = false)
    {
        var id = await app.FieldAsync(tenant, name, type, flags: $"{(isRequired ? "true" : "false")}, false, false");
        await app.RunAsync($"update custom_fields set {string.Join(", ", flags.Split(", ").Select(f => f + " = true"))} where id = $1", id);
        return id;
    }

    private static Dictionary<string, object> Body(TestTenant tenant, string move, params (Guid Field, string? Value)[] fields)
    {
        Dictionary<string, object> body = move == "checkout" ? new() { ["targetType"] = "user", ["targetId"] = tenant.Driver.UserId } : [];
        if (fields.Length > 0)
        {
            body["customFields"] = fields.ToDictionary(f => f.Field.ToString(), f => f.Value);
        }

        return body;
    }

    private static async Task<string?> ReasonAsync(HttpClient client, Guid asset, TestTenant tenant, string move, params (Guid Field, string? Value)[] fields)
    {
        var problem = await client.RefusedAsync(HttpMethod.Post, $"/api/assets/{asset}/{move}", Body(tenant, move, fields));
        Assert.Equal((400, "custom_field_invalid"), (problem.Status, problem.Code));
        return problem.Body.GetProperty("args").GetProperty("reason").GetString();
    }
}
