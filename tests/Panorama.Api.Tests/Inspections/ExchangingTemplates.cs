using System.Text;
using Panorama.Core.Inspections;

namespace Panorama.Api.Tests.Inspections;

/// <summary>Checklists as files, and those that come with the product.</summary>
public sealed class ExchangingTemplates(ApiApp app)
{
    private const string Route = "/api/inspection-templates";
    private const string Import = Route + "/import";
    private const string Library = Route + "/library";

    [Fact]
    public async Task What_one_organisation_exports_another_imports_as_it_was()
    {
        var (mine, theirs) = (await app.CreateInspectingTenantAsync(), await app.CreateInspectingTenantAsync());
        using var admin = app.Client(mine.FleetAdmin);
        using var elsewhere = app.Client(theirs.Owner);
        var path = await admin.MakeTemplateAsync(Checklists.Body("Pré-viagem “van” №7", "\"displayOrder\":3,\"description\":\"Two\\nlines\",\"categoryKind\":\"VEHICLE\""));

        var (file, name, type) = await ExportAsync(admin, path);
        Assert.Equal(("pre-viagem-van-7.json", "application/json"), (name, type));
        Assert.Equal(
            """
            {
              "format": "panorama.checklist",
              "formatVersion": 1,
              "name": "Pré-viagem “van” №7",
              "categoryKind": "VEHICLE",
              "items": [
                {
                  "label": "Tyres",
                  "itemType": "BOOLEAN",
                  "required": true,
                  "photoRequired": false,
                  "minValue": null,
                  "maxValue": null,
                  "helpText": "Tread and pressure",
                  "severity": "MAJOR"
                },
            """.ReplaceLineEndings("\n"),
            file[..file.IndexOf("\n    {\n      \"label\": \"Fuel\"", StringComparison.Ordinal)]);

        using var made = await elsewhere.SendAsync(HttpMethod.Post, Import, null, file);

        Assert.Equal(("201", "\"1\""), (await made.OutcomeAsync(), made.Headers.ETag!.Tag));
        var (source, copy) = (await admin.GetJsonAsync(path), await elsewhere.GetJsonAsync(made.Headers.Location!.ToString()));
        Assert.Equal(Content(source), Content(copy));
        Assert.Equal(theirs.Owner.UserId.ToString(), copy.Text("createdByUserId"));
        Assert.Empty(source.ItemIds().Intersect(copy.ItemIds(), StringComparer.Ordinal));
        Assert.Equal(file, (await ExportAsync(elsewhere, made.Headers.Location.ToString())).File);
        Assert.Equal(
            """{"name": "Pré-viagem “van” №7", "scope": {"kind": "categoryKind", "value": "VEHICLE"}, "itemCount": 4}""",
            await app.RunAsync("select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.inspection.template.created'", theirs.Id));
    }

    [Fact]
    public async Task A_checklist_as_large_as_is_taken_goes_out_and_in_again()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var items = string.Join(',', Enumerable.Range(1, 50).Select(i => $$"""{"label":"計 {{i}}","itemType":"NUMBER","minValue":-1.2345678901234567e-5,"maxValue":1.2345678901234567e-5,"helpText":"{{new string('語', 315)}}"}"""));
        var path = await admin.MakeTemplateAsync(Checklists.Body(items: $"[{items}]"));

        var (file, _, _) = await ExportAsync(admin, path);
        var copy = await admin.SendJsonAsync(HttpMethod.Post, Import, null, file);

        Assert.Equal(Content(await admin.GetJsonAsync(path)), Content(copy));
    }

    [Fact]
    public async Task A_category_is_found_again_by_its_name_or_said_by_whoever_imports()
    {
        var (mine, theirs) = (await app.CreateInspectingTenantAsync(), await app.CreateInspectingTenantAsync());
        using var admin = app.Client(mine.Owner);
        using var elsewhere = app.Client(theirs.Owner);
        var category = (Guid)(await app.RunAsync("select category_id from asset_models where id = $1", mine.ModelId))!;
        await app.RunAsync("update categories set name = 'Box vans', kind = 'VEHICLE' where id = $1", category);
        var path = await admin.MakeTemplateAsync(Checklists.Body(scope: $"\"categoryId\":\"{category}\""));
        var (file, _, _) = await ExportAsync(admin, path);
        var other = (Guid)(await app.RunAsync("select category_id from asset_models where id = $1", theirs.ModelId))!;

        Assert.Contains("\"categoryName\": \"Box vans\"", file, StringComparison.Ordinal);
        Assert.Equal(category.ToString(), (await admin.SendJsonAsync(HttpMethod.Post, Import, null, file)).Text("categoryId"));
        using var refused = await elsewhere.SendAsync(HttpMethod.Post, Import, null, file);
        var problem = await refused.ReadProblemAsync();
        Assert.Equal((404, "category_not_found", """{"name":"Box vans","kind":"VEHICLE"}"""), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetRawText()));
        Assert.Equal("404 category_not_found", await elsewhere.SendOutcomeAsync(HttpMethod.Post, $"{Import}?categoryId={category}", null, file)); // of another organisation
        Assert.Equal("LICENSE", (await elsewhere.SendJsonAsync(HttpMethod.Post, $"{Import}?categoryKind=LICENSE", null, file)).Text("categoryKind"));
        Assert.Equal(other.ToString(), (await elsewhere.SendJsonAsync(HttpMethod.Post, $"{Import}?categoryId={other}", null, file)).Text("categoryId"));
        Assert.Equal("400 category_scope_must_be_kind_xor_id", await elsewhere.SendOutcomeAsync(HttpMethod.Post, $"{Import}?categoryId={other}&categoryKind=VEHICLE", null, file));
        Assert.Equal("400 invalid_query", await elsewhere.SendOutcomeAsync(HttpMethod.Post, $"{Import}?categoryKind=vans", null, file));
        Assert.Equal("400 invalid_query", await elsewhere.SendOutcomeAsync(HttpMethod.Post, $"{Import}?categoryId=x", null, file));
    }

    [Theory]
    [InlineData("""{"format":"other"}""", "format:not_available")]
    [InlineData("""{"formatVersion":2}""", "formatVersion:not_available")]
    [InlineData("""{"format":null}""", "format:wrong_form")]
    [InlineData("""{"name":" "}""", "name:too_short")]
    [InlineData("""{"colour":"red"}""", "colour:unknown_member")]
    [InlineData("""{"displayOrder":-1}""", "displayOrder:out_of_range")]
    [InlineData("""{"categoryKind":"VAN"}""", "categoryKind:wrong_form")]
    [InlineData("""{"items":[{"label":"a","itemType":"TEXT"},{"label":"b","itemType":"TEXT","colour":1}]}""", "items[1].colour:unknown_member")]
    [InlineData("""{"items":[{"label":"a","itemType":"TEXT"},{"label":7,"itemType":"TEXT"}]}""", "items[1].label:wrong_form")]
    [InlineData("""{"items":[{"label":"a","itemType":"YES"}]}""", "items[0].itemType:wrong_form")]
    [InlineData("""{"items":[{"label":"a"},{"itemType":"TEXT"},null]}""", "items[0].itemType:required items[1].label:required items[2]:wrong_form")]
    [InlineData("""{"items":[{"label":"a","itemType":"NUMBER","severity":"MINOR"}]}""", "items[0].severity:not_available")]
    public async Task A_file_that_is_none_says_where(string change, string errors)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal(errors, await admin.SendErrorsAsync(HttpMethod.Post, Import, null, File(change)));
        Assert.Equal(0L, await app.RunAsync("select count(*) from inspection_templates where tenant_id = $1", tenant.Id));
    }

    [Theory]
    [InlineData("""{"items":[]}""", "items_min_1", null)]
    [InlineData("""{"items":[{"label":"a","itemType":"TEXT"},{"label":"b","itemType":"TEXT","maxValue":1}]}""", "numeric_bounds_only_for_NUMBER", """{"path":"items[1].maxValue"}""")]
    [InlineData("""{"items":[{"label":"a","itemType":"NUMBER","minValue":2,"maxValue":1}]}""", "minValue_must_be_le_maxValue", """{"path":"items[0].minValue"}""")]
    public async Task A_file_is_held_to_the_rules_of_every_checklist(string change, string code, string? args)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);

        using var refused = await admin.SendAsync(HttpMethod.Post, Import, null, File(change));

        var problem = await refused.ReadProblemAsync();
        Assert.Equal((400, code, args), (problem.Status, problem.Code, problem.Body.TryGetProperty("args", out var found) ? found.GetRawText() : null));
    }

    [Fact]
    public async Task Too_many_items_too_much_text_and_what_is_no_JSON_are_refused()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var many = string.Join(',', Enumerable.Repeat("""{"label":"a","itemType":"TEXT"}""", 51));
        var long50 = string.Join(',', Enumerable.Repeat($$"""{"label":"{{new string('y', 200)}}","itemType":"TEXT","helpText":"{{new string('x', 1_000)}}"}""", 50));

        Assert.Equal("400 items_max_50", await admin.SendOutcomeAsync(HttpMethod.Post, Import, null, File($$"""{"items":[{{many}}]}""")));
        Assert.Equal("400 template_too_large", await admin.SendOutcomeAsync(HttpMethod.Post, Import, null, File($$"""{"items":[{{long50}}]}""")));
        Assert.Equal("413 body_too_large", await admin.SendOutcomeAsync(HttpMethod.Post, Import, null, File("{}") + new string(' ', 200_000)));
        Assert.Equal("400 malformed_body", await admin.SendOutcomeAsync(HttpMethod.Post, Import, null, "name;kind\nPre-trip;VEHICLE"));
        Assert.Equal("0", (await app.RunAsync("select count(*)::text from inspection_templates where tenant_id = $1", tenant.Id))!);
    }

    [Fact]
    public async Task The_same_file_sent_twice_under_one_key_makes_one_checklist()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);
        admin.DefaultRequestHeaders.Add("Idempotency-Key", "one");

        var first = await admin.SendJsonAsync(HttpMethod.Post, Import, null, File("{}"));
        var second = await admin.SendJsonAsync(HttpMethod.Post, Import, null, File("{}"));

        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal(1L, await app.RunAsync("select count(*) from inspection_templates where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task Files_and_the_library_are_for_admins_and_an_organisation_s_own()
    {
        var (mine, theirs) = (await app.CreateInspectingTenantAsync(), await app.CreateInspectingTenantAsync());
        using var admin = app.Client(mine.Owner);
        using var stranger = app.Client(theirs.Owner);
        var path = await admin.MakeTemplateAsync();
        foreach (var person in new[] { mine.Staff, mine.Driver })
        {
            using var member = app.Client(person);
            Assert.Equal("403 admin_role_required", await member.GetOutcomeAsync(Library));
            Assert.Equal("403 admin_role_required", await member.GetOutcomeAsync($"{path}/export"));
            Assert.Equal("403 admin_role_required", await member.SendOutcomeAsync(HttpMethod.Post, Import, null, "{"));
        }

        Assert.Equal("404 inspection_template_not_found", await stranger.GetOutcomeAsync($"{path}/export"));
        Assert.Equal("404 inspection_template_not_found", await admin.GetOutcomeAsync($"{Route}/x/export"));
    }

    [Theory]
    [InlineData("", "en", "Pre-trip check, car or van|Driver vehicle inspection report|Forklift, before each shift|Laptop hand-over")]
    [InlineData("?locale=en", "en", "Pre-trip check, car or van|Driver vehicle inspection report|Forklift, before each shift|Laptop hand-over")]
    [InlineData("?locale=pt-br", "pt-BR", "Verificação antes da viagem, carro ou van|Relatório de inspeção do veículo pelo motorista|Empilhadeira, antes de cada turno|Entrega de notebook")]
    [InlineData("?locale=es", "es", "Revisión antes del viaje, coche o furgoneta|Informe de inspección del vehículo por el conductor|Carretilla elevadora, antes de cada turno|Entrega de portátil")]
    public async Task Every_checklist_of_the_library_can_be_made_as_it_is(string query, string language, string names)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);

        var library = (await admin.GetJsonAsync(Library + query)).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(names, string.Join('|', library.Select(t => t.Text("name"))));
        foreach (var (template, known) in library.Zip(TemplateLibrary.All))
        {
            var body = $$"""{"name":{{template.GetProperty("name").GetRawText()}},"description":{{template.GetProperty("description").GetRawText()}},"categoryKind":"{{template.Text("categoryKind")}}","items":{{template.GetProperty("items").GetRawText()}}}""";
            var made = await admin.SendJsonAsync(HttpMethod.Post, Route, null, body);
            Assert.Equal(known.In(language).Items.Select(i => i.Label), made.Labels());
        }
    }

    [Fact]
    public async Task The_report_of_the_United_States_asks_for_the_eleven_parts_in_their_order_and_names_the_rule()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.Owner);

        var report = (await admin.GetJsonAsync(Library)).GetProperty("items").EnumerateArray().Single(t => t.Text("key") == "dvir");

        Assert.Equal("49 CFR §396.11(a)(1)", report.Text("sourceTitle"));
        Assert.Equal("https://www.ecfr.gov/current/title-49/subtitle-B/chapter-III/subchapter-B/part-396/section-396.11", report.Text("sourceUrl"));
        Assert.Equal(
            [
                "Service brakes, including trailer brake connections", "Parking brake", "Steering mechanism", "Lighting devices and reflectors", "Tyres", "Horn",
                "Windscreen wipers", "Rear-view mirrors", "Coupling devices", "Wheels and rims", "Emergency equipment", "Other defects",
            ],
            report.Labels());
        Assert.All(report.GetProperty("items").EnumerateArray().SkipLast(1), i => Assert.Equal(("BOOLEAN", true), (i.Text("itemType"), i.GetProperty("required").GetBoolean())));
        Assert.Equal("400 invalid_query", await admin.GetOutcomeAsync(Library + "?locale=de"));
        Assert.Equal("400 invalid_query", await admin.GetOutcomeAsync(Library + "?locale="));
    }

    /// <summary>A good file with members put over it.</summary>
    private static string File(string change)
    {
        var file = System.Text.Json.Nodes.JsonNode.Parse($$"""{"format":"panorama.checklist","formatVersion":1,"name":"Pre-trip","categoryKind":"VEHICLE","items":{{Checklists.Items}}}""")!.AsObject();
        foreach (var (member, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject())
        {
            file[member] = value?.DeepClone();
        }

        return file.ToJsonString();
    }

    private static async Task<(string File, string? Name, string? Type)> ExportAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri($"{path}/export", UriKind.Relative), TestContext.Current.CancellationToken);
        var file = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("200", await response.OutcomeAsync());
        var disposition = response.Content.Headers.ContentDisposition!;
        Assert.Equal("attachment", disposition.DispositionType);
        return (file, disposition.FileName, response.Content.Headers.ContentType?.MediaType);
    }

    private static string Content(System.Text.Json.JsonElement template) => string.Join('\n',
    [
        template.Text("name"), template.Text("description"), template.Text("categoryKind"), template.GetProperty("displayOrder").GetRawText(),
        .. template.GetProperty("items").EnumerateArray().Select(i => string.Join('|', i.EnumerateObject().Where(m => m.Name != "id").Select(m => $"{m.Name}={m.Value.GetRawText()}"))),
    ]);
}
