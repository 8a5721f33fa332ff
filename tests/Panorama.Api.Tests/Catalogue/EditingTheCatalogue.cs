using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Catalogue;

/// <summary>What holds for every kind of entry.</summary>
public sealed class EditingTheCatalogue(ApiApp app)
{
    private static readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal)
    {
        ["categories"] = """{"name":"$","kind":"VEHICLE"}""",
        ["manufacturers"] = """{"name":"$","url":"https://ford.example","supportEmail":"help@ford.example","supportPhone":"+55 11 4000"}""",
        ["asset-models"] = """{"name":"$","modelNumber":"T-330","categoryId":"%","notes":"Long\nwheelbase"}""",
        ["locations"] = """{"name":"$","address":"Rua 1\nSão Paulo","timeZone":"America/Sao_Paulo"}""",
        ["companies"] = """{"name":"$"}""",
        ["suppliers"] = """{"name":"$"}""",
        ["departments"] = """{"name":"$"}""",
        ["status-labels"] = """{"name":"$","type":"pending","mapsTo":"MAINTENANCE","color":"#AA00ff"}""",
        ["custom-fields"] = """{"name":"$","type":"list","choices":["Diesel","Electric"]}""",
        ["fieldsets"] = """{"name":"$","fieldIds":[]}""",
        ["depreciations"] = """{"name":"$","months":36,"floorPercent":10}""",
    };

    public static TheoryData<string> Kinds => [.. _bodies.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_entry_is_made_shown_changed_archived_restored_and_deleted(string kind)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);
        using var driver = app.Client(tenant.Driver);

        using var made = await admin.SendAsync(HttpMethod.Post, $"/api/{kind}", null, await BodyAsync(tenant, kind, " Depot "));
        Assert.Equal("201", await made.OutcomeAsync());
        Assert.Equal("\"1\"", made.Headers.ETag!.Tag);
        var entry = await made.ReadJsonAsync();
        var path = made.Headers.Location!.ToString();
        Assert.Equal(($"/api/{kind}/{entry.Text("id")}", "Depot", 1), (path, entry.Text("name"), entry.Number("version")));

        Assert.Equal(entry.GetRawText(), (await driver.GetJsonAsync(path)).GetRawText());
        Assert.Contains(entry.Text("id"), await IdsAsync(driver, kind));

        var renamed = await admin.SendJsonAsync(HttpMethod.Patch, path, 1, """{"name":"Yard"}""");
        Assert.Equal(("Yard", 2), (renamed.Text("name"), renamed.Number("version")));
        Assert.Equal(2, (await admin.SendJsonAsync(HttpMethod.Patch, path, 2, """{"name":"Yard"}""")).Number("version")); // nothing changed

        var archived = await admin.SendJsonAsync(HttpMethod.Post, $"{path}/archive", 2);
        Assert.NotNull(archived.Text("archivedAt"));
        Assert.DoesNotContain(entry.Text("id"), await IdsAsync(driver, kind));
        Assert.Contains(entry.Text("id"), await IdsAsync(driver, $"{kind}?includeArchived=true"));

        Assert.Null((await admin.SendJsonAsync(HttpMethod.Post, $"{path}/restore", 3)).Text("archivedAt"));
        Assert.Equal("204", await admin.SendOutcomeAsync(HttpMethod.Delete, path, 4));
        Assert.Equal("404 catalogue_item_not_found", await driver.GetOutcomeAsync(path));
        Assert.Equal(
            "archived,created,deleted,restored,updated",
            await app.RunAsync("select string_agg(distinct split_part(action, '.', 3), ',' order by split_part(action, '.', 3)) from audit_events where tenant_id = $1 and resource_id = $2", tenant.Id, entry.Text("id")!));
        Assert.Equal(
            """{"key":"name","before":"Depot","after":"Yard"}""",
            JsonElement.Parse((string)(await app.RunAsync("select metadata -> 'changed' -> 0 #>> '{}' from audit_events where tenant_id = $1 and resource_id = $2 and action = 'panorama.catalogue.updated'", tenant.Id, entry.Text("id")!))!) is var change
                ? $$"""{"key":"{{change.Text("key")}}","before":"{{change.Text("before")}}","after":"{{change.Text("after")}}"}""" : "");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_edit_names_the_version_it_was_made_from(string kind)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var path = await MakeAsync(admin, tenant, kind, "First");

        foreach (var (method, suffix, body) in Edits())
        {
            Assert.Equal((suffix, "428 version_required"), (suffix, await admin.SendOutcomeAsync(method, path + suffix, null, body)));
            using var stale = await admin.SendAsync(method, path + suffix, 7, body);
            var problem = await stale.ReadProblemAsync();
            Assert.Equal((412, "version_mismatch", 1), (problem.Status, problem.Code, problem.Body.GetProperty("args").Number("version")));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Another_organisations_entry_is_not_there(string kind)
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var admin = app.Client(mine.Owner);
        using var other = app.Client(theirs.Owner);
        var path = await MakeAsync(other, theirs, kind, "Theirs");

        Assert.Equal("404 catalogue_item_not_found", await admin.GetOutcomeAsync(path));
        foreach (var (method, suffix, body) in Edits())
        {
            Assert.Equal((suffix, "404 catalogue_item_not_found"), (suffix, await admin.SendOutcomeAsync(method, path + suffix, 1, body)));
            Assert.Equal((suffix, "404 catalogue_item_not_found"), (suffix, await admin.SendOutcomeAsync(method, $"/api/{kind}/none{suffix}", 1, body)));
        }

        Assert.Equal("Theirs", (await other.GetJsonAsync(path)).Text("name"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Staff_and_drivers_read_and_do_not_write(string kind)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var path = await MakeAsync(admin, tenant, kind, "Kept");
        foreach (var person in new[] { tenant.Staff, tenant.Driver })
        {
            using var client = app.Client(person);
            Assert.Equal("200", await client.GetOutcomeAsync(path));
            Assert.Equal("403 admin_role_required", await client.SendOutcomeAsync(HttpMethod.Post, $"/api/{kind}", null, await BodyAsync(tenant, kind, "New")));
            foreach (var (method, suffix, body) in Edits())
            {
                Assert.Equal((suffix, "403 admin_role_required"), (suffix, await client.SendOutcomeAsync(method, path + suffix, 1, body)));
            }
        }

        Assert.Equal(1, (await admin.GetJsonAsync(path)).Number("version"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_body_that_is_not_what_the_route_takes_is_refused(string kind)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var path = await MakeAsync(admin, tenant, kind, "First");
        var post = (string body) => admin.SendErrorsAsync(HttpMethod.Post, $"/api/{kind}", null, body);

        Assert.StartsWith("name:required", await post("{}"), StringComparison.Ordinal);
        Assert.Contains("tenantId:unknown_member", await post("""{"tenantId":"x"}"""), StringComparison.Ordinal);
        foreach (var (name, code) in new[] { ("null", "not_cleared"), ("\"  \"", "too_short"), ($"\"{new string('x', 201)}\"", "too_long"), ("\"a\\u0000b\"", "not_text"), ("\"a\\nb\"", "not_text"), ("5", "wrong_form") })
        {
            Assert.Equal((name, $"name:{code}"), (name, await admin.SendErrorsAsync(HttpMethod.Patch, path, 1, $$"""{"name":{{name}}}""")));
            Assert.Contains($"name:{code}", await post($$"""{"name":{{name}}}"""), StringComparison.Ordinal);
        }

        Assert.Equal("400 malformed_body", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, """{"name":"""));
        Assert.Equal("413 body_too_large", await admin.SendOutcomeAsync(HttpMethod.Post, $"/api/{kind}", null, $$"""{"name":"{{new string('x', 110_000)}}"}"""));
        Assert.Equal("413 body_too_large", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, $$"""{"name":"{{new string('x', 110_000)}}"}"""));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_name_is_taken_once(string kind)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        await MakeAsync(admin, tenant, kind, "Taken");
        var second = await MakeAsync(admin, tenant, kind, "Free");
        if (kind == "asset-models")
        {
            Assert.Equal("200", await admin.SendOutcomeAsync(HttpMethod.Patch, second, 1, """{"name":"Taken"}""")); // names of models are not unique
            return;
        }

        using var response = await admin.SendAsync(HttpMethod.Patch, second, 1, """{"name":"Taken"}""");
        var problem = await response.ReadProblemAsync();
        Assert.Equal((409, "name_taken", "Taken"), (problem.Status, problem.Code, problem.Body.GetProperty("args").Text("name")));
        Assert.Equal("409 name_taken", await admin.SendOutcomeAsync(HttpMethod.Post, $"/api/{kind}", null, await BodyAsync(tenant, kind, "Taken")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_sixteen_edits_at_once_one_wins(string kind)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var path = await MakeAsync(admin, tenant, kind, "Start");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, $$"""{"name":"Editor {{i}}"}""")));

        Assert.Single(outcomes, "200");
        Assert.All(outcomes.Where(o => o != "200"), o => Assert.True(o is "409 concurrency_conflict" or "412 version_mismatch", o));
        Assert.Equal(2, (await admin.GetJsonAsync(path)).Number("version"));
    }

    private static IEnumerable<(HttpMethod Method, string Suffix, string? Body)> Edits() =>
        [(HttpMethod.Patch, "", """{"name":"Changed"}"""), (HttpMethod.Post, "/archive", null), (HttpMethod.Post, "/restore", null), (HttpMethod.Delete, "", null)];

    private async Task<string> BodyAsync(TestTenant tenant, string kind, string name) => _bodies[kind].Replace("$", name, StringComparison.Ordinal)
        .Replace("%", (await app.RunAsync("select category_id::text from asset_models where id = $1", tenant.ModelId))!.ToString(), StringComparison.Ordinal);

    private async Task<string> MakeAsync(HttpClient client, TestTenant tenant, string kind, string name)
    {
        var entry = await client.SendJsonAsync(HttpMethod.Post, $"/api/{kind}", null, await BodyAsync(tenant, kind, name));
        return $"/api/{kind}/{entry.Text("id")}";
    }

    private static async Task<List<string?>> IdsAsync(HttpClient client, string path) =>
        [.. (await client.GetJsonAsync($"/api/{path}")).GetProperty("items").EnumerateArray().Select(i => i.Text("id"))];
}
