using System.Globalization;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

public sealed class EditingTemplates(ApiApp app)
{
    private const string Route = "/api/inspection-templates";

    [Fact]
    public async Task A_checklist_is_made_and_shown_to_every_member()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);
        using var driver = app.Client(tenant.Driver);

        using var made = await admin.SendAsync(HttpMethod.Post, Route, null, Checklists.Body());

        Assert.Equal(("201", "\"1\""), (await made.OutcomeAsync(), made.Headers.ETag!.Tag));
        var template = await made.ReadJsonAsync();
        var (id, items, at) = (template.Text("id"), template.ItemIds().ToList(), template.Text("createdAt"));
        Assert.Equal($"{Route}/{id}", made.Headers.Location!.ToString());
        Assert.Equal(
            $$"""
            {"id":"{{id}}","tenantId":"{{tenant.Id}}","name":"Pre-trip","description":null,"categoryKind":"VEHICLE","categoryId":null,"displayOrder":0,"archivedAt":null,
            "createdByUserId":"{{tenant.FleetAdmin.UserId}}","createdAt":"{{at}}","updatedAt":"{{at}}","contentVersion":1,"version":1,"items":[
            {"id":"{{items[0]}}","position":0,"label":"Tyres","itemType":"BOOLEAN","required":true,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":"Tread and pressure","severity":"MAJOR"},
            {"id":"{{items[1]}}","position":1,"label":"Fuel","itemType":"NUMBER","required":true,"photoRequired":false,"minValue":0,"maxValue":100,"helpText":null,"severity":null},
            {"id":"{{items[2]}}","position":2,"label":"Dashboard","itemType":"PHOTO","required":true,"photoRequired":true,"minValue":null,"maxValue":null,"helpText":null,"severity":null},
            {"id":"{{items[3]}}","position":3,"label":"Remarks","itemType":"TEXT","required":false,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":null,"severity":null}]}
            """.ReplaceLineEndings(""),
            template.GetRawText());
        Assert.Equal(template.GetRawText(), (await driver.GetJsonAsync($"{Route}/{id}")).GetRawText());
        Assert.Equal($$"""{"items":[{{template.GetRawText()}}]}""", (await driver.GetJsonAsync(Route)).GetRawText());
        Assert.Equal("403 admin_role_required", await driver.SendOutcomeAsync(HttpMethod.Post, Route, null, "{"));
        Assert.Equal(
            """{"name": "Pre-trip", "scope": {"kind": "categoryKind", "value": "VEHICLE"}, "itemCount": 4}""",
            await app.RunAsync("select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.inspection.template.created'", tenant.Id));
    }

    [Fact]
    public async Task An_edit_replaces_the_items_and_publishes_a_version_and_only_where_something_changed()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var path = await admin.MakeTemplateAsync();
        var first = await admin.GetJsonAsync(path);

        Assert.Equal("428 version_required", await admin.SendOutcomeAsync(HttpMethod.Patch, path, null, """{"name":"Daily"}"""));
        Assert.Equal("412 version_mismatch", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 2, """{"name":"Daily"}"""));
        Assert.Equal(first.GetRawText(), (await admin.GetJsonAsync(path)).GetRawText());
        var same = await admin.SendJsonAsync(HttpMethod.Patch, path, 1, $$"""{"name":"Pre-trip","items":{{Checklists.Items}}}""");
        Assert.Equal(first.GetRawText(), same.GetRawText());

        var second = await admin.SendJsonAsync(HttpMethod.Patch, path, 1, """{"items":[{"label":"Mirrors","itemType":"BOOLEAN"},{"label":"Tyres","itemType":"BOOLEAN"}]}""");
        Assert.Equal((2, 2, "Mirrors,Tyres"), (second.Number("version"), second.Number("contentVersion"), string.Join(',', second.Labels())));
        Assert.Equal([0, 1], second.GetProperty("items").EnumerateArray().Select(i => i.Number("position")));
        Assert.Empty(first.ItemIds().Intersect(second.ItemIds(), StringComparer.Ordinal));
        Assert.NotEqual(first.Text("updatedAt"), second.Text("updatedAt"));

        var renamed = await admin.SendJsonAsync(HttpMethod.Patch, path, 2, """{"name":"Daily","description":"Before the first trip"}""");
        Assert.Equal((3, 3), (renamed.Number("version"), renamed.Number("contentVersion")));
        Assert.Equal(second.ItemIds(), renamed.ItemIds());

        var moved = await admin.SendJsonAsync(HttpMethod.Patch, path, 3, """{"displayOrder":7,"categoryKind":"HARDWARE"}""");
        Assert.Equal((4, 3), (moved.Number("version"), moved.Number("contentVersion"))); // nobody is asked anything else
        Assert.Equal(
            """{"itemCount": 2, "changedFields": ["items"], "contentVersion": 2} {"itemCount": 2, "changedFields": ["description", "name"], "contentVersion": 3} {"itemCount": 2, "changedFields": ["displayOrder", "scope"], "contentVersion": 3}""",
            await app.RunAsync("select string_agg(metadata::text, ' ' order by occurred_at, id) from audit_events where tenant_id = $1 and action = 'panorama.inspection.template.updated'", tenant.Id));
    }

    [Fact]
    public async Task A_version_is_listed_shown_and_brought_back()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);
        using var driver = app.Client(tenant.Driver);
        var path = await admin.MakeTemplateAsync();
        var first = await admin.GetJsonAsync(path);
        await admin.SendJsonAsync(HttpMethod.Patch, path, 1, """{"name":"Daily","items":[{"label":"Mirrors","itemType":"BOOLEAN"}]}""");

        Assert.Equal(
            ["2 1", "1 4"], (await driver.GetJsonAsync($"{path}/versions")).GetProperty("items").EnumerateArray()
                .Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Number("number")} {v.Number("itemCount")}")));
        var page = await driver.GetJsonAsync($"{path}/versions?limit=1");
        var next = await driver.GetJsonAsync($"{path}/versions?limit=1&cursor={page.Text("nextCursor")}");
        Assert.Equal((1, (string?)null), (next.GetProperty("items")[0].Number("number"), next.Text("nextCursor")));
        var old = await driver.GetJsonAsync($"{path}/versions/1");
        Assert.Equal((first.Text("name"), first.GetProperty("items").GetRawText()), (old.Text("name"), old.GetProperty("items").GetRawText()));

        Assert.Equal("403 admin_role_required", await driver.SendOutcomeAsync(HttpMethod.Post, $"{path}/versions/1/publish", 2));
        Assert.Equal("428 version_required", await admin.SendOutcomeAsync(HttpMethod.Post, $"{path}/versions/1/publish", null));
        Assert.Equal("412 version_mismatch", await admin.SendOutcomeAsync(HttpMethod.Post, $"{path}/versions/1/publish", 1));
        foreach (var none in new[] { "0", "3", "x", "-1", "99999999999" })
        {
            Assert.Equal("404 template_version_not_found", await admin.SendOutcomeAsync(HttpMethod.Post, $"{path}/versions/{none}/publish", 2));
            Assert.Equal("404 template_version_not_found", await driver.GetOutcomeAsync($"{path}/versions/{none}"));
        }

        var back = await admin.SendJsonAsync(HttpMethod.Post, $"{path}/versions/1/publish", 2);
        Assert.Equal((3, "Pre-trip", "Tyres,Fuel,Dashboard,Remarks"), (back.Number("contentVersion"), back.Text("name"), string.Join(',', back.Labels())));
        Assert.Empty(first.ItemIds().Intersect(back.ItemIds(), StringComparer.Ordinal));
        Assert.Equal(3L, await app.RunAsync("select count(*) from inspection_template_versions where template_id = $1", back.GetProperty("id").GetGuid()));
    }

    [Fact]
    public async Task Of_sixteen_edits_at_once_one_is_made()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var path = await admin.MakeTemplateAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, $$"""{"items":[{"label":"Edit {{i}}","itemType":"BOOLEAN"},{"label":"Second","itemType":"TEXT"}]}""")));

        Assert.Equal(["200", .. Enumerable.Repeat("412 version_mismatch", 15)], outcomes.Order(StringComparer.Ordinal));
        var template = await admin.GetJsonAsync(path);
        Assert.Equal((2, 2, 2), (template.Number("version"), template.Number("contentVersion"), template.GetProperty("items").GetArrayLength()));
    }

    [Theory]
    [InlineData("{}", "name:required items:required")]
    [InlineData("""{"name":"","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"TEXT"}]}""", "name:too_short")]
    [InlineData("""{"name":null,"categoryKind":"VEHICLE","items":null}""", "name:not_cleared items:not_cleared")]
    [InlineData("""{"name":"a","displayOrder":10001,"categoryKind":"VEHICLE","items":[{"label":"a","itemType":"TEXT"}]}""", "displayOrder:out_of_range")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{},{"label":"  ","itemType":"TEXT"},{"label":"a","itemType":"NUMBER","severity":"MINOR"},null]}""",
        "items[0].label:required items[0].itemType:required items[1].label:too_short items[2].severity:not_available items[3]:wrong_form")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{"label":"a\u0000","itemType":"TEXT","helpText":"b\u202e"}]}""", "items[0].label:not_text items[0].helpText:not_text")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"SIGNATURES"}]}""", "items[0].itemType:wrong_form")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"TEXT","colour":1}]}""", "items[0].colour:unknown_member")]
    public async Task What_cannot_be_kept_is_refused_by_member(string body, string errors)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal(errors, await admin.SendErrorsAsync(HttpMethod.Post, Route, null, body));
        Assert.Equal("0", (await app.RunAsync("select count(*)::text from inspection_templates where tenant_id = $1", tenant.Id))!);
    }

    [Theory]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[]}""", "400 items_min_1")]
    [InlineData("""{"name":"a","items":[{"label":"a","itemType":"TEXT"}]}""", "400 category_scope_must_be_kind_xor_id")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","categoryId":"0192e4a0-0000-7000-8000-000000000001","items":[{"label":"a","itemType":"TEXT"}]}""", "400 category_scope_must_be_kind_xor_id")]
    [InlineData("""{"name":"a","categoryId":"0192e4a0-0000-7000-8000-000000000001","items":[{"label":"a","itemType":"TEXT"}]}""", "404 category_not_found")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"TEXT","minValue":1}]}""", "400 numeric_bounds_only_for_NUMBER")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"NUMBER","minValue":2,"maxValue":1.5}]}""", "400 minValue_must_be_le_maxValue")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"NUMBER","maxValue":1e999}]}""", "400 invalid_body")]
    [InlineData("""{"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"NUMBER","minValue":-1e999}]}""", "400 invalid_body")]
    public async Task What_does_not_go_together_has_its_own_code(string body, string expected)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal(expected, await admin.SendOutcomeAsync(HttpMethod.Post, Route, null, body));
    }

    [Fact]
    public async Task Fifty_items_are_taken_and_one_more_or_too_much_text_is_not()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal("400 items_max_50", await admin.SendOutcomeAsync(HttpMethod.Post, Route, null, Many(51, "x")));
        Assert.Equal("400 template_too_large", await admin.SendOutcomeAsync(HttpMethod.Post, Route, null, Many(50, new string('x', 1_000) + "\",\"label\":\"" + new string('y', 200))));
        // As much as is taken fits into the row as well, in letters of three bytes and with bounds in every item.
        var path = await admin.MakeTemplateAsync(Many(50, new string('語', 320) + "\",\"minValue\":-1.2345678901234567e-5,\"maxValue\":1.2345678901234567e-5,\"label\":\"計"));
        Assert.Equal("400 template_too_large", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, $$"""{"description":"{{new string('語', 1_000)}}"}"""));
        var length = 1_000;
        while (await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, $$"""{"description":"{{new string('語', length)}}"}""") != "200")
        {
            length -= 50;
        }

        Assert.Equal("400 template_too_large", await admin.SendOutcomeAsync(HttpMethod.Post, path + "/copy", null, $$"""{"name":"{{new string('語', 200)}}"}"""));
        Assert.Equal(50, (await admin.GetJsonAsync(path)).GetProperty("items").GetArrayLength());

        static string Many(int count, string help) => Checklists.Body(items: $"[{string.Join(',', Enumerable.Range(1, count).Select(i =>
            help.Contains("label", StringComparison.Ordinal) ? $$"""{"itemType":"NUMBER","helpText":"{{help}}"}""" : $$"""{"label":"Item {{i}}","itemType":"NUMBER","helpText":"{{help}}"}"""))}]");
    }

    [Fact]
    public async Task The_scope_is_switched_by_both_of_its_members()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        var (other, category) = (await app.CreateInspectingTenantAsync(), await CategoryAsync(tenant));
        using var admin = app.Client(tenant.Owner);
        var path = await admin.MakeTemplateAsync();

        Assert.Equal("400 category_scope_must_be_kind_xor_id", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, $$"""{"categoryId":"{{category}}"}"""));
        Assert.Equal("400 category_scope_must_be_kind_xor_id", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, """{"categoryKind":null}"""));
        Assert.Equal("404 category_not_found", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, $$"""{"categoryKind":null,"categoryId":"{{await CategoryAsync(other)}}"}"""));
        var switched = await admin.SendJsonAsync(HttpMethod.Patch, path, 1, $$"""{"categoryKind":null,"categoryId":"{{category}}"}""");
        Assert.Equal((null, category.ToString()), (switched.Text("categoryKind"), switched.Text("categoryId")));
        Assert.Equal("409 in_use", await admin.SendOutcomeAsync(HttpMethod.Delete, $"/api/categories/{category}", 1));
        Assert.Equal("VEHICLE", (await admin.SendJsonAsync(HttpMethod.Patch, path, 2, """{"categoryKind":"VEHICLE","categoryId":null}""")).Text("categoryKind"));
    }

    [Fact]
    public async Task A_list_is_narrowed_to_an_asset_or_a_kind_in_the_order_of_the_launcher()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        var category = await CategoryAsync(tenant);
        var kind = (string)(await app.RunAsync("select kind from categories where id = $1", category))!;
        var asset = await tenant.AssetAsync("VAN");
        using var admin = app.Client(tenant.Owner);
        using var driver = app.Client(tenant.Driver);
        await admin.MakeTemplateAsync(Checklists.Body("Kind", $"\"displayOrder\":5,\"categoryKind\":\"{kind}\""));
        await admin.MakeTemplateAsync(Checklists.Body("Category", $"\"displayOrder\":9,\"categoryId\":\"{category}\""));
        await admin.MakeTemplateAsync(Checklists.Body("First", $"\"categoryKind\":\"{kind}\""));
        await admin.MakeTemplateAsync(Checklists.Body("Other", $"\"categoryKind\":\"{(kind == "LICENSE" ? "OTHER" : "LICENSE")}\""));
        var archived = await admin.MakeTemplateAsync(Checklists.Body("Archived", $"\"displayOrder\":1,\"categoryKind\":\"{kind}\""));
        await admin.SendOutcomeAsync(HttpMethod.Delete, archived, null);

        foreach (var (query, names) in new[]
        {
            ("", "First,Other,Kind,Category"), ($"?assetId={asset}", "First,Kind,Category"), ($"?assetId={asset}&categoryKind=LICENSE", "First,Kind,Category"),
            ($"?categoryKind={kind}", "First,Kind"), ($"?assetId={asset}&includeArchived=true", "First,Archived,Kind,Category"), ($"?assetId={asset}&includeArchived=1&limit=2", "First,Archived"),
            ($"?assetId={asset}&includeArchived=false", "First,Kind,Category"), ($"?assetId={asset}&includeArchived=yes", "First,Kind,Category"),
        })
        {
            Assert.Equal((query, names), (query, string.Join(',', (await driver.GetJsonAsync(Route + query)).GetProperty("items").EnumerateArray().Select(t => t.Text("name")))));
        }

        foreach (var query in new[] { "limit=0", "limit=201", "limit=", "limit=x", "assetId=x", "categoryKind=vehicle", "categoryKind=" })
        {
            Assert.Equal((query, "400 invalid_query"), (query, await driver.GetOutcomeAsync($"{Route}?{query}")));
        }

        Assert.Equal("404 asset_not_found", await driver.GetOutcomeAsync($"{Route}?assetId={TestTenant.NewId()}"));
    }

    [Fact]
    public async Task An_archived_checklist_is_hidden_readable_not_changed_and_restored()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);
        using var driver = app.Client(tenant.Driver);
        var path = await admin.MakeTemplateAsync();

        Assert.Equal("403 admin_role_required", await driver.SendOutcomeAsync(HttpMethod.Delete, path, null));
        Assert.Equal("204", await admin.SendOutcomeAsync(HttpMethod.Delete, path, null));
        Assert.Equal("204", await admin.SendOutcomeAsync(HttpMethod.Delete, path, null));
        Assert.Equal("""{"items":[]}""", (await driver.GetJsonAsync(Route)).GetRawText());
        var archived = await driver.GetJsonAsync(path);
        Assert.NotNull(archived.Text("archivedAt"));
        Assert.Equal("409 inspection_template_archived", await admin.SendOutcomeAsync(HttpMethod.Patch, path, archived.Number("version"), """{"name":"New"}"""));
        Assert.Equal("409 inspection_template_archived", await admin.SendOutcomeAsync(HttpMethod.Post, $"{path}/versions/1/publish", archived.Number("version")));

        Assert.Null((await admin.SendJsonAsync(HttpMethod.Post, $"{path}/restore", null)).Text("archivedAt"));
        Assert.Equal(3, (await admin.SendJsonAsync(HttpMethod.Post, $"{path}/restore", null)).Number("version"));
        Assert.Equal(
            "archived,created,restored",
            await app.RunAsync("select string_agg(split_part(action, '.', 4), ',' order by action) from audit_events where tenant_id = $1 and action like 'panorama.inspection.template.%'", tenant.Id));
    }

    [Fact]
    public async Task A_copy_asks_the_same_under_another_name()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);
        var path = await admin.MakeTemplateAsync();

        using var made = await admin.SendAsync(HttpMethod.Post, $"{path}/copy", null, """{"name":"Post-trip"}""");

        Assert.Equal("201", await made.OutcomeAsync());
        var (source, copy) = (await admin.GetJsonAsync(path), await admin.GetJsonAsync(made.Headers.Location!.ToString()));
        Assert.Equal(("Post-trip", 1, 1), (copy.Text("name"), copy.Number("version"), copy.Number("contentVersion")));
        Assert.Equal(source.Labels(), copy.Labels());
        Assert.Empty(source.ItemIds().Intersect(copy.ItemIds(), StringComparer.Ordinal));
        Assert.Equal("name:required", await admin.SendErrorsAsync(HttpMethod.Post, $"{path}/copy", null, "{}"));
    }

    [Fact]
    public async Task What_belongs_to_another_organisation_is_not_there()
    {
        var (mine, theirs) = (await app.CreateInspectingTenantAsync(), await app.CreateInspectingTenantAsync());
        using var stranger = app.Client(theirs.Owner);
        using var admin = app.Client(mine.Owner);
        var path = await stranger.MakeTemplateAsync();

        foreach (var address in new[] { path, $"{Route}/{TestTenant.NewId()}", $"{Route}/x" })
        {
            foreach (var (method, suffix, body) in new[]
            {
                (HttpMethod.Get, "", null), (HttpMethod.Patch, "", """{"name":"New"}"""), (HttpMethod.Delete, "", null), (HttpMethod.Post, "/restore", null), (HttpMethod.Get, "/versions", null),
                (HttpMethod.Get, "/versions/1", null), (HttpMethod.Post, "/versions/1/publish", null), (HttpMethod.Post, "/copy", """{"name":"New"}"""),
            })
            {
                Assert.Equal((suffix, "404 inspection_template_not_found"), (suffix, await admin.SendOutcomeAsync(method, address + suffix, 1, body)));
            }
        }

        Assert.Equal("""{"items":[]}""", (await admin.GetJsonAsync(Route)).GetRawText());
        Assert.Equal(1, (await stranger.GetJsonAsync(path)).Number("version"));
    }

    private async Task<Guid> CategoryAsync(TestTenant tenant) => (Guid)(await app.RunAsync("select category_id from asset_models where id = $1", tenant.ModelId))!;
}
