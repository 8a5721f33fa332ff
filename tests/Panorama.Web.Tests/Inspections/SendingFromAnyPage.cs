using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>What waits on a phone is said and sent on whichever page its person opens, and on no page of anybody else.</summary>
public sealed class SendingFromAnyPage(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;

    // What a page asks through a worker is not to be caught on its way, and is sent without the page.
    private const string Workerless = "delete Navigator.prototype.serviceWorker;";

    [Theory]
    [InlineData("/home")]
    [InlineData("/inspections")]
    [InlineData("/assets")]
    public async Task It_goes_after_signing_in_again_on_another_page(string path)
    {
        var mood = "any-page" + path.Replace('/', '-');
        var page = await SignedOutWithAnAnswerAsync(mood);

        await SignInAsync(page.Context, "other-person");
        await page.GotoAsync(path);
        await page.WaitForFunctionAsync("() => globalThis.InspectionQueue !== undefined");
        await page.EvaluateAsync("() => InspectionQueue.flush(document.documentElement.dataset.person)"); // after what the page itself sends
        Assert.Empty(StandInInspections.Of("other-person").Sent);
        if (path != "/assets")
        {
            await Expect(page.Locator("[data-kept-here][data-ready]")).ToHaveCountAsync(1);
            Assert.Equal(0, await page.Locator("[data-unsent]:visible").CountAsync());
        }


        await SignInAsync(page.Context, mood);
        await page.GotoAsync(path);
        await SentAsync(page);
        Assert.Single(StandInInspections.Of(mood).Sent);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("/home", "en", "1 answer or photo waits to be sent")]
    [InlineData("/inspections", "pt-br", "1 resposta ou foto aguarda envio")]
    public async Task What_cannot_be_sent_is_listed_until_it_is(string path, string locale, string text)
    {
        var mood = "listed" + path.Replace('/', '-');
        var page = await SignedOutWithAnAnswerAsync(mood);
        await SignInAsync(page.Context, mood, locale);
        await page.RouteAsync("**/responses", route => route.AbortAsync());
        await page.GotoAsync(path);
        var row = page.Locator("[data-unsent] [data-list] li");
        await Expect(row.Locator("[data-count]")).ToHaveTextAsync(text);
        Assert.Equal(Runner, await row.Locator("a").GetAttributeAsync("href"));
        await Expect(row.Locator("a")).ToHaveTextAsync("VAN-014, Pre-trip van");
        await EveryPage.ShootAsync(page, "unsent" + path.Replace('/', '-'), new View(360));
        var found = await Axe.FindAsync(page);
        await page.UnrouteAsync("**/responses");
        await page.EvaluateAsync("() => dispatchEvent(new Event('online'))");
        await Expect(page.Locator("[data-unsent]")).ToBeHiddenAsync();

        Assert.Empty(found);
        Assert.Single(StandInInspections.Of(mood).Sent);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_try_that_failed_is_repeated_by_itself()
    {
        var page = await SignedOutWithAnAnswerAsync("any-again");
        await SignInAsync(page.Context, "any-again");
        var tries = 0;
        await page.RouteAsync("**/responses", route => tries++ == 0 ? route.AbortAsync() : route.ContinueAsync());
        await page.GotoAsync("/assets");
        await SentAsync(page);

        Assert.Equal((2, 1), (tries, StandInInspections.Of("any-again").Sent.Count));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_waits_at_signing_out_is_sent_once_after_signing_in_again()
    {
        const string Cut = "window.fetch = () => Promise.reject(new TypeError('no way'));"; // the page would send it before
        var book = StandInInspections.Of("any-signed-out");
        var page = await StartAsync("any-signed-out");
        await page.EvaluateAsync($"() => {{ {Cut} }}");
        await page.CheckAsync("input[name=value][value=no]:visible");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");
        await page.AddInitScriptAsync(Cut);
        await page.GotoAsync("/more");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("main form[action='/logout'] button");
        await page.WaitForURLAsync("**/login?notice=*");
        Assert.DoesNotContain(await page.Context.CookiesAsync(), cookie => cookie.Name == "panorama_session" && cookie.Value == StandInApi.Cookie("any-signed-out"));
        Assert.Empty(book.Sent);

        var again = await page.Context.NewPageAsync();
        await page.CloseAsync();
        await SignInAsync(again.Context, "any-signed-out");
        await again.GotoAsync("/home");
        await SentAsync(again);
        await again.GotoAsync(Runner + "?item=2");
        await Expect(again.Locator("[data-ready]")).ToHaveCountAsync(1);
        await again.EvaluateAsync("() => InspectionQueue.flush(document.documentElement.dataset.person)");

        await Expect(again.Locator("input[name=value][value=no]:visible")).ToBeCheckedAsync();
        Assert.Equal([StandInInspections.ItemId(2)], book.Sent);
        await again.Context.DisposeAsync();
    }

    [Fact]
    public async Task Leaving_a_run_sends_the_last_answer_first()
    {
        var page = await StartAsync("any-leave");
        List<string> asked = [];
        page.Request += (_, request) => asked.Add(request.Method + " " + new Uri(request.Url).AbsolutePath);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await page.ClickAsync("header [data-leave]");
        await page.WaitForURLAsync("**/inspections");

        Assert.InRange(asked.IndexOf($"POST /api{Runner}/responses"), 0, asked.IndexOf("GET /inspections"));
        Assert.Single(StandInInspections.Of("any-leave").Sent);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Leaving_a_run_does_not_wait_for_a_server_that_is_silent()
    {
        var page = await StartAsync("any-silent");
        await page.RouteAsync("**/responses", _ => Task.CompletedTask);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await page.ClickAsync("header [data-leave]");
        await page.WaitForURLAsync("**/inspections", new() { Timeout = 6000 });
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_device_that_kept_nothing_loads_nothing_for_it()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("driver")));
        await page.GotoAsync("/home");
        await page.SettleAsync();
        var loaded = await page.EvaluateAsync<string[]>("() => performance.getEntriesByType('resource').map(e => new URL(e.name).pathname).filter(p => p.startsWith('/modules/'))");

        Assert.Contains(loaded, path => path.StartsWith("/modules/waiting", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded, path => path.Contains("queue", StringComparison.Ordinal) || path.Contains("kept", StringComparison.Ordinal));
        await page.Context.DisposeAsync();
    }

    /// <summary>Waits until nothing of who is signed in waits any more.</summary>
    internal static async Task SentAsync(IPage page)
    {
        await page.WaitForFunctionAsync("() => globalThis.InspectionQueue !== undefined");
        await page.EvaluateAsync(
            """
            async () => {
              while ((await InspectionQueue.waiting(document.documentElement.dataset.person)).answers > 0) await new Promise((resolve) => { setTimeout(resolve, 100); });
            }
            """).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
    }

    private async Task<IPage> StartAsync(string mood)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(mood)));
        await page.AddInitScriptAsync(Workerless);
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        return page;
    }

    private async Task<IPage> SignedOutWithAnAnswerAsync(string mood)
    {
        var page = await StartAsync(mood);
        await SignInAsync(page.Context, null);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await Expect(page.Locator("[data-trouble=signed-out]")).ToBeVisibleAsync();
        Assert.Empty(StandInInspections.Of(mood).Sent);
        return page;
    }

    private Task SignInAsync(IBrowserContext phone, string? mood, string locale = "en") => phone.AddCookiesAsync(
    [
        new() { Name = "panorama_session", Value = mood is null ? "nobody" : StandInApi.Cookie(mood), Url = standIn.Web.Address.ToString(), HttpOnly = true },
        new() { Name = "panorama_locale", Value = locale, Url = standIn.Web.Address.ToString() },
    ]);
}
