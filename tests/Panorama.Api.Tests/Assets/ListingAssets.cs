using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

public sealed class ListingAssets(ApiApp app)
{
    [Fact]
    public async Task An_asset_is_listed_with_what_the_list_shows()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync("VAN-1", "White van");
        using var client = app.Client(tenant.Driver);

        var page = await client.GetJsonAsync("/api/assets");

        Assert.Equal(
            $$"""{"items":[{"id":"{{id}}","tag":"VAN-1","name":"White van","status":"READY","bookable":false,"modelName":"Transit","categoryName":"Vans","categoryKind":"VEHICLE","locationId":null,"locationName":null,"serial":null,"holderName":null,"purchaseDate":null,"archivedAt":null}],"total":1,"totalCount":1,"totalAtLeast":null,"nextCursor":null}""",
            page.GetRawText());
    }

    [Trait("FieldCase", "API-01")]
    [Theory]
    [InlineData("createdAt", "asc")]
    [InlineData("createdAt", "desc")]
    [InlineData("tag", "asc")]
    [InlineData("tag", "desc")]
    [InlineData("name", "asc")]
    [InlineData("name", "desc")]
    [InlineData("status", "asc")]
    [InlineData("status", "desc")]
    [InlineData("purchaseDate", "asc")]
    [InlineData("purchaseDate", "desc")]
    public async Task Pages_by_cursor_show_each_row_once_in_order_with_and_without_search(string sort, string order)
    {
        var tenant = await app.CreateTenantAsync();
        await FillAsync(tenant, 23);
        using var client = app.Client(tenant.Driver);
        var whole = Ids(await client.GetJsonAsync($"/api/assets?sort={sort}&order={order}&limit=200"));
        Assert.Equal(23, whole.Count);

        foreach (var query in new[] { "", "&q=van%20white" })
        {
            var seen = new List<Guid>();
            string? cursor = null;
            do
            {
                var page = await client.GetJsonAsync($"/api/assets?sort={sort}&order={order}&limit=5{query}{(cursor is null ? "" : $"&cursor={cursor}")}");
                Assert.Equal(cursor is null ? "23" : "null", page.GetProperty("totalCount").GetRawText());
                Assert.Equal(page.GetProperty("items").GetArrayLength(), page.GetProperty("total").GetInt32());
                seen.AddRange(Ids(page));
                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);

            Assert.Equal(whole, seen);
        }

        var key = (await client.GetJsonAsync($"/api/assets?sort={sort}&order={order}&limit=200")).GetProperty("items").EnumerateArray()
            .Select(i => sort switch
            {
                "createdAt" => i.GetProperty("id").GetGuid().ToString(),
                "tag" => i.GetProperty("tag").GetString()!.ToLowerInvariant(),
                "purchaseDate" => i.GetProperty("purchaseDate").GetString() ?? "infinity",
                _ => i.GetProperty(sort).GetString()!,
            }).ToList();
        var sorted = key.Order(StringComparer.Ordinal);
        Assert.Equal(order == "asc" ? sorted : sorted.Reverse(), key);
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_the_count()
    {
        var tenant = await app.CreateTenantAsync();
        await FillAsync(tenant, 20);
        var category = await app.RunAsync("select category_id from asset_models where id = $1", tenant.ModelId);
        var location = TestTenant.NewId();
        await app.RunAsync("insert into locations (id, tenant_id, name) values ($1, $2, 'Depot')", location, tenant.Id);
        await app.RunAsync("update assets set location_id = $1, bookable = true where tenant_id = $2 and tag like '%3'", location, tenant.Id);
        await app.RunAsync("update assets set archived_at = now() where tenant_id = $1 and tag like '%4'", tenant.Id);
        using var client = app.Client(tenant.Driver);

        foreach (var (query, count) in new[]
        {
            ("", 20), ("includeArchived=false", 18), ("status=READY", 10), ("status=READY&status=IN_USE", 20), ("status=RETIRED", 0),
            ($"categoryId={category}", 20), ($"categoryId={TestTenant.NewId()}", 0), ($"modelId={tenant.ModelId}", 20), ($"modelId={tenant.Id}", 0),
            ($"locationId={location}", 2), ("bookable=true", 2), ("bookable=0", 18), ($"bookable=true&locationId={location}&status=IN_USE", 2),
            ("q=van", 20), ("q=V%C3%81N&status=READY", 10), ("q=van&status=READY&status=IN_USE&limit=3", 20), ($"q=van&categoryId={category}&bookable=true", 2),
            ("q=van&includeArchived=false", 18), ("q=van%25", 0), ("q=nothing", 0), ("q=_", 0), ("q=vin00000000000000017", 1),
        })
        {
            Assert.Equal((query, count), (query, (await client.GetJsonAsync($"/api/assets?{query}")).GetProperty("totalCount").GetInt32()));
        }
    }

    [Fact]
    public async Task The_list_is_narrowed_to_a_tag_a_label_a_holder_or_an_import_and_other_organisations_have_none_of_them()
    {
        var tenant = await app.CreateTenantAsync();
        var other = await app.CreateTenantAsync();
        await FillAsync(tenant, 6);
        var (label, import) = (TestTenant.NewId(), TestTenant.NewId());
        var tag = (string)(await app.RunAsync("select min(tag) from assets where tenant_id = $1", tenant.Id))!;
        await app.RunAsync("insert into status_labels (id, tenant_id, name, type, maps_to) values ($1, $2, 'Spare', 'deployable', 'READY')", label, tenant.Id);
        await app.RunAsync("update assets set status_label_id = $1 where tenant_id = $2 and tag = $3", label, tenant.Id, tag);
        await app.RunAsync("insert into imports (id, tenant_id, kind, file_name, size_bytes, sha256, state) values ($1, $2, 'assets', 'a.csv', 1, '', 'DONE')", import, tenant.Id);
        await app.RunAsync(
            """
            with chosen as (select id from assets where tenant_id = $2 order by tag limit 2)
            insert into import_rows (tenant_id, import_id, line, outcome, asset_id) select $2, $1, row_number() over (), 'CREATED', id from chosen union all select $2, $1, 9, 'REJECTED', null
            """, import, tenant.Id);
        await app.RunAsync(
            "insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at) select $1, tenant_id, id, 'user', $2, now() from assets where tenant_id = $3 and tag = $4",
            TestTenant.NewId(), tenant.Driver.UserId, tenant.Id, tag);
        using var client = app.Client(tenant.Driver);
        using var stranger = app.Client(other.Owner);

        foreach (var (query, count) in new[]
        {
            ($"tag={tag}", 1), ($"tag={tag.ToLowerInvariant()}&q=van", 1), ($"tag={tag}&q=nothing", 0), ("tag=none", 0), ($"importId={import}", 2), ($"importId={import}&tag={tag}", 1),
            ($"importId={import}&q=van", 2), ($"importId={TestTenant.NewId()}", 0), ($"statusLabelId={label}", 1), ($"assignedUserId={tenant.Driver.UserId}", 1),
            ($"assignedUserId={tenant.Driver.UserId}&importId={import}&statusLabelId={label}&tag={tag}", 1),
        })
        {
            Assert.Equal((query, count), (query, (await client.GetJsonAsync($"/api/assets?{query}")).GetProperty("totalCount").GetInt32()));
        }

        Assert.Equal(0, (await stranger.GetJsonAsync($"/api/assets?importId={import}")).GetProperty("totalCount").GetInt32());
        Assert.Equal(("400 invalid_query", "400 invalid_query"), (await client.GetOutcomeAsync("/api/assets?tag=%20"), await client.GetOutcomeAsync("/api/assets?importId=7")));
    }

    [Fact]
    public async Task A_single_character_finds_the_tag_that_is_it()
    {
        var tenant = await app.CreateTenantAsync();
        await tenant.AssetAsync("7");
        await tenant.AssetAsync("77");
        using var client = app.Client(tenant.Driver);

        Assert.Equal(["7"], (await client.GetJsonAsync("/api/assets?q=7")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("tag").GetString()!));
    }

    [Fact]
    public async Task The_next_page_is_also_in_the_link_header()
    {
        var tenant = await app.CreateTenantAsync();
        await FillAsync(tenant, 3);
        using var client = app.Client(tenant.Driver);

        using var response = await client.GetAsync(new Uri("/api/assets?limit=2&status=READY&status=IN_USE", UriKind.Relative), TestContext.Current.CancellationToken);

        var cursor = (await response.ReadJsonAsync()).GetProperty("nextCursor").GetString();
        Assert.Equal($"</api/assets?limit=2&status=READY&status=IN_USE&cursor={cursor}>; rel=\"next\"", Assert.Single(response.Headers.GetValues("Link")));
    }

    [Fact]
    public async Task Pickers_page_by_name_and_leave_out_what_is_archived()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Driver);
        foreach (var table in new[] { "locations", "suppliers", "companies", "manufacturers" })
        {
            await app.RunAsync($"insert into {table} (id, tenant_id, name) select gen_random_uuid(), $1, 'Name ' || n from generate_series(1, 7) n", tenant.Id);
            await app.RunAsync($"update {table} set archived_at = now() where tenant_id = $1 and name = 'Name 7'", tenant.Id);
        }

        await app.RunAsync("insert into status_labels (id, tenant_id, name, type, maps_to) select gen_random_uuid(), $1, 'Name ' || n, 'deployable', 'READY' from generate_series(1, 6) n", tenant.Id);
        await app.RunAsync("insert into custom_fields (id, tenant_id, name, type) select gen_random_uuid(), $1, 'Name ' || n, 'text' from generate_series(1, 6) n", tenant.Id);
        await app.RunAsync("insert into categories (id, tenant_id, name, kind) select gen_random_uuid(), $1, 'Name ' || n, 'OTHER' from generate_series(1, 6) n", tenant.Id);
        await app.RunAsync("insert into asset_models (id, tenant_id, category_id, name) select gen_random_uuid(), $1, (select category_id from asset_models where id = $2), 'Name ' || n from generate_series(1, 6) n", tenant.Id, tenant.ModelId);

        foreach (var route in new[] { "locations", "suppliers", "companies", "manufacturers", "status-labels", "custom-fields", "categories", "asset-models" })
        {
            var names = new List<string>();
            string? cursor = null;
            do
            {
                var page = await client.GetJsonAsync($"/api/{route}?q=NAME&limit=4{(cursor is null ? "" : $"&cursor={cursor}")}");
                names.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!));
                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);

            Assert.Equal((route, "Name 1,Name 2,Name 3,Name 4,Name 5,Name 6"), (route, string.Join(',', names)));
        }
    }

    [Fact]
    public async Task A_long_list_is_counted_anew_when_something_changed_here_or_ten_seconds_have_passed()
    {
        var tenant = await app.CreateTenantAsync();
        await FillAsync(tenant, 2_100);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = await RunningApi.StartAsync(app.Settings(), b => b.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        using var client = api.Client(tenant.Owner.Token);
        Assert.Equal(2_100, await CountAsync());

        await app.RunAsync("update assets set archived_at = now() where tenant_id = $1 and tag = 'T001'", tenant.Id); // another process
        Assert.Equal(2_100, await CountAsync());
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2_099, await CountAsync());

        var asset = await app.RunAsync("select id from assets where tenant_id = $1 and tag = 'T002'", tenant.Id);
        await client.SendJsonAsync(HttpMethod.Post, $"/api/assets/{asset}/archive", 1);
        Assert.Equal(2_098, await CountAsync());

        async Task<int> CountAsync() => (await client.GetJsonAsync("/api/assets?includeArchived=false&limit=5")).GetProperty("totalCount").GetInt32();
    }

    [Fact]
    public async Task A_list_too_long_to_count_is_counted_once_a_minute_and_for_its_own_organisation()
    {
        var (large, small) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        await FillAsync(large, 10_001);
        await FillAsync(small, 3);
        await app.RunAsync(
            "insert into tenant_memberships (id, tenant_id, user_id, role, status) select gen_random_uuid(), $1, $2, 'driver', 'active'", small.Id, large.Driver.UserId);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = await RunningApi.StartAsync(app.Settings(), b => b.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        using var client = api.Client(large.Driver.Token);
        Assert.Equal("null 10001", await CountAsync());
        Assert.Equal("null 10001", await CountAsync());

        await app.RunAsync("delete from assets where tenant_id = $1 and status = 'READY'", large.Id);
        Assert.Equal("null 10001", await CountAsync());
        Assert.Equal("5001 null", await CountAsync("status=IN_USE"));

        // The session is in another organisation now, and this process does not know yet.
        await app.RunAsync("update sessions set tenant_id = $1 where id = $2", small.Id, large.Driver.SessionId);
        Assert.Equal("3 null", await CountAsync());
        Assert.Equal("3 null", await CountAsync());
        await app.RunAsync("update sessions set tenant_id = $1 where id = $2", large.Id, large.Driver.SessionId);
        Assert.Equal("5001 null", await CountAsync("includeArchived=true&sort=tag&bookable=false"));

        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("5001 null", await CountAsync());

        async Task<string> CountAsync(string query = "")
        {
            var page = await client.GetJsonAsync($"/api/assets?limit=5&{query}");
            return $"{page.GetProperty("totalCount").GetRawText()} {page.GetProperty("totalAtLeast").GetRawText()}";
        }
    }

    private static List<Guid> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid())];

    private async Task FillAsync(TestTenant tenant, int count) => await app.RunAsync(
        """
        insert into assets (id, tenant_id, model_id, tag, name, search_text, status, purchase_date, created_at)
        select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 4, '0') || right(replace($1::text, '-', ''), 8))::uuid, $1, $2, 'T' || lpad(n::text, greatest(3, length(n::text)), '0'), 'White van ' || n % 3,
               't' || lpad(n::text, 3, '0') || ' white van vin' || lpad(n::text, 17, '0'), case when n % 2 = 0 then 'READY' else 'IN_USE' end,
               case when n % 4 > 0 then date '2026-01-01' + n % 5 end, timestamptz '2026-01-01' + (n / 2) * interval '1 ms'
          from generate_series(1, $3) n
        """,
        tenant.Id, tenant.ModelId, count);
}
