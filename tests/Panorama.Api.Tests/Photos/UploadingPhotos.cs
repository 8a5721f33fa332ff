using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Panorama.Api.Tests.Photos;

public sealed class UploadingPhotos(PhotoApi api) : IClassFixture<PhotoApi>
{
    [Fact]
    [Trait("FieldCase", "PHO-04")]
    public async Task A_photo_is_taken_listed_shown_and_in_the_history_without_what_the_camera_wrote()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);

        var item = await client.TakeAsync(asset, "pho-04-metadata.jpg", " Left door ");

        var id = item.Text("id");
        Assert.Equal(
            ("Left door", $"fleet_staff of {tenant.Slug}", tenant.Staff.UserId.ToString(), 1), (item.Text("caption"), item.Text("uploadedByName"), item.Text("uploadedById"), item.Number("version")));
        Assert.Equal((null, null), (item.Text("capturedAt"), item.Text("captureTrust"))); // its camera wrote a place and a name, and no time
        using var reader = api.Client(tenant.Driver);
        var list = await reader.GetJsonAsync($"/api/assets/{asset}/photos");
        Assert.Equal((50, 425, item.GetRawText()), (list.Number("limit"), list.Number("retentionDays"), Assert.Single(list.GetProperty("items").EnumerateArray()).GetRawText()));
        using var full = await reader.GetAsync($"/api/photos/{id}/full", []);
        var bytes = await full.BytesAsync();
        Assert.Equal((item.Text("sha256"), item.Number("bytes")), (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length));
        Assert.Equal(("image/jpeg", "inline; filename=photo.jpg"), (full.Content.Headers.ContentType?.ToString(), full.Content.Headers.ContentDisposition?.ToString()));
        Assert.Equal("private, no-cache", full.Headers.CacheControl is { Private: true, NoCache: true } ? "private, no-cache" : full.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", Assert.Single(full.Headers.GetValues("X-Content-Type-Options")));
        using var small = await reader.GetAsync($"/api/photos/{id}/thumbnail", []);
        Assert.InRange((await small.BytesAsync()).Length, 1, bytes.Length);
        Assert.All(await api.ObjectsAsync(tenant.Id, 2), o => Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(File.ReadAllBytes(o)), StringComparison.Ordinal));
        var history = await reader.GetJsonAsync($"/api/assets/{asset}/history");
        var line = Assert.Single(history.GetProperty("items").EnumerateArray());
        Assert.Equal(("panorama.photo.uploaded", id), (line.Text("action"), line.GetProperty("data").Text("photoId")));
        Assert.DoesNotContain("Left door", line.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("FieldCase", "PHO-08")]
    public async Task Sent_again_it_is_the_same_photo_and_other_bytes_or_another_person_are_refused()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        using var other = api.Client(tenant.Owner);
        var key = PhotoCalls.NewKey();
        var first = await client.TakeAsync(asset, key: key);

        using (var form = PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"), key.ToUpperInvariant()))
        using (var again = await client.UploadAsync(asset, form))
        {
            Assert.Equal("200", await again.OutcomeAsync());
            Assert.Equal(first.GetRawText(), (await again.ReadJsonAsync()).GetRawText());
        }

        Assert.Equal("409 upload_key_collision", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient5.jpg"), key)));
        Assert.Equal("409 upload_key_collision", await other.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"), key)));
        Assert.Equal("204", await client.SendOutcomeAsync(HttpMethod.Delete, $"/api/photos/{first.Text("id")}", null));
        Assert.Equal("409 upload_replay_race", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"), key)));
        Assert.Equal(2, (await api.ObjectsAsync(tenant.Id, 2)).Length);
    }

    [Fact]
    [Trait("FieldCase", "PHO-08")]
    public async Task Two_with_one_key_at_once_make_one_photo()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var key = PhotoCalls.NewKey();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-04-metadata.jpg"), key))));

        Assert.Equal(["200", "201"], outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(2, (await api.ObjectsAsync(tenant.Id, 2)).Length);
        Assert.Equal(1L, await api.App.RunAsync("select count(*) from photos where asset_id = $1", asset));
        Assert.Equal(1L, await api.App.RunAsync("select count(*) from audit_events where resource_id = $1 and action = 'panorama.photo.uploaded'", asset.ToString()));
    }

    [Fact]
    public async Task Sixteen_at_once_do_not_pass_the_limit_and_leave_nothing_behind()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var last = await client.TakeAsync(asset);
        await api.RepeatAsync(asset, 43);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            // Those beyond the queue are told to come again.
            string outcome;
            while ((outcome = await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg")))).StartsWith("503 ", StringComparison.Ordinal))
            {
                Assert.Equal("503 photo_pipeline_busy", outcome);
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            return outcome;
        }));

        Assert.Equal((6, 10), (outcomes.Count(o => o == "201"), outcomes.Count(o => o == "409 asset_photo_cap_reached")));
        Assert.Equal(14, (await api.ObjectsAsync(tenant.Id, 14)).Length);
        Assert.Equal(50L, await api.App.RunAsync("select count(*) from photos where asset_id = $1 and deleted_at is null", asset));
        Assert.Equal("204", await client.SendOutcomeAsync(HttpMethod.Delete, $"/api/photos/{last.Text("id")}", 1));
        await client.TakeAsync(asset);
        Assert.Equal("409 asset_photo_cap_reached", await client.SendOutcomeAsync(HttpMethod.Post, $"/api/photos/{last.Text("id")}/restore", null));
    }

    [Theory]
    [InlineData("pho-07-empty.jpg", "400 empty_photo")]
    [InlineData("pho-07-html.jpg", "415 unsupported_media_type")]
    [InlineData("pho-07-svg.jpg", "415 unsupported_media_type")]
    [InlineData("pho-07-animated.png", "415 unsupported_media_type")]
    [InlineData("pho-07-one-byte.jpg", "415 unsupported_media_type")]
    [InlineData("pho-06-bomb-900MP.png", "400 photo_too_large_pixels")]
    [InlineData("pho-06-header-lie-10000MP.png", "400 photo_too_large_pixels")]
    [Trait("FieldCase", "PHO-06")]
    [Trait("FieldCase", "PHO-07")]
    public async Task What_is_no_photo_or_too_much_of_one_leaves_nothing(string file, string outcome)
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);

        Assert.Equal(outcome, await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field(file))));
        Assert.Empty(await api.ObjectsAsync(tenant.Id, 0));
    }

    [Fact]
    [Trait("FieldCase", "PHO-07")]
    public async Task A_form_that_is_none_says_what_it_lacks()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var photo = PhotoCalls.Field("pho-01-orient6.jpg");
        MultipartFormDataContent Of(params (string Name, HttpContent Content)[] parts)
        {
            var form = new MultipartFormDataContent();
            foreach (var (name, content) in parts)
            {
                if (content is ByteArrayContent and not StringContent)
                {
                    form.Add(content, name, "a.jpg");
                }
                else
                {
                    form.Add(content, name);
                }
            }

            return form;
        }

        (string Name, HttpContent Content) File(string name = "photo") => (name, new ByteArrayContent(photo));
        (string Name, HttpContent Content) Key(string? text = null) => ("clientUploadKey", new StringContent(text ?? PhotoCalls.NewKey()));
        Assert.Equal("400 photo_part_required", await client.UploadOutcomeAsync(asset, Of(Key())));
        Assert.Equal("400 clientUploadKey_required", await client.UploadOutcomeAsync(asset, Of(File())));
        Assert.Equal("400 clientUploadKey_required", await client.UploadOutcomeAsync(asset, Of(File(), Key())));
        Assert.Equal("400 clientUploadKey_must_be_uuid", await client.UploadOutcomeAsync(asset, Of(Key("one"), File())));
        Assert.Equal("400 invalid_body", await client.UploadOutcomeAsync(asset, Of(Key(), File(), File())));
        Assert.Equal("400 invalid_body", await client.UploadOutcomeAsync(asset, Of(Key(), ("colour", new StringContent("red")), File())));
        Assert.Equal("400 invalid_body", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(photo, caption: new string('x', 501))));
        Assert.Equal("400 invalid_body", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(photo, caption: "a\u202Eb")));
        Assert.Equal("415 unsupported_media_type", await client.UploadOutcomeAsync(asset, new ByteArrayContent(photo)));
        Assert.Equal("413 photo_too_large", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(new byte[(10 * 1024 * 1024) + 1])));
        using var cut = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"clientUploadKey\"\r\n\r\n0192"u8.ToArray());
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        Assert.Equal("400 invalid_body", await client.UploadOutcomeAsync(asset, cut));
        Assert.Empty(await api.ObjectsAsync(tenant.Id, 0));
        Assert.Equal(0L, await api.App.RunAsync("select count(*) from photos where asset_id = $1", asset));
    }

    [Fact]
    public async Task Drivers_read_and_do_not_write_and_strangers_find_nothing()
    {
        var (tenant, stranger) = (await api.App.CreateTenantAsync(), await api.App.CreateTenantAsync());
        var asset = await tenant.AssetAsync();
        using var staff = api.Client(tenant.Staff);
        using var driver = api.Client(tenant.Driver);
        using var other = api.Client(stranger.Owner);
        var id = (await staff.TakeAsync(asset)).Text("id");

        Assert.Equal("200", await driver.GetOutcomeAsync($"/api/photos/{id}/full"));
        Assert.Equal("403 forbidden", await driver.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
        Assert.Equal("404 asset_not_found", await other.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
        Assert.Equal("404 asset_not_found", await other.GetOutcomeAsync($"/api/assets/{asset}/photos"));
        foreach (var (method, path) in new[] { ("GET", "/thumbnail"), ("GET", "/full"), ("PATCH", ""), ("DELETE", ""), ("POST", "/restore") })
        {
            Assert.Equal((method + path, "404 photo_not_found"), (method + path, await other.SendOutcomeAsync(new HttpMethod(method), $"/api/photos/{id}{path}", 1, method == "PATCH" ? "{}" : null)));
            var expected = method == "GET" ? "200" : "403 forbidden";
            Assert.Equal((method + path, expected), (method + path, await driver.SendOutcomeAsync(new HttpMethod(method), $"/api/photos/{id}{path}", 1, method == "PATCH" ? "{}" : null)));
            Assert.Equal((method, "404 photo_not_found"), (method, await staff.SendOutcomeAsync(new HttpMethod(method), $"/api/photos/7{path}", 1, method == "PATCH" ? "{}" : null)));
        }
    }

    [Fact]
    public async Task A_caption_is_changed_from_its_version_and_a_deleted_photo_comes_back()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var path = $"/api/photos/{(await client.TakeAsync(asset)).Text("id")}";

        Assert.Equal("428 version_required", await client.SendOutcomeAsync(HttpMethod.Patch, path, null, new { caption = "Scratch" }));
        Assert.Equal("412 version_mismatch", await client.SendOutcomeAsync(HttpMethod.Patch, path, 2, new { caption = "Scratch" }));
        Assert.Equal("caption:too_long", await client.SendErrorsAsync(HttpMethod.Patch, path, 1, new { caption = new string('x', 501) }));
        Assert.Equal("colour:unknown_member", await client.SendErrorsAsync(HttpMethod.Patch, path, 1, new { colour = "red" }));
        var changed = await client.SendJsonAsync(HttpMethod.Patch, path, 1, new { caption = "Scratch" });
        Assert.Equal(("Scratch", 2), (changed.Text("caption"), changed.Number("version")));
        Assert.Equal(2, (await client.SendJsonAsync(HttpMethod.Patch, path, 2, new { caption = "Scratch" })).Number("version"));
        Assert.Null((await client.SendJsonAsync(HttpMethod.Patch, path, 2, new { caption = (string?)null })).Text("caption"));

        Assert.Equal("412 version_mismatch", await client.SendOutcomeAsync(HttpMethod.Delete, path, 1));
        Assert.Equal("204", await client.SendOutcomeAsync(HttpMethod.Delete, path, 3));
        Assert.Equal("404 photo_not_found", await client.SendOutcomeAsync(HttpMethod.Delete, path, null));
        Assert.Equal("404 photo_not_found", await client.GetOutcomeAsync($"{path}/full"));
        Assert.Empty((await client.GetJsonAsync($"/api/assets/{asset}/photos")).GetProperty("items").EnumerateArray());
        Assert.Equal(2, (await api.ObjectsAsync(tenant.Id, 2)).Length);
        Assert.Equal(5, (await client.SendJsonAsync(HttpMethod.Post, $"{path}/restore", null)).Number("version"));
        Assert.Equal(5, (await client.SendJsonAsync(HttpMethod.Post, $"{path}/restore", null)).Number("version"));
        Assert.Equal("200", await client.GetOutcomeAsync($"{path}/full"));
        await api.App.RunAsync("update photos set legal_hold = true where asset_id = $1", asset);
        Assert.Equal("409 legal_hold", await client.SendOutcomeAsync(HttpMethod.Delete, path, null));
        Assert.True(await IsHeldAsync());
        await api.App.RunAsync("update photos set legal_hold = false where asset_id = $1", asset);
        Assert.False(await IsHeldAsync());
        await api.App.RunAsync("insert into legal_holds (id, tenant_id, asset_id, reason) values (gen_random_uuid(), $1, $2, 'claim 12')", tenant.Id, asset);
        Assert.Equal("409 legal_hold", await client.SendOutcomeAsync(HttpMethod.Delete, path, null));
        Assert.True(await IsHeldAsync());
        await api.App.RunAsync("update legal_holds set released_at = now() where asset_id = $1", asset);
        Assert.False(await IsHeldAsync());
        var history = await client.GetJsonAsync($"/api/assets/{asset}/history");
        Assert.Equal(
            ["restored", "deleted", "captioned", "captioned", "uploaded"], history.GetProperty("items").EnumerateArray().Select(e => e.Text("action")!["panorama.photo.".Length..]));

        async Task<bool> IsHeldAsync() => Assert.Single((await client.GetJsonAsync($"/api/assets/{asset}/photos")).GetProperty("items").EnumerateArray()).GetProperty("isHeld").GetBoolean();
    }
}
