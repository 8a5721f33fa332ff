using System.Diagnostics;
using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>A run on a phone in a car park: what is answered is kept, sent once, and never under another session.</summary>
public sealed class InspectingWithoutAConnection(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;

    // What a page asks through a worker is not to be caught on its way.
    private const string Workerless = "delete Navigator.prototype.serviceWorker;";
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
        await page.AddInitScriptAsync(
            $$"""
            globalThis.Date = class extends Date {
              constructor(...given) { if (given.length > 0) super(...given); else super(globalThis.Date.now()); }
              static now() { return super.now() + {{days}} * 86400000; }
            };
            """);
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-ready][data-copied]")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");
        var off = await page.EvaluateAsync<double>("() => new Date().getTime()") - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.InRange(TimeSpan.FromMilliseconds(off).TotalDays, days - .01, days + .01);
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        await EveryPage.ShootAsync(page, "runner-offline", new View(360));
        var found = await Axe.FindAsync(page);
        await page.Context.SetOfflineAsync(false);
        await Expect(Kept(page)).ToHaveTextAsync("Saved");
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        // The copy is older than what was sent since, whatever this phone takes for the time.
        await page.Context.SetOfflineAsync(true);
        await page.ReloadAsync();
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await Expect(page.Locator("input[name=value][value=no]:visible")).ToBeCheckedAsync();
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToHaveCountAsync(1);

        Assert.Empty(found);
        Assert.Equal((1, 1), (StandInInspections.Of(mood).Sent.Count, StandInInspections.Of(mood).Photos.Count));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_limit_is_waited_for_as_long_as_it_says()
    {
        var book = StandInInspections.Of("run-limited");
        var page = await StartAsync("run-limited");
        await page.EvaluateAsync(
            """
            () => {
              const status = document.querySelector("[data-status]");
              [globalThis.banners, globalThis.said] = [new Set(), new Set()];
              new MutationObserver(() => {
                const banner = status.querySelector("[data-trouble=limited]");
                if (!banner) return;
                banners.add(banner);
                said.add(Number(banner.querySelector("[data-text][aria-live=off]").textContent.match(/^1 answer or photo is kept .* Next try in (\d) seconds?\.$/)[1]));
              }).observe(status, { childList: true, subtree: true, characterData: true });
            }
            """);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        var banner = page.Locator("[data-trouble=limited]");
        await Expect(banner.Locator("strong")).ToHaveTextAsync("Sending is paused.");
        await page.FillAsync("[name=note]:visible", "Worn."); // waits as well
        await Expect(Kept(page)).ToHaveTextAsync("Saved", new() { Timeout = 15_000 });
        await Expect(banner).ToHaveCountAsync(0);

        var seconds = await page.EvaluateAsync<int[]>("() => [...said]");
        Assert.True(seconds.Length >= 3 && seconds.SequenceEqual(seconds.OrderDescending()), string.Join(' ', seconds));
        Assert.Equal(1, await page.EvaluateAsync<int>("() => banners.size")); // said once, then counted in silence
        var tries = book.Tries.ToArray();
        Assert.Equal((2, 1), (tries.Length, book.Sent.Count));
        Assert.InRange(Stopwatch.GetElapsedTime(tries[0], tries[1]).TotalSeconds, 4.5, 12);
        Assert.Contains("Worn.", book.Answers[StandInInspections.ItemId(2)], StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_limit_of_photos_holds_no_answer_back_and_is_told_in_minutes()
    {
        var book = StandInInspections.Of("run-many-photos");
        var page = await StartAsync("run-many-photos", Workerless);
        await page.RouteAsync("**/photos", route => route.FulfillAsync(new() { Status = 429, ContentType = "application/problem+json", Headers = [new("Retry-After", "1790")], Body = """{"code":"rate_limited"}""" }));
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-trouble=limited] [data-text]")).ToContainTextAsync("Next try in 30 minutes.");
        await page.EvaluateAsync("() => scrollTo(0, 0)");
        await EveryPage.ShootAsync(page, "runner-limited", new View(360));
        Assert.Empty(await Axe.FindAsync(page));
        await page.CheckAsync("input[name=value][value=no]:visible");
        await Expect(Kept(page)).ToHaveTextAsync("Saved");

        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");
        await Expect(page.Locator("[data-key] [data-badge=waiting]:visible")).ToHaveCountAsync(1);
        Assert.Equal((1, 0), (book.Sent.Count, book.Uploads));
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
    public async Task A_phone_without_room_for_a_copy_shows_the_page_and_keeps_no_older_one()
    {
        var page = await StartAsync("run-no-copy");
        await Expect(page.Locator("[data-copied]")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");
        Assert.True(await page.EvaluateAsync<bool>("async path => await caches.match(path) !== undefined", Runner));
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("Storage.overrideQuotaForOrigin", new() { ["origin"] = standIn.Web.Address.GetLeftPart(UriPartial.Authority), ["quotaSize"] = 1 });
        var older = await page.GetAttributeAsync("[data-runner]", "data-copy");
        await page.GotoAsync(Runner + "?item=2"); // there is an older copy
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        Assert.NotEqual(older, await page.GetAttributeAsync("[data-runner]", "data-copy"));
        Assert.True(await page.EvaluateAsync<bool>("async path => await caches.match(path) === undefined", Runner));
        var answer = await page.GotoAsync(Runner + "?item=2"); // there is none

        Assert.Equal(200, answer!.Status);
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
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
        await page.AddInitScriptAsync("window.fetch = () => Promise.reject(new TypeError('no way'));"); // the next page would send it
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
        await page.EvaluateAsync("async () => { while ((await caches.keys()).length > 0) await new Promise((resolve) => { setTimeout(resolve, 50); }); }").WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await page.Context.SetOfflineAsync(true);

        Assert.Equal(2, warnings.Count);
        Assert.StartsWith("1 answer or photo of an inspection is not sent yet.", warnings[0], StringComparison.Ordinal);
        await Assert.ThrowsAsync<PlaywrightException>(() => page.GotoAsync(Runner));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_of_one_tab_is_not_undone_by_the_older_form_of_another()
    {
        var book = StandInInspections.Of("run-older-form");
        var first = await StartAsync("run-older-form");
        var second = await OpenAsync(first.Context, "?item=6");
        await OpenItemAsync(first, 6);
        await first.CheckAsync("input[name=value][value=no]:visible");
        await Expect(Kept(first)).ToHaveTextAsync("Saved");
        await Expect(second.Locator("input[value=no]:visible")).ToBeCheckedAsync(); // it follows

        await second.ClickAsync("[data-next]");
        await Expect(second.Locator("h1:visible")).ToHaveTextAsync("Check and finish");
        await Expect(second.Locator("[data-jump='6'] [data-state=failed]")).ToBeVisibleAsync();

        Assert.Single(book.Sent);
        Assert.Contains("\"booleanValue\":false", book.Answers[StandInInspections.ItemId(6)], StringComparison.Ordinal);
        await first.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_is_answered_in_another_tab_while_the_older_answer_is_on_its_way_is_sent_too()
    {
        const string Deaf = Workerless + "delete globalThis.BroadcastChannel;"; // the tabs do not hear of each other
        var book = StandInInspections.Of("run-overtaken");
        var first = await StartAsync("run-overtaken", Deaf);
        var second = await first.Context.NewPageAsync();
        await second.AddInitScriptAsync(Deaf);
        await second.GotoAsync(Runner + "?item=2");
        await Expect(second.Locator("[data-ready]")).ToHaveCountAsync(1);
        var isOnItsWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayArrive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await first.RouteAsync("**/responses", async route =>
        {
            isOnItsWay.TrySetResult();
            await mayArrive.Task;
            await route.ContinueAsync();
        });
        await first.CheckAsync("input[name=value][value=yes]:visible");
        await isOnItsWay.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await second.CheckAsync("input[name=value][value=no]:visible");
        await Expect(second.Locator("[data-waiting]")).ToHaveTextAsync("1 waiting");
        mayArrive.SetResult();
        await Expect(Kept(second)).ToHaveTextAsync("Saved");

        Assert.Contains("\"booleanValue\":false", book.Answers[StandInInspections.ItemId(2)], StringComparison.Ordinal);
        await first.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(200, "text/html", "<h1>Welcome to our network</h1>")]
    [InlineData(404, "text/html", "<h1>Nothing here</h1>")]
    [InlineData(403, "application/json", "[]")]
    public async Task What_a_stranger_on_the_way_answers_is_neither_taken_nor_refused(int status, string type, string body)
    {
        var mood = $"run-stranger{status}";
        var page = await StartAsync(mood, Workerless);
        await page.RouteAsync("**/api/inspections/**", route => route.FulfillAsync(new() { Status = status, ContentType = type, Body = body }));
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-trouble=busy]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        await page.UnrouteAsync("**/api/inspections/**");
        await Expect(page.Locator("[data-waiting]")).ToBeHiddenAsync();

        Assert.Equal((1, 1), (StandInInspections.Of(mood).Sent.Count, StandInInspections.Of(mood).Photos.Count));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_stranger_s_page_in_place_of_a_run_costs_no_copy_of_it()
    {
        var page = await StartAsync("run-portal");
        await Expect(page.Locator("[data-copied]")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");
        await page.EvaluateAsync("navigator.serviceWorker.ready.then((worker) => worker.navigationPreload.disable())"); // what goes beside the worker is not to be caught
        await page.Context.RouteAsync("**" + Runner + "*", route => route.FulfillAsync(new() { Status = 200, ContentType = "text/html", Body = "<h1>Welcome to our network</h1>" }));
        await page.GotoAsync(Runner);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Welcome to our network");
        await page.Context.UnrouteAllAsync();
        await page.Context.SetOfflineAsync(true);
        await page.GotoAsync(Runner);

        await Expect(page.Locator("[data-runner][data-ready]")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task One_answer_that_is_refused_without_a_name_holds_nothing_else_back()
    {
        var book = StandInInspections.Of("run-one-bad");
        var page = await StartAsync("run-one-bad", Workerless);
        await page.RouteAsync("**/responses", route => route.Request.PostData!.Contains(StandInInspections.ItemId(5), StringComparison.Ordinal)
            ? route.FulfillAsync(new() { Status = 400, ContentType = "application/problem+json", Body = """{"code":"invalid_body"}""" })
            : route.ContinueAsync());
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await OpenItemAsync(page, 5);
        await page.FillAsync("[name=value]:visible", "Two ladders.");
        await Expect(page.Locator("[data-waiting]")).ToHaveTextAsync("2 waiting");
        await page.Context.SetOfflineAsync(false);
        await Expect(Kept(page)).ToHaveTextAsync("Not taken. Answer again.");
        await OpenItemAsync(page, 2);
        await Expect(Kept(page)).ToHaveTextAsync("Saved");

        Assert.Equal([StandInInspections.ItemId(2)], book.Sent);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_was_typed_and_taken_back_is_no_answer_that_the_end_waits_for()
    {
        var page = await StartAsync("run-taken-back");
        await OpenItemAsync(page, 6);
        await page.FillAsync("[name=note]:visible", "Worn");
        await KeepsAsync(1);

        await page.FillAsync("[name=note]:visible", "");
        await KeepsAsync(0);

        // A phone may have one from a page of before.
        await page.EvaluateAsync(
            $$"""
            () => InspectionQueue.keepAnswer({ owner: document.documentElement.dataset.person, run: '{{StandInInspections.OpenId}}', item: '{{StandInInspections.ItemId(6)}}',
              type: 'BOOLEAN', typed: { value: '', note: '' }, body: null, state: 'draft', revision: 'a', tries: 0 })
            """);
        await page.ReloadAsync();
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await KeepsAsync(0);
        await page.Context.DisposeAsync();

        async Task KeepsAsync(int answers)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            while (await page.EvaluateAsync<int>($"InspectionQueue.read(document.documentElement.dataset.person, '{StandInInspections.OpenId}').then(kept => kept.answers.size)") != answers)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    [Fact]
    public async Task What_waits_is_said_once_and_then_counted_in_silence()
    {
        var page = await StartAsync("run-silent");
        await page.Context.SetOfflineAsync(true);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await Expect(page.Locator("[data-trouble=offline] [data-text]")).ToContainTextAsync("1 answer or photo");
        await page.EvaluateAsync("() => { document.querySelector('[data-trouble]').isTheSame = true; }");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-trouble=offline] [data-text][aria-live=off]")).ToContainTextAsync("2 answers and photos");

        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('[data-trouble]').isTheSame === true"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Finishing_twice_at_once_finishes_once()
    {
        var page = await StartAsync("run-twice");
        await OpenItemAsync(page, 3);
        await page.FillAsync("[name=value]:visible", "48312");
        await OpenItemAsync(page, 2);
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await OpenItemAsync(page, 4);
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("front.png")]);
        await page.GotoAsync(Runner + "?item=end");
        await Expect(page.Locator("[data-missing]")).ToBeHiddenAsync();
        await page.EvaluateAsync("() => { const next = document.querySelector('[data-next]'); next.click(); next.click(); }");
        await page.WaitForURLAsync("**?done=completed");

        Assert.Equal(["complete"], StandInInspections.Of("run-twice").Actions);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Trying_a_photo_again_leaves_the_keyboard_in_its_tile()
    {
        var page = await StartAsync("run-again");
        await page.SetInputFilesAsync("[data-camera]:visible", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "hello"u8.ToArray() });
        await Expect(page.Locator("[data-retry]:visible")).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(true);
        await page.FocusAsync("[data-retry]:visible");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-key] [data-remove]:visible")).ToBeFocusedAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_that_was_sent_is_taken_out_with_a_connection_and_a_reason()
    {
        var book = StandInInspections.Of("run-out");
        var page = await StartAsync("run-out");
        await page.SetInputFilesAsync("[data-camera]:visible", [Photo("tyre.png")]);
        await Expect(page.Locator("[data-key] [data-badge=sent]:visible")).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(true);
        await page.ClickAsync("[data-photo-id]:visible [data-take-out]");
        await page.ClickAsync("[data-removal] [type=submit]");
        await Expect(page.Locator("#removal-error")).ToHaveTextAsync("Say why the photo is removed.");
        await page.FillAsync("#removal-reason", "Not this wheel.");
        await page.ClickAsync("[data-removal] [type=submit]");
        await Expect(page.Locator("#removal-error")).ToContainTextAsync("with a connection");
        await EveryPage.ShootAsync(page, "runner-remove-photo", new View(360));
        var found = await Axe.FindAsync(page);
        Assert.Empty(book.Removed);
        Assert.Equal("Not this wheel.", await page.InputValueAsync("#removal-reason"));

        await page.Context.SetOfflineAsync(false);
        await page.ClickAsync("[data-removal] [type=submit]");
        await Expect(page.Locator("[data-photo-id]:visible")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-key]:visible [data-take-out]")).ToBeFocusedAsync(); // of the next one
        await Expect(page.Locator("[data-announced][role=status]")).ToHaveTextAsync("The photo was removed.");
        await page.ClickAsync("[data-key]:visible [data-take-out]");
        await page.FillAsync("#removal-reason", "Blurred.");
        await page.ClickAsync("[data-removal] [type=submit]");
        await Expect(page.Locator("[data-key]:visible")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-camera]:visible")).ToBeFocusedAsync();
        await page.ClickAsync("header [data-all]");
        await Expect(page.Locator("[data-missing-item='2'] [data-lacks=photo]")).ToBeVisibleAsync();

        Assert.Empty(found);
        Assert.Equal([StandInInspections.PhotoId(1), StandInInspections.PhotoId(6)], book.Removed);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_under_a_legal_hold_stays_and_says_why()
    {
        var page = await StartAsync("photo-held");
        await page.ClickAsync("[data-photo-id]:visible [data-take-out]");
        await page.FillAsync("#removal-reason", "Blurred.");
        await page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("[data-removal] [type=submit]");
        await Expect(page.Locator("#removal-error")).ToContainTextAsync("It is kept as evidence");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-photo-id]:visible")).ToHaveCountAsync(1);
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

    private static async Task OpenItemAsync(IPage page, int number)
    {
        if (!await page.Locator("section[data-end]:visible").IsVisibleAsync())
        {
            await page.ClickAsync("header [data-all]");
        }

        await page.ClickAsync($"[data-jump='{number}'] a");
        await Expect(page.Locator($"[data-item][data-number='{number}']:visible")).ToBeVisibleAsync();
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
