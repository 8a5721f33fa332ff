using System.Text;
using Microsoft.Playwright;
using Panorama.Core.Identity;
using Panorama.Testing;
using Panorama.Web.Tests.Labels;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>One driver of two organisations with one phone: what is of the one is neither shown nor sent in the other.</summary>
public sealed class WorkingForTwoOrganisations(WholeSystem system, Chromium browser) : IClassFixture<WholeSystem>
{
    private const string Checklist = """{"name":"Pre-trip","categoryKind":"VEHICLE","items":[{"label":"Tyres","itemType":"BOOLEAN","required":true},{"label":"Load","itemType":"TEXT"}]}""";

    [Fact]
    public async Task What_waits_of_one_is_sent_when_its_driver_is_back_in_it()
    {
        var (here, there) = (await system.CreateInspectingTenantAsync(), await system.CreateInspectingTenantAsync());
        await system.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $3, 'driver')", TestTenant.NewId(), there.Id, here.Driver.UserId);
        await system.RunAsync("update tenants set display_name = 'Alder Valley Water' where id = $1", here.Id);
        var run = await StartAsync(here);
        var id = Guid.Parse(run.Split('/')[^1]);
        var page = await browser.OpenAsync(system.Web.Address, new View(360, Session: SecretToken.Format(here.Driver.Token)));
        await page.GotoAsync(run + "?item=1");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);

        // Switched in another tab, while the run stays open in this one.
        var other = await page.Context.NewPageAsync();
        await SwitchAsync(other, there);
        await page.CheckAsync("[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", new FilePayload { Name = "tyre.png", MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(1, 1) });
        await Expect(page.Locator("[data-trouble=other-tenant]")).ToContainTextAsync("You work in another organisation now.");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        await Expect(page.Locator("[data-back] button")).ToHaveTextAsync("Switch to Alder Valley Water");
        await EveryPage.ShootAsync(page, "runner-other-tenant", new View(360));
        var found = await Axe.FindAsync(page);
        foreach (var path in new[] { "/home", "/inspections", run })
        {
            await other.GotoAsync(path);
            await other.WaitForFunctionAsync("() => globalThis.InspectionQueue !== undefined");
            await other.EvaluateAsync("() => InspectionQueue.flush(document.documentElement.dataset.person)"); // after what the page itself sends
            await Expect(other.Locator("[data-kept-here][data-ready]")).ToHaveCountAsync(1);
            await Expect(other.Locator("[data-unsent]:visible")).ToHaveCountAsync(0);
        }

        Assert.Empty(found);
        Assert.Equal((0L, 0L), await CountAsync(id));

        await BackAsync("[data-trouble]");
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync(new() { Timeout = 30_000 }); // the picture is developed
        await Expect(page.Locator("[data-trouble]")).ToHaveCountAsync(0);
        Assert.Equal((1L, 1L), await CountAsync(id));
        Assert.Equal(0L, await system.Database.ScalarAsync("select count(*) from inspection_responses where tenant_id = $1", there.Id));

        // Nothing waits, and the end is refused just so.
        await SwitchAsync(other, there);
        await FinishAsync();
        await Expect(page.Locator("[data-said] strong")).ToHaveTextAsync("You work in another organisation now.");
        await Expect(page.Locator("[data-said] [data-sign-in]")).ToBeHiddenAsync();
        await BackAsync("[data-said]");
        await FinishAsync();
        await page.WaitForURLAsync("**?done=completed");
        await page.Context.DisposeAsync();

        async Task BackAsync(string banner)
        {
            await page.ClickAsync($"{banner} [data-back] button");
            await page.WaitForURLAsync("**" + run);
            await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        }

        async Task FinishAsync()
        {
            await page.ClickAsync("header [data-all]");
            await page.ClickAsync("[data-next]");
        }
    }

    [Fact]
    public async Task Who_belongs_to_none_any_more_is_told_that_it_may_not_be_sent()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var run = await StartAsync(tenant);
        var page = await browser.OpenAsync(system.Web.Address, new View(360, Session: SecretToken.Format(tenant.Driver.Token)));
        await page.GotoAsync(run + "?item=1");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await system.RunAsync("update tenant_memberships set status = 'removed' where user_id = $1", tenant.Driver.UserId);
        await page.CheckAsync("[name=value][value=no]:visible");

        await Expect(page.Locator("[data-trouble=barred]")).ToContainTextAsync("ask your administrator");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");
        await page.Context.DisposeAsync();
    }

    private static async Task SwitchAsync(IPage page, TestTenant tenant)
    {
        await page.GotoAsync("/more");
        await page.ClickAsync($"main form[action='/tenants/switch'] button[value='{tenant.Id}']");
        await Expect(page.Locator($"html[data-person$=':{tenant.Id}']")).ToHaveCountAsync(1);
    }

    private async Task<string> StartAsync(TestTenant tenant)
    {
        var van = await tenant.AddAssetAsync("VAN-014", "Ford Transit", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await admin.PostAsync(
            new Uri("/api/inspection-templates", UriKind.Relative), new StringContent(Checklist, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        using var driver = system.Browser(tenant.Driver);
        using var started = await driver.FormAsync($"/inspections/new?asset={van}", ("_handler", "start"), ("key", "two-organisations"));
        return new Uri(system.Web.Address, started.Location()).PathAndQuery;
    }

    private async Task<(long Answers, long Photos)> CountAsync(Guid run) => (
        (long)(await system.Database.ScalarAsync("select count(*) from inspection_responses where inspection_id = $1", run))!,
        (long)(await system.Database.ScalarAsync("select count(*) from photos where inspection_id = $1 and deleted_at is null", run))!);
}
