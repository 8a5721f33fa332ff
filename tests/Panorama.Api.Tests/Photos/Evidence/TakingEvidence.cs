using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Panorama.Testing;

namespace Panorama.Api.Tests.Photos.Evidence;

public sealed class TakingEvidence(PhotoApi api) : IClassFixture<PhotoApi>
{
    [Fact]
    public async Task An_item_that_asks_for_a_photo_is_completed_from_end_to_end()
    {
        using var van = await InspectedVan.CreateAsync(api);
        Assert.Equal("200", await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}"""));
        Assert.Equal("400 required_items_missing", await van.CompleteAsync(van.Driver));

        using var form = InspectedVan.Form("pho-04-metadata.jpg", null, ("snapshotItemId", van.Dashboard), ("caption", " 48,213 km "));
        using var response = await van.SendAsync(van.Driver, form);

        Assert.Equal("201", await response.OutcomeAsync());
        var made = await response.ReadJsonAsync();
        var id = made.Text("id");
        Assert.Equal(
            ["id", "inspectionId", "responseId", "snapshotItemId", "sha256", "width", "height", "sizeBytes", "capturedAt", "uploadedAt", "signedUrl", "deduped"],
            made.EnumerateObject().Select(m => m.Name));
        Assert.Equal(
            (van.Run.ToString(), van.Dashboard, $"{van.Path}/photos/{id}", false), (made.Text("inspectionId"), made.Text("snapshotItemId"), made.Text("signedUrl"), made.GetProperty("deduped").GetBoolean()));
        Assert.Equal(made.Text("signedUrl"), response.Headers.Location?.ToString());
        using var shown = await van.Driver.GetAsync(made.Text("signedUrl")!, []);
        var bytes = await shown.BytesAsync();
        Assert.Equal((made.Text("sha256"), made.Number("sizeBytes")), (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length));
        Assert.All(await api.ObjectsAsync(van.Tenant.Id, 2), o =>
        {
            Assert.Contains($"/inspections/{van.Run}/photos/{id}", o, StringComparison.Ordinal);
            Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(File.ReadAllBytes(o)), StringComparison.Ordinal);
        });
        var run = await van.Driver.GetJsonAsync(van.Path);
        Assert.Equal((id, van.Dashboard), (run.GetProperty("photos")[0].Text("id"), run.GetProperty("photos")[0].Text("snapshotItemId")));
        var listed = await van.Driver.GetJsonAsync($"{van.Path}/photos");
        var item = Assert.Single(listed.GetProperty("items").EnumerateArray());
        Assert.Equal((20, 425, id, "48,213 km"), (listed.Number("limit"), listed.Number("retentionDays"), item.Text("id"), item.Text("caption")));
        Assert.Equal(
            $$"""
            {"width": {{made.Number("width")}}, "height": {{made.Number("height")}}, "sha256": "{{made.Text("sha256")}}", "sizeBytes": {{made.Number("sizeBytes")}}, "capturedAt": null, "sourceMime": "image/jpeg", "exifStripped": true, "inspectionId": "{{van.Run}}", "reservationId": null}
            """,
            await van.AuditAsync("uploaded"));
        Assert.Equal("200", await van.CompleteAsync(van.Driver));
        Assert.Equal("1", await api.App.RunAsync("select metadata ->> 'photoCount' from audit_events where tenant_id = $1 and action = 'panorama.inspection.completed'", van.Tenant.Id));
    }

    [Fact]
    public async Task A_photo_of_a_question_is_no_answer_to_it()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await van.TakeAsync(van.Driver, fields: ("snapshotItemId", van.Dashboard));

        var photo = await van.TakeAsync(van.Driver, fields: ("snapshotItemId", van.Tyres));

        Assert.Equal("400 required_items_missing", await van.CompleteAsync(van.Driver));
        Assert.Equal("200", await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}"""));
        var answer = (await van.Driver.GetJsonAsync(van.Path)).GetProperty("responses").EnumerateArray().Single(r => r.Text("snapshotItemId") == van.Tyres);
        Assert.Equal((photo.Text("responseId"), true), (answer.Text("id"), answer.GetProperty("booleanValue").GetBoolean()));
        Assert.Equal("200", await van.CompleteAsync(van.Driver));
    }

    [Fact]
    public async Task It_belongs_to_an_answer_of_this_inspection_or_to_the_whole_of_it()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var other = await InspectedVan.StartAsync(van.Staff, van.Asset);
        var foreign = (await van.Staff.SendJsonAsync(HttpMethod.Post, $"/api/inspections/{other}/responses", null, $$"""{"responses":[{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}]}"""))
            .GetProperty("responses")[0].Text("id")!;
        var first = await van.TakeAsync(van.Driver, fields: ("snapshotItemId", van.Dashboard));
        var answer = first.Text("responseId")!;

        var second = await van.TakeAsync(van.Driver, fields: ("responseId", answer.ToUpperInvariant()));
        var whole = await van.TakeAsync(van.Driver);

        Assert.Equal((answer, van.Dashboard), (second.Text("responseId"), second.Text("snapshotItemId")));
        Assert.Equal((null, null), (whole.Text("responseId"), whole.Text("snapshotItemId")));
        Assert.Equal("400 response_not_in_inspection", await van.OutcomeAsync(van.Driver, InspectedVan.Form(fields: ("responseId", foreign))));
        Assert.Equal("400 response_not_in_inspection", await van.OutcomeAsync(van.Driver, InspectedVan.Form(fields: ("responseId", TestTenant.NewId().ToString()))));
        Assert.Equal("400 snapshot_item_id_not_in_snapshot", await van.OutcomeAsync(van.Driver, InspectedVan.Form(fields: ("snapshotItemId", TestTenant.NewId().ToString()))));
        foreach (var fields in new (string, string)[][] { [("responseId", "1")], [("snapshotItemId", "")], [("responseId", answer), ("snapshotItemId", van.Dashboard)] })
        {
            Assert.Equal("400 invalid_body", await van.OutcomeAsync(van.Driver, InspectedVan.Form(fields: fields)));
        }

        Assert.Equal("400 invalid_body", await van.Staff.UploadOutcomeAsync(van.Asset, InspectedVan.Form(fields: ("responseId", answer)))); // an asset has no answers
        Assert.Equal(3L, await van.CountAsync());
        Assert.Equal(6, (await api.ObjectsAsync(van.Tenant.Id, 6)).Length);
    }

    [Fact]
    [Trait("FieldCase", "PHO-08")]
    public async Task Sent_again_it_is_the_same_photo_also_after_the_end()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var (key, gone) = (PhotoCalls.NewKey(), PhotoCalls.NewKey());
        var first = await van.TakeAsync(van.Driver, key, ("snapshotItemId", van.Dashboard));
        var deleted = await van.TakeAsync(van.Driver, gone);
        Assert.Equal("204", await van.DeleteAsync(van.Driver, deleted));

        var again = await van.TakeAsync(van.Driver, key.ToUpperInvariant(), ("snapshotItemId", van.Dashboard));

        Assert.Equal(first.GetRawText().Replace("\"deduped\":false", "\"deduped\":true", StringComparison.Ordinal), again.GetRawText());
        Assert.Equal("409 upload_key_collision", await van.OutcomeAsync(van.Staff, InspectedVan.Form(key: key)));
        Assert.Equal("409 upload_key_collision", await van.OutcomeAsync(van.Driver, InspectedVan.Form("pho-01-orient5.jpg", key)));
        Assert.Equal("409 upload_replay_race", await van.OutcomeAsync(van.Driver, InspectedVan.Form(key: gone)));
        Assert.Equal("200", await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}"""));
        Assert.Equal("200", await van.CompleteAsync(van.Driver));
        Assert.True((await van.TakeAsync(van.Driver, key)).GetProperty("deduped").GetBoolean()); // the answer was lost, not the photo
        Assert.Equal("409 inspection_not_in_progress", await van.OutcomeAsync(van.Driver, InspectedVan.Form()));
        Assert.Equal(1L, await van.CountAsync());
        Assert.Equal(2, (await van.AuditAsync("uploaded"))!.Split('\n').Length);
    }

    [Fact]
    [Trait("FieldCase", "PHO-08")]
    public async Task Eight_with_one_key_at_once_make_one_photo_and_one_answer()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var key = PhotoCalls.NewKey();

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PatientlyAsync(van, () => InspectedVan.Form(key: key, fields: ("snapshotItemId", van.Dashboard)))));

        Assert.Equal(Enumerable.Repeat("201", 8), made);
        Assert.Equal(1L, await van.CountAsync());
        Assert.Equal(1L, await api.App.RunAsync("select count(*) from inspection_responses where inspection_id = $1", van.Run));
        Assert.Equal(2, (await api.ObjectsAsync(van.Tenant.Id, 2)).Length);
    }

    [Fact]
    public async Task Sixteen_at_once_do_not_pass_the_limit_of_the_organisation_and_leave_nothing_behind()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await van.SetPolicyAsync("""{"maxPhotosPerInspection":5}""");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PatientlyAsync(van, () => InspectedVan.Form())));

        Assert.Equal((5, 11), (outcomes.Count(o => o == "201"), outcomes.Count(o => o == "409 inspection_photo_cap_reached")));
        Assert.Equal(10, (await api.ObjectsAsync(van.Tenant.Id, 10)).Length);
        var photos = (await van.Driver.GetJsonAsync($"{van.Path}/photos")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(5, photos.Count);
        Assert.Equal("204", await van.DeleteAsync(van.Driver, photos[0]));
        await van.TakeAsync(van.Driver);
        Assert.Equal("409 inspection_photo_cap_reached", await van.OutcomeAsync(van.Driver, InspectedVan.Form()));
    }

    [Fact]
    public async Task Sixty_photos_are_counted_by_the_end_its_line_of_audit_and_its_message()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await van.SetPolicyAsync("""{"maxPhotosPerInspection":100}""");
        await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}""");
        await van.TakeAsync(van.Driver, fields: ("snapshotItemId", van.Dashboard));
        await api.RepeatAsync(van.Asset, 58);
        await van.TakeAsync(van.Driver);
        Assert.Equal(60, (await van.Driver.GetJsonAsync($"{van.Path}/photos")).GetProperty("items").GetArrayLength());

        Assert.Equal("200", await van.CompleteAsync(van.Driver));

        Assert.Equal("60", await api.App.RunAsync("select metadata ->> 'photoCount' from audit_events where tenant_id = $1 and action = 'panorama.inspection.completed'", van.Tenant.Id));
        Assert.Equal(
            "60", await api.App.RunAsync("select payload ->> 'photoCount' from notification_events where event_type = 'panorama.inspection.completed' and resource_id = $1", van.Run));
    }

    [Fact]
    public async Task Of_uploads_and_a_completion_at_once_no_photo_comes_after_the_end()
    {
        for (var round = 0; round < 3; round++)
        {
            using var van = await InspectedVan.CreateAsync(api);
            await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}""");
            await van.TakeAsync(van.Driver, fields: ("snapshotItemId", van.Dashboard));

            var uploads = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PatientlyAsync(van, () => InspectedVan.Form())));
            var completed = van.CompleteAsync(van.Driver);

            Assert.Equal("200", await completed);
            var outcomes = await uploads;
            Assert.All(outcomes, o => Assert.True(o is "201" or "409 inspection_not_in_progress", o));
            var taken = 1 + outcomes.Count(o => o == "201");
            Assert.Equal((long)taken, await van.CountAsync());
            Assert.Equal(
                taken.ToString(CultureInfo.InvariantCulture),
                await api.App.RunAsync("select metadata ->> 'photoCount' from audit_events where tenant_id = $1 and action = 'panorama.inspection.completed'", van.Tenant.Id));
            Assert.Equal(2 * taken, (await api.ObjectsAsync(van.Tenant.Id, 2 * taken)).Length);
        }
    }

    [Fact]
    public async Task Slow_senders_hold_no_connection_and_find_what_became_of_the_inspection_meanwhile()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var senders = await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => PhotoCalls.HalfSentAsync(api.Api, $"{van.Path}/photos", van.Tenant.Driver.Token)));
        await api.ReceivingAsync(senders.Length);
        Assert.Equal("200", await van.Driver.GetOutcomeAsync(van.Path));

        Assert.Equal("200", await van.Driver.SendOutcomeAsync(HttpMethod.Post, $"{van.Path}/cancel", null));
        Assert.Contains("inspection_not_in_progress", await senders[0].SendRestAsync(), StringComparison.Ordinal);
        await api.App.RunAsync("update tenant_features set enabled = false where tenant_id = $1", van.Tenant.Id);
        Assert.Contains("feature_disabled", await senders[1].SendRestAsync(), StringComparison.Ordinal);
        await api.App.RunAsync("update sessions set revoked_at = now() where id = $1", van.Tenant.Driver.SessionId);
        Assert.Contains("authentication_required", await senders[2].SendRestAsync(), StringComparison.Ordinal);
        Array.ForEach(senders, s => s.Dispose());
        await api.ReceivingAsync(0);

        Assert.Equal(0L, await van.CountAsync());
        Assert.Empty(await api.ObjectsAsync(van.Tenant.Id, 0));
    }

    [Fact]
    public async Task The_organisation_says_how_large_a_photo_may_be()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await van.SetPolicyAsync("""{"maxPhotoBytes":20000000,"maxPhotoDimension":512}""");
        var large = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "field", InspectedVan.Photo));

        var photo = await van.TakeAsync(van.Driver);
        Assert.Equal(512, Math.Max(photo.Number("width"), photo.Number("height")));
        Assert.Equal("413 photo_too_large", await van.OutcomeAsync(van.Driver, InspectedVan.Form([.. large, .. new byte[20_000_000]])));
        await van.SetPolicyAsync($$"""{"maxPhotoBytes":{{large.Length}}}""");
        Assert.True((await van.TakeAsync(van.Driver)).Number("width") > 512);
        await van.SetPolicyAsync($$"""{"maxPhotoBytes":{{large.Length - 1}}}""");
        Assert.Equal("413 photo_too_large", await van.OutcomeAsync(van.Driver, InspectedVan.Form()));
        await van.SetPolicyAsync("""{"maxPhotoBytes":1,"colour":"red"}"""); // what is not known makes all of it what it is without a rule
        await van.TakeAsync(van.Driver);
        Assert.Equal("413 photo_too_large", await van.OutcomeAsync(van.Driver, InspectedVan.Form(new byte[10_485_761])));
        Assert.Equal(3L, await van.CountAsync());
    }

    [Theory]
    [InlineData("pho-07-empty.jpg", "400 empty_photo")]
    [InlineData("pho-07-html.jpg", "415 unsupported_media_type")]
    [InlineData("pho-07-animated.png", "415 unsupported_media_type")]
    [InlineData("pho-06-bomb-900MP.png", "400 photo_too_large_pixels")]
    public async Task What_is_no_photo_leaves_nothing(string file, string outcome)
    {
        using var van = await InspectedVan.CreateAsync(api);

        Assert.Equal(outcome, await van.OutcomeAsync(van.Driver, InspectedVan.Form(file, fields: ("snapshotItemId", van.Dashboard))));

        Assert.Empty(await api.ObjectsAsync(van.Tenant.Id, 0));
        Assert.Equal(0L, await api.App.RunAsync("select count(*) from inspection_responses where inspection_id = $1", van.Run));
    }

    [Fact]
    [Trait("FieldCase", "PHO-01")]
    public async Task A_photo_as_HEIC_is_refused_with_a_sentence_that_says_so()
    {
        using var van = await InspectedVan.CreateAsync(api);
        using var form = InspectedVan.Form("pho-01-heic-irot270-exif6.heic");

        using var response = await van.SendAsync(van.Driver, form);

        var problem = await response.ReadProblemAsync();
        var args = problem.Body.GetProperty("args");
        Assert.Equal((415, "unsupported_media_type", "image/heic"), (problem.Status, problem.Code, args.Text("detected")));
        Assert.Equal(["image/jpeg", "image/png", "image/webp"], args.GetProperty("accepted").EnumerateArray().Select(a => a.GetString()));
        Assert.StartsWith("This server does not read HEIC.", problem.Body.Text("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_is_none_says_what_it_lacks()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var photo = PhotoCalls.Field(InspectedVan.Photo);

        Assert.Equal("415 unsupported_media_type", await van.OutcomeAsync(van.Driver, InspectedVan.Form([.. PhotoCalls.Pdf, .. photo])));
        Assert.Equal("415 unsupported_media_type", await van.OutcomeAsync(van.Driver, new ByteArrayContent(photo)));
        Assert.Equal("400 photo_part_required", await van.OutcomeAsync(van.Driver, new MultipartFormDataContent { { new StringContent(PhotoCalls.NewKey()), "clientUploadKey" } }));
        Assert.Equal("400 clientUploadKey_required", await van.OutcomeAsync(van.Driver, new MultipartFormDataContent { { new ByteArrayContent(photo), "photo", "a.jpg" } }));
        Assert.Equal("400 clientUploadKey_must_be_uuid", await van.OutcomeAsync(van.Driver, InspectedVan.Form(key: "one")));
        Assert.Equal("400 invalid_body", await van.OutcomeAsync(van.Driver, InspectedVan.Form(fields: ("colour", "red"))));
        Assert.Equal("400 invalid_body", await van.OutcomeAsync(van.Driver, InspectedVan.Form(fields: ("caption", new string('x', 501)))));
        using var twice = InspectedVan.Form();
        twice.Add(new ByteArrayContent(photo), "photo", "b.jpg");
        Assert.Equal("400 invalid_body", await van.OutcomeAsync(van.Driver, twice));
        Assert.Empty(await api.ObjectsAsync(van.Tenant.Id, 0));
    }

    [Fact]
    public async Task A_driver_adds_to_ones_own_the_desk_to_all_and_another_organisation_to_none()
    {
        using var van = await InspectedVan.CreateAsync(api);
        var stranger = await api.App.CreateInspectingTenantAsync();
        using var elsewhere = api.Client(stranger.Owner);
        var peers = await InspectedVan.StartAsync(van.Staff, van.Asset);
        using var peer = van with { Run = peers };

        await van.TakeAsync(van.Staff);
        await peer.TakeAsync(van.Admin);
        Assert.Equal("404 inspection_not_found", await peer.OutcomeAsync(van.Driver, InspectedVan.Form()));
        Assert.Equal("404 inspection_not_found", await van.OutcomeAsync(elsewhere, InspectedVan.Form()));
        Assert.Equal("404 inspection_not_found", await (van with { Run = TestTenant.NewId() }).OutcomeAsync(van.Driver, InspectedVan.Form()));
        Assert.Equal("404 inspection_not_found", await van.Driver.SendOutcomeAsync(HttpMethod.Post, "/api/inspections/7/photos", null, "{}"));

        // Before a body is looked at: nothing of it has come yet.
        await api.App.RunAsync("update tenant_features set enabled = false where tenant_id = $1", van.Tenant.Id);
        using var sender = await PhotoCalls.HalfSentAsync(api.Api, $"{van.Path}/photos", van.Tenant.Driver.Token);
        Assert.StartsWith("HTTP/1.1 404", await sender.FirstLineAsync(), StringComparison.Ordinal);
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", $"/{peers}"), ("DELETE", $"/{peers}") })
        {
            Assert.Equal("404 feature_disabled", await van.Admin.SendOutcomeAsync(new HttpMethod(method), $"{van.Path}/photos{path}", null, method == "GET" ? null : "{"));
        }
    }

    private static async Task<string> PatientlyAsync(InspectedVan van, Func<HttpContent> form)
    {
        // Those beyond the queue are told to come again.
        string outcome;
        while ((outcome = await van.OutcomeAsync(van.Driver, form())).StartsWith("503 ", StringComparison.Ordinal))
        {
            Assert.Equal("503 photo_pipeline_busy", outcome);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return outcome;
    }
}
