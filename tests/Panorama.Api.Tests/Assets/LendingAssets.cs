using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

public sealed class LendingAssets(ApiApp app)
{
    [Fact]
    public async Task Lent_to_a_person_accepted_with_the_categorys_text_and_taken_back()
    {
        var tenant = await app.CreateTenantAsync();
        await app.RunAsync("update categories set eula = 'Bring it back clean.', checkout_accepted = true where tenant_id = $1", tenant.Id);
        var id = await tenant.AssetAsync("VAN-1", "White van");
        using var desk = app.Client(tenant.Staff);
        using var holder = app.Client(tenant.Driver);
        var until = TimeProvider.System.GetUtcNow().AddDays(3);

        using var response = await desk.SendAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId, expectedCheckinAt = until, note = "With the ramp." });
        var custody = await response.ReadJsonAsync();
        var path = $"/api/assignments/{custody.GetProperty("id").GetGuid()}";
        Assert.Equal((201, path), ((int)response.StatusCode, response.Headers.Location?.ToString()));
        Assert.Equal(
            ("VAN-1", "user", $"driver of {tenant.Slug}", $"fleet_staff of {tenant.Slug}", "Bring it back clean.", true, false, "With the ramp."),
            (custody.GetProperty("assetTag").GetString(), custody.GetProperty("targetType").GetString(), custody.GetProperty("targetName").GetString(),
                custody.GetProperty("checkedOutByName").GetString(), custody.GetProperty("acceptanceText").GetString(), custody.GetProperty("requiresAcceptance").GetBoolean(),
                custody.GetProperty("canAccept").GetBoolean(), custody.GetProperty("note").GetString()));
        Assert.Equal(("IN_USE", 2), await StateAsync(desk, id));

        await app.RunAsync("update categories set eula = 'Another text.' where tenant_id = $1", tenant.Id);
        Assert.True((await holder.GetJsonAsync(path)).GetProperty("canAccept").GetBoolean());
        var accepted = await holder.DoAsync(HttpMethod.Post, $"{path}/accept", new { typedName = "D. Driver" });
        Assert.Equal(
            ("Bring it back clean.", "D. Driver", false),
            (accepted.GetProperty("acceptanceText").GetString(), accepted.GetProperty("acceptedName").GetString(), accepted.GetProperty("canAccept").GetBoolean()));
        Assert.Equal("409 already_accepted", await holder.OutcomeAsync(HttpMethod.Post, $"{path}/accept", new { }));
        Assert.Equal("409 already_accepted", await holder.OutcomeAsync(HttpMethod.Post, $"{path}/decline", new { reason = "no" }));

        Assert.Equal("202", await holder.OutcomeAsync(HttpMethod.Post, $"{path}/request-checkin", new { note = "At the gate." }));
        Assert.Equal("202", await holder.OutcomeAsync(HttpMethod.Post, $"{path}/request-checkin", new { note = "At the gate." })); // it stands, and nobody is told twice
        Assert.Equal("202", await holder.OutcomeAsync(HttpMethod.Post, $"{path}/request-checkin", new { }));
        var back = await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", new { condition = "Clean" });
        Assert.Equal(
            ("At the gate.", "Clean", false),
            (back.GetProperty("checkinRequestNote").GetString(), back.GetProperty("condition").GetString(), back.GetProperty("isDamaged").GetBoolean()));
        Assert.Equal(("READY", 3), await StateAsync(desk, id));
        Assert.Equal("409 not_in_custody", await desk.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", new { }));
        Assert.Equal("409 not_in_custody", await holder.OutcomeAsync(HttpMethod.Post, $"{path}/request-checkin", new { }));
        Assert.Equal(
            ["panorama.asset.checked_in", "panorama.asset.checkin_requested", "panorama.asset.accepted", "panorama.asset.checked_out"],
            (await desk.GetJsonAsync($"/api/assets/{id}/history")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("action").GetString()!));
    }

    [Trait("FieldCase", "API-04")]
    [Fact]
    public async Task Of_eight_check_outs_at_once_one_lends()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Staff);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId })));

        Assert.Equal(["201", .. Enumerable.Repeat("409 asset_in_custody", 7)], outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(1L, await app.RunAsync("select count(*) from asset_assignments where asset_id = $1", id));
        var back = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", new { })));
        Assert.Equal(["200", .. Enumerable.Repeat("409 not_in_custody", 7)], back.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Damage_sends_it_to_maintenance_and_the_place_is_where_it_came_back_to()
    {
        var tenant = await app.CreateTenantAsync();
        var yard = await app.PlaceAsync(tenant, "Yard");
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Staff);
        await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "location", targetId = yard });

        await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", new { locationId = yard, damageFlag = true, damageNote = "Left mirror broken." });

        var asset = await client.GetJsonAsync($"/api/assets/{id}");
        Assert.Equal(("MAINTENANCE", "Yard", "null"), (asset.GetProperty("status").GetString(), asset.GetProperty("locationName").GetString(), asset.GetProperty("holder").GetRawText()));
        var (_, data) = await client.LastEventAsync(id);
        Assert.Equal(("Left mirror broken.", "MAINTENANCE"), (data.GetProperty("damageNote").GetString(), data.GetProperty("assetNextStatus").GetString()));
        var problem = await client.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "location", targetId = yard });
        Assert.Equal((409, "asset_not_available", "MAINTENANCE"), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task What_was_retired_or_archived_meanwhile_stays_so_at_check_in()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Staff);
        await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId });
        await app.RunAsync("update assets set status = 'RETIRED' where id = $1", id);

        await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", new { });

        Assert.Equal("RETIRED", (await StateAsync(client, id)).Status);
    }

    [Fact]
    public async Task Whom_and_what_it_cannot_be_lent_to()
    {
        var (tenant, stranger) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var (theirs, closed) = (await app.PlaceAsync(stranger, "Depot"), await app.PlaceAsync(tenant, "Closed"));
        await app.RunAsync("update locations set archived_at = now() where id = $1", closed);
        await app.RunAsync("update tenant_memberships set status = 'suspended' where user_id = $1", tenant.FleetAdmin.UserId);
        var (van, trailer) = (await tenant.AssetAsync(), await tenant.AssetAsync());
        using var client = app.Client(tenant.Staff);
        await client.DoAsync(HttpMethod.Post, $"/api/assets/{trailer}/checkout", new { targetType = "asset", targetId = van });
        Task<string> LendAsync(string type, Guid id) => client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{van}/checkout", new { targetType = type, targetId = id });

        Assert.Equal("404 target_not_found", await LendAsync("user", stranger.Driver.UserId));
        Assert.Equal("404 target_not_found", await LendAsync("user", tenant.FleetAdmin.UserId));
        Assert.Equal("404 target_not_found", await LendAsync("user", tenant.SystemUserId));
        Assert.Equal("404 target_not_found", await LendAsync("location", theirs));
        Assert.Equal("404 target_not_found", await LendAsync("location", closed));
        Assert.Equal("404 target_not_found", await LendAsync("asset", van));
        Assert.Equal("404 target_not_found", await LendAsync("asset", trailer));
        Assert.Equal("404 target_not_found", await LendAsync("asset", await stranger.AssetAsync()));
        Assert.Equal("400 invalid_body", await LendAsync("person", tenant.Driver.UserId));
        Assert.Equal("400 expected_checkin_in_past", await client.OutcomeAsync(
            HttpMethod.Post, $"/api/assets/{van}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId, expectedCheckinAt = TimeProvider.System.GetUtcNow().AddMinutes(-1) }));
        await app.RunAsync("update assets set archived_at = now() where id = $1", van);
        Assert.Equal("400 asset_archived", await LendAsync("user", tenant.Driver.UserId));
    }

    [Fact]
    public async Task A_label_that_does_not_allow_it_keeps_it_here()
    {
        var tenant = await app.CreateTenantAsync();
        var label = await app.LabelAsync(tenant, "Being set up", "pending", "READY");
        var id = await tenant.AssetAsync();
        await app.RunAsync("update assets set status_label_id = $1 where id = $2", label, id);
        using var client = app.Client(tenant.Staff);

        Assert.Equal("409 asset_not_available", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId }));
    }

    [Fact]
    public async Task Only_the_holder_answers_and_the_desk_for_somebody_who_does_not_sign_in()
    {
        var tenant = await app.CreateTenantAsync();
        var person = TestTenant.NewId();
        await app.RunAsync("insert into users (id, display_name) values ($1, 'Nobody Online')", person);
        await app.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $3, 'driver')", TestTenant.NewId(), tenant.Id, person);
        using var desk = app.Client(tenant.Staff);
        using var owner = app.Client(tenant.Owner);
        using var driver = app.Client(tenant.Driver);
        async Task<string> LendAsync(Guid to)
        {
            var custody = await desk.DoAsync(
                HttpMethod.Post, $"/api/assets/{await tenant.AssetAsync()}/checkout", new { targetType = "user", targetId = to, requireAcceptance = true });
            return $"/api/assignments/{custody.GetProperty("id").GetGuid()}";
        }

        var theirs = await LendAsync(tenant.Driver.UserId);
        Assert.Equal("403 forbidden", await owner.OutcomeAsync(HttpMethod.Post, $"{theirs}/accept", new { }));
        Assert.Equal("403 forbidden", await owner.OutcomeAsync(HttpMethod.Post, $"{theirs}/decline", new { reason = "no" }));
        Assert.Equal("200", await driver.OutcomeAsync(HttpMethod.Post, $"{theirs}/decline", new { reason = "It is dirty." }));
        Assert.Equal("409 already_declined", await driver.OutcomeAsync(HttpMethod.Post, $"{theirs}/accept", new { }));
        Assert.Equal("It is dirty.", (await desk.GetJsonAsync(theirs)).GetProperty("declineReason").GetString());

        var nobodys = await LendAsync(person);
        Assert.Equal("403 forbidden", await driver.OutcomeAsync(HttpMethod.Post, $"{nobodys}/accept", new { }));
        Assert.Equal("403 forbidden", await driver.GetOutcomeAsync(nobodys));
        Assert.Equal("Nobody Online", (await desk.DoAsync(HttpMethod.Post, $"{nobodys}/accept", new { })).GetProperty("acceptedName").GetString());
    }

    [Fact]
    public async Task The_desk_lists_all_and_others_their_own_also_of_who_is_suspended()
    {
        var tenant = await app.CreateTenantAsync();
        var depot = await app.PlaceAsync(tenant, "Depot");
        var (a, b, c) = (await tenant.AssetAsync("A"), await tenant.AssetAsync("B"), await tenant.AssetAsync("C"));
        using var desk = app.Client(tenant.Staff);
        using var driver = app.Client(tenant.Driver);
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{a}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId });
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{b}/checkout", new { targetType = "user", targetId = tenant.FleetAdmin.UserId });
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{c}/checkout", new { targetType = "location", targetId = depot });
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{c}/checkin", new { });
        await app.RunAsync("update asset_assignments set expected_checkin_at = now() - interval '1 hour' where asset_id = $1", b);
        await app.RunAsync("update tenant_memberships set status = 'suspended' where user_id = $1", tenant.FleetAdmin.UserId);
        static async Task<string> TagsAsync(HttpClient client, string query) => string.Join(',', (await client.GetJsonAsync($"/api/assignments?{query}"))
            .GetProperty("items").EnumerateArray().Select(i => $"{i.GetProperty("assetTag").GetString()}{(i.GetProperty("isOverdue").GetBoolean() ? "!" : "")}"));

        Assert.Equal("C,B!,A", await TagsAsync(desk, ""));
        Assert.Equal("B!,A", await TagsAsync(desk, "open=true"));
        Assert.Equal("C", await TagsAsync(desk, "open=false"));
        Assert.Equal("B!", await TagsAsync(desk, "overdue=true"));
        Assert.Equal("C,A", await TagsAsync(desk, "overdue=false"));
        Assert.Equal("C", await TagsAsync(desk, $"holder={depot}"));
        Assert.Equal("A", await TagsAsync(desk, $"assetId={a}"));
        Assert.Equal("", await TagsAsync(desk, "holder=me"));
        Assert.Equal("A", await TagsAsync(driver, ""));
        Assert.Equal("", await TagsAsync(driver, $"holder={tenant.FleetAdmin.UserId}"));
        Assert.Equal($"fleet_admin of {tenant.Slug}", (await desk.GetJsonAsync("/api/assignments?overdue=true")).GetProperty("items")[0].GetProperty("targetName").GetString());
        var first = await desk.GetJsonAsync("/api/assignments?limit=1");
        Assert.Equal("B!,A", await TagsAsync(desk, $"cursor={first.GetProperty("nextCursor").GetString()}"));
        foreach (var query in new[] { "holder=x", "assetId=1", "open=", "overdue=maybe", "limit=0", "cursor=x" })
        {
            Assert.Equal("400 invalid_query", await desk.GetOutcomeAsync($"/api/assignments?{query}"));
        }
    }

    private static async Task<(string? Status, int Version)> StateAsync(HttpClient client, Guid asset)
    {
        var row = await client.GetJsonAsync($"/api/assets/{asset}");
        return (row.GetProperty("status").GetString(), row.GetProperty("version").GetInt32());
    }
}
