using System.Text;
using Microsoft.Playwright;
using Panorama.Core.Identity;
using Panorama.Testing;
using Panorama.Web.Tests.Labels;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>A driver's run from the yard into a car park without signal and back, on the real Api: what arrives, from whom, and how often.</summary>
public sealed class AJourneyThroughACarPark(WholeSystem system, Chromium browser) : IClassFixture<WholeSystem>
{
    private const string Checklist =
        """
        {"name":"Pre-trip","categoryKind":"VEHICLE","items":[
          {"label":"Tyres","itemType":"BOOLEAN","required":true,"severity":"MAJOR"},
          {"label":"Fuel","itemType":"NUMBER","required":true,"minValue":0,"maxValue":100},
          {"label":"Lights","itemType":"BOOLEAN","required":true,"photoRequired":true},
          {"label":"Front with plate","itemType":"PHOTO","required":true},
          {"label":"Load","itemType":"TEXT"},
          {"label":"First-aid kit","itemType":"BOOLEAN"}]}
        """;

    private readonly Uri _site = new($"http://127.0.0.1:{FreePorts.Next()}");

    [Fact]
    public async Task Six_answers_and_three_photos_arrive_once_and_from_the_driver_alone()
    {
        var (tenant, run, id) = await StartRunAsync();
        var profile = Directory.CreateTempSubdirectory("panorama-profile-").FullName;
        await using var api = await system.StartApiAsync(_site.GetLeftPart(UriPartial.Authority));
        var web = await StartWebAsync(api);

        // Two answers in the yard.
        var phone = await SignedInAsync(profile, tenant.Driver);
        var page = await OpenAsync(phone, run + "?item=1");
        await page.CheckAsync("[name=value][value=yes]:visible");
        await NextAsync(page, "Fuel");
        await page.FillAsync("[name=value]:visible", "62.5");
        await Expect(page.Locator("[data-item]:visible [data-kept]")).ToHaveTextAsync("Saved");
        await page.WaitForSelectorAsync("[data-copied]", new() { State = WaitForSelectorState.Attached });

        // Four answers and three photos in the car park, and the process of the tab ends.
        await phone.SetOfflineAsync(true);
        await web.DisposeAsync();
        await NextAsync(page, "Lights");
        await page.CheckAsync("[name=value][value=yes]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", Photo("lights.png", 1));
        await NextAsync(page, "Front with plate");
        await page.SetInputFilesAsync("[name=photo]:visible", [Photo("front.png", 2), Photo("plate.png", 3)]);
        await page.FillAsync("[name=note]:visible", "Muddy plate.");
        await NextAsync(page, "Load");
        await page.FillAsync("[name=value]:visible", "Two ladders.");
        await NextAsync(page, "First-aid kit");
        await page.CheckAsync("[name=value][value=no]:visible");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("7 waiting");
        await page.ClickAsync("[data-next]");
        await SigningOnAPhone.DrawAsync(page);
        await page.CheckAsync("#signed");
        await page.EvaluateAsync( // a promise that is waited for as a condition is one that holds
            """
            async () => {
              const { user, tenant, run } = document.querySelector("[data-runner]").dataset;
              while (!(await InspectionQueue.read(`${user}:${tenant}`, run)).run.signature?.isSigned) await new Promise((resolve) => setTimeout(resolve, 50));
            }
            """).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await CrashAsync(page);
        await phone.CloseAsync();

        // Opened again without a connection: all of it is there.
        phone = await SignedInAsync(profile, tenant.Driver);
        await phone.SetOfflineAsync(true);
        page = await OpenAsync(phone, run + "?item=4");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("7 waiting");
        await Expect(page.Locator("[name=note]:visible")).ToHaveValueAsync("Muddy plate.");
        await Expect(page.Locator("[data-item]:visible [data-key]")).ToHaveCountAsync(2);
        await page.CloseAsync();

        // Somebody at the desk signs in on the phone, who may answer the run of any driver: nothing goes.
        web = await StartWebAsync(api);
        await phone.SetOfflineAsync(false);
        await SignInAsync(phone, tenant.Staff);
        page = await phone.NewPageAsync();
        await page.GotoAsync("/home");
        page = await OpenAsync(phone, run + "?item=4");
        await Expect(page.Locator("[name=note]:visible")).ToHaveValueAsync("");
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();
        Assert.Equal((2L, 0L), await CountAsync(id));
        await page.CloseAsync();

        // The driver is back.
        await SignInAsync(phone, tenant.Driver);
        page = await OpenAsync(phone, run + "?item=end");
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("#signed")).ToBeCheckedAsync();
        await page.ClickAsync("[data-next]");
        await page.WaitForURLAsync("**" + run + "?done=completed");
        Assert.True(await page.Locator("[data-role=DRIVER] img").EvaluateAsync<bool>("e => e.decode().then(() => e.naturalWidth === 600)"));
        await Expect(page.Locator("[data-role=DRIVER] .badge")).ToHaveTextAsync("Unchanged since");
        await Expect(page.Locator(".photos img")).ToHaveCountAsync(3);

        Assert.Equal((6L, 3L), await CountAsync(id));
        Assert.Equal(0L, await system.Database.ScalarAsync("select count(*) from inspection_responses where inspection_id = $1 and responded_by_user_id <> $2", id, tenant.Driver.UserId));
        Assert.Equal(3L, await system.Database.ScalarAsync("select count(distinct client_upload_key) from photos where inspection_id = $1 and uploaded_by_user_id = $2", id, tenant.Driver.UserId));
        Assert.Equal(1L, await system.Database.ScalarAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.inspection.completed'", tenant.Id));
        Assert.Equal(1L, await system.Database.ScalarAsync("select count(*) from notification_events where tenant_id = $1 and resource_id = $2 and event_type = 'panorama.inspection.completed'", tenant.Id, id));
        Assert.Equal(
            1L, await system.Database.ScalarAsync(
                "select count(*) from inspection_signatures where inspection_id = $1 and signed_by_user_id = $2 and role = 'DRIVER' and path like 'M%M%'", id, tenant.Driver.UserId));
        await phone.CloseAsync();
        await web.DisposeAsync();
        Directory.Delete(profile, recursive: true);
    }

    [Fact]
    public async Task What_is_given_while_the_api_is_away_is_stored_once_when_it_is_back()
    {
        var (tenant, run, id) = await StartRunAsync();
        var api = await system.StartApiAsync(_site.GetLeftPart(UriPartial.Authority));
        await using var web = await StartWebAsync(api);
        var page = await browser.OpenAsync(_site, new View(360, Session: SecretToken.Format(tenant.Driver.Token)));
        await page.GotoAsync(run + "?item=3");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await api.DisposeAsync();
        using var client = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(api.Address + "/alive"), TestContext.Current.CancellationToken)); // nobody listens

        await page.CheckAsync("[name=value][value=yes]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", Photo("lights.png", 1));
        await Expect(page.Locator("[data-trouble=busy]")).ToContainTextAsync("The server does not answer now.", new() { Timeout = 30_000 });
        await Expect(page.Locator("[data-trouble=busy] [data-text]")).ToHaveTextAsync("2 answers and photos are kept on this phone and will be sent later.");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        Assert.Equal((0L, 0L), await CountAsync(id));

        await using var back = await system.StartApiAsync(_site.GetLeftPart(UriPartial.Authority), api.Address);
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-trouble]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        Assert.Equal((1L, 1L), await CountAsync(id));
        await page.Context.DisposeAsync();
    }

    private async Task<(TestTenant Tenant, string Run, Guid Id)> StartRunAsync()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var van = await tenant.AddAssetAsync("VAN-014", "Ford Transit", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await admin.PostAsync(
            new Uri("/api/inspection-templates", UriKind.Relative), new StringContent(Checklist, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        using var driver = system.Browser(tenant.Driver);
        using var started = await driver.FormAsync($"/inspections/new?asset={van}", ("_handler", "start"), ("key", "journey"));
        var run = new Uri(system.Web.Address, started.Location()).PathAndQuery;
        return (tenant, run, Guid.Parse(run.Split('/')[^1]));
    }

    private static FilePayload Photo(string name, int number) => new() { Name = name, MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(number, 1) };

    private async Task<(long Answers, long Photos)> CountAsync(Guid run) => (
        (long)(await system.Database.ScalarAsync("select count(*) from inspection_responses where inspection_id = $1", run))!,
        (long)(await system.Database.ScalarAsync("select count(*) from photos where inspection_id = $1 and deleted_at is null", run))!);

    private Task<WebApp> StartWebAsync(RunningApi api) =>
        WebApp.StartAsync(api.Address, ("urls", _site.ToString()), ("PANORAMA_WEB_BASE_URL", _site.ToString()));

    private async Task<IBrowserContext> SignedInAsync(string profile, TestPerson person)
    {
        var phone = await browser.LaunchAsync(profile, _site);
        await SignInAsync(phone, person);
        return phone;
    }

    private Task SignInAsync(IBrowserContext phone, TestPerson person) => phone.AddCookiesAsync(
    [
        new() { Name = "panorama_session", Value = SecretToken.Format(person.Token), Url = _site.ToString(), HttpOnly = true },
        new() { Name = "panorama_locale", Value = "en", Url = _site.ToString() },
    ]);

    private static async Task<IPage> OpenAsync(IBrowserContext phone, string path)
    {
        var page = await phone.NewPageAsync();
        await page.GotoAsync(path);
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        return page;
    }

    private static async Task NextAsync(IPage page, string heading)
    {
        await page.ClickAsync("[data-next]");
        await Expect(page.Locator("h1:visible")).ToHaveTextAsync(heading);
    }

    /// <summary>Ends the process of the tab, as a phone that is short of memory does.</summary>
    private static async Task CrashAsync(IPage page)
    {
        var gone = new TaskCompletionSource();
        page.Crash += (_, _) => gone.TrySetResult();
        var session = await page.Context.NewCDPSessionAsync(page);
        _ = session.SendAsync("Page.crash").ContinueWith(_ => { }, TaskScheduler.Default);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
    }
}
