using System.Security.Cryptography;

namespace Panorama.Api.Tests.Photos;

public sealed class ReadingPhotos(PhotoApi api) : IClassFixture<PhotoApi>
{
    [Fact]
    public async Task A_part_is_a_part_and_what_is_the_same_is_not_sent_again()
    {
        var tenant = await api.App.CreateTenantAsync();
        using var client = api.Client(tenant.Staff);
        var item = await client.TakeAsync(await tenant.AssetAsync());
        var path = $"/api/photos/{item.Text("id")}/full";
        using var whole = await client.GetAsync(path, []);
        var (bytes, tag) = (await whole.BytesAsync(), $"\"{item.Text("sha256")}\"");
        Assert.Equal(tag, whole.Headers.ETag?.ToString());

        foreach (var (range, from, to) in new[] { ("bytes=0-9", 0, 9), ("bytes=10-", 10, bytes.Length - 1), ("bytes=-5", bytes.Length - 5, bytes.Length - 1), ("bytes=3-999999", 3, bytes.Length - 1) })
        {
            using var part = await client.GetAsync(path, ("Range", range));
            Assert.Equal((range, 206, $"bytes {from}-{to}/{bytes.Length}"), (range, (int)part.StatusCode, part.Content.Headers.ContentRange?.ToString()));
            Assert.Equal(bytes[from..(to + 1)], await part.BytesAsync());
        }

        using var beyond = await client.GetAsync(path, ("Range", $"bytes={bytes.Length}-"));
        Assert.Equal(("416 range_not_satisfiable", $"bytes */{bytes.Length}"), (await beyond.OutcomeAsync(), beyond.Content.Headers.ContentRange?.ToString()));
        using var older = await client.GetAsync(path, ("Range", "bytes=0-9"), ("If-Range", "\"other\""));
        using var several = await client.GetAsync(path, ("Range", "bytes=0-1,4-5"));
        Assert.Equal((200, 200), ((int)older.StatusCode, (int)several.StatusCode));
        using var same = await client.GetAsync(path, ("If-None-Match", tag));
        Assert.Equal((304, 0, tag), ((int)same.StatusCode, (await same.BytesAsync()).Length, same.Headers.ETag?.ToString()));

        await api.App.RunAsync("update tenant_memberships set status = 'suspended' where user_id = $1", tenant.Staff.UserId);
        using var ended = await client.GetAsync(path, ("If-None-Match", tag));
        Assert.Equal("403 no_tenant_memberships", await ended.OutcomeAsync());
    }

    [Fact]
    public async Task Who_looks_is_written_once_in_five_minutes_over_all_replicas_and_thumbnails_are_not()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var id = (await client.TakeAsync(asset)).Text("id")!;
        await using var replica = await api.StartAsync();
        using var elsewhere = replica.Client(tenant.Staff.Token);
        Task<object?> ViewsAsync() => api.App.RunAsync("select count(*) from audit_events where resource_type = 'photo' and resource_id = $1 and action = 'panorama.photo.viewed'", id);

        Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{id}/thumbnail"));
        Assert.Equal(0L, await ViewsAsync());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? client : elsewhere).GetOutcomeAsync($"/api/photos/{id}/full")));
        Assert.Equal(1L, await ViewsAsync());
        using var other = replica.Client(tenant.Driver.Token);
        Assert.Equal("200", await other.GetOutcomeAsync($"/api/photos/{id}/full"));
        Assert.Equal(2L, await ViewsAsync());
        Assert.DoesNotContain("viewed", (await client.GetJsonAsync($"/api/assets/{asset}/history")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_that_cannot_be_audited_is_served()
    {
        var tenant = await api.App.CreateTenantAsync();
        using var client = api.Client(tenant.Staff);
        var id = (await client.TakeAsync(await tenant.AssetAsync())).Text("id")!;
        await using var holder = await api.App.Database.OpenAsync(Core.Data.DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", holder);
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = $"panorama.photo.viewed {tenant.Staff.UserId} {id}" });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
    }

    [Fact]
    public async Task A_lost_object_is_told_and_another_photo_is_shown()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var (lost, kept) = ((await client.TakeAsync(asset)).Text("id")!, (await client.TakeAsync(asset)).Text("id")!);
        foreach (var file in (await api.ObjectsAsync(tenant.Id, 4)).Where(f => f.Contains(lost, StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        Assert.Equal("503 storage_read_failed", await client.GetOutcomeAsync($"/api/photos/{lost}/full"));
        Assert.Equal("503 storage_read_failed", await client.GetOutcomeAsync($"/api/photos/{lost}/thumbnail"));
        Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{kept}/full"));
        Assert.Equal(2, (await client.GetJsonAsync($"/api/assets/{asset}/photos")).GetProperty("items").GetArrayLength());
        Assert.Equal(0L, await api.App.RunAsync("select count(*) from audit_events where resource_type = 'photo' and resource_id = $1", lost));
    }

    [Fact]
    public async Task By_choice_a_signed_link_shows_one_file_to_whoever_has_it()
    {
        var tenant = await api.App.CreateTenantAsync();
        await using var redirecting = await api.StartAsync(("PHOTO_DELIVERY", "redirect"));
        using var client = redirecting.Client(tenant.Staff.Token);
        using var nobody = redirecting.Client();
        var item = await client.TakeAsync(await tenant.AssetAsync());

        using var answer = await client.GetAsync($"/api/photos/{item.Text("id")}/full", []);
        var link = answer.Headers.Location!.ToString();
        Assert.Equal((302, "no-referrer"), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("Referrer-Policy"))));
        Assert.True(answer.Headers.CacheControl is { Private: true, NoStore: true });
        Assert.StartsWith("/api/files/", link, StringComparison.Ordinal);
        using var file = await nobody.GetAsync(link, []);
        Assert.Equal((item.Text("sha256"), "image/jpeg"), (Convert.ToHexStringLower(SHA256.HashData(await file.BytesAsync())), file.Content.Headers.ContentType?.ToString()));
        Assert.Contains("sandbox", Assert.Single(file.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("404 not_found", await nobody.GetOutcomeAsync(link[..^2] + (link.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA")));
        Assert.Equal("404 not_found", await nobody.GetOutcomeAsync("/api/files/none"));
    }

    [Fact]
    public async Task A_document_is_saved_as_what_it_is_and_never_shown_in_place()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        using var driver = api.Client(tenant.Driver);
        var key = PhotoCalls.NewKey();
        MultipartFormDataContent Pdf(byte[]? bytes = null, string? again = null) => PhotoCalls.Form(bytes ?? PhotoCalls.Pdf, again, fileName: @"C:\papers\Rechnung ä.PDF");

        using var form = Pdf(again: key);
        using var made = await client.UploadAsync(asset, form, "documents");
        Assert.Equal("201", await made.OutcomeAsync());
        var item = await made.ReadJsonAsync();
        var path = $"/api/documents/{item.Text("id")}";
        Assert.Equal(("Rechnung ä.pdf", PhotoCalls.Pdf.Length, 1), (item.Text("name"), item.Number("bytes"), item.Number("version")));
        Assert.Equal("200", await client.UploadOutcomeAsync(asset, Pdf(again: key), "documents"));
        Assert.Equal("409 upload_key_collision", await client.UploadOutcomeAsync(asset, Pdf([.. PhotoCalls.Pdf, 10], key), "documents"));
        Assert.Equal("415 unsupported_media_type", await client.UploadOutcomeAsync(asset, Pdf(PhotoCalls.Field("pho-07-html.jpg")), "documents"));
        Assert.Equal("422 file_empty", await client.UploadOutcomeAsync(asset, Pdf([]), "documents"));
        Assert.Equal("413 body_too_large", await client.UploadOutcomeAsync(asset, Pdf([.. PhotoCalls.Pdf, .. new byte[20_000_000]]), "documents"));
        Assert.Equal("403 forbidden", await driver.UploadOutcomeAsync(asset, Pdf(), "documents"));

        using var file = await driver.GetAsync($"{path}/content", []);
        Assert.Equal(PhotoCalls.Pdf, await file.BytesAsync());
        Assert.Equal(("application/pdf", "attachment", "Rechnung ä.pdf"), (file.Content.Headers.ContentType?.ToString(), file.Content.Headers.ContentDisposition?.DispositionType, file.Content.Headers.ContentDisposition?.FileNameStar));
        Assert.Contains("sandbox", Assert.Single(file.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(1L, await api.App.RunAsync("select count(*) from audit_events where resource_type = 'document' and resource_id = $1", item.Text("id")!));
        Assert.Equal("204", await client.SendOutcomeAsync(HttpMethod.Delete, path, 1));
        Assert.Equal("404 document_not_found", await client.GetOutcomeAsync($"{path}/content"));
        Assert.Equal("200", await client.SendOutcomeAsync(HttpMethod.Post, $"{path}/restore", null));
        Assert.Single((await driver.GetJsonAsync($"/api/assets/{asset}/documents")).GetProperty("items").EnumerateArray());
        using var other = api.Client((await api.App.CreateTenantAsync()).Owner);
        Assert.Equal("404 document_not_found", await other.GetOutcomeAsync($"{path}/content"));
    }
}
