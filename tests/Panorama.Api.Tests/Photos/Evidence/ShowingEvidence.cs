using System.Security.Cryptography;

namespace Panorama.Api.Tests.Photos.Evidence;

public sealed class ShowingEvidence(PhotoApi api) : IClassFixture<PhotoApi>
{
    [Fact]
    public async Task It_is_shown_small_whole_in_part_and_not_again_when_it_is_the_same()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        var (path, tag) = (photo.Text("signedUrl")!, $"\"{photo.Text("sha256")}\"");

        using var whole = await van.Staff.GetAsync(path, []);
        var bytes = await whole.BytesAsync();
        Assert.Equal((200, tag, "image/jpeg"), ((int)whole.StatusCode, whole.Headers.ETag?.ToString(), whole.Content.Headers.ContentType?.ToString()));
        Assert.Equal(("inline; filename=photo.jpg", "nosniff"), (whole.Content.Headers.ContentDisposition?.ToString(), Assert.Single(whole.Headers.GetValues("X-Content-Type-Options"))));
        using var part = await van.Driver.GetAsync(path, ("Range", "bytes=10-19"));
        Assert.Equal((206, $"bytes 10-19/{bytes.Length}"), ((int)part.StatusCode, part.Content.Headers.ContentRange?.ToString()));
        Assert.Equal(bytes[10..20], await part.BytesAsync());
        Assert.Equal("416 range_not_satisfiable", await OutcomeAsync(van.Driver, path, ("Range", $"bytes={bytes.Length}-")));
        Assert.Equal("304", await OutcomeAsync(van.Driver, path, ("If-None-Match", tag)));
        using var small = await van.Driver.GetAsync($"{path}?view=list", []);
        Assert.InRange((await small.BytesAsync()).Length, 1, bytes.Length - 1);
        using var other = await van.Driver.GetAsync($"{path}?view=huge", []);
        Assert.Equal(bytes, await other.BytesAsync());
    }

    [Fact]
    public async Task Who_looks_at_it_whole_is_written_once_in_a_while_and_not_who_sees_a_list()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var path = (await van.TakeAsync(van.Driver)).Text("signedUrl")!;

        Assert.Equal("200", await van.Driver.GetOutcomeAsync($"{path}?view=list"));
        Assert.Null(await van.AuditAsync("viewed"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("200", await van.Driver.GetOutcomeAsync($"{path}?view=detail"));
        }

        Assert.Equal($$"""{"viewKind": "detail", "inspectionId": "{{van.Run}}", "reservationId": null}""", await van.AuditAsync("viewed"));
        Assert.Equal("200", await van.Staff.GetOutcomeAsync(path));
        Assert.Equal(2, (await van.AuditAsync("viewed"))!.Split('\n').Length);
    }

    [Fact]
    public async Task By_choice_its_link_shows_it_to_whoever_has_the_link()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await using var redirecting = await api.StartAsync(("PHOTO_DELIVERY", "redirect"));
        using var driver = redirecting.Client(van.Tenant.Driver.Token);
        using var nobody = redirecting.Client();

        var photo = await van.TakeAsync(driver);

        Assert.StartsWith("/api/files/", photo.Text("signedUrl"), StringComparison.Ordinal);
        using var answer = await driver.GetAsync($"{van.Path}/photos/{photo.Text("id")}", []);
        Assert.Equal((302, "no-referrer"), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("Referrer-Policy"))));
        foreach (var link in new[] { photo.Text("signedUrl")!, answer.Headers.Location!.ToString() })
        {
            using var file = await nobody.GetAsync(link, []);
            Assert.Equal(photo.Text("sha256"), Convert.ToHexStringLower(SHA256.HashData(await file.BytesAsync())));
        }
    }

    [Fact]
    public async Task A_peer_and_another_organisation_find_nothing()
    {
        using var van = await InspectedVan.CreateAsync(api);
        using var stranger = await InspectedVan.CreateAsync(api);
        using var peer = van with { Run = await InspectedVan.StartAsync(van.Staff, van.Asset) };
        var (own, staffs) = (await van.TakeAsync(van.Driver), await peer.TakeAsync(van.Staff));

        foreach (var (client, path) in new[] { (van.Driver, $"{peer.Path}/photos"), (stranger.Admin, $"{van.Path}/photos"), (van.Driver, "/api/inspections/7/photos") })
        {
            Assert.Equal("404 inspection_not_found", await client.GetOutcomeAsync(path));
        }

        foreach (var (client, path) in new[]
        {
            (van.Driver, staffs.Text("signedUrl")!), (stranger.Admin, own.Text("signedUrl")!), (van.Driver, $"{van.Path}/photos/{staffs.Text("id")}"),
            (van.Staff, $"{peer.Path}/photos/{own.Text("id")}"), (van.Staff, $"{van.Path}/photos/7"),
        })
        {
            Assert.Equal((path, "404 photo_not_found"), (path, await client.GetOutcomeAsync(path)));
            Assert.Equal((path, "404 photo_not_found"), (path, await client.GetOutcomeAsync($"{path}?view=list")));
            Assert.Equal((path, "404 photo_not_found"), (path, await client.SendOutcomeAsync(HttpMethod.Delete, path, null, """{"reason":"not mine"}""")));
        }

        Assert.Equal("200", await van.Staff.GetOutcomeAsync(own.Text("signedUrl")!));
    }

    [Fact]
    public async Task The_routes_of_photos_of_the_asset_neither_list_nor_show_nor_change_nor_count_it()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var id = (await van.TakeAsync(van.Driver)).Text("id");
        var own = (await van.Staff.TakeAsync(van.Asset)).Text("id");

        foreach (var (method, path, body) in new[] { ("GET", "/full", null), ("GET", "/thumbnail", null), ("PATCH", "", "{}"), ("DELETE", "", null), ("POST", "/restore", null) })
        {
            Assert.Equal((method + path, "404 photo_not_found"), (method + path, await van.Admin.SendOutcomeAsync(new HttpMethod(method), $"/api/photos/{id}{path}", 1, body)));
            Assert.NotEqual("404 photo_not_found", await van.Admin.SendOutcomeAsync(new HttpMethod(method), $"/api/photos/{own}{path}", null, body));
        }

        Assert.Equal(own, Assert.Single((await van.Staff.GetJsonAsync($"/api/assets/{van.Asset}/photos")).GetProperty("items").EnumerateArray()).Text("id"));
        await api.RepeatAsync(van.Asset, 24); // of each of the two
        await van.Staff.TakeAsync(van.Asset);
        Assert.Equal(26, (await van.Staff.GetJsonAsync($"/api/assets/{van.Asset}/photos")).GetProperty("items").GetArrayLength());
        Assert.Equal(25L, await van.CountAsync());
        Assert.Equal("204", await van.Staff.SendOutcomeAsync(HttpMethod.Delete, $"/api/photos/{own}", null));
        await api.RepeatAsync(van.Asset, 1);
        Assert.Equal("409 asset_photo_cap_reached", await van.Staff.SendOutcomeAsync(HttpMethod.Post, $"/api/photos/{own}/restore", null));
    }

    [Fact]
    public async Task Who_began_takes_it_out_while_it_goes_on_and_an_admin_always_with_a_reason()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        var path = photo.Text("signedUrl")!;
        var later = await van.TakeAsync(van.Driver, fields: ("snapshotItemId", van.Dashboard));

        foreach (var (body, outcome) in new[]
        {
            ("", "400 invalid_body"), ("{}", "400 invalid_body"), ("""{"reason":" "}""", "400 invalid_body"), ($$"""{"reason":"{{new string('x', 501)}}"}""", "400 invalid_body"),
            ("""{"reason":"a\u0000b"}""", "400 invalid_body"), ("{", "400 malformed_body"),
        })
        {
            Assert.Equal((body, outcome), (body, await van.DeleteAsync(van.Driver, photo, body)));
        }

        Assert.Equal("403 admin_role_required", await van.DeleteAsync(van.Staff, photo));
        await api.App.RunAsync("insert into legal_holds (id, tenant_id, asset_id, reason) values (gen_random_uuid(), $1, $2, 'claim 12')", van.Tenant.Id, van.Asset);
        Assert.True((await van.Driver.GetJsonAsync($"{van.Path}/photos")).GetProperty("items")[0].GetProperty("isHeld").GetBoolean());
        Assert.Equal("409 legal_hold", await van.DeleteAsync(van.Driver, photo));
        await api.App.RunAsync("update legal_holds set released_at = now() where asset_id = $1", van.Asset);
        await api.App.RunAsync("insert into legal_holds (id, tenant_id, inspection_id, reason) values (gen_random_uuid(), $1, $2, 'claim 13')", van.Tenant.Id, van.Run);
        Assert.True((await van.Driver.GetJsonAsync($"{van.Path}/photos")).GetProperty("items")[0].GetProperty("isHeld").GetBoolean());
        Assert.Equal("409 legal_hold", await van.DeleteAsync(van.Driver, photo));
        await api.App.RunAsync("update legal_holds set inspection_id = $2 where inspection_id = $1", van.Run, await InspectedVan.StartAsync(van.Staff, van.Asset));
        Assert.False((await van.Driver.GetJsonAsync($"{van.Path}/photos")).GetProperty("items")[0].GetProperty("isHeld").GetBoolean());
        var deleted = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => van.DeleteAsync(van.Driver, photo)));
        Assert.Equal(["204", .. Enumerable.Repeat("404 photo_not_found", 3)], deleted.Order(StringComparer.Ordinal));
        Assert.Equal("404 photo_not_found", await van.Driver.GetOutcomeAsync(path));
        Assert.Equal([later.Text("id")], (await van.Driver.GetJsonAsync(van.Path)).GetProperty("photos").EnumerateArray().Select(p => p.Text("id")));
        Assert.Equal(4, (await api.ObjectsAsync(van.Tenant.Id, 4)).Length); // for thirty days it could be brought back

        await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}""");
        Assert.Equal("200", await van.CompleteAsync(van.Driver));
        Assert.Equal("409 inspection_not_in_progress", await van.DeleteAsync(van.Driver, later));
        Assert.Equal("204", await van.DeleteAsync(van.Admin, later, """{"reason":" somebody's face "}"""));
        Assert.Equal(
            [(photo.Text("sha256"), "blurred"), (later.Text("sha256"), "somebody's face")],
            (await van.AuditAsync("deleted"))!.Split('\n').Select(m => System.Text.Json.JsonDocument.Parse(m).RootElement).Select(m => (m.Text("sha256"), m.Text("reason"))));
    }

    [Fact]
    public async Task A_hold_of_the_inspection_keeps_a_photo_that_came_after_it()
    {
        using var van = await InspectedVan.CreateAsync(api);
        using var peer = van with { Run = await InspectedVan.StartAsync(van.Staff, van.Asset) };
        await api.App.RunAsync("insert into legal_holds (id, tenant_id, inspection_id, reason) values (gen_random_uuid(), $1, $2, 'claim 14')", van.Tenant.Id, van.Run);

        var (later, staffs) = (await van.TakeAsync(van.Driver), await peer.TakeAsync(van.Staff));

        Assert.True(Assert.Single((await van.Driver.GetJsonAsync($"{van.Path}/photos")).GetProperty("items").EnumerateArray()).GetProperty("isHeld").GetBoolean());
        Assert.False(Assert.Single((await van.Staff.GetJsonAsync($"{peer.Path}/photos")).GetProperty("items").EnumerateArray()).GetProperty("isHeld").GetBoolean());
        Assert.Equal("409 legal_hold", await van.DeleteAsync(van.Driver, later));
        Assert.Equal("409 legal_hold", await van.DeleteAsync(van.Admin, later));
        Assert.Equal("204", await peer.DeleteAsync(van.Staff, staffs));
    }

    [Fact]
    public async Task A_photo_that_is_needed_is_taken_out_before_the_end_or_not_at_all()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}""");
        var photo = await van.TakeAsync(van.Driver, fields: ("snapshotItemId", van.Dashboard));

        var outcomes = await Task.WhenAll(van.CompleteAsync(van.Driver), van.DeleteAsync(van.Driver, photo));

        Assert.True(outcomes is ["200", "409 inspection_not_in_progress"] or ["400 required_items_missing", "204"], string.Join(", ", outcomes));
    }

    private static async Task<string> OutcomeAsync(HttpClient client, string path, (string, string) header)
    {
        using var response = await client.GetAsync(path, header);
        return await response.OutcomeAsync();
    }
}
