using System.Text.Json;
using Microsoft.Playwright;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>The app on a phone of its own: it can be installed, and sends what waits when none of its pages is open.</summary>
public sealed class InstallingTheApp(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;

    [Fact]
    public async Task The_browser_finds_nothing_that_keeps_it_from_being_installed()
    {
        var profile = Directory.CreateTempSubdirectory("panorama-profile-").FullName;
        var phone = await browser.LaunchAsync(profile, standIn.Web.Address); // a window without a profile installs nothing
        await phone.AddCookiesAsync(
        [
            new() { Name = "panorama_session", Value = StandInApi.Cookie("installing"), Url = standIn.Web.Address.ToString(), HttpOnly = true },
            new() { Name = "panorama_locale", Value = "en", Url = standIn.Web.Address.ToString() },
        ]);
        var page = await phone.NewPageAsync();
        await RegisterAsync(page);
        await page.GotoAsync("/home");
        var devtools = await phone.NewCDPSessionAsync(page);
        var errors = (await devtools.SendAsync("Page.getInstallabilityErrors"))!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(e => e.GetRawText());
        var manifest = (await devtools.SendAsync("Page.getAppManifest"))!.Value;
        using var text = JsonDocument.Parse(manifest.GetProperty("data").GetString()!);

        Assert.Empty(errors);
        Assert.Empty(manifest.GetProperty("errors").EnumerateArray().Select(e => e.GetRawText()));
        Assert.Equal("/home", text.RootElement.GetProperty("start_url").GetString());
        await phone.CloseAsync();
        Directory.Delete(profile, recursive: true);
    }

    [Fact]
    public async Task Each_icon_is_there_with_the_type_and_the_size_that_it_is_said_to_have()
    {
        using var client = standIn.Web.Browser();
        using var answer = await client.GetAsync(new Uri("/manifest.webmanifest", UriKind.Relative), TestContext.Current.CancellationToken);
        using var manifest = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        List<string> purposes = [];
        foreach (var icon in manifest.RootElement.GetProperty("icons").EnumerateArray())
        {
            using var found = await client.GetAsync(new Uri(icon.GetProperty("src").GetString()!, UriKind.Relative), TestContext.Current.CancellationToken);
            var bytes = await found.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.Equal((200, icon.GetProperty("type").GetString(), icon.GetProperty("sizes").GetString()), ((int)found.StatusCode, found.Content.Headers.ContentType?.MediaType, SizeOf(bytes)));
            purposes.Add($"{icon.GetProperty("purpose")} {icon.GetProperty("sizes")}");
        }

        Assert.Equal((200, "application/manifest+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(["any 192x192", "any 512x512", "maskable 512x512"], purposes);

        // A PNG begins with eight bytes of its own, and then says its size in its first chunk.
        static string SizeOf(byte[] png) =>
            $"{System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16))}x{System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))}";
    }

    [Fact]
    public async Task What_waits_is_sent_once_in_the_background_with_no_page_open()
    {
        var book = StandInInspections.Of("no-page");
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("no-page")));
        await page.AddInitScriptAsync("delete ServiceWorkerRegistration.prototype.sync;"); // the browser would choose the time
        await RegisterAsync(page);
        await page.EvaluateAsync("() => { window.fetch = () => Promise.reject(new TypeError('no way')); }");
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", new FilePayload { Name = "tyre.png", MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(1, 1) });
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        var blank = await page.Context.NewPageAsync();
        await page.CloseAsync();
        Assert.Equal(["about:blank"], blank.Context.Pages.Select(p => p.Url));
        Assert.Equal((0, 0), (book.Sent.Count, book.Uploads));

        var devtools = await blank.Context.NewCDPSessionAsync(blank);
        var registration = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        devtools.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, update) =>
        {
            foreach (var registered in update!.Value.GetProperty("registrations").EnumerateArray().Where(r => r.GetProperty("scopeURL").GetString() == standIn.Web.Address.ToString()))
            {
                registration.TrySetResult(registered.GetProperty("registrationId").GetString()!);
            }
        };
        await devtools.SendAsync("ServiceWorker.enable");
        var sync = new Dictionary<string, object>
        {
            ["origin"] = standIn.Web.Address.GetLeftPart(UriPartial.Authority),
            ["registrationId"] = await registration.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken),
            ["tag"] = "inspections",
            ["lastChance"] = false,
        };
        await devtools.SendAsync("ServiceWorker.dispatchSyncEvent", sync);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        while (book.Sent.IsEmpty || book.Uploads == 0)
        {
            await Task.Delay(50, limit.Token);
        }

        await devtools.SendAsync("ServiceWorker.dispatchSyncEvent", sync); // nothing is left for it
        page = await blank.Context.NewPageAsync();
        await RegisterAsync(page);
        await page.EvaluateAsync("() => InspectionQueue.flush(document.documentElement.dataset.person)"); // after whoever sends now
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();
        await Expect(page.Locator("input[name=value][value=no]:visible")).ToBeCheckedAsync();

        Assert.Equal((1, 1, 1), (book.Sent.Count, book.Photos.Count, book.Uploads));
        await page.Context.DisposeAsync();
    }

    private static async Task RegisterAsync(IPage page)
    {
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-ready][data-copied]")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");
    }
}
