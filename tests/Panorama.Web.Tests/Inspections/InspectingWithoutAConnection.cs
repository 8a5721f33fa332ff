using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>A run on a phone in a car park: what is answered is kept, sent once, and never under another session.</summary>
public sealed class InspectingWithoutAConnection(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;
    private static readonly byte[] Picture = StandInPhotos.Picture.Of(1, 1);

    private static FilePayload Photo(string name) => new() { Name = name, MimeType = "image/png", Buffer = Picture };

    [Fact]
    public async Task A_session_that_ended_keeps_everything_and_asks_to_sign_in()
    {
        var page = await StartAsync("run-signed-out");
        await SignInAsync(page.Context, null);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await Expect(page.Locator("[data-trouble=signed-out]")).ToContainTextAsync("You are signed out.");
        Assert.Equal("/login?next=" + Uri.EscapeDataString(Runner), await page.GetAttributeAsync("[data-trouble] a", "href"));
        Assert.Empty(StandInInspections.Of("run-signed-out").Answers);

        await SignInAsync(page.Context, "run-signed-out");
        await page.GotoAsync(Runner + "?item=2");
        await Expect(Kept(page)).ToHaveTextAsync("Saved");
        Assert.Single(StandInInspections.Of("run-signed-out").Answers);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_one_answered_is_not_sent_by_the_session_of_another_in_the_same_page()
    {
        var page = await StartAsync("run-mine");
        await SignInAsync(page.Context, "other-person");
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-trouble=other-person]")).ToContainTextAsync("Somebody else is signed in.");

        Assert.Empty(StandInInspections.Of("other-person").Sent);
        Assert.Empty(StandInInspections.Of("run-mine").Sent);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Two_tabs_send_each_answer_and_photo_once()
    {
        var book = StandInInspections.Of("run-tabs");
        var first = await StartAsync("run-tabs");
        var second = await OpenAsync(first.Context);
        await first.Context.SetOfflineAsync(true);
        await first.CheckAsync("input[name=value][value=no]:visible");
        await first.SetInputFilesAsync("[name=photo]:visible", [Photo("one.png"), Photo("two.png")]);
        await second.SetInputFilesAsync("[data-camera]:visible", [Photo("three.png")]);
        await Expect(second.Locator("[data-waiting]")).ToHaveTextAsync("4 waiting");

        await first.Context.SetOfflineAsync(false);
        await Expect(first.Locator("[data-waiting]")).ToBeHiddenAsync();
        await Expect(second.Locator("[data-waiting]")).ToBeHiddenAsync();

        Assert.Equal((1, 3, 3), (book.Sent.Count, book.Photos.Count, book.Uploads));
        await first.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Without_background_sync_and_with_any_clock_it_goes_when_the_connection_is_back(int days)
    {
        var mood = $"run-plain{days}";
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(mood)));
        await page.AddInitScriptAsync("delete ServiceWorkerRegistration.prototype.sync;");
        await page.AddInitScriptAsync($"const now = Date.now; Date.now = () => now() + {days} * 86400000;");
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        await EveryPage.ShootAsync(page, "runner-offline", new View(360));
        var found = await Axe.FindAsync(page);
        await page.Context.SetOfflineAsync(false);
        await Expect(Kept(page)).ToHaveTextAsync("Saved");
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        Assert.Empty(found);
        Assert.Equal((1, 1), (StandInInspections.Of(mood).Sent.Count, StandInInspections.Of(mood).Photos.Count));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_limit_is_waited_for_as_long_as_it_says()
    {
        var book = StandInInspections.Of("run-limited");
        var page = await StartAsync("run-limited");
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await Expect(page.Locator("[data-trouble=busy]")).ToContainTextAsync("The server does not answer now.");
        Assert.Empty(book.Sent);
        await Expect(Kept(page)).ToHaveTextAsync("Saved", new() { Timeout = 15_000 });

        Assert.Equal((2, 1), (book.Refusals, book.Sent.Count));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_phone_without_room_says_so_and_sends_what_it_holds_in_memory()
    {
        var page = await StartAsync("run-full");
        await page.EvaluateAsync("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }");
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-trouble=full]")).ToContainTextAsync("This phone has no room left.");
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        Assert.Equal((1, 1), (StandInInspections.Of("run-full").Sent.Count, StandInInspections.Of("run-full").Photos.Count));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Signing_out_with_something_unsent_warns_and_leaves_no_copy_behind()
    {
        var page = await StartAsync("run-leaving", "delete ServiceWorkerRegistration.prototype.sync;");
        await page.WaitForSelectorAsync("[data-copied]", new() { State = WaitForSelectorState.Attached });
        await page.EvaluateAsync("() => { window.fetch = () => Promise.reject(new TypeError('no way')); }");
        await page.CheckAsync("input[name=value][value=no]:visible");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");
        await page.GotoAsync("/more");
        List<string> warnings = [];
        var isLeaving = false;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Dialog += (_, dialog) =>
        {
            warnings.Add(dialog.Message);
            _ = isLeaving ? dialog.AcceptAsync() : dialog.DismissAsync();
            asked.TrySetResult();
        };
        await page.ClickAsync("main form[action='/logout'] button");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken); // the page asks once it has counted
        await Expect(page).ToHaveURLAsync(standIn.Web.Address + "more");
        isLeaving = true;
        await page.ClickAsync("main form[action='/logout'] button");
        await page.WaitForURLAsync("**/login?notice=*");
        await page.WaitForFunctionAsync("async () => (await caches.keys()).length === 0");
        await page.Context.SetOfflineAsync(true);

        Assert.Equal(2, warnings.Count);
        Assert.StartsWith("1 answer or photo of an inspection is not sent yet.", warnings[0], StringComparison.Ordinal);
        await Assert.ThrowsAsync<PlaywrightException>(() => page.GotoAsync(Runner));
        await page.Context.DisposeAsync();
    }

    private static ILocator Kept(IPage page) => page.Locator("[data-item]:visible [data-kept]");

    private static async Task<IPage> OpenAsync(IBrowserContext phone, string item = "?item=2")
    {
        var page = await phone.NewPageAsync();
        await page.GotoAsync(Runner + item);
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        return page;
    }

    private async Task<IPage> StartAsync(string mood, string before = ";")
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(mood)));
        await page.AddInitScriptAsync(before);
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        return page;
    }

    private Task SignInAsync(IBrowserContext phone, string? mood) => phone.AddCookiesAsync(
    [
        new() { Name = "panorama_session", Value = mood is null ? "nobody" : StandInApi.Cookie(mood), Url = standIn.Web.Address.ToString(), HttpOnly = true },
        new() { Name = "panorama_locale", Value = "en", Url = standIn.Web.Address.ToString() },
    ]);
}
