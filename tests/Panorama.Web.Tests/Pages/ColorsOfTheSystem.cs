using Microsoft.Playwright;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Pages;

/// <summary>Pages whose colours the system has replaced by its own, and those read in the sun: what is chosen, focused or wrong is told by more than a colour.</summary>
public sealed class ColorsOfTheSystem(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;

    // Two looks of one element differ where a line, an edge or what it is filled with does.
    private const string Look =
        "e => { const s = getComputedStyle(e); return [s.borderTopWidth, s.borderTopStyle, s.borderTopColor, s.outlineStyle, s.outlineColor, s.backgroundColor, s.textDecorationLine].join(); }";

    private static readonly View Phone = new(360, Session: StandInApi.Cookie("driver"));

    [Fact]
    public async Task A_chosen_answer_the_focus_and_the_way_so_far_are_seen_in_a_run()
    {
        var page = await OpenAsync(Runner + "?item=2", "forced");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.EvaluateAsync("document.activeElement.blur()");
        var (chosen, other) = (await LookAsync(page, ".choice:has(:checked):visible"), await LookAsync(page, ".choice:not(:has(:checked)):visible"));
        await page.PressAsync("input[name=value][value=no]:visible", "ArrowUp"); // by the keyboard, which is what the ring is for
        var focused = await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.choice:has(:focus-visible)')).outlineStyle");
        var edge = await page.Locator("[data-progress]").EvaluateAsync<string>("e => getComputedStyle(e).borderTopStyle");
        var filled = await ColoursAsync(page, await page.Locator("[data-progress]").ScreenshotAsync());
        await EveryPage.ShootAsync(page, "forced-runner", Phone);

        Assert.NotEqual(chosen, other);
        Assert.Equal("3px", await page.Locator(".choice:has(:checked):visible").EvaluateAsync<string>("e => getComputedStyle(e).borderTopWidth"));
        Assert.Equal("solid", focused);
        Assert.NotEqual(filled[0], filled[1]);
        Assert.Equal("solid", edge);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_connection_the_banner_and_the_badges_of_photos_have_an_edge()
    {
        var page = await OpenAsync(Runner + "?item=2", "forced-offline");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-copied]")).ToHaveCountAsync(1);
        await page.Context.SetOfflineAsync(true);
        await page.SetInputFilesAsync("[data-camera]:visible", new FilePayload { Name = "tyre.png", MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(1, 1) });
        await Expect(page.Locator("[data-trouble=offline]")).ToBeVisibleAsync();
        await EveryPage.ShootAsync(page, "forced-offline", Phone);

        foreach (var selector in (string[])["[data-trouble=offline]", "[data-waiting]", "[data-key] [data-badge=waiting]"])
        {
            Assert.Equal("solid", await page.Locator(selector).First.EvaluateAsync<string>("e => getComputedStyle(e).borderTopStyle"));
        }

        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("forced-end", Runner + "?item=end", ".choice:has(:checked)", ".btn[data-kind=primary]")]
    [InlineData("forced-review", "/inspections/" + StandInInspections.FailedId, ".badge", ".btn[data-kind=primary]")]
    [InlineData("forced-defects", "/defects", ".badge", ".tabs [aria-current]")]
    [InlineData("forced-checklist", $"/admin/inspection-templates/{StandInTemplates.VanId}/edit", ".btn[data-kind=primary]", "input[type=text]")]
    public async Task What_carries_a_state_has_a_line_of_its_own(string name, string path, string first, string second)
    {
        var page = await OpenAsync(path, "");
        await EveryPage.ShootAsync(page, name, Phone);
        foreach (var selector in (string[])[first, second])
        {
            var element = page.Locator($"main {selector}:visible, .runner {selector}:visible").First;
            var line = await element.EvaluateAsync<string>("e => { const s = getComputedStyle(e); return s.borderTopStyle === 'solid' && parseFloat(s.borderTopWidth) >= 1 ? 'border' : s.textDecorationLine; }");
            Assert.True(line is "border" or "underline", $"{name} {selector}: {line}");
        }

        await page.FocusAsync("main a:visible, .runner a:visible");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("solid", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement.closest('.choice') ?? document.activeElement).outlineStyle"));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("light.more")]
    [InlineData("dark.more")]
    public async Task In_the_sun_the_text_and_the_chosen_answer_have_seven_to_one(string look)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, Phone with { Look = look, Session = StandInApi.Cookie("sunlit" + look) });
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        var (before, found) = (await LookAsync(page, ".choice:has([value=no]):visible"), await Axe.FindAsync(page, "color-contrast-enhanced"));
        await page.CheckAsync("input[name=value][value=no]:visible");
        await EveryPage.ShootAsync(page, "sunlit-runner", Phone with { Look = look });

        Assert.NotEqual(before, await LookAsync(page, ".choice:has([value=no]):visible"));
        found = [.. found, .. await Axe.FindAsync(page, "color-contrast-enhanced")];
        Assert.True(found.Length == 0, string.Join('\n', found));
        await page.Context.DisposeAsync();
    }

    /// <summary>Near the beginning and near the end of the middle line: the parts of a bar are no elements of which a style could be asked.</summary>
    private static Task<string[]> ColoursAsync(IPage page, byte[] picture) => page.EvaluateAsync<string[]>(
        """
        async png => {
          const image = new Image();
          image.src = "data:image/png;base64," + png;
          await image.decode();
          const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          return [.06, .9].map((part) => [...context.getImageData(Math.round(image.width * part), Math.round(image.height / 2), 1, 1).data].join());
        }
        """,
        Convert.ToBase64String(picture));

    private static Task<string> LookAsync(IPage page, string selector) => page.Locator(selector).First.EvaluateAsync<string>(Look);

    private async Task<IPage> OpenAsync(string path, string mood)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, Phone with { Session = StandInApi.Cookie(mood) });
        await page.EmulateMediaAsync(new() { ForcedColors = Microsoft.Playwright.ForcedColors.Active });
        await page.GotoAsync(path);
        return page;
    }
}
