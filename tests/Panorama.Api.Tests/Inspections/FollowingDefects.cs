using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

public sealed class FollowingDefects(ApiApp app)
{
    private const string Route = "/api/defects";

    [Fact]
    public async Task What_is_found_wrong_follows_the_asset_and_is_shown_to_whoever_inspects_it_next()
    {
        using var world = await World.CreateAsync(app);
        var run = await world.StartAsync(world.Driver);
        await world.AnswerAsync(run, tyres: false, lamps: false, brakes: true, note: "front left");
        Assert.Equal("200", await World.CompleteAsync(world.Driver, run, "NEEDS_MAINTENANCE"));

        var next = await world.Staff.SendJsonAsync(HttpMethod.Post, "/api/inspections", null, new { assetId = world.Asset });

        var shown = next.GetProperty("openDefects").EnumerateArray().ToList();
        Assert.Equal(["Lamps MINOR", "Tyres MAJOR"], shown.Select(d => $"{d.Text("label")} {d.Text("severity")}").Order(StringComparer.Ordinal));
        Assert.All(shown, d => Assert.Equal(
            ("OPEN", run.ToString(), run.ToString(), world.Tenant.Driver.UserId.ToString(), null, "VAN-1"),
            (d.Text("status"), d.Text("inspectionId"), d.Text("lastSeenInspectionId"), d.Text("openedByUserId"), d.Text("resolvedAt"), d.Text("assetTag"))));
        var tyres = shown.Single(d => d.Text("label") == "Tyres");
        Assert.Equal(("front left", $"driver of {world.Tenant.Slug}"), (tyres.Text("note"), tyres.Text("openedByName")));
        Assert.Equal(2, (await world.Staff.GetJsonAsync($"/api/inspections/{next.Text("id")}")).GetProperty("openDefects").GetArrayLength());
        Assert.Equal(tyres.GetRawText(), (await world.Driver.GetJsonAsync($"{Route}/{tyres.Text("id")}")).GetRawText());
        Assert.Equal("MAJOR,MINOR", await world.EventsAsync("defect_opened", "severity"));
        var history = (await world.Staff.GetJsonAsync($"/api/assets/{world.Asset}/history")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, history.Count(h => h.Text("action") == "panorama.inspection.defect_opened"));
        Assert.All(history, h => Assert.DoesNotContain("front left", h.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_open_already_is_seen_again_also_by_an_edited_checklist_and_is_as_bad_as_the_worst()
    {
        using var world = await World.CreateAsync(app);
        await world.InspectAsync(world.Driver, tyres: true, lamps: false, brakes: true, "PASS");
        var first = Assert.Single(await world.OpenAsync());
        await world.Admin.SendJsonAsync(
            HttpMethod.Patch, world.Template, 1,
            """{"items":[{"label":" LAMPS","itemType":"BOOLEAN","severity":"MAJOR"},{"label":"lamps","itemType":"BOOLEAN","severity":"MINOR"},{"label":"Wipers","itemType":"BOOLEAN"}]}""");
        var run = await world.StartAsync(world.Staff);
        var items = await world.ItemsAsync(run);
        await world.AnswerAsync(run, string.Join(',', items.Select(i => $$"""{"snapshotItemId":"{{i}}","booleanValue":false}""")));

        Assert.Equal("200", await World.CompleteAsync(world.Staff, run, "FAIL"));

        var again = Assert.Single(await world.OpenAsync());
        Assert.Equal((first.Text("id"), first.Text("openedAt"), "Lamps", "MAJOR"), (again.Text("id"), again.Text("openedAt"), again.Text("label"), again.Text("severity")));
        Assert.Equal((first.Text("inspectionId"), run.ToString()), (again.Text("inspectionId"), again.Text("lastSeenInspectionId")));
        Assert.Equal("MINOR", await world.EventsAsync("defect_opened", "severity"));
        Assert.Equal("defect_opened,defect_seen_again", await world.AuditAsync());
    }

    [Theory]
    [InlineData(true, true, true, "PASS", null)]
    [InlineData(true, false, true, "PASS", null)]
    [InlineData(false, true, true, "PASS", "NEEDS_MAINTENANCE:Tyres")]
    [InlineData(false, false, true, "NEEDS_MAINTENANCE", null)]
    [InlineData(false, true, true, "FAIL", null)]
    [InlineData(true, true, false, "PASS", "FAIL:Brakes")]
    [InlineData(false, false, false, "NEEDS_MAINTENANCE", "FAIL:Tyres|Brakes")]
    [InlineData(false, false, false, "FAIL", null)]
    public async Task An_outcome_is_no_better_than_what_was_found(bool tyres, bool lamps, bool brakes, string outcome, string? refusal)
    {
        using var world = await World.CreateAsync(app);
        var run = await world.StartAsync(world.Driver);
        await world.AnswerAsync(run, tyres, lamps, brakes);

        using var response = await world.Driver.SendAsync(HttpMethod.Post, $"/api/inspections/{run}/complete", null, $$"""{"outcome":"{{outcome}}"}""");

        if (refusal is null)
        {
            Assert.Equal("200", await response.OutcomeAsync());
            Assert.Equal(new[] { tyres, lamps, brakes }.Count(good => !good), (await world.OpenAsync()).Count);
            return;
        }

        var problem = await response.ReadProblemAsync();
        var args = problem.Body.GetProperty("args");
        var labels = string.Join('|', args.GetProperty("items").EnumerateArray().Select(i => i.Text("label")));
        Assert.Equal((400, "outcome_better_than_found", refusal), (problem.Status, problem.Code, $"{args.Text("computed")}:{labels}"));
        Assert.Equal($"outcome_better_than_found:{labels}", problem.Body.Text("message"));
        Assert.Empty(await world.OpenAsync());
        Assert.Equal("IN_PROGRESS", (await world.Driver.GetJsonAsync($"/api/inspections/{run}")).Text("status"));
    }

    [Fact]
    public async Task Of_four_inspections_that_find_the_same_at_once_one_opens_it()
    {
        using var world = await World.CreateAsync(app);
        using var owner = app.Client(world.Tenant.Owner);
        var clients = new[] { world.Driver, world.Staff, world.Admin, owner };
        var runs = new List<Guid>();
        foreach (var client in clients)
        {
            runs.Add(await world.StartAsync(client));
            await world.AnswerAsync(runs[^1], tyres: false, lamps: false, brakes: false);
        }

        var outcomes = await Task.WhenAll(clients.Zip(runs).SelectMany(pair => Enumerable.Range(0, 4).Select(_ => World.CompleteAsync(pair.First, pair.Second, "FAIL"))));

        Assert.Equal((4, 12), (outcomes.Count(o => o == "200"), outcomes.Count(o => o == "409 inspection_not_in_progress")));
        Assert.Equal(3, (await world.OpenAsync()).Count);
        Assert.Equal("MAJOR,MINOR,OUT_OF_SERVICE", await world.EventsAsync("defect_opened", "severity"));
        Assert.Equal(9L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.inspection.defect_seen_again'", world.Tenant.Id));
    }

    [Fact]
    public async Task A_repair_is_certified_once_and_what_is_found_after_it_is_another_defect()
    {
        using var world = await World.CreateAsync(app);
        await world.InspectAsync(world.Driver, tyres: false, lamps: false, brakes: true, "FAIL");
        var open = (await world.OpenAsync()).ToDictionary(d => d.Text("label")!, d => $"{Route}/{d.Text("id")}", StringComparer.Ordinal);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            (i % 2 == 0 ? world.Staff : world.Admin).SendOutcomeAsync(HttpMethod.Post, $"{open["Tyres"]}/certify", null, """{"outcome":"REPAIRED","note":"new tyre"}""")));

        Assert.Equal(["200", .. Enumerable.Repeat("409 defect_already_resolved", 7)], outcomes.Order(StringComparer.Ordinal));
        var repaired = await world.Driver.GetJsonAsync(open["Tyres"]);
        Assert.Equal(("CERTIFIED", "new tyre"), (repaired.Text("status"), repaired.Text("resolutionNote")));
        Assert.True(repaired.Text("resolvedByUserId") == world.Tenant.Staff.UserId.ToString() || repaired.Text("resolvedByUserId") == world.Tenant.FleetAdmin.UserId.ToString());
        var dismissed = await world.Staff.SendJsonAsync(HttpMethod.Post, $"{open["Lamps"]}/certify", null, """{"outcome":"NOT_NECESSARY"}""");
        Assert.Equal(("DISMISSED", null, $"fleet_staff of {world.Tenant.Slug}"), (dismissed.Text("status"), dismissed.Text("resolutionNote"), dismissed.Text("resolvedByName")));
        Assert.Equal("CERTIFIED,DISMISSED", await world.EventsAsync("defect_certified", "status"));
        Assert.Equal("NOT_NECESSARY false,REPAIRED true", await app.RunAsync(
            """
            select string_agg(concat_ws(' ', metadata ->> 'outcome', metadata ->> 'notePresent'), ',' order by metadata ->> 'outcome') from audit_events
             where tenant_id = $1 and resource_id = $2 and action = 'panorama.inspection.defect_certified'
            """, world.Tenant.Id, world.Asset.ToString()));
        Assert.Empty(await world.OpenAsync());

        await world.InspectAsync(world.Driver, tyres: false, lamps: true, brakes: true, "FAIL");
        Assert.NotEqual(open["Tyres"], $"{Route}/{Assert.Single(await world.OpenAsync()).Text("id")}");
    }

    [Fact]
    public async Task A_driver_reads_and_does_not_certify_and_another_organisation_finds_nothing()
    {
        using var world = await World.CreateAsync(app);
        using var elsewhere = app.Client((await app.CreateInspectingTenantAsync()).Owner);
        await world.InspectAsync(world.Staff, tyres: false, lamps: true, brakes: true, "FAIL");
        var path = $"{Route}/{Assert.Single(await world.OpenAsync()).Text("id")}";

        Assert.Equal("200", await world.Driver.GetOutcomeAsync(path));
        Assert.Equal("403 forbidden", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{path}/certify", null, """{"outcome":"REPAIRED"}"""));
        Assert.Equal("404 defect_not_found", await elsewhere.GetOutcomeAsync(path));
        Assert.Equal("404 defect_not_found", await elsewhere.SendOutcomeAsync(HttpMethod.Post, $"{path}/certify", null, """{"outcome":"REPAIRED"}"""));
        Assert.Empty((await elsewhere.GetJsonAsync(Route)).GetProperty("items").EnumerateArray());
        Assert.Equal("404 defect_not_found", await world.Staff.GetOutcomeAsync($"{Route}/7"));
        foreach (var body in new[] { "{}", """{"outcome":"OPEN"}""", """{"outcome":"REPAIRED","colour":"red"}""", $$"""{"outcome":"REPAIRED","note":"{{new string('x', 2_001)}}"}""" })
        {
            Assert.Equal((body, "400 invalid_body"), (body, await world.Staff.SendOutcomeAsync(HttpMethod.Post, $"{path}/certify", null, body)));
        }

        await app.RunAsync("update tenant_features set enabled = false where tenant_id = $1", world.Tenant.Id);
        foreach (var route in new[] { Route, path })
        {
            Assert.Equal("404 feature_disabled", await world.Admin.GetOutcomeAsync(route));
        }
    }

    [Fact]
    public async Task The_list_is_filtered_and_pages_show_each_once_newest_first()
    {
        using var world = await World.CreateAsync(app);
        await world.InspectAsync(world.Driver, tyres: false, lamps: true, brakes: true, "FAIL");
        await app.RunAsync(
            """
            insert into defects (id, tenant_id, asset_id, inspection_id, snapshot_item_id, label, label_key, severity, opened_at, opened_by_user_id, last_seen_inspection_id, last_seen_at)
            select gen_random_uuid(), d.tenant_id, d.asset_id, d.inspection_id, d.snapshot_item_id, 'L' || n, 'l' || n, case n % 2 when 0 then 'MINOR' else 'OUT_OF_SERVICE' end,
                   timestamptz '2026-01-01' + (n / 3) * interval '1 s', d.opened_by_user_id, d.inspection_id, now()
              from defects d, generate_series(1, 22) n where d.tenant_id = $1
            """, world.Tenant.Id);
        var whole = await IdsAsync("?limit=200");

        Assert.Equal(23, whole.Count);
        Assert.Equal(whole, await world.Driver.IdsOfPagesAsync(Route));
        Assert.Equal(11, (await IdsAsync("?severity=MINOR")).Count);
        Assert.Single(await IdsAsync("?severity=MAJOR&status=OPEN"));
        Assert.Empty(await IdsAsync("?status=CERTIFIED"));
        Assert.Equal(23, (await IdsAsync($"?assetId={world.Asset}")).Count);
        Assert.Empty(await IdsAsync($"?assetId={TestTenant.NewId()}"));
        foreach (var query in new[] { "status=open", "status=", "severity=BAD", "assetId=x", "limit=0", "limit=201", "cursor=x" })
        {
            Assert.Equal((query, "400 invalid_query"), (query, await world.Driver.GetOutcomeAsync($"{Route}?{query}")));
        }

        async Task<List<string?>> IdsAsync(string query) => [.. (await world.Driver.GetJsonAsync(Route + query)).GetProperty("items").EnumerateArray().Select(i => i.Text("id"))];
    }

    [Fact]
    public async Task Who_completes_says_which_defects_they_were_shown()
    {
        using var world = await World.CreateAsync(app);
        await world.InspectAsync(world.Staff, tyres: false, lamps: false, brakes: true, "FAIL");
        var known = (await world.OpenAsync()).ConvertAll(d => d.Text("id")!);
        var other = await world.Tenant.AssetAsync("VAN-2");
        var elsewhere = await World.StartAsync(world.Staff, other);
        await world.AnswerAsync(elsewhere, tyres: false, lamps: true, brakes: true);
        Assert.Equal("200", await World.CompleteAsync(world.Staff, elsewhere, "FAIL"));
        var foreign = (await world.Staff.GetJsonAsync($"{Route}?assetId={other}")).GetProperty("items")[0].Text("id")!;
        var run = await world.StartAsync(world.Driver);
        await world.AnswerAsync(run, tyres: true, lamps: true, brakes: true);
        Task<string> CompleteAsync(params IEnumerable<string> ids) => world.Driver.SendOutcomeAsync(
            HttpMethod.Post, $"/api/inspections/{run}/complete", null, $$"""{"outcome":"PASS","acknowledgedDefects":{{JsonSerializer.Serialize(ids)}}}""");

        Assert.Equal("400 invalid_body", await CompleteAsync(foreign));
        Assert.Equal("400 invalid_body", await CompleteAsync(TestTenant.NewId().ToString()));
        Assert.Equal("400 invalid_body", await CompleteAsync("7"));
        Assert.Equal("200", await CompleteAsync([.. known, known[0]]));

        var shown = await world.Driver.GetJsonAsync($"/api/inspections/{run}");
        Assert.Equal(known.Order(StringComparer.Ordinal), shown.GetProperty("acknowledgedDefects").EnumerateArray().Select(d => d.GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(2, shown.GetProperty("openDefects").GetArrayLength()); // nobody certified a repair
        Assert.Equal(2, JsonDocument.Parse((string)(await app.RunAsync(
            "select metadata::text from audit_events where resource_id = $1 and action = 'panorama.inspection.defects_acknowledged'", run.ToString()))!).RootElement.GetProperty("defectIds").GetArrayLength());
    }

    [Theory]
    [InlineData("delete from defects where id = $1", "42501")]
    [InlineData("update defects set label = 'Other' where id = $1", "42501")]
    [InlineData("update defects set opened_at = now() where id = $1", "42501")]
    [InlineData("update defects set status = 'CERTIFIED' where id = $1", "23514")]
    [InlineData("update defects set resolution_note = 'x' where id = $1", "23514")]
    public async Task What_was_found_cannot_be_changed_by_the_login_that_works_with_it(string sql, string state)
    {
        using var world = await World.CreateAsync(app);
        await world.InspectAsync(world.Driver, tyres: false, lamps: true, brakes: true, "FAIL");
        var defect = Guid.Parse(Assert.Single(await world.OpenAsync()).Text("id")!);

        Assert.Equal(state, (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.TryAsync(world.Tenant.FleetAdmin, sql, defect))).SqlState);
    }

    /// <summary>A tenant with a van, and a checklist whose three questions matter differently.</summary>
    private sealed record World(ApiApp App, TestTenant Tenant, HttpClient Admin, HttpClient Staff, HttpClient Driver, Guid Asset, string Template) : IDisposable
    {
        private const string Items =
            """
            [{"label":"Tyres","itemType":"BOOLEAN","required":true,"severity":"MAJOR"},{"label":"Lamps","itemType":"BOOLEAN","required":true,"severity":"MINOR"},
             {"label":"Brakes","itemType":"BOOLEAN","required":true,"severity":"OUT_OF_SERVICE"}]
            """;

        public static async Task<World> CreateAsync(ApiApp app)
        {
            var tenant = await app.CreateInspectingTenantAsync();
            var admin = app.Client(tenant.FleetAdmin);
            var category = await app.RunAsync("select category_id from asset_models where id = $1", tenant.ModelId);
            var template = await admin.MakeTemplateAsync(Checklists.Body(scope: $"\"categoryId\":\"{category}\"", items: Items));
            return new World(app, tenant, admin, app.Client(tenant.Staff), app.Client(tenant.Driver), await tenant.AssetAsync("VAN-1"), template);
        }

        public static async Task<Guid> StartAsync(HttpClient client, Guid asset) =>
            (await client.SendJsonAsync(HttpMethod.Post, "/api/inspections", null, new { assetId = asset })).GetProperty("id").GetGuid();

        public Task<Guid> StartAsync(HttpClient client) => StartAsync(client, Asset);

        public async Task<List<string>> ItemsAsync(Guid run) => [.. (await Admin.GetJsonAsync($"/api/inspections/{run}")).GetProperty("templateSnapshot").ItemIds().OfType<string>()];

        public async Task AnswerAsync(Guid run, bool tyres, bool lamps, bool brakes, string note = "")
        {
            var answers = (await ItemsAsync(run)).Zip([tyres, lamps, brakes]);
            await AnswerAsync(run, string.Join(',', answers.Select(a => $$"""{"snapshotItemId":"{{a.First}}","booleanValue":{{(a.Second ? "true" : "false")}},"note":"{{note}}"}""")));
        }

        public async Task AnswerAsync(Guid run, string answers) =>
            Assert.Equal("200", await Admin.SendOutcomeAsync(HttpMethod.Post, $"/api/inspections/{run}/responses", null, $$"""{"responses":[{{answers}}]}"""));

        public static Task<string> CompleteAsync(HttpClient client, Guid run, string outcome) =>
            client.SendOutcomeAsync(HttpMethod.Post, $"/api/inspections/{run}/complete", null, $$"""{"outcome":"{{outcome}}"}""");

        public async Task InspectAsync(HttpClient client, bool tyres, bool lamps, bool brakes, string outcome)
        {
            var run = await StartAsync(client);
            await AnswerAsync(run, tyres, lamps, brakes);
            Assert.Equal("200", await CompleteAsync(client, run, outcome));
        }

        public async Task<List<JsonElement>> OpenAsync() => [.. (await Driver.GetJsonAsync($"{Route}?assetId={Asset}&status=OPEN")).GetProperty("items").EnumerateArray()];

        /// <summary>A member of each message that waits to be sent, in order.</summary>
        public Task<object?> EventsAsync(string kind, string member) => App.RunAsync(
            "select string_agg(payload ->> $3, ',' order by payload ->> $3) from notification_events where tenant_id = $1 and event_type = $2", Tenant.Id, $"panorama.inspection.{kind}", member);

        public Task<object?> AuditAsync() => App.RunAsync(
            """
            select string_agg(split_part(action, '.', 3), ',' order by split_part(action, '.', 3)) from audit_events
             where tenant_id = $1 and resource_type = 'asset' and resource_id = $2 and action like 'panorama.inspection.%'
            """, Tenant.Id, Asset.ToString());

        public void Dispose()
        {
            Admin.Dispose();
            Staff.Dispose();
            Driver.Dispose();
        }
    }
}
