using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Catalogue;

/// <summary>What is particular to a kind.</summary>
public sealed class KindsOfTheCatalogue(ApiApp app)
{
    [Fact]
    public async Task What_is_referred_to_is_not_deleted_and_says_by_how_many()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var (place, room) = (await MakeAsync(admin, "locations", """{"name":"Depot"}"""), "");
        room = await MakeAsync(admin, "locations", $$"""{"name":"Room","parentId":"{{place}}"}""");
        var van = await tenant.AssetAsync();
        await app.RunAsync("update assets set location_id = $1 where id = $2", Guid.Parse(place), van);
        var model = await admin.GetJsonAsync($"/api/asset-models/{tenant.ModelId}");

        Assert.Equal("""{"assets":1,"locations":1}""", await InUseAsync(admin, $"/api/locations/{place}", 1));
        Assert.Equal("""{"models":1}""", await InUseAsync(admin, $"/api/categories/{model.Text("categoryId")}", 1));
        Assert.Equal("""{"assets":1}""", await InUseAsync(admin, $"/api/asset-models/{tenant.ModelId}", 1));
        Assert.Equal("204", await admin.SendOutcomeAsync(HttpMethod.Delete, $"/api/locations/{room}", 1));
        Assert.Equal(1, model.Number("uses"));
        Assert.Equal("1", (await admin.GetJsonAsync("/api/locations?withUses=true")).GetProperty("items")[0].GetProperty("uses").GetRawText());
        Assert.Equal("null", (await admin.GetJsonAsync("/api/locations")).GetProperty("items")[0].GetProperty("uses").GetRawText());
    }

    [Fact]
    public async Task Each_kind_is_counted_without_what_is_archived()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        await MakeAsync(admin, "suppliers", """{"name":"Kept"}""");
        var gone = await MakeAsync(admin, "suppliers", """{"name":"Gone"}""");
        await admin.SendJsonAsync(HttpMethod.Post, $"/api/suppliers/{gone}/archive", 1);

        var counts = await admin.GetJsonAsync("/api/catalogue");

        Assert.Equal((1, 1, 1, 0, 1), (counts.Number("suppliers"), counts.Number("categories"), counts.Number("assetModels"), counts.Number("locations"), counts.Number("customFields")));
    }

    [Fact]
    public async Task A_place_does_not_lie_inside_itself()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var site = await MakeAsync(admin, "locations", """{"name":"Site"}""");
        var hall = await MakeAsync(admin, "locations", $$"""{"name":"Hall","parentId":"{{site}}"}""");
        var shelf = await MakeAsync(admin, "locations", $$"""{"name":"Shelf","parentId":"{{hall}}"}""");

        Assert.Equal("parentId:inside_itself", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/locations/{site}", 1, $$"""{"parentId":"{{shelf}}"}"""));
        Assert.Equal("parentId:inside_itself", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/locations/{site}", 1, $$"""{"parentId":"{{site}}"}"""));
        Assert.Equal("parentId:not_found", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/locations/{site}", 1, $$"""{"parentId":"{{TestTenant.NewId()}}"}"""));
        Assert.Equal("200", await admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/locations/{shelf}", 1, """{"parentId":null}"""));
    }

    /// <summary>Each move alone is fine; both together would make a ring that no list shows.</summary>
    [Fact]
    public async Task Two_moves_at_once_make_no_ring()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        for (var round = 0; round < 10; round++)
        {
            var a = await MakeAsync(admin, "locations", $$"""{"name":"A{{round}}"}""");
            var b = await MakeAsync(admin, "locations", $$"""{"name":"B{{round}}"}""");

            var outcomes = await Task.WhenAll(
                admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/locations/{a}", 1, $$"""{"parentId":"{{b}}"}"""),
                admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/locations/{b}", 1, $$"""{"parentId":"{{a}}"}"""));

            Assert.Equal(["200", "400 invalid_body"], outcomes.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("EST", "wrong_form")]
    [InlineData("Europe/Atlantis", "wrong_form")]
    [InlineData("../etc/passwd", "wrong_form")]
    public async Task A_zone_is_an_iana_name(string zone, string code)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal($"timeZone:{code}", await admin.SendErrorsAsync(HttpMethod.Post, "/api/locations", null, new { name = "X", timeZone = zone }));
    }

    [Fact]
    public async Task A_model_refers_to_what_can_be_chosen()
    {
        var (tenant, other) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var admin = app.Client(tenant.Owner);
        using var theirs = app.Client(other.Owner);
        var maker = await MakeAsync(theirs, "manufacturers", """{"name":"Theirs"}""");
        var archived = await MakeAsync(admin, "manufacturers", """{"name":"Gone"}""");
        await admin.SendJsonAsync(HttpMethod.Post, $"/api/manufacturers/{archived}/archive", 1);

        foreach (var id in new[] { maker, archived, TestTenant.NewId().ToString() })
        {
            Assert.Equal("manufacturerId:not_found", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/asset-models/{tenant.ModelId}", 1, new { manufacturerId = id }));
        }

        Assert.Equal("categoryId:not_found fieldsetId:not_found", await admin.SendErrorsAsync(
            HttpMethod.Post, "/api/asset-models", null, new { name = "X", categoryId = TestTenant.NewId(), fieldsetId = TestTenant.NewId() }));
    }

    [Theory]
    [InlineData("""{"name":"D"}""", "months:required")]
    [InlineData("""{"name":"D","months":0}""", "months:out_of_range")]
    [InlineData("""{"name":"D","months":601}""", "months:out_of_range")]
    [InlineData("""{"name":"D","months":12.5}""", "months:wrong_form")]
    [InlineData("""{"name":"D","months":"12"}""", "months:wrong_form")]
    [InlineData("""{"name":"D","months":12,"floorPercent":-1}""", "floorPercent:out_of_range")]
    [InlineData("""{"name":"D","months":12,"floorPercent":101}""", "floorPercent:out_of_range")]
    public async Task A_depreciation_is_refused_when_it_could_not_be_computed(string body, string errors)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal(errors, await admin.SendErrorsAsync(HttpMethod.Post, "/api/depreciations", null, body));
    }

    [Fact]
    public async Task A_depreciation_stays_while_a_model_names_it_and_its_name_is_taken_without_case()
    {
        var (tenant, other) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var admin = app.Client(tenant.Owner);
        using var stranger = app.Client(other.Owner);
        var depreciation = await MakeAsync(admin, "depreciations", """{"name":"Vans","months":72}""");
        var theirs = await MakeAsync(stranger, "depreciations", """{"name":"Vans","months":72}""");
        Assert.Equal("409 name_taken", await admin.SendOutcomeAsync(HttpMethod.Post, "/api/depreciations", null, """{"name":"vans","months":12}"""));
        Assert.Equal("depreciationId:not_found", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/asset-models/{tenant.ModelId}", 1, new { depreciationId = theirs }));

        var model = await admin.SendJsonAsync(HttpMethod.Patch, $"/api/asset-models/{tenant.ModelId}", 1, new { depreciationId = depreciation });
        Assert.Equal((depreciation, "Vans"), (model.Text("depreciationId"), model.Text("depreciationName")));
        Assert.Equal("""{"models":1}""", await InUseAsync(admin, $"/api/depreciations/{depreciation}", 1));
        var archived = await admin.SendJsonAsync(HttpMethod.Post, $"/api/depreciations/{depreciation}/archive", 1);
        Assert.Equal((1, 0), (archived.Number("uses"), archived.Number("floorPercent")));
        await admin.SendJsonAsync(HttpMethod.Patch, $"/api/asset-models/{tenant.ModelId}", 2, """{"depreciationId":null}""");
        Assert.Equal("depreciationId:not_found", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/asset-models/{tenant.ModelId}", 3, new { depreciationId = depreciation }));
        Assert.Equal("204", await admin.SendOutcomeAsync(HttpMethod.Delete, $"/api/depreciations/{depreciation}", 2));
    }

    [Fact]
    public async Task A_state_has_one_default_label_and_a_label_in_use_keeps_its_state()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var first = await MakeAsync(admin, "status-labels", """{"name":"Free","type":"deployable","mapsTo":"READY","isDefault":true}""");
        var second = await MakeAsync(admin, "status-labels", """{"name":"Clean","type":"deployable","mapsTo":"READY","isDefault":true}""");
        await MakeAsync(admin, "status-labels", """{"name":"Broken","type":"undeployable","mapsTo":"MAINTENANCE","isDefault":true}""");
        var van = await tenant.AssetAsync();
        await app.RunAsync("update assets set status_label_id = $1 where id = $2", Guid.Parse(second), van);

        var labels = (await admin.GetJsonAsync("/api/status-labels")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["Broken", "Clean"], labels.Where(l => l.GetProperty("isDefault").GetBoolean()).Select(l => l.Text("name")));
        Assert.Equal("409 in_use", await admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/status-labels/{second}", 1, """{"mapsTo":"RETIRED"}"""));
        Assert.Equal("200", await admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/status-labels/{first}", 2, """{"mapsTo":"RETIRED"}"""));
        Assert.Equal("#aabbcc", (await admin.SendJsonAsync(HttpMethod.Patch, $"/api/status-labels/{second}", 1, """{"color":"#AABBCC"}""")).Text("color"));
        Assert.Equal("color:wrong_form", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/status-labels/{second}", 2, """{"color":"red"}"""));
    }

    [Theory]
    [InlineData("""{"name":"F","type":"list"}""", "choices:required")]
    [InlineData("""{"name":"F","type":"list","choices":[]}""", "choices:required")]
    [InlineData("""{"name":"F","type":"multi-list","choices":["A"," a "]}""", "choices:repeated")]
    [InlineData("""{"name":"F","type":"list","choices":["A",""]}""", "choices:too_short")]
    [InlineData("""{"name":"F","type":"list","choices":["A","b\u0007"]}""", "choices:not_text")]
    [InlineData("""{"name":"F","type":"text","choices":["A"]}""", "choices:not_available")]
    [InlineData("""{"name":"F","type":"regex"}""", "pattern:required")]
    [InlineData("""{"name":"F","type":"regex","pattern":"(["}""", "pattern:wrong_form")]
    [InlineData("""{"name":"F","type":"regex","pattern":"(a)\\1"}""", "pattern:wrong_form")]
    [InlineData("""{"name":"F","type":"date","pattern":"x"}""", "pattern:not_available")]
    [InlineData("""{"name":"F","type":"file"}""", "type:not_available")]
    [InlineData("""{"name":"F","type":"colour"}""", "type:wrong_form")]
    [InlineData("""{"name":"F","type":"boolean","unique":true}""", "unique:not_available")]
    [InlineData("""{"name":"F","type":"text","encrypted":true}""", "encrypted:not_available")]
    public async Task A_field_is_refused_when_it_could_not_be_filled_in(string body, string errors)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal(errors, await admin.SendErrorsAsync(HttpMethod.Post, "/api/custom-fields", null, body));
    }

    [Fact]
    public async Task A_field_keeps_its_type_and_while_it_has_values_what_they_are_indexed_by()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var field = await MakeAsync(admin, "custom-fields", """{"name":"Fuel","type":"regex","pattern":"[A-Z]{2}"}""");
        var van = await tenant.AssetAsync();
        Assert.Equal("type:not_changeable", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 1, """{"type":"text"}"""));
        Assert.Equal("200", await admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 1, """{"unique":true,"searchable":true,"pattern":"[A-Z]{3}"}"""));
        await app.RunAsync("update assets set custom_fields = jsonb_build_object($1, 'ABC') where id = $2", field, van);

        Assert.Equal("409 in_use", await admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 2, """{"unique":false}"""));
        Assert.Equal("409 in_use", await admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 2, """{"searchable":false}"""));
        Assert.Equal("""{"assets":1}""", await InUseAsync(admin, $"/api/custom-fields/{field}", 2));
        var shown = await admin.SendJsonAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 2, """{"required":true,"showInList":true,"name":"Fuel code"}""");
        Assert.Equal(("[A-Z]{3}", true), (shown.Text("pattern"), shown.GetProperty("required").GetBoolean()));
    }

    [Theory]
    [InlineData("displayCheckout")]
    [InlineData("displayCheckin")]
    [InlineData("displayAudit")]
    public async Task When_a_field_is_asked_for_is_a_flag_of_its_own(string flag)
    {
        string[] flags = ["displayCheckout", "displayCheckin", "displayAudit"];
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var field = await MakeAsync(admin, "custom-fields", """{"name":"Fuel","type":"number"}""");
        string Set(JsonElement item) => string.Join(' ', flags.Where(f => item.GetProperty(f).GetBoolean()));

        var on = await admin.SendJsonAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 1, $$"""{"{{flag}}":true}""");
        Assert.Equal((flag, flag), (Set(on), Set((await admin.GetJsonAsync("/api/custom-fields?q=fuel")).GetProperty("items")[0])));
        var other = await admin.SendJsonAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 2, """{"name":"Fuel left"}""");
        var off = await admin.SendJsonAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 3, $$"""{"{{flag}}":false}""");

        Assert.Equal((flag, ""), (Set(other), Set(off)));
        Assert.Equal($"{flag}:not_cleared", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/custom-fields/{field}", 4, $$"""{"{{flag}}":null}"""));
    }

    [Fact]
    public async Task A_set_keeps_the_order_of_its_fields()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var (a, b, c) = (await FieldAsync(admin, "A"), await FieldAsync(admin, "B"), await FieldAsync(admin, "C"));
        var set = await MakeAsync(admin, "fieldsets", $$"""{"name":"Vans","fieldIds":["{{b}}","{{a}}"]}""");

        Assert.Equal("B,A", Fields(await admin.GetJsonAsync($"/api/fieldsets/{set}")));
        Assert.Equal("C,A,B", Fields(await admin.SendJsonAsync(HttpMethod.Patch, $"/api/fieldsets/{set}", 1, $$"""{"fieldIds":["{{c}}","{{a}}","{{b}}"]}""")));
        Assert.Equal("A", Fields(await admin.SendJsonAsync(HttpMethod.Patch, $"/api/fieldsets/{set}", 2, $$"""{"fieldIds":["{{a}}"]}""")));
        Assert.Equal("A", Fields((await admin.GetJsonAsync("/api/fieldsets")).GetProperty("items")[0]));
        Assert.Equal("fieldIds:repeated", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/fieldsets/{set}", 3, $$"""{"fieldIds":["{{a}}","{{a}}"]}"""));
        Assert.Equal("fieldIds:not_found", await admin.SendErrorsAsync(HttpMethod.Patch, $"/api/fieldsets/{set}", 3, $$"""{"fieldIds":["{{TestTenant.NewId()}}"]}"""));
        Assert.Equal("""{"fieldsets":1}""", await InUseAsync(admin, $"/api/custom-fields/{a}", 1));

        await admin.SendJsonAsync(HttpMethod.Patch, $"/api/asset-models/{tenant.ModelId}", 1, new { fieldsetId = set });
        Assert.Equal("""{"models":1}""", await InUseAsync(admin, $"/api/fieldsets/{set}", 3));

        static Task<string> FieldAsync(HttpClient client, string name) => MakeAsync(client, "custom-fields", $$"""{"name":"{{name}}","type":"text"}""");
        static string Fields(JsonElement set) => string.Join(',', set.GetProperty("fields").EnumerateArray().Select(f => f.Text("name")));
    }

    private static async Task<string> MakeAsync(HttpClient client, string kind, string body) =>
        (await client.SendJsonAsync(HttpMethod.Post, $"/api/{kind}", null, body)).Text("id")!;

    private static async Task<string> InUseAsync(HttpClient client, string path, int version)
    {
        using var response = await client.SendAsync(HttpMethod.Delete, path, version);
        var problem = await response.ReadProblemAsync();
        Assert.Equal((409, "in_use"), (problem.Status, problem.Code));
        return problem.Body.GetProperty("args").GetRawText();
    }
}
