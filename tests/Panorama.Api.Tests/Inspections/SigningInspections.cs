using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NetVips;
using Panorama.Core.Inspections;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

public sealed class SigningInspections(ApiApp app)
{
    private const string Drawn = """{"typedName":" Ana Souza ","path":"M 20,100 L 300,40 L 580,160"}""";
    private const string Typed = """{"typedName":"Ana Souza"}""";

    [Fact]
    public async Task Whoever_completes_it_signs_and_anybody_can_recompute_what_was_signed()
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();
        var photo = await world.PhotoAsync(run);

        Assert.Equal("200", await world.CompleteAsync(run, Drawn));

        var shown = Assert.Single(await world.SignaturesAsync(run));
        Assert.Equal(
            ("DRIVER", world.Tenant.Driver.UserId.ToString(), $"driver of {world.Tenant.Slug}", "Ana Souza", true, true, false),
            (shown.Text("role"), shown.Text("signedByUserId"), shown.Text("signedByName"), shown.Text("typedName"), shown.GetProperty("isDrawn").GetBoolean(), shown.GetProperty("isIntact").GetBoolean(),
                shown.GetProperty("isNoteChanged").GetBoolean()));
        var address = $"/api/inspections/{run}/signatures/{shown.Text("id")}";
        var text = await world.Driver.GetStringAsync(new Uri(address + "?format=text", UriKind.Relative), TestContext.Current.CancellationToken);
        var items = await world.ItemsAsync(run);
        Assert.Equal(
            $"""
            panorama.inspection-signature/1
            inspection {run}
            role DRIVER
            outcome FAIL
            summary "worn\n\"left\""
            answer {items[0]} true null
            answer {items[1]} 42.5 "half"
            photo - {photo} {Convert.ToHexStringLower(SHA256.HashData("a"u8))}
            signer {world.Tenant.Driver.UserId}
            name "Ana Souza"
            path "M20 100L300 40L580 160"
            signed {shown.GetProperty("signedAt").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}

            """,
            text);
        Assert.Equal(shown.Text("contentHash"), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(
            $"{shown.Text("id")} {shown.Text("contentHash")} true",
            await app.RunAsync(
                "select concat_ws(' ', metadata -> 'signature' ->> 'id', metadata -> 'signature' ->> 'contentHash', metadata -> 'signature' ->> 'isDrawn') from audit_events where tenant_id = $1 and action = 'panorama.inspection.completed'",
                world.Tenant.Id));
        Assert.Equal(0L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1 and metadata::text like '%Souza%'", world.Tenant.Id));
    }

    [Fact]
    public async Task What_was_drawn_is_shown_as_a_picture_of_the_servers_own_and_as_lines()
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();
        Assert.Equal("200", await world.CompleteAsync(run, Drawn));
        var shown = Assert.Single(await world.SignaturesAsync(run));
        var address = new Uri($"/api/inspections/{run}/signatures/{shown.Text("id")}", UriKind.Relative);

        using var png = await world.Driver.GetAsync(address, TestContext.Current.CancellationToken);
        using var svg = await world.Driver.GetAsync(new Uri(address + "?format=svg", UriKind.Relative), TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { png.Headers.ETag! } } };
        using var same = await world.Driver.SendAsync(again, TestContext.Current.CancellationToken);

        var bytes = await png.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        using var picture = Image.PngloadBuffer(bytes);
        Assert.Equal((600, 200), (picture.Width, picture.Height));
        Assert.InRange(picture[300, 40][0], 0, 60);
        Assert.Equal(255, picture[300, 160][0]);
        Assert.Equal(shown.Text("sha256"), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(
            ("image/png", $"\"{shown.Text("sha256")}\"", "private, no-cache", "nosniff", "default-src 'none'; frame-ancestors 'none'; sandbox"),
            (png.Content.Headers.ContentType!.ToString(), png.Headers.ETag!.ToString(), Header(png, "Cache-Control").Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal),
                Header(png, "X-Content-Type-Options"), Header(png, "Content-Security-Policy")));
        Assert.Equal((HttpStatusCode.NotModified, 0), (same.StatusCode, (await same.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length));
        Assert.Equal(("image/svg+xml", Header(png, "Content-Security-Policy")), (svg.Content.Headers.ContentType!.ToString(), Header(svg, "Content-Security-Policy")));
        Assert.Contains(" d=\"M20 100L300 40L580 160\"/>", await svg.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("400 invalid_query", await world.Driver.GetOutcomeAsync(address + "?format=gif"));
    }

    [Fact]
    public async Task A_name_that_was_only_typed_has_no_picture()
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();

        Assert.Equal("200", await world.CompleteAsync(run, Typed));

        var shown = Assert.Single(await world.SignaturesAsync(run));
        Assert.Equal((false, null, true), (shown.GetProperty("isDrawn").GetBoolean(), shown.Text("sha256"), shown.GetProperty("isIntact").GetBoolean()));
        var address = $"/api/inspections/{run}/signatures/{shown.Text("id")}";
        Assert.Equal(
            ("404 signature_not_found", "404 signature_not_found", "200"),
            (await world.Driver.GetOutcomeAsync(address), await world.Driver.GetOutcomeAsync(address + "?format=svg"), await world.Driver.GetOutcomeAsync(address + "?format=text")));
    }

    [Theory]
    [InlineData("{}", "typedName:required")]
    [InlineData("""{"typedName":"  "}""", "signature.typedName:required")]
    [InlineData("""{"typedName":"a\nb"}""", "signature.typedName:not_text")]
    [InlineData("""{"typedName":"Ana","image":"iVBORw0KGgo="}""", "signature.image:unknown_member")]
    [InlineData("LONG_NAME", "signature.typedName:too_long")]
    [InlineData("LONG_PATH", "signature.path:too_long")]
    public async Task A_signature_that_lacks_something_is_refused_and_nothing_is_kept(string signature, string errors)
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();
        var body = signature switch
        {
            "LONG_NAME" => JsonSerializer.Serialize(new { typedName = new string('a', InspectionSignature.MaxTypedName + 1) }),
            "LONG_PATH" => JsonSerializer.Serialize(new { typedName = "Ana", path = "M0 0L100 0" + new string(' ', SignaturePath.MaxLength) }),
            _ => signature,
        };

        Assert.Equal(errors, await world.Driver.SendErrorsAsync(HttpMethod.Post, $"/api/inspections/{run}/complete", null, $$"""{"outcome":"PASS","signature":{{body}}}"""));
        Assert.Equal("IN_PROGRESS", await world.StatusAsync(run));
    }

    [Theory]
    [InlineData("M5 5", "TOO_SHORT")]
    [InlineData("M0 0L700 0", "OUTSIDE")]
    [InlineData("M0 0C1 1 2 2 100 100", "MALFORMED")]
    [InlineData("M0 0L100 0\\\"/><script>", "MALFORMED")]
    public async Task What_is_no_signature_is_refused_with_its_reason_and_nothing_is_kept(string path, string reason)
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();

        using var response = await world.Driver.SendAsync(
            HttpMethod.Post, $"/api/inspections/{run}/complete", null, $$$"""{"outcome":"PASS","signature":{"typedName":"Ana","path":"{{{path}}}"}}""");

        var problem = await response.ReadProblemAsync();
        Assert.Equal((400, "signature_invalid", reason), (problem.Status, problem.Code, problem.Body.GetProperty("args").Text("reason")));
        Assert.Equal("IN_PROGRESS", await world.StatusAsync(run));
        Assert.Equal(0L, await app.RunAsync("select count(*) from inspection_signatures where tenant_id = $1", world.Tenant.Id));
    }

    [Fact]
    public async Task Where_the_organisation_needs_one_none_is_completed_without_and_a_review_may_be()
    {
        using var world = await World.CreateAsync(app);
        await app.RunAsync("update tenants set inspection_config = '{\"requireSignature\": true}' where id = $1", world.Tenant.Id);
        var run = await world.AnsweredAsync();

        Assert.Equal("400 signature_required", await world.CompleteAsync(run, "null"));
        Assert.Equal(("IN_PROGRESS", true), (await world.StatusAsync(run), await world.IsRequiredAsync(run)));
        Assert.Equal("200", await world.CompleteAsync(run, Typed));
        Assert.False(await world.IsRequiredAsync(run));
        Assert.Equal("200", await world.Admin.SendOutcomeAsync(HttpMethod.Post, $"/api/inspections/{run}/review", null, "{}"));
        await app.RunAsync("update tenants set inspection_config = '{\"requireSignature\": false}' where id = $1", world.Tenant.Id);
        Assert.False(await world.IsRequiredAsync(await world.AnsweredAsync()));
    }

    [Fact]
    public async Task Of_sixteen_that_complete_it_at_once_one_signs_and_of_four_reviews_one()
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => world.CompleteAsync(run, Drawn.Replace("Ana", $"Ana {i}", StringComparison.Ordinal))));
        var reviews = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => world.Admin.SendOutcomeAsync(
            HttpMethod.Post, $"/api/inspections/{run}/review", null, $$$"""{"reviewNote":"seen","signature":{"typedName":"Reviewer {{{i}}}","path":"M0 0L0 150"}}""")));

        Assert.Equal(["200", .. Enumerable.Repeat("409 inspection_not_in_progress", 15)], outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(["200", .. Enumerable.Repeat("409 inspection_already_reviewed", 3)], reviews.Order(StringComparer.Ordinal));
        var shown = await world.SignaturesAsync(run);
        Assert.Equal(["DRIVER True", "REVIEWER True"], shown.Select(s => $"{s.Text("role")} {s.GetProperty("isIntact").GetBoolean()}"));
        Assert.Equal(
            $"{shown[1].Text("id")} {shown[1].Text("contentHash")}",
            await app.RunAsync(
                "select concat_ws(' ', metadata -> 'signature' ->> 'id', metadata -> 'signature' ->> 'contentHash') from audit_events where tenant_id = $1 and action = 'panorama.inspection.reviewed'", world.Tenant.Id));
    }

    [Fact]
    public async Task What_happens_to_honest_records_is_no_change_and_a_change_is_seen()
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();
        var (kept, gone) = (await world.PhotoAsync(run), await world.PhotoAsync(run));
        var removed = await world.PhotoAsync(run, isDeleted: true);
        Assert.Equal("200", await world.CompleteAsync(run, Drawn));
        Assert.Equal("200", await world.Admin.SendOutcomeAsync(HttpMethod.Post, $"/api/inspections/{run}/review", null, $$"""{"reviewNote":"seen","signature":{{Typed}}}"""));
        Assert.Equal("DRIVER True False,REVIEWER True False", await world.StatesAsync(run));

        await app.RunAsync("delete from photos where id = $1", gone);
        await app.RunAsync("update photos set deleted_at = null where id = $1", removed);
        await world.Admin.SendJsonAsync(HttpMethod.Patch, $"/api/inspections/{run}/review-note", null, """{"reviewNote":"and noted"}""");
        Assert.Equal("DRIVER True False,REVIEWER True True", await world.StatesAsync(run));

        await app.RunAsync("update photos set sha256 = sha256('b') where id = $1", kept);
        Assert.Equal("DRIVER False False,REVIEWER False True", await world.StatesAsync(run));
        await app.RunAsync("update photos set sha256 = sha256('a') where id = $1", kept);
        await app.RunAsync("update inspection_responses set number_value = 43 where inspection_id = $1 and number_value is not null", run);
        Assert.Equal("DRIVER False False,REVIEWER False True", await world.StatesAsync(run));
        await app.RunAsync("update inspection_responses set number_value = 42.5 where inspection_id = $1 and number_value is not null", run);
        await app.RunAsync("update inspection_signatures set image = image || '\\x00' where inspection_id = $1 and image is not null", run);
        Assert.Equal("DRIVER False False,REVIEWER True True", await world.StatesAsync(run));
    }

    [Fact]
    public async Task A_signature_is_seen_by_those_who_see_its_inspection()
    {
        using var world = await World.CreateAsync(app);
        var other = await app.CreateInspectingTenantAsync();
        using var stranger = app.Client(other.Owner);
        using var staff = app.Client(world.Tenant.Staff);
        var run = await world.AnsweredAsync(staff);
        var mine = await world.AnsweredAsync();
        Assert.Equal("200", await World.CompleteAsync(staff, run, Drawn));
        Assert.Equal("200", await world.CompleteAsync(mine, Drawn));
        var signature = Assert.Single(await world.SignaturesAsync(run)).Text("id");
        var own = Assert.Single(await world.SignaturesAsync(mine)).Text("id");
        var address = $"/api/inspections/{run}/signatures/{signature}";

        Assert.Equal(("200", "200"), (await staff.GetOutcomeAsync(address), await world.Admin.GetOutcomeAsync(address)));
        foreach (var (client, path) in new[]
        {
            (world.Driver, address), (stranger, address), (staff, $"/api/inspections/{mine}/signatures/{signature}"), (staff, $"/api/inspections/{run}/signatures/{own}"),
            (staff, $"/api/inspections/{run}/signatures/x"), (staff, $"/api/inspections/x/signatures/{signature}"), (staff, $"/api/inspections/{run}/signatures/{Guid.Empty}"),
        })
        {
            foreach (var format in new[] { "", "?format=svg", "?format=text" })
            {
                Assert.Equal((path, "404 signature_not_found"), (path, await client.GetOutcomeAsync(path + format)));
            }
        }

        using var nobody = app.Client();
        Assert.Equal("401 authentication_required", await nobody.GetOutcomeAsync(address));
        Assert.Equal("404 inspection_not_found", await World.CompleteAsync(stranger, mine, Drawn));
    }

    [Theory]
    [InlineData("update inspection_signatures set typed_name = 'Eva' where inspection_id = $1", "42501")]
    [InlineData("delete from inspection_signatures where inspection_id = $1", "42501")]
    [InlineData("insert into inspection_signatures select gen_random_uuid(), tenant_id, inspection_id, role, signed_by_user_id, typed_name, path, image, sha256, content_hash, photos, note_sha256, signed_at from inspection_signatures where inspection_id = $1", "23505")]
    [InlineData("insert into inspection_signatures select gen_random_uuid(), gen_random_uuid(), inspection_id, 'REVIEWER', signed_by_user_id, typed_name, path, image, sha256, content_hash, photos, note_sha256, signed_at from inspection_signatures where inspection_id = $1", "42501")]
    [InlineData("insert into inspection_signatures select gen_random_uuid(), tenant_id, inspection_id, 'REVIEWER', signed_by_user_id, typed_name, path || '\"', image, sha256, content_hash, photos, note_sha256, signed_at from inspection_signatures where inspection_id = $1", "23514")]
    [InlineData("insert into inspection_signatures select gen_random_uuid(), tenant_id, inspection_id, 'REVIEWER', signed_by_user_id, typed_name, path, null, sha256, content_hash, photos, note_sha256, signed_at from inspection_signatures where inspection_id = $1", "23514")]
    public async Task A_signature_is_not_changed_by_the_login_that_works_with_it(string sql, string state)
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();
        Assert.Equal("200", await world.CompleteAsync(run, Drawn));

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.TryAsync(world.Tenant.FleetAdmin, sql, run));

        Assert.Equal(state, refused.SqlState);
    }

    [Fact]
    public async Task The_file_of_inspections_says_who_signed()
    {
        using var world = await World.CreateAsync(app);
        var run = await world.AnsweredAsync();
        Assert.Equal("200", await world.CompleteAsync(run, Typed));

        var file = await world.Driver.GetStringAsync(new Uri("/api/inspections/export?format=csv&language=en", UriKind.Relative), TestContext.Current.CancellationToken);

        var (titles, cells) = (file.Split("\r\n")[0].Split(','), file.Split("\r\n")[1].Split(','));
        Assert.Equal("Ana Souza", cells[Array.IndexOf(titles, "Signed by")]);
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    /// <summary>A tenant with a van and a checklist of a question and a number.</summary>
    private sealed record World(ApiApp App, TestTenant Tenant, HttpClient Admin, HttpClient Driver, Guid Asset) : IDisposable
    {
        public static async Task<World> CreateAsync(ApiApp app)
        {
            var tenant = await app.CreateInspectingTenantAsync();
            var admin = app.Client(tenant.FleetAdmin);
            var category = await app.RunAsync("select category_id from asset_models where id = $1", tenant.ModelId);
            await admin.MakeTemplateAsync(Checklists.Body(
                scope: $"\"categoryId\":\"{category}\"", items: """[{"label":"Tyres","itemType":"BOOLEAN","required":true},{"label":"Fuel","itemType":"NUMBER","required":true},{"label":"Remarks","itemType":"TEXT"}]"""));
            return new World(app, tenant, admin, app.Client(tenant.Driver), await tenant.AssetAsync("VAN-1"));
        }

        /// <summary>A run with all that it needs, of the driver if nobody else is named.</summary>
        public async Task<Guid> AnsweredAsync(HttpClient? client = null)
        {
            var run = (await (client ?? Driver).SendJsonAsync(HttpMethod.Post, "/api/inspections", null, new { assetId = Asset })).GetProperty("id").GetGuid();
            var items = await ItemsAsync(run);
            Assert.Equal("200", await Admin.SendOutcomeAsync(
                HttpMethod.Post, $"/api/inspections/{run}/responses", null,
                $$"""{"responses":[{"snapshotItemId":"{{items[1]}}","numberValue":42.5,"note":"half"},{"snapshotItemId":"{{items[0]}}","booleanValue":true}]}"""));
            return run;
        }

        public async Task<Guid> PhotoAsync(Guid run, bool isDeleted = false)
        {
            var photo = TestTenant.NewId();
            var (key, now) = ($"tenants/{Tenant.Id}/inspections/{run}/photos/{photo}", TimeProvider.System.GetUtcNow());
            await Tenant.AddPhotoAsync(
                new TestPhoto(photo, Asset, $"{key}.jpg", $"{key}_t.jpg", now) { InspectionId = run, DeletedAt = isDeleted ? now : null }, TestContext.Current.CancellationToken);
            return photo;
        }

        public static Task<string> CompleteAsync(HttpClient client, Guid run, string signature) => client.SendOutcomeAsync(
            HttpMethod.Post, $"/api/inspections/{run}/complete", null, $$"""{"outcome":"FAIL","summaryNote":"worn\n\"left\"","signature":{{signature}}}""");

        public Task<string> CompleteAsync(Guid run, string signature) => CompleteAsync(Driver, run, signature);

        public async Task<List<string>> ItemsAsync(Guid run) => [.. (await Admin.GetJsonAsync($"/api/inspections/{run}")).GetProperty("templateSnapshot").ItemIds().OfType<string>()];

        public async Task<List<JsonElement>> SignaturesAsync(Guid run) => [.. (await Admin.GetJsonAsync($"/api/inspections/{run}")).GetProperty("signatures").EnumerateArray()];

        public async Task<string> StatesAsync(Guid run) => string.Join(
            ',', (await SignaturesAsync(run)).Select(s => $"{s.Text("role")} {s.GetProperty("isIntact").GetBoolean()} {s.GetProperty("isNoteChanged").GetBoolean()}"));

        public async Task<string?> StatusAsync(Guid run) => (await Admin.GetJsonAsync($"/api/inspections/{run}")).Text("status");

        public async Task<bool> IsRequiredAsync(Guid run) => (await Driver.GetJsonAsync($"/api/inspections/{run}")).GetProperty("isSignatureRequired").GetBoolean();

        public void Dispose()
        {
            Admin.Dispose();
            Driver.Dispose();
        }
    }
}
