using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>Circles and arrows over a photo: dragged, clicked without script, or typed as numbers.</summary>
public sealed class MarkingPhotos(StandIn standIn, Chromium browser)
{
    private const string Editor = $"/inspections/{StandInInspections.OpenId}/photos/{Photo}?marks=edit";
    private const string Photo = "f3000000-0000-7000-8000-000000000001";

    [Fact]
    public async Task A_circle_and_an_arrow_are_dragged_put_into_words_and_saved()
    {
        var page = await OpenAsync("mark-drag", 360);
        await page.GotoAsync(Editor);
        await Expect(page.Locator("form[data-marks][data-ready]")).ToHaveCountAsync(1);
        var board = (await page.Locator("[data-board]").BoundingBoxAsync())!;
        await DragAsync(page, board, (.25, .5), (.35, .5));
        await page.CheckAsync("input[name=next][value=ARROW]");
        await DragAsync(page, board, (.8, .2), (.6, .6));
        await Expect(page.Locator("[data-said]")).ToHaveTextAsync("Mark 2 added.");
        await page.FillAsync("#text-1", "Cut in the sidewall");
        await EveryPage.ShootAsync(page, "marks-drawn", new View(360));
        var found = await Axe.FindAsync(page);
        await page.ClickAsync("form[data-marks] .actions button");
        await page.WaitForURLAsync("**?done=marks");

        Assert.Empty(found);
        var marks = Saved("mark-drag");
        Assert.Equal(("CIRCLE", "Cut in the sidewall", "ARROW"), ((string?)marks[0]!["shape"], (string?)marks[0]!["text"], (string?)marks[1]!["shape"]));
        Near(2500, marks[0]!["x"]);
        Near(5000, marks[0]!["y"]);
        Near(1000, marks[0]!["radius"]);
        Near(8000, marks[1]!["x"]);
        Near(6000, marks[1]!["toX"]);
        Near(6000, marks[1]!["toY"]);
        await Expect(page.Locator("[data-marked] svg[role=img]")).ToHaveAttributeAsync("aria-label", "2 marks");
        await Expect(page.Locator(".mark-list li span:last-child")).ToHaveTextAsync(["Cut in the sidewall", "Arrow"]);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_finger_draws_a_tap_makes_a_mark_and_undo_takes_the_last_away()
    {
        var page = await OpenAsync("mark-tap", 320);
        await page.GotoAsync(Editor);
        await Expect(page.Locator("form[data-marks][data-ready]")).ToHaveCountAsync(1);
        await page.Locator("[data-board]").ScrollIntoViewIfNeededAsync();
        var board = (await page.Locator("[data-board]").BoundingBoxAsync())!;
        await page.Touchscreen.TapAsync(board.X + (board.Width / 2), board.Y + (board.Height / 4));
        await Expect(page.Locator("[data-rows] [data-mark]")).ToHaveCountAsync(1);
        await Expect(page.Locator("#size-1")).ToHaveValueAsync("8");
        await page.ClickAsync("[data-add=ARROW]");
        await Expect(page.Locator("#x-2")).ToBeFocusedAsync();
        await page.FillAsync("#x-2", "12.5");
        await Expect(page.Locator("[data-board] path.mark-ring")).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("^M160 ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.ClickAsync("[data-undo]");
        await Expect(page.Locator("[data-rows] [data-mark]")).ToHaveCountAsync(1);
        await page.FocusAsync("[data-mark] [data-remove]");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-rows] [data-mark]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-add=CIRCLE]")).ToBeFocusedAsync();
        Assert.Equal(320, await page.WidthAsync());
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(360, "at-s")]
    [InlineData(1280, "at-l")]
    public async Task Without_script_a_click_on_the_picture_adds_a_mark_and_numbers_move_it(int width, string pad)
    {
        var mood = "mark-plain" + pad;
        var page = await OpenAsync(mood, width, script: false);
        await page.GotoAsync(Editor);
        var picture = page.Locator($"[data-pad={pad}] input");
        var box = (await picture.BoundingBoxAsync())!;
        await picture.ClickAsync(new() { Position = new() { X = box.Width / 4, Y = box.Height / 2 } });
        await Expect(page.Locator("#x-1")).ToBeVisibleAsync();
        Near(2500, Saved(mood)[0]!["x"]);
        Near(5000, Saved(mood)[0]!["y"]);
        await page.CheckAsync("input[name=next][value=ARROW]");
        await page.Locator($"[data-pad={pad}] input").ClickAsync(new() { Position = new() { X = box.Width / 2, Y = box.Height / 2 } });
        await Expect(page.Locator("#toX-2")).ToBeVisibleAsync();
        await page.FillAsync("#x-1", "30,25");
        await page.FillAsync("#text-1", "Cut");
        await page.PressAsync("#text-1", "Enter"); // saves, and clicks on no picture
        await page.WaitForURLAsync("**?done=marks");
        var marks = Saved(mood);
        Assert.Equal((2, 3025, "Cut"), (marks.Count, (int)marks[0]!["x"]!, (string?)marks[0]!["text"]));
        Near(5000, marks[1]!["toX"]);

        await page.GotoAsync(Editor);
        await page.ClickAsync("[name=remove][value='1']");
        await Expect(page.Locator("#toX-1")).ToBeVisibleAsync();
        Assert.Equal("ARROW", (string?)Assert.Single(Saved(mood))!["shape"]);
        await page.GotoAsync(Editor.Replace("edit", "hidden", StringComparison.Ordinal));
        await Expect(page.Locator("[data-marked] svg")).ToHaveCountAsync(0);
        await page.ClickAsync("text=Show marks");
        await Expect(page.Locator("[data-marked] svg")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_refused_form_loses_nothing_and_names_the_mark()
    {
        var page = await OpenAsync("mark-refused", 360, script: false);
        await page.GotoAsync(Editor);
        await page.ClickAsync("[name=add][value=CIRCLE]");
        await page.FillAsync("#x-1", "130");
        await page.FillAsync("#text-1", "Cut in the sidewall");
        await page.ClickAsync("form[data-marks] .actions button");
        await Expect(page.Locator("#x-1-error")).ToHaveTextAsync("Mark 1: give a number from 0 to 100.");
        Assert.Equal(("130", "Cut in the sidewall"), (await page.InputValueAsync("#x-1"), await page.InputValueAsync("#text-1")));
        Assert.Equal("true", await page.GetAttributeAsync("#x-1", "aria-invalid"));
        Near(5000, Assert.Single(Saved("mark-refused"))!["x"]);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Marks_that_somebody_saved_meanwhile_are_shown_and_not_dropped_unseen()
    {
        var page = await OpenAsync("mark-stale", 360, script: false);
        await page.GotoAsync(Editor);
        StandInInspections.Of("mark-stale").Marks[Photo] = (4, """[{"shape":"CIRCLE","x":1000,"y":1000,"radius":500,"text":"Theirs"}]""");
        await page.ClickAsync("[name=add][value=ARROW]");
        await Expect(page.Locator("#stale")).ToContainTextAsync("Theirs");
        await Expect(page.Locator("#toX-1")).ToHaveValueAsync("50");
        Assert.Equal("Theirs", (string?)Assert.Single(Saved("mark-stale"))!["text"]);

        await page.ClickAsync("form[data-marks] .actions button");
        await page.WaitForURLAsync("**?done=marks");
        Assert.Equal("ARROW", (string?)Assert.Single(Saved("mark-stale"))!["shape"]);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Marks_that_could_not_be_compared_with_what_somebody_saved_are_still_there()
    {
        var page = await OpenAsync("mark-away", 360, script: false);
        var book = StandInInspections.Of("mark-away");
        await page.GotoAsync(Editor);
        await page.ClickAsync("[name=add][value=CIRCLE]");
        await page.FillAsync("#text-1", "Cut in the sidewall");
        book.Marks[Photo] = (7, """[{"shape":"CIRCLE","x":1000,"y":1000,"radius":500,"text":"Theirs"}]""");
        book.Outages["GET"] = (1, 1);
        await page.ClickAsync("form[data-marks] .actions button");

        await Expect(page.Locator("#summary")).ToContainTextAsync("The database does not answer right now.");
        await Expect(page.Locator("#text-1")).ToHaveValueAsync("Cut in the sidewall");
        await page.ClickAsync("form[data-marks] .actions button");
        await Expect(page.Locator("#stale")).ToContainTextAsync("Theirs");
        await Expect(page.Locator("#text-1")).ToHaveValueAsync("Cut in the sidewall");

        book.Outages["GET"] = (0, 1);
        await page.ClickAsync("form[data-marks] .actions button");
        await Expect(page.Locator("main .facts")).ToContainTextAsync("Cut in the sidewall");
        await page.ClickAsync("text=Send again");
        await page.WaitForURLAsync("**?done=marks");
        Assert.Equal("Cut in the sidewall", (string?)Assert.Single(Saved("mark-away"))!["text"]);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task After_a_review_the_marks_are_only_shown_and_the_large_view_shows_them_too()
    {
        var page = await OpenAsync("mark-viewer", 1280);
        await page.GotoAsync($"/inspections/{StandInInspections.ReviewedId}/photos/{StandInInspections.PhotoId(2)}?marks=edit");
        await Expect(page.Locator("form[data-marks]")).ToHaveCountAsync(0);
        await Expect(page.Locator(".mark-list li").First).ToContainTextAsync("Cut in the sidewall");
        await page.GotoAsync("/inspections/" + StandInInspections.ReviewedId);
        await page.ClickAsync($"a[data-photo][href$='{StandInInspections.PhotoId(2)}']");
        await Expect(page.Locator("[data-viewer] [data-stage] svg[role=img]")).ToHaveAttributeAsync("aria-label", "2 marks");
        await EveryPage.ShootAsync(page, "viewer-marks", new View());
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_run_leads_from_a_photo_that_was_sent_to_its_marks()
    {
        var page = await OpenAsync("mark-from-run", 360);
        await page.GotoAsync("/inspections/" + StandInInspections.OpenId + "?item=2");
        await page.ClickAsync("[data-photo-id]:visible [data-mark-link]");
        await Expect(page.Locator("form[data-marks][data-ready]")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    private static JsonArray Saved(string mood) => JsonNode.Parse(StandInInspections.Of(mood).Marks[Photo].Json)!.AsArray();

    // A browser rounds to whole pixels.
    private static void Near(int expected, JsonNode? found) => Assert.InRange((int)found!, expected - 80, expected + 80);

    private static async Task DragAsync(IPage page, LocatorBoundingBoxResult board, (double X, double Y) from, (double X, double Y) to)
    {
        await page.Mouse.MoveAsync((float)(board.X + (from.X * board.Width)), (float)(board.Y + (from.Y * board.Height)));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((float)(board.X + (to.X * board.Width)), (float)(board.Y + (to.Y * board.Height)), new() { Steps = 4 });
        await page.Mouse.UpAsync();
    }

    private Task<IPage> OpenAsync(string mood, int width, bool script = true) => browser.OpenAsync(standIn.Web.Address, new View(width, Session: StandInApi.Cookie(mood), Script: script));
}
