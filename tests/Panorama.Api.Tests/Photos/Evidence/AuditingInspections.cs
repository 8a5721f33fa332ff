namespace Panorama.Api.Tests.Photos.Evidence;

public sealed class AuditingInspections(PhotoApi api) : IClassFixture<PhotoApi>
{
    /// <summary>What a line says is read by programs: nothing is left out, also where it is null.</summary>
    [Fact]
    public async Task Each_action_has_its_own_members()
    {
        using var van = await InspectedVan.CreateAsync(api);
        await using var narrow = await api.StartAsync(("PHOTO_RATE_USER_HOUR", "2"));
        using var hasty = narrow.Client(van.Tenant.Driver.Token);
        var (route, key) = ("/api/inspections", PhotoCalls.NewKey());
        Assert.Equal(van.Run, await InspectedVan.StartAsync(van.Driver, van.Asset));
        await van.AnswerAsync($$"""{"snapshotItemId":"{{van.Tyres}}","booleanValue":true}""");

        var photo = await van.TakeAsync(hasty, key, ("snapshotItemId", van.Dashboard));
        var blurred = await van.TakeAsync(hasty);
        Assert.Equal("429 rate_limited", await van.OutcomeAsync(hasty, InspectedVan.Form()));
        Assert.Equal("200", await van.Driver.GetOutcomeAsync(photo.Text("signedUrl")!));
        Assert.Equal("204", await van.DeleteAsync(van.Driver, blurred));
        Assert.Equal("415 unsupported_media_type", await van.OutcomeAsync(van.Driver, InspectedVan.Form("pho-07-html.jpg")));
        Assert.Equal("409 upload_key_collision", await van.OutcomeAsync(van.Driver, InspectedVan.Form("pho-01-orient5.jpg", key)));
        Assert.Equal("400 photo_too_large_pixels", await van.OutcomeAsync(van.Driver, InspectedVan.Form("pho-06-bomb-900MP.png")));
        Assert.Equal("400 photo_processing_failed", await van.OutcomeAsync(van.Driver, InspectedVan.Form(PhotoCalls.Field(InspectedVan.Photo)[..3_000])));
        await van.SetPolicyAsync("""{"maxPhotosPerInspection":1}""");
        Assert.Equal("409 inspection_photo_cap_reached", await van.OutcomeAsync(van.Driver, InspectedVan.Form()));
        Assert.Equal("200", await van.CompleteAsync(van.Driver));
        Assert.Equal("200", await van.Admin.SendOutcomeAsync(HttpMethod.Post, $"{van.Path}/review", null));
        Assert.Equal("200", await van.Admin.SendOutcomeAsync(HttpMethod.Patch, $"{van.Path}/review-note", null, """{"reviewNote":"seen"}"""));
        var wrong = await InspectedVan.StartAsync(van.Driver, van.Asset);
        Assert.Equal("200", await van.Driver.SendOutcomeAsync(HttpMethod.Post, $"{route}/{wrong}/cancel", null));
        var template = $"/api/inspection-templates/{(await van.Admin.GetJsonAsync(van.Path)).Text("templateId")}";
        await van.Admin.SendJsonAsync(HttpMethod.Patch, template, 1, """{"name":"Daily"}""");
        Assert.Equal("204", await van.Admin.SendOutcomeAsync(HttpMethod.Delete, template, null));

        Assert.Equal(
            """
            cancelled inspection: reason
            completed inspection: outcome photoCount reservationId responseCount signature summaryNotePresent
            photo.deleted inspection_photo blurred: inspectionId reason sha256
            photo.processing_failed inspection limit_input_pixels: assetId errorClass inspectionId pixels reason
            photo.processing_failed inspection processing_failed: assetId errorClass inspectionId reason
            photo.rejected inspection cap_reached: assetId cap inspectionId reason
            photo.rejected inspection rate_limited: assetId bucket inspectionId reason retryAfterSeconds
            photo.rejected inspection unsupported_type: assetId detectedMime inspectionId reason
            photo.rejected inspection upload_key_collision: assetId existingUploadedByUserId incomingSha256 inspectionId reason
            photo.uploaded inspection_photo: capturedAt exifStripped height inspectionId reservationId sha256 sizeBytes sourceMime width
            photo.viewed inspection_photo: inspectionId reservationId viewKind
            responded inspection: changedItems count
            resumed inspection: secondsSinceStarted
            review_note_updated inspection: newLen prevLen
            reviewed inspection: outcome reviewNotePresent reviewerUserId signature
            started inspection: assetId reservationId snapshotItemCount templateId templateVersionAt
            template.archived inspection_template: name
            template.created inspection_template: itemCount name scope
            template.updated inspection_template: changedFields contentVersion itemCount
            """.ReplaceLineEndings("\n").Split('\n'),
            (await LinesAsync(van)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal(
            $"""["{van.Tyres}"] user {van.Tenant.Driver.UserId}""",
            await api.App.RunAsync(
                """
                select string_agg(concat_ws(' ', metadata -> 'changedItems', metadata ->> 'bucket', metadata ->> 'existingUploadedByUserId'), ' ' order by occurred_at, id)
                  from audit_events where tenant_id = $1 and metadata ?| array['changedItems', 'bucket', 'incomingSha256']
                """, van.Tenant.Id));
    }

    private async Task<string[]> LinesAsync(InspectedVan van) => ((string)(await api.App.RunAsync(
        """
        select string_agg(concat_ws(' ', replace(e.action, 'panorama.inspection.', ''), e.resource_type, case when e.action like '%.photo.%' then e.metadata ->> 'reason' end) || ': ' || m.members, E'\n')
          from audit_events e, lateral (select string_agg(k, ' ' order by k collate "C") as members from jsonb_object_keys(e.metadata) k) m
         where e.tenant_id = $1 and e.action like 'panorama.inspection.%'
        """, van.Tenant.Id))!).Split('\n');
}
