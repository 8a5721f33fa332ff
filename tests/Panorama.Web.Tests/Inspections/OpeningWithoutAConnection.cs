using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using Panorama.Testing;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>The app on a phone that reaches nothing: it says so in its own words, and leads to the runs that this phone holds for who is signed in.</summary>
public sealed class OpeningWithoutAConnection(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Uri _site = new($"http://127.0.0.1:{FreePorts.Next()}");

    [Theory]
    [InlineData("en", "light", "No connection", "Continue")]
    [InlineData("es", "dark", "Sin conexión", "Continuar")]
    public async Task Any_page_leads_to_the_runs_that_open(string locale, string look, string title, string go)
    {
        var web = await StartWebAsync();
        var view = new View(360, locale, look, StandInApi.Cookie("offline-" + locale));
        var page = await KeepAsync(view);
        await web.DisposeAsync();

        foreach (var path in (string[])["/home", "/", "/inspections?show=mine", "/assets", "/inspections/" + StandInInspections.FailedId])
        {
            await page.GotoAsync(path);
            await Expect(page.Locator("[data-away][data-ready]")).ToHaveCountAsync(1);
            Assert.Equal(title, await page.TextContentAsync("h1"));
            Assert.Equal(path, await page.GetAttributeAsync("[data-again]", "href"));
            await Expect(page.Locator("[data-runs] [data-name]")).ToHaveTextAsync(["VAN-014, Pre-trip van"]);
        }

        await EveryPage.ShootAsync(page, "offline-runs", view);
        var found = await Axe.FindAsync(page);
        Assert.NotEqual("rgba(0, 0, 0, 0)", await page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.card')).backgroundColor"));
        await page.GetByRole(AriaRole.Link, new() { Name = go }).ClickAsync();
        await Expect(page.Locator("[data-runner][data-ready]")).ToHaveCountAsync(1);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await Expect(page.Locator("[data-waiting]")).ToBeVisibleAsync();
        await page.GotoAsync("/home");
        await Expect(page.Locator("[data-runs] [data-count]")).Not.ToBeEmptyAsync();

        // The connection is back: the page that was asked for, and what was answered goes.
        web = await StartWebAsync();
        await page.ClickAsync("[data-again]");
        await Expect(page.Locator("[data-away]")).ToHaveCountAsync(0);
        await SendingFromAnyPage.SentAsync(page);

        Assert.Empty(found);
        Assert.Single(StandInInspections.Of("offline-" + locale).Sent);
        await page.Context.DisposeAsync();
        await web.DisposeAsync();
    }

    [Fact]
    public async Task Another_person_on_the_phone_is_shown_no_run_of_the_first()
    {
        var web = await StartWebAsync();
        var page = await KeepAsync(new View(360, Session: StandInApi.Cookie("offline-first")));
        await page.Context.AddCookiesAsync([new() { Name = "panorama_session", Value = StandInApi.Cookie("other-person"), Url = _site.ToString(), HttpOnly = true }]);
        await page.GotoAsync("/home");
        await page.EvaluateAsync("async () => { while ((await caches.keys()).length > 0) await new Promise((resolve) => { setTimeout(resolve, 50); }); }").WaitAsync(Patience, TestContext.Current.CancellationToken);
        await web.DisposeAsync();

        await Assert.ThrowsAsync<PlaywrightException>(() => page.GotoAsync("/home"));
        await Assert.ThrowsAsync<PlaywrightException>(() => page.GotoAsync(Runner));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Leaving_a_run_leads_to_those_that_open()
    {
        await using var web = await StartWebAsync();
        var page = await KeepAsync(new View(360, Session: StandInApi.Cookie("offline-leaving")));
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await page.ClickAsync("header [data-leave]");

        await Expect(page.Locator("[data-away] [data-runs] [data-count]")).ToHaveTextAsync("1 answer or photo waits to be sent");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_line_that_breaks_in_the_middle_of_a_page_takes_no_copy_away()
    {
        var web = await StartWebAsync();
        var page = await KeepAsync(new View(360, Session: StandInApi.Cookie("offline-broken-line")));
        var owner = await page.EvaluateAsync<string>("document.documentElement.dataset.person");
        await web.DisposeAsync();
        await using (BrokenLine.Start(_site.Port, owner))
        {
            await page.GotoAsync(Runner);
            await Expect(page.Locator("[data-runner][data-ready]")).ToHaveCountAsync(1);
        }

        await page.GotoAsync(Runner);
        await Expect(page.Locator("[data-runner][data-ready]")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_error_of_the_server_is_shown_as_it_is()
    {
        await using var web = await StartWebAsync();
        var page = await KeepAsync(new View(360, Session: StandInApi.Cookie("offline-error")));
        var missing = await page.GotoAsync("/no/such/page");
        await page.Context.AddCookiesAsync([new() { Name = "panorama_session", Value = StandInApi.Cookie("broken-me"), Url = _site.ToString(), HttpOnly = true }]);
        var broken = await page.GotoAsync("/home");

        Assert.Equal((404, 503), (missing!.Status, broken!.Status));
        await Expect(page.Locator("[data-away]")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_worker_of_the_runs_alone_gives_way_and_the_copies_stay()
    {
        var web = await StartWebAsync();
        var page = await browser.OpenAsync(_site, new View(360, Session: StandInApi.Cookie("offline-old")));
        await page.GotoAsync("/inspections");
        await page.EvaluateAsync(
            """
            async () => {
              await navigator.serviceWorker.register("/inspections/worker.js", { scope: "/inspections/" });
              await (await caches.open(`inspections|${document.documentElement.dataset.person}`)).put("/inspections/f1000000-0000-7000-8000-0000000000aa", new Response("kept"));
            }
            """);
        await KeepAsync(page);
        var scopes = await page.EvaluateAsync<string[]>("async () => (await navigator.serviceWorker.getRegistrations()).map(r => new URL(r.scope).pathname)");
        await web.DisposeAsync();

        Assert.Equal(["/"], scopes);
        await page.GotoAsync("/inspections/f1000000-0000-7000-8000-0000000000aa");
        Assert.Equal("kept", await page.TextContentAsync("body"));
        await page.GotoAsync(Runner);
        await Expect(page.Locator("[data-runner][data-ready]")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    private Task<WebApp> StartWebAsync() => WebApp.StartAsync(standIn.Api.Address, ("urls", _site.ToString()), ("PANORAMA_WEB_BASE_URL", _site.ToString()));

    private async Task<IPage> KeepAsync(View view)
    {
        var page = await browser.OpenAsync(_site, view);
        await KeepAsync(page);
        return page;
    }

    private static async Task KeepAsync(IPage page)
    {
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-copied]")).ToHaveCountAsync(1);
        await page.EvaluateAsync(
            """
            async () => {
              while (!navigator.serviceWorker.controller || !(await caches.match("/offline"))) await new Promise((resolve) => { setTimeout(resolve, 50); });
            }
            """).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Begins each answer as a page of a run for this person, and hangs up before its end.</summary>
    private sealed class BrokenLine(TcpListener listener) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private Task _serving = Task.CompletedTask;

        public static BrokenLine Start(int port, string owner)
        {
            var line = new BrokenLine(new TcpListener(IPAddress.Loopback, port));
            line.Begin(owner);
            return line;
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            listener.Stop();
            await _serving;
            _end.Dispose();
        }

        private void Begin(string owner)
        {
            listener.Start();
            _serving = ServeAsync(owner);
        }

        private async Task ServeAsync(string owner)
        {
            var head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 90000\r\nPanorama-Person: {owner}\r\n\r\n<!DOCTYPE html><title>Half</title><p>Half a page");
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    using var socket = await listener.AcceptSocketAsync(_end.Token);
                    await socket.ReceiveAsync(new byte[4096], _end.Token);
                    await socket.SendAsync(head, _end.Token);
                    await Task.Delay(200, _end.Token);
                }
                catch (Exception e) when (e is OperationCanceledException or SocketException)
                {
                    // The browser went away, or the test has ended.
                }
            }
        }
    }
}
