using Microsoft.Playwright;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

public sealed class UsingTheKeyboard(StandIn standIn, Chromium browser)
{
    [Theory]
    [InlineData("/assets")]
    [InlineData("/assets/" + StandInApi.VanId)]
    [InlineData("/account/sessions")]
    [InlineData("/more")]
    public async Task Tab_reaches_every_visible_control_and_shows_where_it_is(string path)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(Session: StandInApi.Cookie()));
        await page.GotoAsync(path);
        var expected = await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select')].filter(e => e.checkVisibility({visibilityProperty: true}) || e.matches('.skip')).length");

        HashSet<string> reached = new(StringComparer.Ordinal);
        List<string> invisible = [];
        for (var i = 0; i < expected + 5; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var (id, ring) = await FocusAsync(page);
            if (id.Length == 0)
            {
                break;
            }

            reached.Add(id);
            if (!ring)
            {
                invisible.Add(id);
            }
        }

        Assert.Empty(invisible);
        Assert.Equal(expected, reached.Count);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_first_stop_skips_to_the_content()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(Session: StandInApi.Cookie()));
        await page.GotoAsync("/assets");

        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");

        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Context.DisposeAsync();
    }

    [Trait("FieldCase", "WEB-02")]
    [Fact]
    public async Task A_menu_opens_with_Enter_closes_with_Escape_and_gives_the_focus_back()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(Session: StandInApi.Cookie()));
        await page.GotoAsync("/assets");
        var summary = page.Locator("#filters > summary");

        await summary.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var opened = await page.Locator("#filters select").First.IsVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Escape");

        Assert.True(opened);
        Assert.False(await page.Locator("#filters").EvaluateAsync<bool>("e => e.open"));
        Assert.True(await summary.EvaluateAsync<bool>("e => e === document.activeElement"));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, "#export > summary")]
    [InlineData(1280, "#filters > summary")]
    [InlineData(1280, "#view > summary")]
    [InlineData(360, "#filters > summary")]
    [InlineData(1280, "[data-keys-open]")]
    [Trait("FieldCase", "WEB-02")]
    public async Task Whatever_opens_gives_the_focus_back_however_it_is_left(int width, string opener)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(width, Session: StandInApi.Cookie()));
        await page.GotoAsync("/assets");
        var isDialog = opener == "[data-keys-open]";
        string[] ways = isDialog ? ["Escape", "outside", "button"] : ["Escape", "outside", "again"];
        foreach (var way in ways)
        {
            await page.Locator(opener).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            var open = page.Locator(isDialog ? "#keys" : opener.Replace(" > summary", "[open]", StringComparison.Ordinal));
            Assert.Equal((way, true), (way, await open.IsVisibleAsync()));
            if (isDialog)
            {
                for (var i = 0; i < 6; i++)
                {
                    await page.Keyboard.PressAsync("Tab");
                    Assert.True(await page.EvaluateAsync<bool>("document.activeElement === document.body || document.activeElement.closest('#keys') !== null"), "The focus went behind the dialog.");
                }
            }

            switch (way)
            {
                case "Escape":
                    await page.Keyboard.PressAsync("Escape");
                    break;
                case "outside":
                    await page.Mouse.ClickAsync(2, 400);
                    break;
                case "button":
                    await page.ClickAsync("[data-keys-close]");
                    break;
                default:
                    await page.Locator(opener).PressAsync("Enter");
                    break;
            }

            Assert.Equal((way, false), (way, await open.IsVisibleAsync()));
            Assert.True(await page.Locator(opener).EvaluateAsync<bool>("e => e === document.activeElement"), $"{opener}, left by {way}: the focus is on {await page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 120)")}");
        }

        await page.Context.DisposeAsync();
    }

    [Fact]
    [Trait("FieldCase", "WEB-02")]
    public async Task A_dialog_that_a_key_opened_leaves_the_focus_on_a_control()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(Session: StandInApi.Cookie()));
        await page.GotoAsync("/assets");

        await page.Keyboard.PressAsync("?");
        await page.Locator("#keys").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.WaitForFunctionAsync("document.activeElement.matches('[data-keys-open]')");
        await page.Context.DisposeAsync();
    }

    [Fact]
    [Trait("FieldCase", "WEB-02")]
    public async Task A_failed_sign_in_moves_the_focus_to_the_reason()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View());
        await page.GotoAsync("/login");

        await page.FillAsync("#email", "priya.nair@example.org");
        await page.FillAsync("#password", "wrong");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("#summary");

        Assert.Equal("summary", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Context.DisposeAsync();
    }

    private static async Task<(string Id, bool Ring)> FocusAsync(IPage page)
    {
        var found = await page.EvaluateAsync<string[]>(
            """
            () => {
              const e = document.activeElement;
              if (!e || e === document.body) return ['', ''];
              const all = [...document.querySelectorAll('*')];
              const style = getComputedStyle(e);
              return [String(all.indexOf(e)), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 ? 'ring' : e.outerHTML.slice(0, 80)];
            }
            """);
        return (found[0], found[1] == "ring" || found[0].Length == 0);
    }
}
