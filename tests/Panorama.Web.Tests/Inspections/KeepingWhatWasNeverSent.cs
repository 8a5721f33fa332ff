using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Panorama.Core.Identity;
using Panorama.Testing;
using Panorama.Web.Tests.Labels;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>A run that ends at the desk while a phone has answers of it, on the real Api: the phone keeps them until its driver throws them away.</summary>
public sealed class KeepingWhatWasNeverSent(WholeSystem system, Chromium browser) : IClassFixture<WholeSystem>
{
    private const string Checklist =
        """
        {"name":"Pre-trip","categoryKind":"VEHICLE","items":[
          {"label":"Tyres","itemType":"BOOLEAN","required":true},
          {"label":"Front with plate","itemType":"PHOTO","required":true}]}
        """;

    [Fact]
    public async Task What_was_never_sent_is_shown_given_as_files_and_thrown_away_by_its_driver_alone()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var run = await StartAsync(tenant, tenant.Driver);
        using var admin = system.Browser(tenant.FleetAdmin);
        var page = await OpenAsync(tenant.Driver);
        await page.GotoAsync(run + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await page.SetInputFilesAsync("[data-camera]:visible", Photo("sent.png", 1));
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(true);
        await page.SetInputFilesAsync("[data-camera]:visible", Photo("plate.png", 2));
        await page.ClickAsync("[data-previous]");
        await page.CheckAsync("[name=value][value=no]:visible");
        await page.FillAsync("[name=note]:visible", "Worn.");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        using var cancelled = await admin.FormAsync(run + "?item=end", ("_handler", "cancel"), ("reason", "Sold."));

        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator("[data-trouble=ended]")).ToContainTextAsync("This inspection has ended elsewhere.");
        await page.ClickAsync("[data-trouble=ended] [data-look]");
        await page.WaitForURLAsync("**" + run + "?done=ended");
        await Expect(page.Locator("[data-kept-here] [data-list] li")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-kept-here] [data-label]")).ToHaveTextAsync(["Front with plate", "Tyres"]);
        await Expect(page.Locator("[data-kept-here] [data-value]").Last).ToHaveTextAsync("No\nWorn.");
        await EveryPage.ShootAsync(page, "inspection-kept", new View(360));
        var found = await Axe.FindAsync(page);
        var answers = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("[data-kept-here] [data-save]"));
        var photo = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("[data-kept-here] [data-file]:visible"));
        using var saved = JsonDocument.Parse(await File.ReadAllTextAsync(await answers.PathAsync(), TestContext.Current.CancellationToken));
        var answer = Assert.Single(saved.RootElement.GetProperty("answers").EnumerateArray().ToList());

        Assert.Empty(found);
        Assert.Equal(("Tyres", "no", "Worn."), (answer.GetProperty("label").GetString(), answer.GetProperty("value").GetString(), answer.GetProperty("note").GetString()));
        Assert.Equal("plate.png", photo.SuggestedFilename);
        Assert.Equal(StandInPhotos.Picture.Of(2, 1), await File.ReadAllBytesAsync(await photo.PathAsync(), TestContext.Current.CancellationToken));

        // The list leads there; somebody else on the phone is shown nothing of it.
        await page.GotoAsync("/inspections");
        await Expect(page.Locator("[data-kept-here] a")).ToHaveTextAsync("VAN-014, Pre-trip");
        await SignInAsync(page, tenant.FleetAdmin);
        await page.GotoAsync(run);
        await Expect(page.Locator("[data-kept-here][data-ready]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-kept-here]")).ToBeHiddenAsync();

        await SignInAsync(page, tenant.Driver);
        await page.GotoAsync(run);
        await page.ClickAsync("[data-ask]");
        await page.ClickAsync("[data-sure] [data-keep]");
        await Expect(page.Locator("[data-kept-here] [data-list] li")).ToHaveCountAsync(2);
        await page.ClickAsync("[data-ask]");
        await page.ClickAsync("[data-sure] [data-throw]");
        await Expect(page.Locator("[data-kept-here]")).ToBeHiddenAsync();
        await Expect(page.Locator("[data-kept-said]")).ToHaveTextAsync("Thrown away.");
        await page.ReloadAsync();
        await Expect(page.Locator("[data-kept-here][data-ready]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-kept-here]")).ToBeHiddenAsync();
        Assert.Equal(0L, await system.Database.ScalarAsync("select count(*) from inspection_responses r where r.inspection_id = $1 and r.boolean_value is not null", Guid.Parse(run.Split('/')[^1])));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_is_typed_after_the_end_takes_nothing_back_of_it()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var run = await StartAsync(tenant, tenant.Driver);
        using var admin = system.Browser(tenant.FleetAdmin);
        var page = await OpenAsync(tenant.Driver);
        await page.GotoAsync(run + "?item=1");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        using var cancelled = await admin.FormAsync(run + "?item=end", ("_handler", "cancel"), ("reason", "Sold."));
        await page.CheckAsync("[name=value][value=no]:visible");
        await Expect(page.Locator("[data-trouble=ended]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        await page.FillAsync("[name=note]:visible", "Worn.");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");

        Assert.True(await page.IsVisibleAsync("[data-trouble=ended]"));
        await page.ClickAsync("[data-trouble=ended] [data-look]");
        await Expect(page.Locator("[data-kept-here] [data-value]")).ToHaveTextAsync("No\nWorn.");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Finishing_a_run_that_was_completed_at_the_desk_leaves_what_it_had_on_the_phone()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var run = await StartAsync(tenant, tenant.Driver);
        using var admin = system.Browser(tenant.FleetAdmin);
        var page = await OpenAsync(tenant.Driver);
        await page.GotoAsync(run + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await page.SetInputFilesAsync("[data-camera]:visible", Photo("front.png", 1));
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        using var answered = await admin.FormAsync(run + "?item=1", ("_handler", "answer"), ("value", "yes"), ("go", "end"));
        using var finished = await admin.FormAsync(run + "?item=end", ("_handler", "complete"), ("outcome", "PASS"));
        await page.ClickAsync("[data-previous]");
        await page.CheckAsync("[name=value][value=no]:visible");
        await page.ClickAsync("header [data-all]");
        await page.ClickAsync("[data-next]");

        await page.WaitForURLAsync("**" + run + "?done=ended");
        await Expect(page.Locator("[data-kept-here] [data-value]")).ToHaveTextAsync("No");
        await Expect(page.Locator(".photos img")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task On_a_slow_line_a_running_inspection_opens_from_its_copy_and_one_that_has_ended_does_not()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var run = await StartAsync(tenant, tenant.Driver);
        using var admin = system.Browser(tenant.FleetAdmin);
        var page = await OpenAsync(tenant.Driver);
        await page.GotoAsync(run);
        await Expect(page.Locator("[data-runner][data-copied]")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");
        var slow = system.RunAsync("do $$ begin lock table inspections in access exclusive mode; perform pg_sleep(7); end $$");
        await page.GotoAsync(run);
        await Expect(page.Locator("[data-runner][data-ready]")).ToHaveCountAsync(1);
        Assert.False(slow.IsCompleted);
        await slow;
        using var cancelled = await admin.FormAsync(run + "?item=end", ("_handler", "cancel"), ("reason", "Sold."));

        // Longer than the worker's patience of four seconds, shorter than the database's of five.
        slow = system.RunAsync("do $$ begin lock table inspections in access exclusive mode; perform pg_sleep(4.8); end $$");
        await page.GotoAsync(run + "?done=ended");
        await Expect(page.Locator("[data-runner]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-kept-here]")).ToHaveCountAsync(1);
        await slow;
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_that_is_taken_out_is_gone_from_the_server_and_the_item_is_missing()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var run = await StartAsync(tenant, tenant.Driver);
        var page = await OpenAsync(tenant.Driver);
        await page.GotoAsync(run + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await page.SetInputFilesAsync("[data-camera]:visible", Photo("front.png", 1));
        await page.ClickAsync("[data-key] [data-take-out]:visible");
        await page.FillAsync("#removal-reason", "Blurred.");
        await page.ClickAsync("[data-removal] [type=submit]");
        await Expect(page.Locator("[data-key]")).ToHaveCountAsync(0);
        await page.ClickAsync("header [data-all]");
        await Expect(page.Locator("[data-missing-item='2']")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("[data-missing-item='2']")).ToBeVisibleAsync();

        Assert.Equal(1L, await system.Database.ScalarAsync("select count(*) from photos where inspection_id = $1 and deleted_at is not null", Guid.Parse(run.Split('/')[^1])));
        Assert.Equal(1L, await system.Database.ScalarAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.inspection.photo.deleted'", tenant.Id));
        await page.Context.DisposeAsync();
    }

    private static FilePayload Photo(string name, int number) => new() { Name = name, MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(number, 1) };

    private async Task<string> StartAsync(TestTenant tenant, TestPerson person)
    {
        var van = await tenant.AddAssetAsync("VAN-014", "Ford Transit", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await admin.PostAsync(
            new Uri("/api/inspection-templates", UriKind.Relative), new StringContent(Checklist, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        using var driver = system.Browser(person);
        using var started = await driver.FormAsync($"/inspections/new?asset={van}", ("_handler", "start"), ("key", "kept"));
        return new Uri(system.Web.Address, started.Location()).PathAndQuery;
    }

    private Task<IPage> OpenAsync(TestPerson person) => browser.OpenAsync(system.Web.Address, new View(360, Session: SecretToken.Format(person.Token)));

    private Task SignInAsync(IPage page, TestPerson person) => page.Context.AddCookiesAsync(
        [new() { Name = "panorama_session", Value = SecretToken.Format(person.Token), Url = system.Web.Address.ToString(), HttpOnly = true }]);
}
