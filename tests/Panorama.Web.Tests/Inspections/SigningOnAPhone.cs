using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Panorama.Core.Inspections;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>Signing at the end of a run and under a review: by hand, by name alone, without script and without a connection.</summary>
public sealed class SigningOnAPhone(StandIn standIn, Chromium browser)
{
    private const string Runner = $"/inspections/{StandInInspections.OpenId}?item=end";
    private const string Failed = "/inspections/" + StandInInspections.FailedId;

    [Fact]
    public async Task Without_script_the_typed_name_signs_and_a_missing_tick_is_told_beside_it()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(320, Session: StandInApi.Cookie("signed-plain"), Script: false));
        await page.GotoAsync(Runner);
        await Expect(page.Locator(".pad")).ToBeHiddenAsync();
        var prefilled = await page.InputValueAsync("#typedName");
        await page.FillAsync("#typedName", "  Tomás O. ");
        await page.ClickAsync("footer button[form=complete]");
        await Expect(page.Locator("#signed-error")).ToHaveTextAsync("Your organisation needs your signature: tick the box to sign.");
        await Expect(page.Locator("#summary a[href='#signed']")).ToHaveCountAsync(1);
        await Expect(page.Locator("#typedName")).ToHaveValueAsync("Tomás O.");
        Assert.Empty(StandInInspections.Of("signed-plain").Actions);

        await page.FillAsync("#typedName", "");
        await page.CheckAsync("#signed");
        await page.ClickAsync("footer button[form=complete]");
        await Expect(page.Locator("#typedName-error")).ToHaveTextAsync("Type your name to sign.");
        await page.FillAsync("#typedName", "Tomás O.");
        await page.ClickAsync("footer button[form=complete]");
        await page.WaitForURLAsync("**?done=completed");

        Assert.NotEmpty(prefilled);
        Assert.Equal("""{"typedName":"Tom\u00E1s O.","path":null}""", Signature("signed-plain"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_review_is_signed_or_not_and_a_refused_one_keeps_what_was_drawn()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("late")));
        await page.GotoAsync(Failed);
        await DrawAsync(page);
        await page.ClickAsync("main .card form button[type=submit]");
        await Expect(page.Locator("#signed-error")).ToHaveTextAsync("Tick the box to sign, or clear the drawing.");
        var drawn = await page.InputValueAsync("[name=signaturePath]");
        await Expect(page.Locator("[data-ink]")).ToHaveAttributeAsync("d", drawn);
        await page.CheckAsync("#signed");
        await page.ClickAsync("main .card form button[type=submit]");
        await Expect(page.Locator("#summary")).ToContainTextAsync("Somebody has reviewed the inspection.");
        await Expect(page.Locator("[data-ink]")).ToHaveAttributeAsync("d", drawn);
        await Expect(page.Locator("#signed")).ToBeCheckedAsync();
        Assert.Equal(drawn, (string?)JsonNode.Parse(Signature("late"))!["path"]);

        await SignInAsync(page.Context, "review-unsigned");
        await page.GotoAsync(Failed);
        await page.ClickAsync("main .card form button[type=submit]");
        await page.WaitForURLAsync("**?done=reviewed");
        Assert.Equal("null", Signature("review-unsigned"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_mouse_draws_clears_and_signs()
    {
        var page = await StartAsync("signed-mouse", 1280);
        await DrawAsync(page);
        var first = await page.InputValueAsync("[name=signaturePath]");
        await page.ClickAsync("[data-clear]");
        await Expect(page.Locator("#signed")).ToBeFocusedAsync();
        Assert.Equal("", await page.InputValueAsync("[name=signaturePath]"));
        await Expect(page.Locator("[data-clear]")).ToBeHiddenAsync();
        await page.ClickAsync("[data-next]");
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("Your organisation needs your signature");
        await DrawAsync(page);
        await page.CheckAsync("#signed");
        await page.FillAsync("#typedName", "");
        await page.ClickAsync("[data-next]");
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("Type your name to sign.");
        Assert.Empty(StandInInspections.Of("signed-mouse").Actions);
        await page.FillAsync("#typedName", "Tom");
        await page.ClickAsync("[data-next]");
        await page.WaitForURLAsync("**?done=completed");

        var path = (string)JsonNode.Parse(Signature("signed-mouse"))!["path"]!;
        Assert.Equal(path, SignaturePath.Read(path, out _)?.ToString());
        Assert.Equal((2, 2), (first.Count(c => c == 'M'), path.Count(c => c == 'M')));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_finger_draws_and_the_page_stays_where_it_is()
    {
        var page = await StartAsync("signed-touch");
        await page.Locator(".pad").ScrollIntoViewIfNeededAsync();
        var box = (await page.Locator(".pad").BoundingBoxAsync())!;
        var before = await page.EvaluateAsync<double>("() => scrollY");
        var session = await page.Context.NewCDPSessionAsync(page);
        await TouchAsync(session, "touchStart", box.X + 20, box.Y + 140);
        for (var i = 1; i <= 20; i++)
        {
            await TouchAsync(session, "touchMove", box.X + 20 + (i * 10), box.Y + 140 - (i * 6));
        }

        await session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await Expect(page.Locator("[name=signaturePath]")).Not.ToHaveValueAsync("");
        var after = await page.EvaluateAsync<double>("() => scrollY");
        await page.CheckAsync("#signed");
        await EveryPage.ShootAsync(page, "runner-end-drawn", new View(360));
        var found = await Axe.FindAsync(page);
        await page.ClickAsync("[data-next]");
        await page.WaitForURLAsync("**?done=completed");

        Assert.Empty(found);
        Assert.True(box.Height >= 150, $"{box.Height} pixels");
        Assert.Equal(before, after);
        var stroke = Assert.Single(SignaturePath.Read((string)JsonNode.Parse(Signature("signed-touch"))!["path"]!, out _)!.Strokes);
        Assert.InRange(stroke.Count, 10, 60);
        Assert.True(stroke[0].Y > stroke[^1].Y && stroke[0].X < stroke[^1].X);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_connection_it_is_kept_on_the_phone_and_goes_with_the_end_of_the_run()
    {
        var page = await StartAsync("signed-offline");
        await DrawAsync(page);
        await page.FillAsync("#typedName", "Tom O.");
        await page.CheckAsync("#signed");
        var drawn = await page.InputValueAsync("[name=signaturePath]");
        await page.Context.SetOfflineAsync(true);
        await page.ClickAsync("[data-next]");
        await Expect(page.Locator("[data-said]")).ToBeVisibleAsync();
        Assert.Empty(StandInInspections.Of("signed-offline").Actions);
        await page.CloseAsync();

        var again = await page.Context.NewPageAsync();
        await page.Context.SetOfflineAsync(false);
        await OpenAsync(again);
        await Expect(again.Locator("#typedName")).ToHaveValueAsync("Tom O.");
        await Expect(again.Locator("#signed")).ToBeCheckedAsync();
        await Expect(again.Locator("[data-ink]")).ToHaveAttributeAsync("d", drawn);
        await again.ClickAsync("[data-next]");
        await again.WaitForURLAsync("**?done=completed");

        Assert.Equal(("Tom O.", drawn), ((string?)JsonNode.Parse(Signature("signed-offline"))!["typedName"], (string?)JsonNode.Parse(Signature("signed-offline"))!["path"]));
        await again.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_the_server_does_not_take_is_told_and_stays_drawn()
    {
        var page = await StartAsync("run-unsigned");
        await DrawAsync(page);
        await page.CheckAsync("#signed");
        await page.ClickAsync("[data-next]");
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("What was drawn is no signature.");
        await Expect(page.Locator("[data-ink]")).Not.ToHaveAttributeAsync("d", "");

        await page.ClickAsync("[data-clear]");
        await page.UncheckAsync("#signed");
        await page.RunAndWaitForResponseAsync(() => page.ClickAsync("[data-next]"), r => r.Url.EndsWith("/complete", StringComparison.Ordinal)); // the stand-in takes none at all
        Assert.Equal("null", Signature("run-unsigned"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_looks_at_an_inspection_sees_who_signed_and_whether_it_is_unchanged()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("")));
        await page.GotoAsync("/inspections/" + StandInInspections.ReviewedId);

        var (driver, reviewer) = (page.Locator("[data-role=DRIVER]"), page.Locator("[data-role=REVIEWER]"));
        await Expect(driver.GetByRole(AriaRole.Img, new() { Name = "Signature of Thomas E. Okafor" })).ToBeVisibleAsync();
        Assert.True(await driver.Locator("img").EvaluateAsync<bool>("e => e.decode().then(() => e.naturalWidth === 600)"));
        await Expect(driver).ToContainTextAsync("signed in as Tom Okafor");
        await Expect(driver.Locator(".badge")).ToHaveTextAsync("Unchanged since");
        await Expect(driver.Locator(".hash")).ToHaveAttributeAsync("title", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        await Expect(reviewer.Locator(".hand")).ToHaveTextAsync("Priya Nair");
        await Expect(reviewer.Locator(".badge")).ToHaveTextAsync("Changed since");
        await Expect(reviewer).ToContainTextAsync("The note of the review was changed after it was signed.");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(driver.Locator("img")).ToBeVisibleAsync();
        Assert.True(await driver.Locator(".hash").EvaluateAsync<bool>("e => e.scrollWidth <= e.clientWidth + 1 || getComputedStyle(e).whiteSpace === 'normal'"));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("light", ForcedColors.None)]
    [InlineData("dark", ForcedColors.None)]
    [InlineData("light.more", ForcedColors.None)]
    [InlineData("dark", ForcedColors.Active)]
    public async Task Ink_is_seen_on_its_pad(string look, ForcedColors forced)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(320, Look: look, Session: StandInApi.Cookie("signed-look")));
        await page.EmulateMediaAsync(new() { ForcedColors = forced });
        await OpenAsync(page);
        await DrawAsync(page);

        var (ink, paper) = (await LightAsync(page, "[data-ink]", "stroke"), await LightAsync(page, ".pad", "backgroundColor"));
        Assert.True(Math.Abs(ink - paper) > 120, $"{look} {forced}: {ink} on {paper}");
        Assert.Equal(320, await page.WidthAsync());
        await page.Context.DisposeAsync();
    }

    /// <summary>Two strokes.</summary>
    internal static async Task DrawAsync(IPage page)
    {
        await page.Locator(".pad").ScrollIntoViewIfNeededAsync();
        var box = (await page.Locator(".pad").BoundingBoxAsync())!;
        foreach (var (from, to) in new[] { ((20f, 120f), (120f, 30f)), ((130f, 40f), (220f, 130f)) })
        {
            await page.Mouse.MoveAsync(box.X + from.Item1, box.Y + from.Item2);
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(box.X + to.Item1, box.Y + to.Item2, new() { Steps = 12 });
            await page.Mouse.UpAsync();
        }

        Assert.Equal(2, (await page.InputValueAsync("[name=signaturePath]")).Count(c => c == 'M'));
    }

    private static async Task TouchAsync(ICDPSession session, string type, double x, double y) => await session.SendAsync(
        "Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = type, ["touchPoints"] = new[] { new Dictionary<string, object> { ["x"] = x, ["y"] = y } } });

    /// <summary>How light a colour is, from 0 to 255.</summary>
    private static Task<double> LightAsync(IPage page, string selector, string property) => page.Locator(selector).EvaluateAsync<double>(
        """
        (e, property) => {
          const canvas = document.createElement("canvas").getContext("2d");
          canvas.fillStyle = getComputedStyle(e)[property];
          canvas.fillRect(0, 0, 1, 1);
          const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
          return .2126 * r + .7152 * g + .0722 * b;
        }
        """, property);

    private static string Signature(string mood) => JsonNode.Parse(StandInInspections.Of(mood).Bodies.Last())!["signature"]?.ToJsonString() ?? "null";

    private static async Task OpenAsync(IPage page)
    {
        await page.GotoAsync(Runner);
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await Expect(page.Locator(".pad")).ToBeVisibleAsync();
    }

    /// <summary>The end of a run that has all it needs.</summary>
    private async Task<IPage> StartAsync(string mood, int width = 360)
    {
        var book = StandInInspections.Of(mood);
        book.Answers[StandInInspections.ItemId(2)] = """{"booleanValue":true}""";
        book.Answers[StandInInspections.ItemId(3)] = """{"numberValue":48312}""";
        book.Photos.Enqueue(("front", StandInInspections.ItemId(4)));
        var page = await browser.OpenAsync(standIn.Web.Address, new View(width, Session: StandInApi.Cookie(mood)));
        await OpenAsync(page);
        return page;
    }

    private Task SignInAsync(IBrowserContext context, string mood) =>
        context.AddCookiesAsync([new() { Name = "panorama_session", Value = StandInApi.Cookie(mood), Url = standIn.Web.Address.ToString(), HttpOnly = true }]);
}
