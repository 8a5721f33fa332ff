using Microsoft.Playwright;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>Where the keyboard is after a dialog of an inspection, however it is left.</summary>
public sealed class LeavingADialog(StandIn standIn, Chromium browser)
{
    private const string Failed = "/inspections/" + StandInInspections.FailedId;
    private const string TakeOut = "[data-photo-id]:visible [data-take-out]";

    [Fact]
    [Trait("FieldCase", "WEB-02")]
    public async Task A_photo_that_is_not_taken_out_after_all_has_the_keyboard()
    {
        var page = await OpenAsync("dialog-removal", 360);
        await page.GotoAsync($"/inspections/{StandInInspections.OpenId}?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        await LeaveAsync(page, TakeOut, "[data-removal]", "[data-close]");

        // Once without a reason, once without a connection: the dialog stays, with the keyboard where the reason is typed.
        await page.FocusAsync(TakeOut);
        await page.Keyboard.PressAsync("Enter");
        foreach (var (reason, error) in new[] { ("", "Say why the photo is removed."), ("Blurred.", "with a connection") })
        {
            await page.FillAsync("#removal-reason", reason);
            await page.Context.SetOfflineAsync(reason.Length > 0);
            await page.FocusAsync("[data-removal] [type=submit]");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#removal-error[role=alert]")).ToContainTextAsync(error);
            await Expect(page.Locator("#removal-reason")).ToBeFocusedAsync();
        }

        await page.Mouse.ClickAsync(4, 370);
        await Expect(page.Locator("[data-removal]")).ToBeHiddenAsync();
        await Expect(page.Locator(TakeOut)).ToBeFocusedAsync();
        Assert.Empty(StandInInspections.Of("dialog-removal").Removed);
        await page.Context.DisposeAsync();
    }

    [Fact]
    [Trait("FieldCase", "WEB-02")]
    public async Task What_a_phone_keeps_of_a_run_that_ended_is_thrown_away_by_the_button_alone()
    {
        var page = await OpenAsync("dialog-kept", 360);
        await page.GotoAsync(Failed);
        await Expect(page.Locator("[data-kept-here][data-ready]")).ToHaveCountAsync(1);
        await page.EvaluateAsync(
            $$"""
            () => InspectionQueue.keepAnswer({ owner: document.documentElement.dataset.person, run: '{{StandInInspections.FailedId}}', item: '{{StandInInspections.ItemId(6)}}', label: 'First-aid kit',
              type: 'BOOLEAN', typed: { value: 'no', note: 'Open.' }, body: { booleanValue: false }, state: 'refused', code: 'inspection_not_in_progress', revision: 'a', tries: 1, at: new Date().toISOString() })
            """);
        await page.ReloadAsync();
        await Expect(page.Locator("[data-ask]")).ToBeVisibleAsync();
        await LeaveAsync(page, "[data-ask]", "[data-sure]", "[data-keep]");
        await Expect(page.Locator("[data-kept-here] [data-list] li")).ToHaveCountAsync(1);

        await page.FocusAsync("[data-ask]");
        await page.Keyboard.PressAsync("Enter");
        await page.FocusAsync("[data-throw]");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-kept-here]")).ToBeHiddenAsync();
        await Expect(page.Locator("main")).ToBeFocusedAsync(); // the card is gone
        await Expect(page.Locator("[data-kept-said][role=status]")).ToHaveTextAsync("Thrown away.");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    [Trait("FieldCase", "WEB-02")]
    public async Task The_view_of_a_photo_gives_the_keyboard_to_the_photo_that_it_showed(int width)
    {
        var page = await OpenAsync("dialog-viewer", width);
        await page.GotoAsync(Failed);
        await LeaveAsync(page, "a[data-photo] >> nth=0", "[data-viewer]", "[data-close]", hasOutside: false);
        Assert.Equal([0, 0, width, width < 600 ? 740 : 800], await page.EvaluateAsync<int[]>(
            "() => { const viewer = document.querySelector('[data-viewer]'); viewer.showModal(); const box = viewer.getBoundingClientRect(); viewer.close(); return [box.x, box.y, box.width, box.height]; }"));

        await page.FocusAsync("a[data-photo] >> nth=0");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("a[data-photo] >> nth=1")).ToBeFocusedAsync();
        await page.Context.DisposeAsync();
    }

    /// <summary>Opens it with Enter and leaves it by Escape, by its button and by a press beside it; a view that fills the window has nothing beside it.</summary>
    private static async Task LeaveAsync(IPage page, string opener, string dialog, string button, bool hasOutside = true)
    {
        foreach (var way in hasOutside ? (string[])["Escape", "button", "outside"] : ["Escape", "button"])
        {
            await page.FocusAsync(opener);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(dialog)).ToBeVisibleAsync();
            for (var i = 0; i < 12; i++)
            {
                Assert.True(
                    await page.EvaluateAsync<bool>("dialog => document.activeElement === document.body || document.activeElement.closest(dialog) !== null", dialog), $"{way}: the focus went behind the dialog.");
                await page.Keyboard.PressAsync("Tab");
            }

            switch (way)
            {
                case "Escape":
                    await page.Keyboard.PressAsync("Escape");
                    break;
                case "button":
                    await page.FocusAsync($"{dialog} {button}");
                    await page.Keyboard.PressAsync("Enter");
                    break;
                default:
                    await page.Mouse.ClickAsync(4, 370);
                    break;
            }

            await Expect(page.Locator(dialog)).ToBeHiddenAsync();
            await Expect(page.Locator(opener)).ToBeFocusedAsync();
        }
    }

    private Task<IPage> OpenAsync(string mood, int width) => browser.OpenAsync(standIn.Web.Address, new View(width, Session: StandInApi.Cookie(mood)));
}
