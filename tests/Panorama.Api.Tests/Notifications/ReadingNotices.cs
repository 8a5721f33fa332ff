using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Notifications;

public sealed class ReadingNotices(ApiApp app)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_inbox_is_paged_newest_first_in_the_readers_language_and_holds_ones_own_alone()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync("VAN-7", "Van seven");
        await app.RunAsync("update users set locale = 'pt-br' where id = $1", tenant.Driver.UserId);
        await app.RunAsync("update users set display_name = 'Ana Souza' where id = $1", tenant.Owner.UserId);
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(tenant, tenant.Driver, asset, Noon.AddMinutes(i), read: i < 2);
        }

        await AddAsync(tenant, tenant.Staff, asset, Noon, read: false);
        using var driver = app.Client(tenant.Driver);

        var first = await driver.GetJsonAsync("/api/notifications?limit=3");
        var rest = await driver.GetJsonAsync($"/api/notifications?limit=3&cursor={first.Text("nextCursor")}");
        var unread = await driver.GetJsonAsync("/api/notifications?unread=true");
        var read = await driver.GetJsonAsync("/api/notifications?unread=false");
        var item = first.GetProperty("items")[0];

        Assert.Equal((3, 2, 3, 2), (Items(first).Count, Items(rest).Count, Items(unread).Count, Items(read).Count));
        Assert.Equal(Items(first).Concat(Items(rest)).Select(i => i.Text("createdAt")), Enumerable.Range(0, 5).Select(i => $"2026-11-20T12:0{4 - i}:00.000Z"));
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("nextCursor").ValueKind);
        Assert.Equal("Ana Souza quer devolver VAN-7 — Van seven", item.Text("title"));
        Assert.Equal($"/custody/{tenant.ModelId}", item.Text("link"));
        Assert.Equal(("panorama.asset.checkin_requested", "asset", asset.ToString()), (item.Text("eventType"), item.Text("resourceType"), item.Text("resourceId")));
        Assert.Equal(JsonValueKind.Null, item.GetProperty("readAt").ValueKind);
        foreach (var query in new[] { "limit=0", "limit=201", "limit=x", "unread=maybe", "cursor=x", "unread=" })
        {
            Assert.Equal((query, "400 invalid_query"), (query, await driver.GetOutcomeAsync($"/api/notifications?{query}")));
        }
    }

    [Fact]
    public async Task One_or_all_are_marked_as_read_and_the_count_says_what_is_left()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        for (var i = 0; i < 3; i++)
        {
            await AddAsync(tenant, tenant.Owner, asset, Noon.AddMinutes(i), read: false);
        }

        using var owner = app.Client(tenant.Owner);
        var id = Items(await owner.GetJsonAsync("/api/notifications"))[2].Text("id");
        Assert.Equal("""{"unread":3,"atLeast":false}""", (await owner.GetJsonAsync("/api/notifications/count")).GetRawText());

        Assert.Equal("204", await owner.SendOutcomeAsync(HttpMethod.Post, $"/api/notifications/{id}/read", null));
        var at = Items(await owner.GetJsonAsync("/api/notifications"))[2].Text("readAt");
        Assert.Equal("204", await owner.SendOutcomeAsync(HttpMethod.Post, $"/api/notifications/{id}/read", null));
        Assert.Equal(at, Items(await owner.GetJsonAsync("/api/notifications"))[2].Text("readAt"));
        var some = await owner.SendJsonAsync(HttpMethod.Post, "/api/notifications/read-all", null, """{"until":"2026-11-20T12:01:30Z"}""");
        var me = (await owner.GetJsonAsync("/api/auth/me")).GetProperty("waiting");
        var all = await owner.SendJsonAsync(HttpMethod.Post, "/api/notifications/read-all", null, """{"until":"2026-11-20T14:00:00+01:00"}""");

        Assert.Equal((1, 1, 1), (some.Number("read"), me.Number("unread"), all.Number("read")));
        Assert.Equal("400 invalid_body", await owner.SendOutcomeAsync(HttpMethod.Post, "/api/notifications/read-all", null, """{"until":"yesterday"}"""));
        Assert.Equal("until:required", await owner.SendErrorsAsync(HttpMethod.Post, "/api/notifications/read-all", null, "{}"));
        Assert.Equal("404 notice_not_found", await owner.SendOutcomeAsync(HttpMethod.Post, "/api/notifications/none/read", null));
    }

    [Fact]
    public async Task A_colleagues_notice_and_another_organisations_are_not_there()
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var asset = await mine.AssetAsync();
        var colleagues = await AddAsync(mine, mine.Owner, asset, Noon, read: false);
        var strangers = await AddAsync(theirs, theirs.Driver, await theirs.AssetAsync(), Noon, read: false);
        using var driver = app.Client(mine.Driver);

        Assert.Empty(Items(await driver.GetJsonAsync("/api/notifications")));
        foreach (var id in new[] { colleagues, strangers, TestTenant.NewId() })
        {
            Assert.Equal("404 notice_not_found", await driver.SendOutcomeAsync(HttpMethod.Post, $"/api/notifications/{id}/read", null));
        }

        Assert.Equal(0, (await driver.SendJsonAsync(HttpMethod.Post, "/api/notifications/read-all", null, """{"until":"2099-01-01T00:00:00Z"}""")).Number("read"));
        Assert.Equal(2L, await app.RunAsync("select count(*) from notices where id = any($1) and read_at is null", new[] { colleagues, strangers }));
    }

    private static List<JsonElement> Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    private async Task<Guid> AddAsync(TestTenant tenant, TestPerson person, Guid asset, DateTimeOffset at, bool read)
    {
        var id = TestTenant.NewId();
        await app.RunAsync(
            """
            insert into notices (id, tenant_id, user_id, event_id, event_type, resource_type, resource_id, actor_user_id, payload, occurred_at, created_at, read_at)
            values ($1, $2, $3, $1, 'panorama.asset.checkin_requested', 'asset', $4, $5, jsonb_build_object('assetId', $4::text, 'assignmentId', $6::text, 'userId', null), $7, $7, $8)
            """,
            id, tenant.Id, person.UserId, asset, tenant.Owner.UserId, tenant.ModelId, at, read ? at : DBNull.Value);
        return id;
    }
}
