using System.Diagnostics;

namespace Panorama.Api.Tests.Photos.Evidence;

public sealed class LosingWhatEvidenceNeeds(PhotoApi api) : IClassFixture<PhotoApi>
{
    [Theory]
    [InlineData("STOP")]
    [InlineData("KILL")]
    [Trait("FieldCase", "RED-02")]
    public async Task Without_redis_an_upload_waits_no_second_and_all_else_of_the_inspection_works(string signal)
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = await van.TakeAsync(van.Driver);
        await using var redis = await RedisServer.StartAsync();
        await using var running = await api.StartAsync(("ConnectionStrings:redis", redis.ConnectionString));
        using var driver = running.Client(van.Tenant.Driver.Token);
        Assert.Equal("200", await driver.GetOutcomeAsync(van.Path));
        await redis.SignalAsync(signal);

        for (var i = 0; i < 2; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Equal("503 rate_limiter_unavailable", await van.OutcomeAsync(driver, InspectedVan.Form()));
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 1);
        }

        Assert.Equal("200", await driver.GetOutcomeAsync(photo.Text("signedUrl")!));
        Assert.Equal("204", await van.DeleteAsync(driver, photo));
        Assert.Equal(2, (await api.ObjectsAsync(van.Tenant.Id, 2)).Length);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_leaves_no_row_and_the_same_key_may_be_sent_again()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await using var running = await api.StartAsync(("PHOTO_RATE_USER_HOUR", "1"));
        using var driver = running.Client(van.Tenant.Driver.Token);
        var (key, blocked) = (PhotoCalls.NewKey(), Path.Combine(api.Folder, "tenants", van.Tenant.Id.ToString()));
        Directory.CreateDirectory(Path.GetDirectoryName(blocked)!);
        await File.WriteAllTextAsync(blocked, "in the way", TestContext.Current.CancellationToken);

        Assert.Equal("503 storage_write_failed", await van.OutcomeAsync(driver, InspectedVan.Form(key: key, fields: ("snapshotItemId", van.Dashboard))));

        Assert.Equal(0L, await api.App.RunAsync("select count(*) from inspection_responses where inspection_id = $1", van.Run));
        File.Delete(blocked);
        await van.TakeAsync(driver, key, ("snapshotItemId", van.Dashboard)); // the one that could not be stored was not counted
        Assert.True((await van.TakeAsync(driver, key)).GetProperty("deduped").GetBoolean());
        Assert.Equal("429 rate_limited", await van.OutcomeAsync(driver, InspectedVan.Form()));
        Assert.Matches(
            """^\{"bucket": "user", "reason": "rate_limited", "assetId": "[0-9a-f-]{36}", "inspectionId": "[0-9a-f-]{36}", "retryAfterSeconds": 3\d{3}\}$""", await van.AuditAsync("rejected"));
        Assert.Equal(
            $$"""{"reason": "storage_write_failed", "assetId": "{{van.Asset}}", "errorClass": "StorageException", "inspectionId": "{{van.Run}}"}""", await van.AuditAsync("processing_failed"));
    }

    [Fact]
    public async Task Refusals_have_a_line_each_about_the_inspection()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var key = PhotoCalls.NewKey();
        await van.TakeAsync(van.Driver, key);
        await van.SetPolicyAsync("""{"maxPhotosPerInspection":2}""");

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("415 unsupported_media_type", await van.OutcomeAsync(van.Driver, InspectedVan.Form("pho-07-html.jpg")));
            Assert.Equal("400 photo_too_large_pixels", await van.OutcomeAsync(van.Driver, InspectedVan.Form("pho-06-bomb-900MP.png")));
        }

        Assert.Equal("400 empty_photo", await van.OutcomeAsync(van.Driver, InspectedVan.Form([])));
        Assert.Equal("409 upload_key_collision", await van.OutcomeAsync(van.Staff, InspectedVan.Form(key: key)));
        await van.TakeAsync(van.Driver);
        Assert.Equal("409 inspection_photo_cap_reached", await van.OutcomeAsync(van.Driver, InspectedVan.Form()));

        Assert.Equal(
            $"""
            processing_failed limit_input_pixels 900000000
            rejected cap_reached 2
            rejected unsupported_type unknown
            rejected upload_key_collision {van.Tenant.Driver.UserId}
            """.ReplaceLineEndings("\n"),
            await api.App.RunAsync(
                """
                select string_agg(concat_ws(' ', split_part(action, '.', 4), metadata ->> 'reason', metadata ->> 'cap', metadata ->> 'detectedMime', metadata ->> 'pixels',
                         metadata ->> 'existingUploadedByUserId'), E'\n' order by action, metadata ->> 'reason')
                  from audit_events where tenant_id = $1 and resource_type = 'inspection' and resource_id = $2 and action like 'panorama.inspection.photo.%'
                """, van.Tenant.Id, van.Run.ToString()));
        Assert.DoesNotContain("photo", (await van.Staff.GetJsonAsync($"/api/assets/{van.Asset}/history")).GetRawText(), StringComparison.Ordinal);
    }
}
