using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>The editor of checklists in a browser: what its buttons do happens in place, by keyboard and by pointer, and is sent as it stands on the page.</summary>
public sealed class EditingChecklists(StandIn standIn, Chromium browser)
{
    private const string Edit = $"/admin/inspection-templates/{StandInTemplates.VanId}/edit";

    [Fact]
    public async Task Items_are_moved_by_keyboard_and_each_move_is_announced()
    {
        var page = await OpenAsync(Edit, new View(1280));
        await page.FocusAsync("#down-1");

        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Space");

        Assert.Equal(["2", "3", "1", "4", "5"], await KeysAsync(page));
        Assert.Equal("down-1", await FocusAsync(page));
        await Expect(page.Locator("[data-announce]")).ToHaveTextAsync("Brakes work is item 3 of 5 now.");
        Assert.Equal(["1", "2", "3", "4", "5"], await page.Locator("[data-items] [data-number]").AllTextContentsAsync());
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("up-1", await FocusAsync(page)); // it is the last: down can do no more
        await Expect(page.Locator("#down-1")).ToBeDisabledAsync();
        await Expect(page.Locator("#up-2")).ToBeDisabledAsync();
        await Expect(page.Locator("#up-1")).ToHaveAccessibleNameAsync("Move Brakes work up");
        Assert.Contains("/edit", page.Url, StringComparison.Ordinal); // nothing was sent
        Assert.Empty(await Axe.FindAsync(page));

        Assert.Equal(["2", "3", "4", "5", "1"], await SentAsync(page, "item"));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Items_are_dragged_by_their_grip(int width)
    {
        var page = await OpenAsync(Edit, new View(width));
        await page.EvaluateAsync("document.querySelector('#item-1').scrollIntoView({ block: 'start' })");
        var (from, to) = (await BoxAsync(page, "#item-2 [data-grip]"), await BoxAsync(page, "#item-1"));

        await page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + (from.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y - 10, new MouseMoveOptions { Steps = 4 });
        await page.Mouse.MoveAsync(from.X + (from.Width / 2), to.Y + 5, new MouseMoveOptions { Steps = 12 });
        Assert.Equal(1, await page.Locator("#item-2[data-held]").CountAsync());
        await EveryPage.ShootAsync(page, "checklist-drag", new View(width));
        await page.Mouse.UpAsync();

        Assert.Equal(["2", "1", "3", "4", "5"], await KeysAsync(page));
        Assert.Equal(0, await page.Locator("[data-held]").CountAsync());
        await Expect(page.Locator("[data-announce]")).ToHaveTextAsync("Tyre, front left: tread, pressure, no cuts or bulges and no object between the treads of the tyre is item 1 of 5 now.");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Items_are_added_copied_and_removed_in_place_and_sent_in_their_order()
    {
        var page = await OpenAsync(Edit, new View(360));

        await page.ClickAsync("#copy-2");
        Assert.Equal(["1", "2", "6", "3", "4", "5"], await KeysAsync(page));
        Assert.Equal("label-6", await FocusAsync(page));
        Assert.Equal(("MAJOR", true), (await page.InputValueAsync("#severity-6"), await page.IsCheckedAsync("#photo-6")));
        await page.FillAsync("#label-6", "Tyre, front right");
        await Expect(page.Locator("#item-6 h3")).ToHaveTextAsync("Tyre, front right");
        await Expect(page.Locator("#remove-6")).ToHaveAccessibleNameAsync("Remove Tyre, front right");
        await page.ClickAsync("#add");
        await Expect(page.Locator("[data-announce]")).ToHaveTextAsync("Item 7 of 7 was added.");
        await page.Keyboard.TypeAsync("Odometer");
        await page.SelectOptionAsync("#type-7", "NUMBER");
        await Expect(page.Locator("#severity-7")).ToBeHiddenAsync();
        await page.FillAsync("#min-7", "0");
        await Expect(page.Locator("#item-7 [data-brief-line]")).ToHaveTextAsync("Number · at least 0 · must be answered");
        await page.SelectOptionAsync("#type-7", "TEXT");
        await Expect(page.Locator("#min-7")).ToBeHiddenAsync();
        await page.SelectOptionAsync("#type-7", "NUMBER");
        Assert.Equal("0", await page.InputValueAsync("#min-7"));
        await page.ClickAsync("#remove-1");
        Assert.Equal("remove-2", await FocusAsync(page));
        await Expect(page.Locator("[data-tally]")).ToHaveTextAsync("6 of 50");
        Assert.Empty(await Axe.FindAsync(page));
        Assert.True(await page.WidthAsync() <= 360);
        await EveryPage.ShootAsync(page, "checklist-edited", new View(360));

        Assert.Equal(["2", "6", "3", "4", "5", "7"], await SentAsync(page, "item"));
        Assert.Equal(["Tyre, front right"], await SentAsync(page, "label-6"));
        Assert.Equal(["NUMBER"], await SentAsync(page, "type-7"));
        await page.ClickAsync(".form-foot button");
        await page.WaitForURLAsync("**/edit?done=saved");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task There_are_never_more_than_fifty_items_and_none_is_said()
    {
        var page = await OpenAsync("/admin/inspection-templates/new", new View(1280));
        for (var i = 1; i < 50; i++)
        {
            await page.EvaluateAsync("document.querySelector('#add').click()");
        }

        await Expect(page.Locator("#add")).ToBeDisabledAsync();
        await page.ClickAsync("#copy-1");
        await Expect(page.Locator("[data-announce]")).ToHaveTextAsync("A checklist has at most 50 items.");
        Assert.Equal(50, (await KeysAsync(page)).Length);
        await page.EvaluateAsync("document.querySelectorAll('[data-items] button[value^=remove]').forEach(b => b.click())");
        await Expect(page.Locator("[data-empty]")).ToBeVisibleAsync();
        Assert.Equal("add", await FocusAsync(page));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(320, "dark")]
    public async Task Without_script_the_same_buttons_send_the_form_and_bring_it_back(int width, string look)
    {
        var page = await OpenAsync(Edit, new View(width, "en", look, Script: false));
        await page.FillAsync("#description", "Typed, and not to be lost.");

        await page.ClickAsync("#down-1");
        Assert.Equal(["2", "1", "3", "4", "5"], await KeysAsync(page));
        await page.ClickAsync("#add");
        await page.FillAsync("#label-6", "Odometer");
        await page.SelectOptionAsync("#type-6", "NUMBER");
        Assert.False(await page.IsVisibleAsync("#severity-6"));
        await page.FillAsync("#min-6", "nothing");
        Assert.False(await page.Locator("[data-grip]").First.IsVisibleAsync()); // what only script can do is not offered
        await page.ClickAsync(".form-foot button");

        Assert.Contains("Item 6, At least: this is not in the right form.", await page.InnerTextAsync("#summary"), StringComparison.Ordinal);
        Assert.Equal(("true", "nothing", "Typed, and not to be lost."), (await page.GetAttributeAsync("#min-6", "aria-invalid"), await page.InputValueAsync("#min-6"), await page.InputValueAsync("#description")));
        Assert.True(await page.WidthAsync() <= width);
        await EveryPage.ShootAsync(page, "checklist-refused", new View(width, "en", look));
        await page.FillAsync("#min-6", "0");
        await page.ClickAsync(".form-foot button");
        Assert.EndsWith("/edit?done=saved", page.Url, StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(320, "dark")]
    public async Task An_edit_that_came_second_is_compared_item_by_item(int width, string look)
    {
        var view = new View(width, "en", look, StandInApi.Cookie("stale"));
        var page = await browser.OpenAsync(standIn.Web.Address, view);
        await page.GotoAsync(Edit);
        await page.FillAsync("#name", "My van");
        await page.ClickAsync("#remove-5");
        await page.ClickAsync("#down-1");

        await page.ClickAsync(".form-foot button");

        await page.SettleAsync();
        Assert.Contains("Somebody saved this before you", await page.InnerTextAsync("#stale"), StringComparison.Ordinal);
        Assert.Equal(["Name", "Brakes work", "Item 5"], (await page.Locator("#stale tbody th").AllInnerTextsAsync()).Select(t => t.Trim()));
        Assert.Equal(["2", "1", "3", "4"], await KeysAsync(page));
        Assert.Equal("My van", await page.InputValueAsync("#name"));
        Assert.Empty(await Axe.FindAsync(page));
        Assert.True(await page.WidthAsync() <= width);
        await EveryPage.ShootAsync(page, "checklist-stale", view);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_preview_is_gone_through_on_a_phone_without_script()
    {
        var page = await OpenAsync($"/admin/inspection-templates/{StandInTemplates.VanId}/preview", new View(360, Script: false));
        List<string> asked = [];
        for (var item = 1; item <= 5; item++)
        {
            asked.Add(await page.InnerTextAsync("h1"));
            Assert.True(await page.WidthAsync() <= 360);
            foreach (var target in await page.Locator(".choice, .runner > footer a, .runner > header .icon-btn").AllAsync())
            {
                Assert.True((await target.BoundingBoxAsync())!.Height >= 44);
            }

            await EveryPage.ShootAsync(page, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"checklist-preview-{item}"), new View(360, Script: false));
            await page.ClickAsync(".runner > footer a[data-kind=primary]");
        }

        Assert.Equal(["Brakes work", "Tyre, front left: tread, pressure, no cuts or bulges and no object between the treads of the tyre", "Fuel, in per cent", "The van from all four sides", "Notes for the next driver"], asked);
        Assert.EndsWith("/edit", page.Url, StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("dark")]
    [InlineData("dark.more")]
    public async Task Every_page_is_readable_at_night(string look)
    {
        var page = await OpenAsync(Edit, new View(1280, "en", look));
        foreach (var path in new[] { "/admin/inspection-templates?archived=true", "/admin/inspection-templates/new?from=dvir", Edit, Edit[..^"/edit".Length] + "/preview?item=2", Edit[..^"/edit".Length] + "/versions/7" })
        {
            await page.GotoAsync(path);
            await page.EvaluateAsync("document.querySelectorAll('details:not(.menu)').forEach(d => d.open = true)");
            Assert.Equal((path, ""), (path, string.Join('\n', await Axe.FindAsync(page))));
        }

        await page.Context.DisposeAsync();
    }

    private async Task<IPage> OpenAsync(string path, View view)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, view with { Session = StandInApi.Cookie() });
        await page.GotoAsync(path);
        return page;
    }

    private static async Task<string[]> KeysAsync(IPage page)
    {
        await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded); // a page that a form brought back may have come by half
        return await page.EvaluateAsync<string[]>("[...document.querySelectorAll('[data-items] > li')].map(i => i.querySelector('input[name=item]').value)");
    }

    private static Task<string> FocusAsync(IPage page) => page.EvaluateAsync<string>("document.activeElement.id");

    private static async Task<LocatorBoundingBoxResult> BoxAsync(IPage page, string selector) => (await page.Locator(selector).BoundingBoxAsync())!;

    /// <summary>What the form would send of a field, in its order.</summary>
    private static Task<string[]> SentAsync(IPage page, string name) => page.EvaluateAsync<string[]>("name => new FormData(document.querySelector('form[data-checklist]')).getAll(name)", name);
}
