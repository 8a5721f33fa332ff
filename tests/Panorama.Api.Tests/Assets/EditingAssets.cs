using System.Text.Json;

namespace Panorama.Api.Tests.Assets;

public sealed class EditingAssets(ApiApp app)
{
    [Fact]
    public async Task What_is_sent_changes_the_rest_stays_and_the_history_has_before_and_after()
    {
        var tenant = await app.CreateTenantAsync();
        var (depot, yard) = (await app.PlaceAsync(tenant, "Depot"), await app.PlaceAsync(tenant, "Yard"));
        var id = await tenant.AssetAsync("VAN-1", "White van");
        await app.RunAsync("update assets set location_id = $1, serial = 'S-1', notes = 'old' where id = $2", depot, id);
        using var client = app.Client(tenant.Owner);

        var asset = await client.DoAsync(HttpMethod.Patch, $"/api/assets/{id}", new
        {
            name = "Blue van",
            locationId = yard,
            serial = (string?)null,
            purchaseCost = "10",
            currency = "USD",
            customFields = new Dictionary<string, string> { [tenant.VinFieldId.ToString()] = "V1" },
        }, 1);

        Assert.Equal(
            ("Blue van", "Yard", null, "old", "10.0000", 2),
            (asset.GetProperty("name").GetString(), asset.GetProperty("locationName").GetString(), asset.GetProperty("serial").GetString(),
                asset.GetProperty("notes").GetString(), asset.GetProperty("purchaseCost").GetString(), asset.GetProperty("version").GetInt32()));
        var (action, data) = await client.LastEventAsync(id);
        Assert.Equal("panorama.asset.updated", action);
        Assert.Equal(
            $$"""
            [{"key":"name","before":"White van","after":"Blue van","label":null},{"key":"serial","before":"S-1","after":null,"label":null},{"key":"locationId","before":"Depot","after":"Yard","label":null},{"key":"purchaseCost","before":null,"after":10,"label":null},{"key":"currency","before":null,"after":"USD","label":null},{"key":"customFields.{{tenant.VinFieldId}}","before":null,"after":"V1","label":"VIN"}]
            """,
            Ordered(data.GetProperty("changed")));
        Assert.Equal(0, (await client.GetJsonAsync("/api/assets?q=white%20van")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await client.GetJsonAsync("/api/assets?q=blue%20v1")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_custom_value_is_merged_and_cleared_with_its_place_in_the_search()
    {
        var tenant = await app.CreateTenantAsync();
        var colour = await app.FieldAsync(tenant, "Colour", "text", flags: "false, false, true");
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Owner);
        Dictionary<string, Dictionary<string, string?>> Body(Guid field, string? value) => new() { ["customFields"] = new() { [field.ToString()] = value } };
        await client.DoAsync(HttpMethod.Patch, $"/api/assets/{id}", Body(tenant.VinFieldId, "V1"), 1);
        await client.DoAsync(HttpMethod.Patch, $"/api/assets/{id}", Body(colour, "Magenta"), 2);

        var asset = await client.DoAsync(HttpMethod.Patch, $"/api/assets/{id}", Body(tenant.VinFieldId, null), 3);

        Assert.Equal(["Magenta"], asset.GetProperty("customFields").EnumerateArray().Select(f => f.GetProperty("value").GetString()!));
        Assert.Equal(1L, await app.RunAsync("select count(*) from custom_values where asset_id = $1", id));
        Assert.Equal(1, (await client.GetJsonAsync("/api/assets?q=magenta")).GetProperty("total").GetInt32());
        var other = await tenant.AssetAsync();
        Assert.Equal("200", await client.OutcomeAsync(HttpMethod.Patch, $"/api/assets/{other}", Body(tenant.VinFieldId, "V1"), 1));
        Assert.Equal("400 custom_field_invalid", await client.OutcomeAsync(HttpMethod.Patch, $"/api/assets/{id}", Body(tenant.VinFieldId, "v1"), 4));
    }

    [Fact]
    public async Task What_changes_nothing_writes_nothing()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync("VAN-1", "White van");
        using var client = app.Client(tenant.Owner);

        var asset = await client.DoAsync(HttpMethod.Patch, $"/api/assets/{id}", new { name = " White van ", tag = "VAN-1" }, 1);

        Assert.Equal(1, asset.GetProperty("version").GetInt32());
        Assert.Equal("[]", (await client.GetJsonAsync($"/api/assets/{id}/history")).GetProperty("items").GetRawText());
    }

    [Fact]
    public async Task Of_sixteen_at_once_one_wins_and_nothing_is_lost()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync("VAN-1", "White van");
        using var client = app.Client(tenant.Owner);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => client.OutcomeAsync(HttpMethod.Patch, $"/api/assets/{id}", new { name = $"Van {n}" }, 1)));

        Assert.Single(outcomes, "200");
        Assert.All(outcomes.Where(o => o != "200"), o => Assert.True(o is "412 version_mismatch" or "409 concurrency_conflict", o));
        var asset = await client.GetJsonAsync($"/api/assets/{id}");
        Assert.Equal((2, $"Van {Array.IndexOf(outcomes, "200")}"), (asset.GetProperty("version").GetInt32(), asset.GetProperty("name").GetString()));
        Assert.Equal(1, (await client.GetJsonAsync($"/api/assets/{id}/history")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_stale_edit_is_told_the_stored_version()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        await app.RunAsync("update assets set version = 5 where id = $1", id);
        using var client = app.Client(tenant.Owner);

        var problem = await client.RefusedAsync(HttpMethod.Patch, $"/api/assets/{id}", new { name = "Mine" }, 4);

        Assert.Equal((412, "version_mismatch", 5), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Wrong_members_tags_and_states_are_refused_by_name()
    {
        var (tenant, stranger) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var theirs = await app.PlaceAsync(stranger, "Depot");
        var label = await app.LabelAsync(tenant, "Broken", "undeployable", "MAINTENANCE");
        await tenant.AssetAsync("VAN-2");
        var id = await tenant.AssetAsync("VAN-1");
        using var client = app.Client(tenant.Owner);
        Task<Problem> EditAsync(object body) => client.RefusedAsync(HttpMethod.Patch, $"/api/assets/{id}", body, 1);

        Assert.Equal("asset_tag_taken", (await EditAsync(new { tag = "van-2" })).Code);
        Assert.Equal("status_label_mismatch", (await EditAsync(new { statusLabelId = label })).Code);
        Assert.Equal("""{"locationId":["not_found"]}""", (await EditAsync(new { locationId = theirs })).Body.GetProperty("errorCodes").GetRawText());
        Assert.Equal("""{"modelId":["not_found"]}""", (await EditAsync(new { modelId = stranger.ModelId })).Body.GetProperty("errorCodes").GetRawText());
        Assert.Equal("""{"tag":["not_cleared"]}""", (await EditAsync(new { tag = (string?)null })).Body.GetProperty("errorCodes").GetRawText());
        Assert.Equal("""{"tag":["required"]}""", (await EditAsync(new { tag = "  " })).Body.GetProperty("errorCodes").GetRawText());
        await app.RunAsync("update assets set archived_at = now() where id = $1", id);
        Assert.Equal("asset_archived", (await EditAsync(new { name = "x" })).Code);
    }

    [Fact]
    public async Task Filters_by_label_and_by_who_has_it_also_with_words()
    {
        var tenant = await app.CreateTenantAsync();
        var label = await app.LabelAsync(tenant, "Pool", "deployable", "READY");
        var (one, two, three) = (await tenant.AssetAsync("ONE", "Red van"), await tenant.AssetAsync("TWO", "Blue van"), await tenant.AssetAsync("THREE", "Red car"));
        await app.RunAsync("update assets set status_label_id = $1 where id in ($2, $3)", label, one, two);
        using var client = app.Client(tenant.Staff);
        await client.DoAsync(HttpMethod.Post, $"/api/assets/{one}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId });
        await client.DoAsync(HttpMethod.Post, $"/api/assets/{three}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId });
        async Task<string> TagsAsync(string query) => string.Join(',', (await client.GetJsonAsync($"/api/assets?sort=tag&{query}")).GetProperty("items")
            .EnumerateArray().Select(i => i.GetProperty("tag").GetString()));

        Assert.Equal("TWO", await TagsAsync($"statusLabelId={label}"));
        Assert.Equal("TWO", await TagsAsync($"statusLabelId={label}&q=blue"));
        Assert.Equal("", await TagsAsync($"statusLabelId={label}&q=red"));
        Assert.Equal("ONE,THREE", await TagsAsync($"assignedUserId={tenant.Driver.UserId}"));
        Assert.Equal("ONE", await TagsAsync($"assignedUserId={tenant.Driver.UserId}&q=red%20van"));
        Assert.Equal("", await TagsAsync($"assignedUserId={tenant.Owner.UserId}"));
    }

    // jsonb keeps its members by length; the page reads them by name.
    private static string Ordered(JsonElement changed) => "[" + string.Join(',', changed.EnumerateArray().Select(c =>
        $$"""{"key":{{c.GetProperty("key").GetRawText()}},"before":{{c.GetProperty("before").GetRawText()}},"after":{{c.GetProperty("after").GetRawText()}},"label":{{c.GetProperty("label").GetRawText()}}}""")) + "]";
}
