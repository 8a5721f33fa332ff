using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Lists;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

public sealed class ChangingManyAssets(ApiApp app)
{
    private static readonly string[] _ready = ["READY"];

    [Fact]
    public async Task All_that_match_a_filter_are_changed_shown_and_put_back()
    {
        var tenant = await app.CreateTenantAsync();
        var ids = await AddAsync(tenant, 5);
        await app.RunAsync("update assets set status = 'MAINTENANCE' where id = $1", ids[4]);
        var place = await PlaceAsync(tenant);
        using var client = app.Client(tenant.FleetAdmin);

        using var response = await client.PostAsync("/api/assets/bulk", new { selection = new { filter = new { status = _ready, q = "van" } }, action = "edit", values = new { locationId = place } });
        var started = await response.ReadJsonAsync();
        var id = started.GetProperty("id").GetGuid();
        await WorkOffAsync();
        var run = await client.GetJsonAsync($"/api/bulk-runs/{id}");
        var items = await client.GetJsonAsync($"/api/bulk-runs/{id}/items?limit=3");
        var rest = await client.GetJsonAsync($"/api/bulk-runs/{id}/items?limit=3&cursor={items.GetProperty("nextCursor").GetString()}");
        var undo = (await Json(client.PostAsync($"/api/bulk-runs/{id}/undo", new { }), 202)).GetProperty("id").GetGuid();
        await WorkOffAsync();
        var undone = await client.GetJsonAsync($"/api/bulk-runs/{id}");
        var list = (await client.GetJsonAsync("/api/bulk-runs")).GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetGuid());

        Assert.Equal(202, (int)response.StatusCode);
        Assert.Equal($"/api/bulk-runs/{id}", response.Headers.Location?.OriginalString);
        Assert.Equal(("QUEUED", 4, 0), (started.GetProperty("state").GetString(), started.GetProperty("total").GetInt32(), started.GetProperty("done").GetInt32()));
        Assert.Equal(("DONE", 4, 4), (run.GetProperty("state").GetString(), run.GetProperty("done").GetInt32(), run.GetProperty("changed").GetInt32()));
        Assert.Equal($"fleet_admin of {tenant.Slug}", run.GetProperty("startedByName").GetString());
        var all = items.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).ToList();
        Assert.Equal(["V-1", "V-2", "V-3", "V-4"], all.Select(i => i.GetProperty("tag").GetString()!));
        Assert.All(all, i => Assert.Equal(
            $$"""CHANGED {"version":1,"locationId":null} {"version":2,"locationId":"{{place}}"}""",
            $"{i.GetProperty("state").GetString()} {i.GetProperty("before").GetRawText()} {i.GetProperty("after").GetRawText()}"));
        Assert.Equal(undo, undone.GetProperty("undoneBy").GetGuid());
        Assert.Equal([undo, id], list);
        Assert.Equal(0L, await app.RunAsync("select count(*) from assets where tenant_id = $1 and location_id is not null", tenant.Id));
        Assert.Equal("409 bulk_run_not_undoable", await client.PostOutcomeAsync($"/api/bulk-runs/{id}/undo", new { }));
        Assert.Equal("409 bulk_run_not_undoable", await client.PostOutcomeAsync($"/api/bulk-runs/{undo}/undo", new { }));
        Assert.Equal("409 bulk_run_ended", await client.PostOutcomeAsync($"/api/bulk-runs/{id}/cancel", new { }));
    }

    [Fact]
    public async Task The_same_key_starts_one_run_and_a_run_can_be_stopped_before_it_begins()
    {
        var tenant = await app.CreateTenantAsync();
        var ids = await AddAsync(tenant, 2);
        using var client = app.Client(tenant.Owner);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "form-1");
        var body = new { selection = new { ids }, action = "archive" };

        var first = (await Json(client.PostAsync("/api/assets/bulk", body), 202)).GetProperty("id").GetGuid();
        var second = (await Json(client.PostAsync("/api/assets/bulk", body), 202)).GetProperty("id").GetGuid();
        client.DefaultRequestHeaders.Remove("Idempotency-Key");
        Assert.Equal("409 bulk_run_not_ended", await client.PostOutcomeAsync($"/api/bulk-runs/{first}/undo", new { }));
        var cancelled = await Json(client.PostAsync($"/api/bulk-runs/{first}/cancel", new { }), 200);
        await WorkOffAsync();

        Assert.Equal(first, second);
        Assert.Equal(1L, await app.RunAsync("select count(*) from bulk_runs where tenant_id = $1", tenant.Id));
        Assert.NotEqual(JsonValueKind.Null, cancelled.GetProperty("cancelRequestedAt").ValueKind);
        Assert.Equal("CANCELLED", (await client.GetJsonAsync($"/api/bulk-runs/{first}")).GetProperty("state").GetString());
        Assert.Equal(2L, await app.RunAsync("select count(*) from assets where tenant_id = $1 and archived_at is null", tenant.Id));
    }

    [Fact]
    public async Task Another_organisation_s_assets_and_runs_are_ones_that_do_not_exist()
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var own = await AddAsync(mine, 1);
        var foreign = await AddAsync(theirs, 1);
        var place = await PlaceAsync(theirs);
        using var me = app.Client(mine.Owner);
        using var they = app.Client(theirs.Owner);
        var run = (await Json(they.PostAsync("/api/assets/bulk", new { selection = new { ids = foreign }, action = "archive" }), 202)).GetProperty("id").GetGuid();

        Assert.Equal("404 asset_not_found", await me.PostOutcomeAsync("/api/assets/bulk", new { selection = new { ids = own.Concat(foreign) }, action = "archive" }));
        Assert.Equal("400 invalid_body", await me.PostOutcomeAsync("/api/assets/bulk", new { selection = new { ids = own }, action = "edit", values = new { locationId = place } }));
        foreach (var path in new[] { "", "/items" })
        {
            Assert.Equal("404 bulk_run_not_found", await me.GetOutcomeAsync($"/api/bulk-runs/{run}{path}"));
        }

        foreach (var path in new[] { "/cancel", "/undo" })
        {
            Assert.Equal("404 bulk_run_not_found", await me.PostOutcomeAsync($"/api/bulk-runs/{run}{path}", new { }));
        }

        Assert.Equal(0, (await me.GetJsonAsync("/api/bulk-runs")).GetProperty("items").GetArrayLength());
        Assert.Equal(0L, await app.RunAsync("select count(*) from bulk_runs where tenant_id = $1", mine.Id));
    }

    [Fact]
    public async Task Only_admins_change_many()
    {
        var tenant = await app.CreateTenantAsync();
        var ids = await AddAsync(tenant, 1);
        foreach (var person in new[] { tenant.Staff, tenant.Driver })
        {
            using var client = app.Client(person);
            Assert.Equal("403 admin_role_required", await client.PostOutcomeAsync("/api/assets/bulk", new { selection = new { ids }, action = "archive" }));
            Assert.Equal("403 admin_role_required", await client.GetOutcomeAsync("/api/bulk-runs"));
        }
    }

    [Theory]
    [InlineData("""{"selection":{"filter":{}},"action":"delete"}""", "action")]
    [InlineData("""{"selection":{},"action":"archive"}""", "selection")]
    [InlineData("""{"selection":{"ids":["10000000-0000-7000-8000-000000000001"],"filter":{}},"action":"archive"}""", "selection")]
    [InlineData("""{"selection":{"ids":[]},"action":"archive"}""", "selection.ids")]
    [InlineData("""{"selection":{"filter":{"status":["LOST"]}},"action":"archive"}""", "selection.filter.status")]
    [InlineData("""{"selection":{"filter":{"q":"a\u0000b"}},"action":"archive"}""", "selection.filter.q")]
    [InlineData("""{"selection":{"filter":{}},"action":"edit"}""", "values")]
    [InlineData("""{"selection":{"filter":{}},"action":"edit","values":{"tag":"X"}}""", "values.tag")]
    [InlineData("""{"selection":{"filter":{}},"action":"edit","values":{"bookable":"yes"}}""", "values.bookable")]
    [InlineData("""{"selection":{"filter":{}},"action":"edit","values":{"locationId":7}}""", "values.locationId")]
    [InlineData("""{"selection":{"filter":{}},"action":"edit","values":{"locationId":"10000000-0000-7000-8000-000000000001"}}""", "values.locationId")]
    [InlineData("""{"selection":{"filter":{}},"action":"edit","values":{"appendNotes":" "}}""", "values.appendNotes")]
    [InlineData("""{"selection":{"filter":{}},"action":"edit","values":{"appendNotes":"a\u0007b"}}""", "values.appendNotes")]
    [InlineData("""{"selection":{"filter":{}},"action":"status","values":{"statusLabelId":null}}""", "values.statusLabelId")]
    [InlineData("""{"selection":{"filter":{}},"action":"archive","values":{"bookable":true}}""", "values.bookable")]
    public async Task A_member_that_means_nothing_is_refused_by_name(string body, string member)
    {
        var tenant = await app.CreateTenantAsync();
        await AddAsync(tenant, 1);
        using var client = app.Client(tenant.Owner);

        using var response = await client.PostAsJsonAsync(new Uri("/api/assets/bulk", UriKind.Relative), JsonElement.Parse(body), TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync();
        Assert.Equal((400, "invalid_body"), (problem.Status, problem.Code));
        Assert.Equal([member], problem.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task Nothing_too_many_too_large_and_malformed_have_their_codes()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        Assert.Equal("400 nothing_selected", await client.PostOutcomeAsync("/api/assets/bulk", new { selection = new { filter = new { } }, action = "archive" }));
        Assert.Equal("400 invalid_body", await client.PostOutcomeAsync("/api/assets/bulk", new { selection = new { ids = Enumerable.Range(0, 1001).Select(_ => TestTenant.NewId()) }, action = "archive" }));
        Assert.Equal("413 body_too_large", await client.PostOutcomeAsync("/api/assets/bulk", new { selection = new { filter = new { } }, action = "edit", values = new { appendNotes = new string('x', 110_000) } }));
        using var text = new StringContent("{", null, "application/json");
        using var malformed = await client.PostAsync(new Uri("/api/assets/bulk", UriKind.Relative), text, TestContext.Current.CancellationToken);
        Assert.Equal("400 malformed_body", await malformed.OutcomeAsync());
        await app.RunAsync(
            """
            insert into assets (id, tenant_id, model_id, tag, name, search_text) select gen_random_uuid(), $1, $2, 'X-' || i, 'x', 'x' from generate_series(1, 100001) i
            """, tenant.Id, tenant.ModelId);
        Assert.Equal("400 too_many_selected", await client.PostOutcomeAsync("/api/assets/bulk", new { selection = new { filter = new { } }, action = "archive" }));
        Assert.Equal(0L, await app.RunAsync("select count(*) from bulk_runs where tenant_id = $1", tenant.Id));
    }

    [Theory]
    [InlineData("/api/bulk-runs?limit=0")]
    [InlineData("/api/bulk-runs?cursor=abc")]
    public async Task A_query_that_means_nothing_is_refused(string path)
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        Assert.Equal("400 invalid_query", await client.GetOutcomeAsync(path));
    }

    private static async Task<JsonElement> Json(Task<HttpResponseMessage> call, int status)
    {
        using var response = await call;
        var body = await response.ReadJsonAsync();
        Assert.True(status == (int)response.StatusCode, body.GetRawText());
        return body;
    }

    private static async Task<List<Guid>> AddAsync(TestTenant tenant, int count)
    {
        var ids = new List<Guid>();
        for (var i = 1; i <= count; i++)
        {
            ids.Add(await tenant.AssetAsync($"V-{i}", $"Van {i}"));
        }

        return ids;
    }

    private async Task<Guid> PlaceAsync(TestTenant tenant)
    {
        var id = TestTenant.NewId();
        await app.RunAsync("insert into locations (id, tenant_id, name) values ($1, $2, 'Depot')", id, tenant.Id);
        return id;
    }

    private async Task WorkOffAsync()
    {
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString(DatabaseRoles.SuperAdmin));
        var work = new BulkWork(source, TimeProvider.System);
        while (await work.StepAsync(null, TestContext.Current.CancellationToken) is not null)
        {
            // until none waits
        }
    }
}
