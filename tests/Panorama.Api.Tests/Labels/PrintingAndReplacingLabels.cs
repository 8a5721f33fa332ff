using System.Text.Json;
using System.Xml.Linq;
using Panorama.Testing;

namespace Panorama.Api.Tests.Labels;

public sealed class PrintingAndReplacingLabels(ApiApp app)
{
    [Fact]
    public async Task Whoever_asks_first_makes_the_code_and_everybody_gets_the_same()
    {
        var tenant = await app.CreateTenantAsync();
        var vans = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            vans.Add(await tenant.AssetAsync());
        }

        using var client = app.Client(tenant.Owner);
        var asked = Enumerable.Range(0, 16).Select(i => i % 2 == 0
            ? client.PostOutcomeAsync("/api/labels/print", new { assetIds = i % 4 == 0 ? vans : Enumerable.Reverse(vans), templateId = "l7160" })
            : client.GetOutcomeAsync($"/api/assets/{vans[i / 2]}/qr.svg"));

        Assert.All(await Task.WhenAll(asked), o => Assert.Equal("200", o));
        Assert.Equal(8L, await app.RunAsync("select count(*) from asset_labels where tenant_id = $1", tenant.Id));
        Assert.Equal(0L, await app.RunAsync("select count(*) from asset_labels where tenant_id = $1 and revoked_at is not null", tenant.Id));
    }

    [Fact]
    public async Task Sixteen_who_replace_at_once_leave_one_code_that_works()
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync();
        using var client = app.Client(tenant.Staff);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RotateAsync(client, van)));

        Assert.Equal(16, answers.Select(a => a.GetProperty("code").GetString()).Distinct(StringComparer.Ordinal).Count());
        var live = (string)(await app.RunAsync("select code from asset_labels where asset_id = $1 and revoked_at is null", van))!;
        Assert.Single(answers, a => a.GetProperty("code").GetString() == live);
        Assert.Equal(16L, await app.RunAsync("select count(*) from audit_events where resource_id = $1 and action = 'panorama.asset.label_rotated'", van.ToString()));
        Assert.Equal(live, (await client.GetJsonAsync($"/api/labels/{live}")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_replaced_label_is_logged_by_ids_and_a_repeated_call_replaces_once()
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync();
        var before = await app.LabelAsync(tenant, van);
        using var client = app.Client(tenant.FleetAdmin);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "sticker-fell-off");

        var (first, second) = (await RotateAsync(client, van), await RotateAsync(client, van));

        Assert.Equal(first.GetRawText(), second.GetRawText());
        var code = first.GetProperty("code").GetString()!;
        Assert.NotEqual(before, code);
        Assert.Equal($$"""{"assetId":"{{van}}","code":"{{code}}","address":"{{ApiApp.WebOrigin}}/q/{{code}}"}""", first.GetRawText());
        var line = (string)(await app.RunAsync("select metadata::text from audit_events where resource_id = $1", van.ToString()))!;
        Assert.DoesNotContain(code, line, StringComparison.Ordinal);
        Assert.DoesNotContain(before, line, StringComparison.Ordinal);
        Assert.Equal(1, JsonElement.Parse(line).GetProperty("revokedIds").GetArrayLength());
        Assert.Equal("404 label_not_found", await client.GetOutcomeAsync($"/api/labels/{before}"));
    }

    [Fact]
    public async Task A_sheet_begins_at_the_first_free_label_and_is_logged()
    {
        var tenant = await app.CreateTenantAsync();
        var (a, b) = (await tenant.AssetAsync("FC-1", "One & only"), await tenant.AssetAsync("FC-2", "Two"));
        using var client = app.Client(tenant.Staff);

        Assert.Equal("200", await client.PostOutcomeAsync("/api/labels/print", new { assetIds = new[] { a, b, a }, templateId = "5160", startAt = 29, preview = true }));
        using var response = await client.PostAsync("/api/labels/print", new { assetIds = new[] { a, b, a }, templateId = "5160", startAt = 29 });

        var body = await response.ReadJsonAsync();
        Assert.Equal(["templateId", "pageWidthMm", "pageHeightMm", "count", "notInPdf", "pages"], body.EnumerateObject().Select(p => p.Name));
        Assert.Equal((3, 215.9, 2), (body.GetProperty("count").GetInt32(), body.GetProperty("pageWidthMm").GetDouble(), body.GetProperty("pages").GetArrayLength()));
        var texts = body.GetProperty("pages").EnumerateArray()
            .Select(p => string.Join(',', XDocument.Parse(p.GetString()!).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).Where(t => t.StartsWith("FC-", StringComparison.Ordinal))));
        Assert.Equal(["FC-1,FC-2", "FC-1"], texts);
        Assert.Equal(2L, await app.RunAsync(
            "select count(*) from audit_events where tenant_id = $1 and action = 'panorama.asset.label_printed' and metadata = '{\"templateId\":\"5160\"}'", tenant.Id));
        var history = await client.GetJsonAsync($"/api/assets/{a}/history");
        Assert.Equal("panorama.asset.label_printed", history.GetProperty("items")[0].GetProperty("action").GetString());
    }

    [Fact]
    public async Task The_same_sheet_is_one_pdf_and_printed_by_being_fetched()
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync("FC-1", "One & only");
        using var client = app.Client(tenant.Staff);

        using var response = await client.PostAsync("/api/labels/print/pdf", new { assetIds = new[] { van, van }, templateId = "l7160", startAt = 21 });

        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("200", "application/pdf"), (await response.OutcomeAsync(), response.Content.Headers.ContentType?.ToString()));
        Assert.Equal("attachment; filename=labels-l7160.pdf; filename*=UTF-8''labels-l7160.pdf", response.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal("%PDF-", System.Text.Encoding.Latin1.GetString(bytes, 0, 5));
        Assert.Equal(1L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.asset.label_printed'", tenant.Id));
    }

    [Fact]
    public async Task Five_hundred_labels_are_one_call_and_more_are_refused()
    {
        var tenant = await app.CreateTenantAsync();
        await app.RunAsync(
            """
            insert into assets (id, tenant_id, model_id, tag, name, search_text)
            select gen_random_uuid(), $1, $2, 'MANY-' || n, 'Thing ' || n, 'thing' from generate_series(1, 501) n
            """,
            tenant.Id, tenant.ModelId);
        var ids = (Guid[])(await app.RunAsync("select array_agg(id) from assets where tenant_id = $1", tenant.Id))!;
        using var client = app.Client(tenant.Staff);

        using var response = await client.PostAsync("/api/labels/print", new { assetIds = ids.Take(500), templateId = "l7160" });

        Assert.Equal(24, (await response.ReadJsonAsync()).GetProperty("pages").GetArrayLength());
        Assert.Equal("400 invalid_body", await client.PostOutcomeAsync("/api/labels/print", new { assetIds = ids, templateId = "l7160" }));
    }

    [Theory]
    [InlineData("""{"assetIds":[],"templateId":"l7160"}""", "400 invalid_body")]
    [InlineData("""{"templateId":"l7160"}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"]}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"a5"}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"l7160","startAt":0}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"l7160","startAt":22}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"50x25","startAt":2}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"l7160","startAt":"1"}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["not an id"],"templateId":"l7160"}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"l7160","paper":"A4"}""", "400 invalid_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"l7160" """, "400 malformed_body")]
    [InlineData("""{"assetIds":["ID"],"templateId":"l7160"}""", "200")]
    public async Task A_body_that_is_not_what_the_route_takes_prints_nothing(string body, string outcome)
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync();
        using var client = app.Client(tenant.Staff);
        using var content = new StringContent(body.Replace("ID", van.ToString(), StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json");

        using var response = await client.PostAsync(new Uri("/api/labels/print", UriKind.Relative), content, TestContext.Current.CancellationToken);
        using var same = new StringContent(await content.ReadAsStringAsync(TestContext.Current.CancellationToken), System.Text.Encoding.UTF8, "application/json");
        using var pdf = await client.PostAsync(new Uri("/api/labels/print/pdf", UriKind.Relative), same, TestContext.Current.CancellationToken);

        Assert.Equal((outcome, outcome), (await response.OutcomeAsync(), await pdf.OutcomeAsync()));
        Assert.Equal(outcome == "200" ? 1L : 0L, await app.RunAsync("select count(*) from asset_labels where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task Another_tenants_asset_is_one_that_is_not_there()
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var (own, foreign) = (await mine.AssetAsync(), await theirs.AssetAsync());
        using var client = app.Client(mine.Owner);

        foreach (var id in new[] { foreign.ToString(), TestTenant.NewId().ToString(), "1", "..%2Fx" })
        {
            Assert.Equal("404 asset_not_found", await client.GetOutcomeAsync($"/api/assets/{id}/qr.svg"));
            Assert.Equal("404 asset_not_found", await client.GetOutcomeAsync($"/api/assets/{id}/qr.png"));
            Assert.Equal("404 asset_not_found", await client.PostOutcomeAsync($"/api/assets/{id}/labels/rotate", new { }));
        }

        using var response = await client.PostAsync("/api/labels/print", new { assetIds = new[] { own, foreign }, templateId = "l7160" });
        var problem = await response.ReadProblemAsync();
        Assert.Equal("""{"assetIds":["not_found"]}""", problem.Body.GetProperty("errorCodes").GetRawText());
        Assert.Equal(0L, await app.RunAsync("select count(*) from asset_labels where tenant_id = any ($1)", new[] { mine.Id, theirs.Id }));
    }

    [Fact]
    public async Task A_driver_sees_the_code_and_neither_prints_nor_replaces_it()
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync();
        using var client = app.Client(tenant.Driver);

        Assert.Equal("200", await client.GetOutcomeAsync($"/api/assets/{van}/qr.svg"));
        Assert.Equal("403 forbidden", await client.GetOutcomeAsync("/api/labels/templates"));
        Assert.Equal("403 forbidden", await client.PostOutcomeAsync("/api/labels/print", new { assetIds = new[] { van }, templateId = "l7160" }));
        Assert.Equal("403 forbidden", await client.PostOutcomeAsync("/api/labels/print/pdf", new { assetIds = new[] { van }, templateId = "l7160" }));
        Assert.Equal("403 forbidden", await client.PostOutcomeAsync($"/api/assets/{van}/labels/rotate", new { }));
        Assert.Equal(0L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task An_image_is_the_same_each_time_and_asking_only_for_its_head_makes_nothing()
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync();
        using var client = app.Client(tenant.Driver);
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/api/assets/{van}/qr.svg");
        using var refused = await client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(0L, await app.RunAsync("select count(*) from asset_labels where tenant_id = $1", tenant.Id));

        Assert.Equal(await client.GetSvgAsync($"/api/assets/{van}/qr.svg"), await client.GetSvgAsync($"/api/assets/{van}/qr.svg"));

        using var png = await client.GetAsync(new Uri($"/api/assets/{van}/qr.png", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("image/png", png.Content.Headers.ContentType?.MediaType);
        Assert.Equal(1L, await app.RunAsync("select count(*) from asset_labels where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task The_stock_is_listed_with_its_measures()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Staff);

        var items = (await client.GetJsonAsync("/api/labels/templates")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(["l7160", "l7163", "l7159", "a4-24", "5160", "62x29", "50x25"], items.Select(i => i.GetProperty("id").GetString()!));
        Assert.Equal(
            """{"id":"l7160","name":"Avery L7160 (A4)","pageWidthMm":210,"pageHeightMm":297,"columns":3,"rows":7,"labelsPerPage":21,"labelWidthMm":63.5,"labelHeightMm":38.1}""",
            items[0].GetRawText());
    }

    private static async Task<JsonElement> RotateAsync(HttpClient client, Guid asset)
    {
        using var response = await client.PostAsync($"/api/assets/{asset}/labels/rotate", new { });
        Assert.Equal(200, (int)response.StatusCode);
        return await response.ReadJsonAsync();
    }
}
