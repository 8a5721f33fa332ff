using System.Text;
using Microsoft.Playwright;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Importing;
using Panorama.Testing;
using Panorama.Web.Tests.Labels;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Importing;

/// <summary>The way of a file from the upload to the list, in a real browser on the real Api; the Worker's step is taken by the test.</summary>
public sealed class ImportingInABrowser(WholeSystem system, Chromium browser) : IClassFixture<WholeSystem>
{
    private const string Assets = "Asset Tag;Item Name;Purchase Date;Purchase Cost;Shade\nW-1;Furgão nº 7;03/04/2026;1.234,50;azul\nW-2;Trolley;;;\nW-1;Again;;;\n";

    [Theory]
    [InlineData(1280, true)]
    [InlineData(1280, false)]
    [InlineData(360, true)]
    [InlineData(360, false)]
    public async Task A_file_of_assets_is_checked_and_imported_and_leads_to_its_assets(int width, bool script)
    {
        var tenant = await system.CreateTenantAsync();
        var page = await OpenAsync(tenant, width, script);
        await UploadAsync(page, "/assets/import", "fleet.csv", Encoding.UTF8.GetBytes(Assets));
        await page.CheckAsync("input[name=dates][value=dmy]");
        await page.CheckAsync("input[name=numbers][value=comma]");
        await page.FillAsync("[name=currency]", "brl");
        await page.CheckAsync("input[name=mode][value=skip-bad]");
        await NoSidewaysAsync(page);

        await page.ClickAsync("button[name=action][value=dry-run]");
        await WorkAsync(page);
        await NoSidewaysAsync(page);
        var checkedText = await page.InnerTextAsync("main");
        Assert.Contains("The tag W-1 stands already on line 2.", checkedText, StringComparison.Ordinal);
        Assert.Equal(0L, await system.Database.ScalarAsync("select count(*) from assets where tenant_id = $1", tenant.Id));

        await page.ClickAsync("form[action$='/start'] button[type=submit]");
        await WorkAsync(page);
        await NoSidewaysAsync(page);
        await page.ClickAsync("a[href*='importId=']");

        await page.WaitForSelectorAsync("a.tag");
        Assert.Equal(["W-1", "W-2"], await page.Locator("tbody a.tag").AllInnerTextsAsync());
        Assert.Contains("From one import", await page.InnerTextAsync(".toolbar"), StringComparison.Ordinal);
        await NoSidewaysAsync(page);
        Assert.Equal("1234.5000 2026-04-03 Furgão nº 7", await system.Database.ScalarAsync(
            "select concat_ws(' ', purchase_cost, purchase_date, name) from assets where tenant_id = $1 and tag = 'W-1'", tenant.Id));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("users", "Full Name,Email,Job Title\nAna Lima,ana@{0}.example,Driver\n", "select count(*) from tenant_memberships where tenant_id = $1 and metadata ->> 'jobTitle' = 'Driver'")]
    [InlineData("locations", "Name,City,Parent\nHall 1,Rome,Depot\n", "select count(*) from locations where tenant_id = $1 and parent_id is not null and address = 'Rome'")]
    public async Task Files_of_people_and_places_take_the_same_way_without_script(string kind, string file, string count)
    {
        var tenant = await system.CreateTenantAsync();
        var page = await OpenAsync(tenant, 360, script: false);
        await page.GotoAsync("/assets/import");
        await page.ClickAsync($"a.chip[href$='kind={kind}']");
        await UploadAsync(page, null, kind + ".csv", Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, file, tenant.Slug)));
        await page.SettleAsync();
        Assert.Equal(0, await page.Locator("#defaultModel").CountAsync());

        await page.ClickAsync("button[name=action][value=dry-run]");
        await WorkAsync(page);
        await page.ClickAsync("form[action$='/start'] button[type=submit]");
        await WorkAsync(page);

        Assert.Equal(1L, await system.Database.ScalarAsync(count, tenant.Id));
        await NoSidewaysAsync(page);
        await page.Context.DisposeAsync();
    }

    private Task<IPage> OpenAsync(TestTenant tenant, int width, bool script) =>
        browser.OpenAsync(system.Web.Address, new View(width, Session: SecretToken.Format(tenant.FleetAdmin.Token), Script: script));

    private static async Task UploadAsync(IPage page, string? path, string name, byte[] content)
    {
        if (path is not null)
        {
            await page.GotoAsync(path);
        }

        await page.SetInputFilesAsync("#file", new FilePayload { Name = name, MimeType = "text/csv", Buffer = content });
        await page.ClickAsync("main form[action^='/assets/import/upload'] button[type=submit]");
        await page.WaitForSelectorAsync("#mapping");
    }

    private async Task WorkAsync(IPage page)
    {
        await page.WaitForURLAsync("**/assets/import/*-*");
        await using var source = NpgsqlDataSource.Create(system.Database.ConnectionString(DatabaseRoles.SuperAdmin));
        while (await ImportClaim.TakeAsync(source, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken) is { } claim)
        {
            await claim.RunAsync(source, TimeProvider.System, () => false, TestContext.Current.CancellationToken);
        }

        // With script the page sees the end by itself; without it the button asks.
        await page.ReloadAsync();
        await page.WaitForSelectorAsync("#findings");
    }

    private static async Task NoSidewaysAsync(IPage page) =>
        Assert.True(await page.WidthAsync() <= page.ViewportSize!.Width, $"{page.Url} scrolls sideways");
}
