namespace Panorama.Api.Tests.Photos;

public sealed class AuditingRefusals(PhotoApi api) : IClassFixture<PhotoApi>
{
    [Fact]
    public async Task Each_reason_has_a_line_a_minute_outside_of_the_history_of_the_asset()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        using var other = api.Client(tenant.Owner);
        var key = PhotoCalls.NewKey();

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Equal("415 unsupported_media_type", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-07-html.jpg"))));
            Assert.Equal("400 photo_too_large_pixels", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-06-bomb-900MP.png"))));
        }

        Assert.Equal("415 unsupported_media_type", await other.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-07-html.jpg")), "documents"));
        Assert.Equal("400 empty_photo", await client.UploadOutcomeAsync(asset, PhotoCalls.Form([]))); // the sender's program is wrong, nobody else
        await client.TakeAsync(asset, key: key);
        Assert.Equal("409 upload_key_collision", await other.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"), key)));
        await api.RepeatAsync(asset, 49);
        Assert.Equal("409 asset_photo_cap_reached", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));

        Assert.Equal(
            """
            document.rejected owner unsupported_type unknown
            photo.processing_failed fleet_staff limit_input_pixels 900000000
            photo.rejected fleet_staff cap_reached 50
            photo.rejected fleet_staff unsupported_type unknown
            photo.rejected owner upload_key_collision
            """.ReplaceLineEndings("\n"),
            await AuditAsync(tenant.Id, asset));
        var history = await client.GetJsonAsync($"/api/assets/{asset}/history");
        Assert.Equal("panorama.photo.uploaded", Assert.Single(history.GetProperty("items").EnumerateArray()).Text("action"));
    }

    [Fact]
    public async Task One_who_sends_too_much_fills_no_audit_trail()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        await using var running = await api.StartAsync(("PHOTO_RATE_USER_HOUR", "1"));
        using var client = running.Client(tenant.Staff.Token);
        await client.TakeAsync(asset);

        foreach (var _ in Enumerable.Range(0, 20))
        {
            Assert.Equal("429 rate_limited", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
        }

        Assert.Matches(@"^photo\.rejected fleet_staff rate_limited 3\d{3}$", (string?)await AuditAsync(tenant.Id, asset));
    }

    [Fact]
    public async Task A_store_that_takes_nothing_has_a_line_and_where_uploads_wait_is_beside_the_objects()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var waiting = Path.Combine(api.Folder, ".unfinished");
        await client.TakeAsync(asset);
        Assert.Empty(Directory.EnumerateFileSystemEntries(waiting));

        var blocked = Path.Combine(api.Folder, "tenants", tenant.Id.ToString(), "assets", asset.ToString(), "files");
        await File.WriteAllTextAsync(blocked, "in the way", TestContext.Current.CancellationToken);
        Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Pdf), "documents"));

        Assert.Equal("document.rejected fleet_staff storage_write_failed", await AuditAsync(tenant.Id, asset));
        Assert.Empty(Directory.EnumerateFileSystemEntries(waiting));
    }

    [Fact]
    public async Task Nowhere_to_wait_is_the_servers_fault_and_not_the_photos()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        var folder = Directory.CreateTempSubdirectory("panorama-test-nowhere-").FullName;
        await using var running = await api.StartAsync(("STORAGE_DIRECTORY", folder));
        using var client = running.Client(tenant.Staff.Token);
        Directory.Delete(Path.Combine(folder, ".unfinished"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(folder, ".unfinished"), "in the way", TestContext.Current.CancellationToken);

        Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
        Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Pdf), "documents"));

        File.Delete(Path.Combine(folder, ".unfinished"));
        await client.TakeAsync(asset);
        Directory.Delete(folder, recursive: true);
    }

    private async Task<object?> AuditAsync(Guid tenant, Guid asset) => await api.App.RunAsync(
        """
        select string_agg(concat_ws(' ', replace(e.action, 'panorama.', ''), m.role, e.metadata ->> 'reason', e.metadata ->> 'cap', e.metadata ->> 'detectedMime',
                 e.metadata ->> 'pixels', e.metadata ->> 'retryAfterSeconds'), E'\n' order by e.action, m.role, e.metadata ->> 'reason')
          from audit_events e join tenant_memberships m on m.tenant_id = e.tenant_id and m.user_id = e.actor_user_id
         where e.tenant_id = $1 and e.metadata ->> 'assetId' = $2 and e.resource_id is null
        """, tenant, asset.ToString());
}
