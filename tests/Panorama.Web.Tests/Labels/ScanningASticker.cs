using System.Net;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Labels;

/// <summary>Field case QR-01: a sticker scanned by a stranger, by somebody of two organisations, signed out, after it was replaced, or typed.</summary>
public sealed class ScanningASticker(WholeSystem system) : IClassFixture<WholeSystem>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task It_leads_to_the_asset_and_what_can_be_done_also_when_typed_by_hand()
    {
        var (tenant, code) = await LabelledAsync("FC-0001", "White van", "ABC0123DEF");
        using var browser = system.Browser(tenant.Staff);

        foreach (var path in new[] { $"/q/{code}", "/q/abco123def", "/q/ABCOl23DEF", "/q/abc01-23def" })
        {
            var (status, body) = await browser.PageAsync(path);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains("<h1>White van</h1>", body, StringComparison.Ordinal);
            Assert.Contains("Nobody has it.", body, StringComparison.Ordinal);
        }

        foreach (var text in new[] { "abco123def", "fc-0001", "https://old.example/q/ABC0123DEF" })
        {
            using var found = await browser.GetAsync(new Uri("/scan?text=" + Uri.EscapeDataString(text), UriKind.Relative), Cancellation);
            Assert.Equal(302, (int)found.StatusCode);
            Assert.Matches("/(q/ABC0123DEF|assets/[0-9a-f-]{36})$", found.Location()!);
        }
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task A_stranger_a_replaced_code_and_a_made_up_one_see_the_same_page_and_nothing_of_the_asset()
    {
        var (_, foreign) = await LabelledAsync("FC-0002", "Secret van", "ABC0123DEG");
        var (tenant, replaced) = await LabelledAsync("FC-0003", "Own van", "ABC0123DEH");
        await system.RunAsync("update asset_labels set revoked_at = now() where code = $1", replaced);
        using var browser = system.Browser(tenant.Owner);

        foreach (var code in new[] { foreign, replaced, "ZZZZZZZZZZ", "FC-0003", "17" })
        {
            var (status, body) = await browser.PageAsync("/q/" + code);

            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Contains("This label leads nowhere", body, StringComparison.Ordinal);
            Assert.Contains("action=\"/scan\"", body, StringComparison.Ordinal);
            Assert.DoesNotContain("Secret", body, StringComparison.Ordinal);
            Assert.DoesNotContain("FC-0002", body, StringComparison.Ordinal);
        }
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task Somebody_of_both_organisations_switches_with_one_press_and_arrives_at_the_asset()
    {
        var (there, code) = await LabelledAsync("FC-0004", "Other van", "ABC0123DEJ");
        var here = await system.CreateTenantAsync();
        await system.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $3, 'driver')", TestTenant.NewId(), there.Id, here.Driver.UserId);
        using var browser = system.Browser(here.Driver);

        var (status, body) = await browser.PageAsync("/q/" + code);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains($"Switch to {there.Slug}", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Other van", body, StringComparison.Ordinal);
        Assert.Equal(here.Id, await TenantOfAsync(here.Driver)); // reading switched nothing

        using var switched = await browser.FormAsync("/tenants/switch", ("return", "/q/" + code), ("tenantId", there.Id.ToString()));
        Assert.Equal(("/q/" + code, 303), (switched.Location()!, (int)switched.StatusCode));
        var session = switched.Cookies().Split(';')[0].Split('=', 2)[1];
        using var after = system.Web.Browser(session);
        Assert.Contains("<h1>Other van</h1>", (await after.PageAsync("/q/" + code)).Body, StringComparison.Ordinal);
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task Signed_out_it_asks_to_sign_in_and_comes_back()
    {
        using var browser = system.Web.Browser();

        using var response = await browser.GetAsync(new Uri("/q/ABC0123DEK", UriKind.Relative), Cancellation);

        Assert.Equal("/login?next=%2Fq%2FABC0123DEK", response.Location());
    }

    [Fact]
    public async Task Looking_changes_nothing_whoever_looks()
    {
        var (tenant, code) = await LabelledAsync("FC-0005", "Seen van", "ABC0123DEM");
        var before = await DigestAsync(tenant);
        using var browser = system.Browser(tenant.Owner);
        foreach (var path in new[] { $"/q/{code}", $"/scan?text={code}", "/scan", "/admin/labels?q=fc", "/ht/FC-0005", "/hardware/bytag?assetTag=FC-0005" })
        {
            foreach (var (method, purpose) in new[] { (HttpMethod.Get, ""), (HttpMethod.Head, ""), (HttpMethod.Get, "prefetch") })
            {
                using var request = new HttpRequestMessage(method, path);
                if (purpose.Length > 0)
                {
                    request.Headers.Add("Sec-Purpose", purpose);
                }

                using var response = await browser.SendAsync(request, Cancellation);
                Assert.True((int)response.StatusCode < 500, $"{method} {path}: {response.StatusCode}");
            }
        }

        Assert.Equal(before, await DigestAsync(tenant));
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task Stickers_of_the_system_before_lead_to_the_search_by_tag()
    {
        var (tenant, _) = await LabelledAsync("FC-0006", "Old van", "ABC0123DEN");
        using var browser = system.Browser(tenant.Driver);

        foreach (var path in new[] { "/ht/FC-0006", "/hardware/bytag?assetTag=FC-0006" })
        {
            using var first = await browser.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            Assert.Equal("/scan?text=FC-0006", first.Location());
        }

        Assert.Equal(HttpStatusCode.NotFound, (await browser.PageAsync("/scan?text=FC-9999")).Status);
    }

    [Fact]
    public async Task A_sheet_is_posted_and_a_code_is_replaced_once_without_script()
    {
        var (tenant, code) = await LabelledAsync("FC-0007", "Printed van", "ABC0123DEP");
        var asset = (Guid)(await system.Database.ScalarAsync("select asset_id from asset_labels where code = $1", code))!;
        using var browser = system.Browser(tenant.Staff);

        using var sheet = await browser.FormAsync("/admin/labels", ("_handler", "print"), ("assets", asset.ToString()), ("templateId", "5160"), ("startAt", "30"));
        var body = await sheet.TextAsync();
        Assert.Equal(HttpStatusCode.OK, sheet.StatusCode);
        Assert.Contains("/labels/paper.css?width=215.9&height=279.4", body, StringComparison.Ordinal);
        Assert.Contains("ABC01-23DEP", body, StringComparison.Ordinal);

        Assert.Equal(0L, await PrintedAsync(asset));
        using var printed = await browser.FormAsync("/admin/labels", ("_handler", "print"), ("assets", asset.ToString()), ("templateId", "5160"), ("startAt", "30"), ("do", "print"));
        Assert.Contains("ABC01-23DEP", await printed.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(1L, await PrintedAsync(asset));

        using var wrong = await browser.FormAsync("/admin/labels", ("_handler", "print"), ("assets", asset.ToString()), ("templateId", "5160"), ("startAt", "31"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("value=\"31\"", await wrong.TextAsync(), StringComparison.Ordinal);

        var key = TestTenant.NewId().ToString();
        for (var i = 0; i < 2; i++)
        {
            using var rotated = await browser.FormAsync("/admin/labels", ("_handler", "rotate"), ("assets", asset.ToString()), ("key", key));
            Assert.EndsWith($"/admin/labels?ids={asset}&done=rotated", rotated.Location()!, StringComparison.Ordinal);
        }

        Assert.Equal(2L, await system.Database.ScalarAsync("select count(*) from asset_labels where asset_id = $1", asset));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PageAsync("/q/" + code)).Status);
        using var driver = system.Browser(tenant.Driver);
        using var refused = await driver.FormAsync("/admin/labels", ("_handler", "print"), ("assets", asset.ToString()), ("templateId", "5160"), ("startAt", "1"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private async Task<(TestTenant Tenant, string Code)> LabelledAsync(string tag, string name, string code)
    {
        var tenant = await system.CreateTenantAsync();
        await system.RunAsync(
            "insert into asset_labels (id, tenant_id, asset_id, code) values ($1, $2, $3, $4)", TestTenant.NewId(), tenant.Id, await tenant.AddAssetAsync(tag, name, Cancellation), code);
        return (tenant, code);
    }

    private async Task<long> PrintedAsync(Guid asset) => (long)(await system.Database.ScalarAsync(
        "select count(*) from audit_events where resource_id = $1 and action = 'panorama.asset.label_printed'", asset.ToString()))!;

    private async Task<Guid> TenantOfAsync(TestPerson person) => (Guid)(await system.Database.ScalarAsync("select tenant_id from sessions where id = $1", person.SessionId))!;

    private async Task<string> DigestAsync(TestTenant tenant) => (string)(await system.Database.ScalarAsync(
        """
        select md5(concat((select string_agg(l::text, ',' order by id) from asset_labels l where tenant_id = $1), (select string_agg(a::text, ',' order by id) from assets a where tenant_id = $1),
                          (select count(*) from audit_events where tenant_id = $1), (select string_agg(tenant_id::text, ',' order by id) from sessions where tenant_id = $1)))
        """, tenant.Id))!;
}

internal static class Rows
{
    public static async Task<object?> ScalarAsync(this TestDatabase database, string sql, params object[] values)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of the tests
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
