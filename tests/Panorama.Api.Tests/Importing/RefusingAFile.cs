using System.Net;
using System.Text;
using Panorama.Core.Importing;

namespace Panorama.Api.Tests.Importing;

public sealed class RefusingAFile(ApiApp app)
{
    private static readonly byte[] Good = "Asset Tag\nA-1\n"u8.ToArray();

    [Theory]
    [InlineData("", "422 file_empty")]
    [InlineData("Asset Tag,Name\n", "422 file_without_rows")]
    [InlineData("Asset Tag\n\"A-1\n", "422 quote_not_closed")]
    [InlineData("PK\u0003\u0004xl/", "422 file_not_text")]
    [InlineData("%PDF-1.7", "422 file_not_text")]
    public async Task That_is_no_table(string text, string outcome)
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        using var response = await client.UploadAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal(outcome, await response.OutcomeAsync());
        Assert.Equal(0L, await app.RunAsync("select count(*) from imports where tenant_id = $1", tenant.Id));
    }

    [Theory]
    [InlineData("?kind=licences", "text/csv", "422 import_kind_not_available")]
    [InlineData("?kind=cats", "text/csv", "400 invalid_query")]
    [InlineData("", "application/json", "415 unsupported_media_type")]
    [InlineData("", "application/x-www-form-urlencoded", "415 unsupported_media_type")]
    [InlineData("", "multipart/form-data", "400 malformed_body")]
    [InlineData("", "multipart/form-data; boundary=x", "400 malformed_body")]
    public async Task That_is_sent_wrongly(string query, string type, string outcome)
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        using var response = await client.UploadAsync(Good, query, type);

        Assert.Equal(outcome, await response.OutcomeAsync());
    }

    [Fact]
    public async Task That_is_too_large_and_takes_the_largest()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        var largest = new byte[Import.MaxFileBytes];
        Array.Fill(largest, (byte)'x');
        "Asset Tag,N\n"u8.CopyTo(largest);

        using var large = await client.UploadAsync([.. largest, 1]);
        using var fits = await client.UploadAsync(largest);

        Assert.Equal(("413 body_too_large", "201"), (await large.OutcomeAsync(), await fits.OutcomeAsync()));
        Assert.Equal(Import.MaxFileBytes, await app.RunAsync("select size_bytes from imports where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task A_form_of_a_browser_names_the_file_and_a_repeated_key_makes_it_once()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        const string Form = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\\\fleet.csv\"\r\n"
            + "Content-Type: text/csv\r\n\r\nAsset Tag\nA-1\n\r\n--b--\r\n";

        using var first = await client.UploadAsync(Encoding.UTF8.GetBytes(Form), "", "multipart/form-data; boundary=b", "key-1");
        using var second = await client.UploadAsync(Encoding.UTF8.GetBytes(Form), "", "multipart/form-data; boundary=b", "key-1");
        using var other = await client.UploadAsync("Asset Tag\nA-2\n"u8.ToArray(), key: "key-1");
        using var without = await client.UploadAsync("--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--b--\r\n"u8.ToArray(), "", "multipart/form-data; boundary=b");

        Assert.Equal(("201", "409 idempotency_key_reuse", "400 invalid_body"), (await first.OutcomeAsync(), await other.OutcomeAsync(), await without.OutcomeAsync()));
        var made = await first.ReadJsonAsync();
        Assert.Equal(made.GetRawText(), (await second.ReadJsonAsync()).GetRawText());
        Assert.Equal("fleet.csv", made.GetProperty("fileName").GetString());
    }

    [Fact]
    public async Task An_edit_names_the_version_it_was_made_from_and_what_it_changes()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        var id = await client.CreateAsync(Good);

        async Task<string> Patch(object body, string? version)
        {
            using var response = await client.PatchAsync(id, body, version);
            return await response.OutcomeAsync();
        }

        Assert.Equal("428 version_required", await Patch(new { mode = "skip-bad" }, null));
        Assert.Equal("412 version_mismatch", await Patch(new { mode = "skip-bad" }, "\"7\""));
        foreach (var wrong in (object[])[new { mode = "some" }, new { mode = (string?)null }, new { currency = "XXQ" }, new { encoding = "ebcdic" }, new { colour = 1 },
            new { mapping = new Dictionary<string, string> { ["9"] = "tag" } }, new { mapping = new Dictionary<string, string> { ["0"] = "colour" } },
            new { mapping = new Dictionary<string, string> { ["0"] = "custom:" + Guid.Empty } }, new { mapping = new Dictionary<string, string?> { ["0"] = null } }, new { dates = "ymd" }])
        {
            Assert.Equal("400 invalid_body", await Patch(wrong, "\"1\""));
        }

        Assert.Equal(("200", "412 version_mismatch"), (await Patch(new { mode = "skip-bad" }, "\"1\""), await Patch(new { mode = "skip-bad" }, "\"1\"")));
    }

    [Fact]
    public async Task Another_organisation_sees_none_of_it_and_staff_may_not()
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var owner = app.Client(mine.Owner);
        var id = await owner.CreateAsync(Good);

        using var other = app.Client(theirs.Owner);
        using var staff = app.Client(mine.Staff);
        foreach (var (client, outcome) in new[] { (other, "404 import_not_found"), (staff, "403 admin_role_required") })
        {
            foreach (var path in (string[])["", "/inspection", "/findings", "/findings.csv", "/result.csv"])
            {
                Assert.Equal((path, outcome), (path, await client.GetOutcomeAsync($"/api/imports/{id}{path}")));
            }

            foreach (var step in (string[])["dry-run", "start", "cancel", "resume"])
            {
                Assert.Equal((step, outcome), (step, await client.MoveAsync(id, step)));
            }

            using var patch = await client.PatchAsync(id, new { mode = "skip-bad" }, "\"1\"");
            using var delete = await client.DeleteAsync(new Uri($"/api/imports/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((outcome, outcome), (await patch.OutcomeAsync(), await delete.OutcomeAsync()));
        }

        using var upload = await staff.UploadAsync(Good);
        Assert.Equal(HttpStatusCode.Forbidden, upload.StatusCode);
        Assert.Equal(0, (await other.GetJsonAsync("/api/imports")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await owner.GetJsonAsync("/api/imports")).GetProperty("items").GetArrayLength());
    }
}
