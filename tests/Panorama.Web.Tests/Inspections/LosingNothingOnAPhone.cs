using Microsoft.Playwright;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>What a phone, its storage and whatever stands between it and the server do wrong costs neither an answer nor a photo, and none is given twice.</summary>
public sealed class LosingNothingOnAPhone(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;
    private const string Owner = "document.documentElement.dataset.person";

    // What a page asks through a worker is not to be caught on its way.
    private const string Workerless = "delete Navigator.prototype.serviceWorker;";

    // The browser closes a connection without asking; here the test does.
    private const string Stores =
        """
        const open = IDBFactory.prototype.open;
        globalThis.stores = [];
        IDBFactory.prototype.open = function (...args) {
          const request = open.apply(this, args);
          request.addEventListener("success", () => stores.push(request.result));
          return request;
        };
        """;

    private static FilePayload Photo(string name) => new() { Name = name, MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(1, 1) };

    private static FilePayload Poor(string name) => new() { Name = name, MimeType = "image/png", Buffer = "This one is not taken by whoever stands on the way."u8.ToArray() };

    [Fact]
    public async Task A_page_that_was_read_before_the_sending_takes_nothing_back()
    {
        var book = StandInInspections.Of("run-read-before");
        var page = await StartAsync("run-read-before");
        var older = await page.APIRequest.GetAsync(standIn.Web.Address + Runner[1..] + "?item=2"); // on a slow line it comes after what follows
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        await Expect(Kept(page)).ToHaveTextAsync("Saved");

        await page.RouteAsync("**" + Runner + "?item=2", route => route.FulfillAsync(new() { Response = older }));
        await page.ReloadAsync();
        await ReadyAsync(page);
        await FlushAsync(page);

        await Expect(page.Locator("input[name=value][value=no]:visible")).ToBeCheckedAsync();
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        Assert.Equal((1, 1), (book.Sent.Count, book.Uploads));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_the_browser_closed_is_opened_again()
    {
        var book = StandInInspections.Of("run-closed-store");
        var page = await StartAsync("run-closed-store", Stores);
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");
        await page.EvaluateAsync("stores.forEach((store) => store.close())");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        await Expect(page.Locator("[data-trouble=full]")).ToHaveCountAsync(0);
        await page.EvaluateAsync("stores.forEach((store) => store.close())");
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        Assert.Equal((1, 1), (book.Sent.Count, book.Uploads));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_not_taken_for_an_empty_one_at_the_end()
    {
        var book = StandInInspections.Of("run-unread-store");
        var page = await StartAsync("run-unread-store");
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await Expect(Kept(page)).ToHaveTextAsync("Saved");
        await page.GotoAsync(Runner + "?item=3");
        await ReadyAsync(page);
        await page.FillAsync("[name=value]:visible", "48312");
        await Expect(Kept(page)).ToHaveTextAsync("Saved");
        await page.GotoAsync(Runner + "?item=4");
        await ReadyAsync(page);
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("front.png")]);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        await page.ClickAsync("header [data-all]");
        await page.EvaluateAsync(
            """
            () => {
              const { getAll } = IDBObjectStore.prototype;
              globalThis.repair = () => { IDBObjectStore.prototype.getAll = getAll; };
              IDBObjectStore.prototype.getAll = () => { throw new DOMException("broken", "UnknownError"); };
            }
            """);
        await page.ClickAsync("[data-next]");
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("finish it when the connection is back");
        Assert.Empty(book.Actions);

        await page.EvaluateAsync("repair()");
        await page.ClickAsync("[data-next]");
        await page.WaitForURLAsync("**?done=completed");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_keeps_back_nothing_that_the_page_holds()
    {
        var book = StandInInspections.Of("run-no-store");
        var page = await StartAsync("run-no-store", "IDBFactory.prototype.open = () => { throw new DOMException('broken', 'UnknownError'); };");
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        await Expect(Kept(page)).ToHaveTextAsync("Saved");

        Assert.Equal((1, 1), (book.Sent.Count, book.Uploads));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_that_the_server_cannot_take_lets_all_else_go_first()
    {
        var book = StandInInspections.Of("run-poor-answer");
        var page = await StartAsync("run-poor-answer");
        await page.RouteAsync("**/responses", route => route.Request.PostData!.Contains(StandInInspections.ItemId(5), StringComparison.Ordinal)
            ? route.FulfillAsync(new() { Status = 500, ContentType = "application/problem+json", Body = """{"code":"server_error","args":{"retryAfterSeconds":1}}""" })
            : route.ContinueAsync());
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await page.ClickAsync("header [data-all]");
        await page.ClickAsync("[data-jump='5'] a");
        await page.FillAsync("[name=value]:visible", "Two ladders.");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("3 waiting");
        await page.Context.SetOfflineAsync(false);

        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting", new() { Timeout = 40_000 });
        Assert.Equal([StandInInspections.ItemId(2)], book.Sent);
        Assert.Equal(1, book.Uploads);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task On_a_full_phone_an_older_answer_does_not_follow_the_newer_one()
    {
        var book = StandInInspections.Of("run-older");
        var page = await StartAsync("run-older");
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");
        await page.EvaluateAsync("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }");
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await Expect(page.Locator("[data-trouble=full]")).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        var later = await page.Context.NewPageAsync();
        await page.CloseAsync();
        await later.AddInitScriptAsync(Workerless);
        await later.GotoAsync(Runner + "?item=2");
        await ReadyAsync(later);
        await FlushAsync(later);

        await Expect(later.Locator("input[name=value][value=yes]:visible")).ToBeCheckedAsync();
        Assert.Contains("\"booleanValue\":true", book.Answers[StandInInspections.ItemId(2)], StringComparison.Ordinal);
        Assert.Single(book.Sent);
        await later.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_that_a_proxy_finds_too_large_says_so_and_holds_nothing_back()
    {
        var page = await StartAsync("run-too-large");
        await RefusePoorAsync(page, new() { Status = 413, ContentType = "text/html", Body = "<h1>413</h1>" });
        await page.SetInputFilesAsync("[name=photo]:visible", [Poor("huge.png"), Photo("tyre.png")]);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-key][data-state=failed]:visible [data-reason]")).ToContainTextAsync("too large");

        Assert.Single(StandInInspections.Of("run-too-large").Photos);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_that_the_server_cannot_take_lets_those_behind_it_go_first()
    {
        var page = await StartAsync("run-poor");
        await RefusePoorAsync(page, new() { Status = 500, ContentType = "application/problem+json", Body = """{"code":"server_error"}""" });
        await page.SetInputFilesAsync("[name=photo]:visible", [Poor("poor.png"), Photo("one.png"), Photo("two.png")]);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");

        Assert.Equal(2, StandInInspections.Of("run-poor").Uploads);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_that_no_server_would_take_is_refused_on_the_phone()
    {
        var page = await StartAsync("run-huge");
        var folder = Directory.CreateTempSubdirectory("panorama-photos-");
        var (huge, gone) = (Path.Combine(folder.FullName, "huge.jpg"), Path.Combine(folder.FullName, "gone.jpg"));
        await File.WriteAllBytesAsync(huge, new byte[25_000_001], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(gone, new byte[100], TestContext.Current.CancellationToken);
        await page.SetInputFilesAsync("[data-camera]:visible", huge);
        await Expect(page.Locator("[data-state=failed]:visible [data-reason]")).ToContainTextAsync("too large");
        await Expect(page.Locator("[data-retry]:visible")).ToHaveCountAsync(0);
        await page.ClickAsync("[data-key]:visible [data-remove]");

        // Chosen, and taken away before the page came to read it.
        await page.EvaluateAsync("addEventListener('change', (event) => { if (!globalThis.isGone) event.stopPropagation(); }, true)");
        await page.SetInputFilesAsync("[data-camera]:visible", gone);
        File.Delete(gone);
        await page.EvaluateAsync("() => { globalThis.isGone = true; document.querySelector('[data-item]:not([hidden]) [data-camera]').dispatchEvent(new Event('change', { bubbles: true })); }");
        await Expect(page.Locator("[data-state=failed]:visible [data-reason]")).ToContainTextAsync("can no longer read the photo");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToHaveCountAsync(1);

        Assert.Equal(1, StandInInspections.Of("run-huge").Uploads);
        folder.Delete(recursive: true);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(403, "forbidden", "barred", "Your role has changed, or inspections were switched off.")]
    [InlineData(404, "feature_disabled", "barred", "Your role has changed, or inspections were switched off.")]
    [InlineData(408, "request_timeout", "busy", "2 answers and photos are kept on this phone")]
    [InlineData(425, "too_early", "busy", "2 answers and photos are kept on this phone")]
    public async Task What_may_be_taken_later_waits(int status, string code, string trouble, string text)
    {
        var book = StandInInspections.Of("run-later-" + code);
        var page = await StartAsync("run-later-" + code);
        await page.RouteAsync("**/api/inspections/**", route => route.FulfillAsync(new() { Status = status, ContentType = "application/problem+json", Body = $$"""{"code":"{{code}}"}""" }));
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator($"[data-trouble={trouble}]")).ToContainTextAsync(text);
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        await page.UnrouteAsync("**/api/inspections/**");
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        Assert.Equal((1, 1), (book.Sent.Count, book.Uploads));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_that_was_refused_goes_again_when_its_item_is_left_and_when_the_page_is_opened()
    {
        var book = StandInInspections.Of("run-refused");
        var page = await StartAsync("run-refused");
        await page.RouteAsync("**/responses", route => route.FulfillAsync(new() { Status = 409, ContentType = "application/problem+json", Body = """{"code":"concurrency_conflict"}""" }));
        await page.CheckAsync("input[name=value][value=no]:visible");
        await Expect(Kept(page)).ToHaveTextAsync("Not taken. Answer again.");
        await page.ReloadAsync();
        await ReadyAsync(page);
        await Expect(Kept(page)).ToHaveTextAsync("Not taken. Answer again.");
        await page.UnrouteAsync("**/responses");
        await page.ClickAsync("[data-next]");
        await page.ClickAsync("[data-previous]");
        await Expect(Kept(page)).ToHaveTextAsync("Saved");
        Assert.Single(book.Sent);

        await page.EvaluateAsync(
            $$"""
            () => InspectionQueue.keepAnswer({ owner: {{Owner}}, run: '{{StandInInspections.OpenId}}', item: '{{StandInInspections.ItemId(6)}}', type: 'BOOLEAN',
              typed: { value: 'no', note: '' }, body: { booleanValue: false }, state: 'refused', code: 'tenant_mismatch', revision: 'a', tries: 0 })
            """);
        await page.GotoAsync(Runner + "?item=6");
        await Expect(Kept(page)).ToHaveTextAsync("Saved");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_a_form_brought_before_the_module_was_there_and_was_not_taken_is_sent_by_it()
    {
        var book = StandInInspections.Of("run-limited-form");
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("run-limited-form")));
        await page.AddInitScriptAsync(Workerless);
        await page.RouteAsync("**/runner*.js", route => route.AbortAsync());
        await page.GotoAsync(Runner + "?item=2");
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.FillAsync("[name=note]:visible", "Worn.");
        await page.UnrouteAsync("**/runner*.js");
        await page.ClickAsync("[data-next]");
        await ReadyAsync(page);
        await Expect(Kept(page)).ToHaveTextAsync("Saved", new() { Timeout = 15_000 });

        Assert.Equal(2, book.Refusals); // the form's, and the one before it was taken
        Assert.Contains("\"note\":\"Worn.\"", book.Answers[StandInInspections.ItemId(2)], StringComparison.Ordinal);
        Assert.Single(book.Sent);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_text_that_was_cleared_by_a_form_that_was_not_taken_is_cleared_by_the_module()
    {
        var book = StandInInspections.Of("run-limited-clearing");
        book.Answers[StandInInspections.ItemId(5)] = """{"textValue":"Two ladders."}""";
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("run-limited-clearing")));
        await page.AddInitScriptAsync(Workerless);
        await page.RouteAsync("**/runner*.js", route => route.AbortAsync());
        await page.GotoAsync(Runner + "?item=5");
        await Expect(page.Locator("[name=value]:visible")).ToHaveValueAsync("Two ladders.");
        await page.FillAsync("[name=value]:visible", "");
        await page.UnrouteAsync("**/runner*.js");
        await page.ClickAsync("[data-next]");
        await ReadyAsync(page);
        await Expect(Kept(page)).ToHaveTextAsync("Saved", new() { Timeout = 15_000 });

        Assert.DoesNotContain("ladders", book.Answers[StandInInspections.ItemId(5)], StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    private static ILocator Kept(IPage page) => page.Locator("[data-item]:visible [data-kept]");

    private static Task ReadyAsync(IPage page) => Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);

    // To its end, so that what would be sent has been.
    private static async Task FlushAsync(IPage page) => Assert.Equal("done", await page.EvaluateAsync<string>($"InspectionQueue.flush({Owner}).then((result) => result.state)"));

    private static Task<IAsyncDisposable> RefusePoorAsync(IPage page, RouteFulfillOptions refusal) => page.RouteAsync("**/photos", route =>
        route.Request.PostDataBuffer!.AsSpan().IndexOf("This one is not taken"u8) >= 0 ? route.FulfillAsync(refusal) : route.ContinueAsync());

    private async Task<IPage> StartAsync(string mood, string before = ";")
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(mood)));
        await page.AddInitScriptAsync(Workerless + before);
        await page.GotoAsync(Runner + "?item=2");
        await ReadyAsync(page);
        return page;
    }
}
