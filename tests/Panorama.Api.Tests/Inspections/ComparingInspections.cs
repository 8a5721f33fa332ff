using System.Text.Json;
using Panorama.Core.Labels;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

/// <summary>What stands beside an inspection when it is reviewed: the one before, its defects, its place in the queue.</summary>
public sealed class ComparingInspections(ApiApp app)
{
    private const string Route = "/api/inspections";

    [Fact]
    public async Task Each_item_stands_beside_the_same_item_of_the_inspection_before()
    {
        using var world = await World.CreateAsync(app);
        var before = await world.InspectAsync(world.Driver, """{"booleanValue":true,"note":"good"}""", """{"numberValue":60.2}""", """{"textValue":"none"}""", """{"note":"front"}""");
        var (kept, deleted) = (await world.PhotographAsync(before, "front"), await world.PhotographAsync(before, "front", isDeleted: true));
        Assert.Equal("200", await world.Admin.SendOutcomeAsync(
            HttpMethod.Put, $"{Route}/{before}/photos/{kept}/marks", 1, """{"marks":[{"shape":"CIRCLE","x":4200,"y":5100,"radius":900,"text":"Scratch"}]}"""));
        var run = await world.InspectAsync(world.Driver, """{"booleanValue":false,"note":"worn"}""", """{"numberValue":60.5}""", """{"textValue":"none"}""", null);

        var shown = await world.Driver.GetJsonAsync($"{Route}/{run}/previous");

        var previous = shown.GetProperty("previous");
        Assert.Equal((run.ToString(), before.ToString(), "PASS"), (shown.Text("inspectionId"), previous.Text("id"), previous.Text("outcome")));
        Assert.Equal($"driver of {world.Tenant.Slug}", previous.Text("startedByName"));
        var items = shown.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(await world.ItemsAsync(run), items.Select(i => i.Text("snapshotItemId")));
        Assert.Equal([(true, null), (true, 0.3), (false, null), (true, null)], items.Select(i => (i.GetProperty("isChanged").GetBoolean(), i.NumberOrNull("difference"))));
        var then = items.ConvertAll(i => i.GetProperty("previous"));
        Assert.Equal((true, "good", false), (then[0].GetProperty("booleanValue").GetBoolean(), then[0].Text("note"), then[0].GetProperty("isFailed").GetBoolean()));
        Assert.Equal((60.2, "none"), (then[1].NumberOrNull("numberValue"), then[2].Text("textValue")));
        Assert.Equal([kept.ToString()], then[3].GetProperty("photos").EnumerateArray().Select(p => p.Text("id")));
        Assert.Equal([(1, "Scratch")], then[3].GetProperty("photos")[0].GetProperty("marks").EnumerateArray().Select(m => (m.Number("number"), m.Text("text"))));
        Assert.DoesNotContain(deleted.ToString(), shown.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_edit_of_the_checklist_an_item_is_known_by_its_label_and_kind()
    {
        using var world = await World.CreateAsync(app);
        await world.InspectAsync(world.Driver, """{"booleanValue":false,"note":"worn"}""", """{"numberValue":60}""", """{"textValue":"none"}""", null);
        using var changed = await world.Admin.SendAsync(HttpMethod.Patch, world.Template, 1,
            """{"items":[{"label":"Remarks","itemType":"TEXT"},{"label":"Fuel","itemType":"TEXT"},{"label":"tyres ","itemType":"BOOLEAN","severity":"MAJOR"},{"label":"Lamps","itemType":"BOOLEAN"}]}""");
        Assert.Equal("200", await changed.OutcomeAsync());
        var run = await world.InspectAsync(world.Driver, """{"textValue":"none"}""", """{"textValue":"half"}""", """{"booleanValue":true}""", """{"booleanValue":true}""");

        var items = (await world.Driver.GetJsonAsync($"{Route}/{run}/previous")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("previous")).ToList();

        Assert.Equal("none", items[0].Text("textValue"));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (items[1].ValueKind, items[3].ValueKind)); // another kind of answer, and nothing then
        Assert.Equal((true, "worn"), (items[2].GetProperty("isFailed").GetBoolean(), items[2].Text("note")));
    }

    [Fact]
    public async Task What_was_given_up_is_of_another_asset_or_of_another_checklist_is_not_the_one_before()
    {
        using var world = await World.CreateAsync(app);
        var cancelled = await World.StartAsync(world.Driver, world.Asset);
        Assert.Equal("200", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{cancelled}/cancel", null, "{}"));
        await world.InspectAsync(world.Driver, await world.Tenant.AssetAsync("VAN-2"), """{"booleanValue":true}""", """{"numberValue":1}""", null, null);
        var other = await world.Admin.MakeTemplateAsync(Checklists.Body("Other", world.Scope, """[{"label":"Tyres","itemType":"BOOLEAN"}]"""));
        var foreign = (await world.Driver.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset, templateId = other.Split('/')[^1] })).GetProperty("id").GetGuid();
        Assert.Equal("200", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{foreign}/complete", null, """{"outcome":"PASS"}"""));
        var run = (await world.Driver.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset, templateId = world.Template.Split('/')[^1] })).GetProperty("id").GetGuid();

        var open = await world.Driver.GetJsonAsync($"{Route}/{run}/previous");

        Assert.Equal(JsonValueKind.Null, open.GetProperty("previous").ValueKind);
        Assert.Equal(4, open.GetProperty("items").GetArrayLength());
        Assert.All(open.GetProperty("items").EnumerateArray(), i => Assert.Equal((JsonValueKind.Null, false), (i.GetProperty("previous").ValueKind, i.GetProperty("isChanged").GetBoolean())));
    }

    [Fact]
    public async Task A_driver_is_shown_nothing_of_what_somebody_else_inspected()
    {
        using var world = await World.CreateAsync(app);
        var own = await world.InspectAsync(world.Driver, """{"booleanValue":true}""", """{"numberValue":10}""", null, null);
        var hidden = await world.InspectAsync(world.Staff, """{"booleanValue":true,"note":"secret"}""", """{"numberValue":20}""", null, null);
        var run = await world.InspectAsync(world.Driver, """{"booleanValue":true}""", """{"numberValue":30}""", null, null);

        var (driver, desk) = (await world.Driver.GetJsonAsync($"{Route}/{run}/previous"), await world.Staff.GetJsonAsync($"{Route}/{run}/previous"));

        Assert.Equal((own.ToString(), hidden.ToString()), (driver.GetProperty("previous").Text("id"), desk.GetProperty("previous").Text("id")));
        Assert.DoesNotContain("secret", driver.GetRawText(), StringComparison.Ordinal);
        Assert.Equal((20.0, 10.0), (driver.GetProperty("items")[1].NumberOrNull("difference"), desk.GetProperty("items")[1].NumberOrNull("difference")));
    }

    [Fact]
    public async Task Who_may_not_see_an_inspection_sees_nothing_of_what_stands_beside_it()
    {
        using var world = await World.CreateAsync(app);
        using var elsewhere = app.Client((await app.CreateInspectingTenantAsync()).Owner);
        var run = await world.InspectAsync(world.Staff, """{"booleanValue":true}""", """{"numberValue":10}""", null, null);

        foreach (var part in new[] { "previous", "defects", "qr.svg", "queue" })
        {
            Assert.Equal((part, "404 inspection_not_found"), (part, await elsewhere.GetOutcomeAsync($"{Route}/{run}/{part}")));
            Assert.Equal((part, "404 inspection_not_found"), (part, await world.Admin.GetOutcomeAsync($"{Route}/{TestTenant.NewId()}/{part}")));
            Assert.Equal((part, "404 inspection_not_found"), (part, await world.Admin.GetOutcomeAsync($"{Route}/7/{part}")));
            Assert.Equal((part, part == "queue" ? "403 admin_role_required" : "404 inspection_not_found"), (part, await world.Driver.GetOutcomeAsync($"{Route}/{run}/{part}")));
            Assert.Equal((part, part == "queue" ? "403 admin_role_required" : "200"), (part, await world.Staff.GetOutcomeAsync($"{Route}/{run}/{part}")));
        }

        await app.RunAsync("update tenant_features set enabled = false where tenant_id = $1", world.Tenant.Id);
        foreach (var part in new[] { "previous", "defects", "qr.svg", "queue" })
        {
            Assert.Equal((part, "404 feature_disabled"), (part, await world.Admin.GetOutcomeAsync($"{Route}/{run}/{part}")));
        }
    }

    [Fact]
    public async Task An_inspection_knows_what_waits_for_a_review_before_and_after_it()
    {
        using var world = await World.CreateAsync(app);
        var runs = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            runs.Add((await world.InspectAsync(world.Driver, """{"booleanValue":false}""", """{"numberValue":1}""", null, null)).ToString());
        }

        var passed = await world.InspectAsync(world.Driver, """{"booleanValue":true}""", """{"numberValue":1}""", null, null);

        Assert.Equal((true, 0, 2, null, runs[1]), await PlaceAsync(runs[2]));
        Assert.Equal((true, 1, 1, runs[2], runs[0]), await PlaceAsync(runs[1]));
        Assert.Equal((true, 2, 0, runs[1], null), await PlaceAsync(runs[0]));
        Assert.Equal((false, 0, 3, null, runs[2]), await PlaceAsync(passed.ToString()));
        await world.Admin.SendJsonAsync(HttpMethod.Post, $"{Route}/{runs[1]}/review", null, "{}");
        Assert.Equal((false, 1, 1, runs[2], runs[0]), await PlaceAsync(runs[1]));
        Assert.Equal((true, 0, 1, null, runs[0]), await PlaceAsync(runs[2]));
        var next = (await world.Admin.GetJsonAsync($"{Route}/{runs[2]}/queue")).GetProperty("next");
        Assert.Equal(("VAN-1", "Pre-trip"), (next.Text("assetTag"), next.Text("templateName")));

        async Task<(bool, double, double, string?, string?)> PlaceAsync(string run)
        {
            var place = await world.Admin.GetJsonAsync($"{Route}/{run}/queue");
            return (place.GetProperty("isWaiting").GetBoolean(), place.NumberOrNull("newer")!.Value, place.NumberOrNull("older")!.Value, Id("previous"), Id("next"));

            string? Id(string side) => place.GetProperty(side) is { ValueKind: JsonValueKind.Object } waiting ? waiting.Text("id") : null;
        }
    }

    [Fact]
    public async Task Its_defects_are_those_that_it_opened_or_saw_again_and_those_that_were_known_when_it_ended()
    {
        using var world = await World.CreateAsync(app);
        var first = await world.InspectAsync(world.Driver, """{"booleanValue":false,"note":"worn"}""", """{"numberValue":1}""", null, null);
        var tyres = Assert.Single(await DefectsAsync(first)).Id;
        var good = await World.StartAsync(world.Driver, world.Asset);
        await world.AnswerAsync(good, """{"booleanValue":true}""", """{"numberValue":1}""", null, null);
        Assert.Equal("200", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{good}/complete", null, $$"""{"outcome":"PASS","acknowledgedDefects":["{{tyres}}"]}"""));
        var second = await world.InspectAsync(world.Driver, """{"booleanValue":false}""", """{"numberValue":1}""", null, null);

        Assert.Equal([(tyres, true, false, false)], await DefectsAsync(first));
        Assert.Equal([(tyres, false, true, true)], await DefectsAsync(good));
        Assert.Equal([(tyres, true, true, false)], await DefectsAsync(second));

        await world.Admin.SendJsonAsync(HttpMethod.Post, $"/api/defects/{tyres}/certify", null, """{"outcome":"REPAIRED","note":"new"}""");
        var third = await world.InspectAsync(world.Driver, """{"booleanValue":false}""", """{"numberValue":1}""", null, null);
        var other = Assert.Single(await DefectsAsync(third));
        Assert.NotEqual(tyres, other.Id);
        Assert.Equal((true, false), (other.IsFound, other.IsKnown));
        Assert.Equal([(tyres, true, true, false)], await DefectsAsync(second));
        var repaired = (await world.Driver.GetJsonAsync($"{Route}/{second}/defects")).GetProperty("items")[0].GetProperty("defect");
        Assert.Equal(("CERTIFIED", "new", "Tyres"), (repaired.Text("status"), repaired.Text("resolutionNote"), repaired.Text("label")));

        var open = await World.StartAsync(world.Driver, world.Asset);
        Assert.Equal([(other.Id, false, true, false)], await DefectsAsync(open));

        async Task<List<(string Id, bool IsFound, bool IsKnown, bool IsAcknowledged)>> DefectsAsync(Guid run) =>
        [
            .. from item in (await world.Driver.GetJsonAsync($"{Route}/{run}/defects")).GetProperty("items").EnumerateArray()
               select (item.GetProperty("defect").Text("id")!, item.GetProperty("isFound").GetBoolean(), item.GetProperty("isKnown").GetBoolean(), item.GetProperty("isAcknowledged").GetBoolean()),
        ];
    }

    [Fact]
    public async Task The_code_of_its_report_leads_to_its_page()
    {
        using var world = await World.CreateAsync(app);
        var run = await World.StartAsync(world.Driver, world.Asset);

        using var drawn = await world.Driver.GetAsync(new Uri($"{Route}/{run}/qr.svg", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("image/svg+xml", drawn.Content.Headers.ContentType?.MediaType);
        Assert.Equal(QrImage.Of($"{ApiApp.WebOrigin}/inspections/{run}").ToSvg(), await drawn.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A tenant with a van and a checklist of one item of each kind.</summary>
    private sealed record World(ApiApp App, TestTenant Tenant, HttpClient Admin, HttpClient Staff, HttpClient Driver, Guid Asset, string Scope, string Template) : IDisposable
    {
        private const string Items =
            """
            [{"label":"Tyres","itemType":"BOOLEAN","severity":"MAJOR"},{"label":"Fuel","itemType":"NUMBER"},{"label":"Remarks","itemType":"TEXT"},{"label":"Front","itemType":"PHOTO"}]
            """;

        public static async Task<World> CreateAsync(ApiApp app)
        {
            var tenant = await app.CreateInspectingTenantAsync();
            var admin = app.Client(tenant.FleetAdmin);
            var scope = $"\"categoryId\":\"{await app.RunAsync("select category_id from asset_models where id = $1", tenant.ModelId)}\"";
            var template = await admin.MakeTemplateAsync(Checklists.Body(scope: scope, items: Items));
            return new World(app, tenant, admin, app.Client(tenant.Staff), app.Client(tenant.Driver), await tenant.AssetAsync("VAN-1"), scope, template);
        }

        public static async Task<Guid> StartAsync(HttpClient client, Guid asset) =>
            (await client.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = asset })).GetProperty("id").GetGuid();

        public async Task<List<string?>> ItemsAsync(Guid run) => [.. (await Admin.GetJsonAsync($"{Route}/{run}")).GetProperty("templateSnapshot").ItemIds()];

        /// <param name="answers">In the order of the items; null leaves one out.</param>
        public async Task AnswerAsync(Guid run, params string?[] answers)
        {
            var given = (await ItemsAsync(run)).Zip(answers).Where(a => a.Second is not null).Select(a => $$"""{"snapshotItemId":"{{a.First}}",{{a.Second![1..]}}""");
            Assert.Equal("200", await Admin.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/responses", null, $$"""{"responses":[{{string.Join(',', given)}}]}"""));
        }

        public Task<Guid> InspectAsync(HttpClient client, params string?[] answers) => InspectAsync(client, Asset, answers);

        public async Task<Guid> InspectAsync(HttpClient client, Guid asset, params string?[] answers)
        {
            var run = await StartAsync(client, asset);
            await AnswerAsync(run, answers);
            var outcome = answers.Any(a => a?.Contains("false", StringComparison.Ordinal) == true) ? "FAIL" : "PASS";
            Assert.Equal("200", await client.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/complete", null, $$"""{"outcome":"{{outcome}}"}"""));
            return run;
        }

        /// <summary>Of the answer with this note.</summary>
        public async Task<Guid> PhotographAsync(Guid run, string note, bool isDeleted = false)
        {
            var (photo, now) = (TestTenant.NewId(), TimeProvider.System.GetUtcNow());
            var key = $"tenants/{Tenant.Id}/inspections/{run}/photos/{photo}";
            await Tenant.AddPhotoAsync(
                new TestPhoto(photo, Asset, $"{key}.jpg", $"{key}_t.jpg", now) { InspectionId = run, DeletedAt = isDeleted ? now : null },
                TestContext.Current.CancellationToken);
            await App.RunAsync(
                "update photos set response_id = (select id from inspection_responses where inspection_id = $2 and note = $3) where id = $1 returning id", photo, run, note);
            return photo;
        }

        public void Dispose()
        {
            Admin.Dispose();
            Staff.Dispose();
            Driver.Dispose();
        }
    }
}
