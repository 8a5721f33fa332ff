using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

public sealed class CreatingAssets(ApiApp app)
{
    [Fact]
    public async Task Everything_that_was_said_is_on_the_asset_and_found_by_the_search()
    {
        var tenant = await app.CreateTenantAsync();
        var place = await app.PlaceAsync(tenant, "Depot");
        var label = await app.LabelAsync(tenant, "In the workshop", "undeployable", "MAINTENANCE");
        using var client = app.Client(tenant.FleetAdmin);

        using var response = await client.SendAsync(HttpMethod.Post, "/api/assets", new
        {
            modelId = tenant.ModelId,
            tag = " VAN-1 ",
            name = "White van",
            serial = "S-1",
            bookable = true,
            statusLabelId = label,
            locationId = place,
            purchaseDate = "2026-01-31",
            purchaseCost = "2266.13",
            currency = "BRL",
            orderNumber = "PO-1",
            warrantyMonths = 36,
            eolDate = "2031-01-31",
            notes = "Spare key in the office.",
            customFields = new Dictionary<string, object> { [tenant.VinFieldId.ToString()] = "WVWZZZ1KZAW000001" },
        });

        var asset = await response.ReadJsonAsync();
        var id = asset.GetProperty("id").GetGuid();
        Assert.Equal((201, $"/api/assets/{id}", "\"1\""), ((int)response.StatusCode, response.Headers.Location?.ToString(), response.Headers.ETag?.Tag));
        Assert.Equal(
            ("VAN-1", "MAINTENANCE", "Depot", "2266.1300", "BRL", "WVWZZZ1KZAW000001"),
            (asset.GetProperty("tag").GetString(), asset.GetProperty("status").GetString(), asset.GetProperty("locationName").GetString(),
                asset.GetProperty("purchaseCost").GetString(), asset.GetProperty("currency").GetString(), asset.GetProperty("customFields")[0].GetProperty("value").GetString()));
        Assert.Equal(asset.GetRawText(), (await client.GetJsonAsync($"/api/assets/{id}")).GetRawText());
        Assert.Equal("panorama.asset.created", (await client.LastEventAsync(id)).Action);
        foreach (var words in new[] { "white van", "s-1", "wvwzzz1kzaw", "VAN-1" })
        {
            Assert.Equal(1, (await client.GetJsonAsync($"/api/assets?q={words}")).GetProperty("total").GetInt32());
        }
    }

    [Fact]
    public async Task Without_a_tag_the_next_number_is_taken_and_taken_ones_are_skipped()
    {
        var tenant = await app.CreateTenantAsync();
        await app.RunAsync("update tenants set asset_number_prefix = 'NW-', asset_number_digits = 4, next_asset_number = 7 where id = $1", tenant.Id);
        await tenant.AssetAsync("nw-0008");
        using var client = app.Client(tenant.Owner);

        var tags = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            var asset = await client.DoAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId });
            tags.Add(asset.GetProperty("tag").GetString());
            Assert.Equal(asset.GetProperty("tag").GetString(), asset.GetProperty("name").GetString());
        }

        Assert.Equal(["NW-0007", "NW-0009", "NW-0010"], tags);
        Assert.Equal(11, await app.RunAsync("select next_asset_number from tenants where id = $1", tenant.Id));
        Assert.Equal(1, await app.RunAsync("select version from tenants where id = $1", tenant.Id));
    }

    [Fact]
    public async Task Sixteen_at_once_get_sixteen_numbers_without_a_gap()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        var assets = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.DoAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId })));

        Assert.Equal(Enumerable.Range(1, 16).Select(n => $"{n:00000}"), assets.Select(a => a.GetProperty("tag").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_eight_with_one_tag_at_once_one_is_made()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            n => client.OutcomeAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, tag = n % 2 == 0 ? "van-1" : "VAN-1" })));

        Assert.Equal(["201", .. Enumerable.Repeat("409 asset_tag_taken", 7)], outcomes.Order(StringComparer.Ordinal));
        await app.RunAsync("update assets set archived_at = now() where tenant_id = $1", tenant.Id);
        Assert.Equal("201", await client.OutcomeAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, tag = "Van-1" }));
    }

    [Fact]
    public async Task A_serial_number_may_repeat_unless_the_organisation_forbids_it()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        Task<string> AddAsync() => client.OutcomeAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, serial = "s-1" });
        Assert.Equal(("201", "201"), (await AddAsync(), await AddAsync()));
        await app.RunAsync("update tenants set unique_serials = true where id = $1", tenant.Id);

        Assert.Equal("409 asset_serial_taken", await client.OutcomeAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, serial = "S-1" }));
        var race = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.OutcomeAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, serial = "S-2" })));
        Assert.Equal(["201", .. Enumerable.Repeat("409 asset_serial_taken", 7)], race.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_form_sent_twice_makes_one_asset()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        using var first = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId }, key: "form-1");
        using var second = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId }, key: "form-1");

        Assert.Equal(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(1L, await app.RunAsync("select count(*) from assets where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task Members_at_fault_are_named_with_their_codes()
    {
        var (tenant, stranger) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var theirs = await app.PlaceAsync(stranger, "Depot");
        using var client = app.Client(tenant.Owner);

        Assert.Equal("""{"modelId":["required"]}""", await CodesAsync(client, new { }));
        Assert.Equal("""{"modelId":["not_found"]}""", await CodesAsync(client, new { modelId = stranger.ModelId }));
        Assert.Equal("""{"locationId":["not_found"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, locationId = theirs }));
        Assert.Equal("""{"tag":["too_long"],"notes":["not_text"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, tag = new string('t', 65), notes = "a\0b" }));
        Assert.Equal("""{"tag":["not_text"],"name":["not_text"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, tag = "A\u202E1", name = "lost \uFFFD" }));
        Assert.Equal("""{"purchaseCost":["out_of_range"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, purchaseCost = "1.00001", currency = "USD" }));
        Assert.Equal("""{"purchaseCost":["wrong_form"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, purchaseCost = "1,5", currency = "USD" }));
        Assert.Equal("""{"currency":["required"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, purchaseCost = 1.5 }));
        Assert.Equal("""{"currency":["wrong_form"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, purchaseCost = 1.5, currency = "usd" }));
        Assert.Equal("""{"warrantyMonths":["out_of_range"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, warrantyMonths = 241 }));
        Assert.Equal("""{"purchaseDate":["wrong_form"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, purchaseDate = "31/01/2026" }));
        Assert.Equal("""{"status":["unknown_member"]}""", await CodesAsync(client, new { modelId = tenant.ModelId, status = "IN_USE" }));
    }

    [Fact]
    public async Task A_label_of_a_state_that_only_custody_gives_is_refused()
    {
        var tenant = await app.CreateTenantAsync();
        var label = await app.LabelAsync(tenant, "Lent", "deployable", "IN_USE");
        using var client = app.Client(tenant.Owner);

        Assert.Equal("409 status_label_mismatch", await client.OutcomeAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, statusLabelId = label }));
    }

    [Theory]
    [InlineData("text", null, "\" a b \"", "\"a b\"")]
    [InlineData("text", null, "\"a\\nb\"", null)]
    [InlineData("textarea", null, "\"a\\nb\"", "\"a\\nb\"")]
    [InlineData("number", null, "12.50", "\"12.5\"")]
    [InlineData("number", null, "\"-3\"", "\"-3\"")]
    [InlineData("number", null, "\"1,5\"", null)]
    [InlineData("date", null, "\"2026-02-28\"", "\"2026-02-28\"")]
    [InlineData("date", null, "\"2026-02-30\"", null)]
    [InlineData("boolean", null, "true", "\"true\"")]
    [InlineData("boolean", null, "\"yes\"", null)]
    [InlineData("list", """["Red","Blue"]""", "\"blue\"", "\"Blue\"")]
    [InlineData("list", """["Red","Blue"]""", "\"Green\"", null)]
    [InlineData("multi-list", """["Red","Blue","Green"]""", """["green","Red"]""", """["Red","Green"]""")]
    [InlineData("multi-list", """["Red","Blue"]""", """["Red","Pink"]""", null)]
    [InlineData("multi-list", """["Red","Blue"]""", "\"Red\"", null)]
    [InlineData("url", null, "\"https://example.com/a\"", "\"https://example.com/a\"")]
    [InlineData("url", null, "\"javascript:alert(1)\"", null)]
    [InlineData("email", null, "\"a@b.example\"", "\"a@b.example\"")]
    [InlineData("email", null, "\"A <a@b.example>\"", null)]
    [InlineData("ip", null, "\"10.0.0.1\"", "\"10.0.0.1\"")]
    [InlineData("ip", null, "\"2001:DB8::1\"", "\"2001:db8::1\"")]
    [InlineData("ip", null, "\"10.1\"", null)]
    [InlineData("mac", null, "\"AA-BB-CC-DD-EE-FF\"", "\"aa:bb:cc:dd:ee:ff\"")]
    [InlineData("mac", null, "\"AA-BB\"", null)]
    [InlineData("regex", "\"[A-Z]{2}-\\\\d+\"", "\"AB-12\"", "\"AB-12\"")]
    [InlineData("regex", "\"[A-Z]{2}-\\\\d+\"", "\"AB-12x\"", null)]
    [InlineData("regex", "\"(a+)+\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"", null)]
    [InlineData("file", null, "\"x\"", null)]
    public async Task A_custom_value_is_stored_in_one_form_or_refused_by_name(string type, string? options, string sent, string? stored)
    {
        var tenant = await app.CreateTenantAsync();
        var field = await app.FieldAsync(tenant, "Extra", type, options);
        using var client = app.Client(tenant.Owner);
        var body = new { modelId = tenant.ModelId, customFields = new Dictionary<string, JsonElement> { [field.ToString()] = JsonDocument.Parse(sent).RootElement } };

        if (stored is null)
        {
            var problem = await client.RefusedAsync(HttpMethod.Post, "/api/assets", body);
            var args = problem.Body.GetProperty("args");
            Assert.Equal(
                (400, "custom_field_invalid", field.ToString(), "Extra"), (problem.Status, problem.Code, args.GetProperty("fieldId").GetString(), args.GetProperty("name").GetString()));
        }
        else
        {
            var asset = await client.DoAsync(HttpMethod.Post, "/api/assets", body);
            Assert.Equal(stored, asset.GetProperty("customFields")[0].GetProperty("value").GetRawText());
        }
    }

    [Fact]
    public async Task A_field_that_the_models_set_requires_must_be_there_and_a_unique_value_is_of_one_asset()
    {
        var tenant = await app.CreateTenantAsync();
        var plate = await app.FieldAsync(tenant, "Plate", "text", flags: "true, false, true");
        var set = TestTenant.NewId();
        await app.RunAsync("insert into fieldsets (id, tenant_id, name) values ($1, $2, 'Vehicles')", set, tenant.Id);
        await app.RunAsync("insert into fieldset_fields (tenant_id, fieldset_id, field_id, position) values ($1, $2, $3, 1)", tenant.Id, set, plate);
        await app.RunAsync("update asset_models set fieldset_id = $1 where id = $2", set, tenant.ModelId);
        using var client = app.Client(tenant.Owner);
        object Body(string? plateText, string vin) => new
        {
            modelId = tenant.ModelId,
            customFields = new Dictionary<string, string?> { [plate.ToString()] = plateText, [tenant.VinFieldId.ToString()] = vin },
        };

        Assert.Equal("required", await ReasonAsync(client, Body(" ", "V1")));
        Assert.Equal("201", await client.OutcomeAsync(HttpMethod.Post, "/api/assets", Body("AB 12", "V1")));
        Assert.Equal("taken", await ReasonAsync(client, Body("AB 13", "v1")));
        var race = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => client.OutcomeAsync(HttpMethod.Post, "/api/assets", Body($"P{n}", "V2"))));
        Assert.Equal(["201", .. Enumerable.Repeat("400 custom_field_invalid", 7)], race.Order(StringComparer.Ordinal));
        Assert.Equal("unknown", await ReasonAsync(client, new { modelId = tenant.ModelId, customFields = new Dictionary<string, string> { [TestTenant.NewId().ToString()] = "x" } }));
    }

    private static async Task<string?> ReasonAsync(HttpClient client, object body)
    {
        var problem = await client.RefusedAsync(HttpMethod.Post, "/api/assets", body);
        Assert.Equal((400, "custom_field_invalid"), (problem.Status, problem.Code));
        return problem.Body.GetProperty("args").GetProperty("reason").GetString();
    }

    private static async Task<string> CodesAsync(HttpClient client, object body)
    {
        var problem = await client.RefusedAsync(HttpMethod.Post, "/api/assets", body);
        Assert.Equal((400, "invalid_body"), (problem.Status, problem.Code));
        return problem.Body.GetProperty("errorCodes").GetRawText();
    }
}
