using Microsoft.Playwright;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>A run from its start to its end in a browser whose script does not run.</summary>
public sealed class InspectingWithoutScript(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;
    private static readonly byte[] Picture = StandInPhotos.Picture.Of(1, 1);

    [Fact]
    public async Task One_is_begun_at_an_asset_answered_item_by_item_and_checked_at_its_end()
    {
        var page = await OpenAsync("plain-run");
        await page.GotoAsync("/assets/" + StandInApi.VanId);
        await page.GotoAsync((await page.GetAttributeAsync("main a[href^='/inspections/new']", "href"))!);
        await page.ClickAsync("main .list a.btn");
        await Expect(page).ToHaveURLAsync(standIn.Web.Address + Runner[1..]);
        await Expect(page.Locator("h1:visible")).ToHaveTextAsync("Tyre, rear left"); // the first that has no answer

        await page.CheckAsync("input[name=value][value=no]:visible");
        await page.FillAsync("#note", "Cut in the sidewall.");
        await page.ClickAsync("footer [name=go][value=next]");
        await Expect(page.Locator("h1:visible")).ToHaveTextAsync("Odometer");
        await page.ClickAsync("footer [name=go][value=previous]");
        await Expect(page.Locator("input[value=no]:visible")).ToBeCheckedAsync();
        await Expect(page.Locator("#note")).ToHaveValueAsync("Cut in the sidewall.");
        await page.ClickAsync("header [name=go][value=end]");

        await Expect(page.Locator("h1:visible")).ToHaveTextAsync("Check and finish");
        await Expect(page.Locator("[data-missing] a:visible")).ToHaveTextAsync(["Odometer", "Front of the vehicle, with the plate"]);
        await Expect(page.Locator("[name=outcome]:visible")).ToHaveCountAsync(1); // out of service leaves nothing better
        await Expect(page.Locator("[name=outcome][value=FAIL]")).ToBeCheckedAsync();
        Assert.Contains("\"booleanValue\":false", StandInInspections.Of("plain-run").Answers[StandInInspections.ItemId(2)], StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_refused_answer_stays_typed_with_its_reason_beside_it_and_its_photo_is_kept()
    {
        var page = await OpenAsync("plain-refused");
        await page.GotoAsync(Runner + "?item=3");
        await page.FillAsync("#value", "1 000 000");
        await page.FillAsync("#note", "As the display says.");
        await page.SetInputFilesAsync("#photo", new FilePayload { Name = "odometer.png", MimeType = "image/png", Buffer = Picture });
        await page.ClickAsync("footer [name=go][value=next]");

        await Expect(page.Locator("#value-error")).ToHaveTextAsync("It must be 999,999 or less.");
        await Expect(page.Locator("[data-unsaved]")).ToHaveAttributeAsync("data-number", "3"); // what it shows is not what Api has
        Assert.Equal(("1 000 000", "As the display says."), (await page.InputValueAsync("#value"), await page.InputValueAsync("#note")));
        Assert.Equal(StandInInspections.ItemId(3), Assert.Single(StandInInspections.Of("plain-refused").Photos).Item);
        Assert.Empty(StandInInspections.Of("plain-refused").Answers);

        await page.FillAsync("#value", "48,312");
        await page.PressAsync("#value", "Enter");
        await Expect(page.Locator("h1:visible")).ToHaveTextAsync("Front of the vehicle, with the plate");
        await Expect(page.Locator("[data-unsaved]")).ToHaveCountAsync(0);
        Assert.Contains("\"numberValue\":48312", StandInInspections.Of("plain-refused").Answers[StandInInspections.ItemId(3)], StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_that_is_none_is_refused_beside_its_file_and_the_next_try_has_the_same_key()
    {
        var page = await OpenAsync("plain-photo");
        await page.GotoAsync(Runner + "?item=4");
        var key = await page.GetAttributeAsync("#answer-4 [name=clientUploadKey]", "value");
        await page.SetInputFilesAsync("#photo", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "hello"u8.ToArray() });
        await page.ClickAsync("#answer-4 [name=go][value=stay]");
        await Expect(page.Locator("#photo-error")).ToContainTextAsync("This is no JPEG");
        Assert.Equal(key, await page.GetAttributeAsync("#answer-4 [name=clientUploadKey]", "value"));

        await page.SetInputFilesAsync("#photo", new FilePayload { Name = "front.png", MimeType = "image/png", Buffer = Picture });
        await page.ClickAsync("#answer-4 [name=go][value=stay]");
        await Expect(page.Locator("#photo-error")).ToHaveCountAsync(0);
        Assert.Equal((key, StandInInspections.ItemId(4)), Assert.Single(StandInInspections.Of("plain-photo").Photos));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("responses", "?item=3", "#value", "48,312", "footer [name=go][value=next]", "#note")]
    [InlineData("complete", "?item=end", "#summaryNote", "All but the plate.", "footer button[form=complete]", "#typedName")]
    [InlineData("cancel", "?item=end", "#reason", "Wrong van.", "#cancel button[type=submit]", null)]
    public async Task What_was_typed_outlasts_a_send_and_a_read_that_fail_and_is_sent_by_the_next_press(
        string call, string place, string field, string typed, string button, string? second)
    {
        var mood = "plain-away-" + call;
        var (page, book) = (await OpenAsync(mood), StandInInspections.Of(mood));
        await page.GotoAsync(Runner + place);
        await TypeAsync();
        (book.Outages["POST " + call], book.Outages["GET"]) = ((0, 1), (1, 1));

        await page.ClickAsync(button);

        await Expect(page.Locator("#summary h2")).ToHaveTextAsync("The database does not answer right now. Nothing was lost; try again in a moment.");
        await Expect(page.Locator(field)).ToBeVisibleAsync();
        await Expect(page.Locator(field)).ToHaveValueAsync(typed);
        await ExpectSecondAsync();

        // Nor does a press that cannot even be shown where it was typed.
        book.Outages["GET"] = (0, 1);
        await page.ClickAsync(button);
        await Expect(page.Locator("#sent-title")).ToHaveTextAsync("What you typed is still here");
        await Expect(page.Locator("main .facts")).ToContainTextAsync(typed);
        await page.ClickAsync("text=Send again");
        await Expect(page.Locator("#summary, #sent-title")).ToHaveCountAsync(0);
        var taken = call == "responses" ? book.Answers[StandInInspections.ItemId(3)] : Assert.Single(book.Bodies);
        Assert.Contains(call == "responses" ? "\"numberValue\":48312" : typed, taken, StringComparison.Ordinal);
        await page.Context.DisposeAsync();

        async Task TypeAsync()
        {
            if (call == "cancel")
            {
                await page.ClickAsync("details summary:has-text('Give this inspection up')");
            }

            await page.FillAsync(field, typed);
            if (second is not null)
            {
                await page.FillAsync(second, "Another word.");
            }
        }

        async Task ExpectSecondAsync()
        {
            if (second is not null)
            {
                await Expect(page.Locator(second)).ToHaveValueAsync("Another word.");
            }
        }
    }

    [Fact]
    public async Task What_was_typed_beside_a_photo_outlasts_a_page_that_cannot_be_read()
    {
        var (page, book) = (await OpenAsync("plain-away-photo"), StandInInspections.Of("plain-away-photo"));
        await page.GotoAsync(Runner + "?item=3");
        await page.FillAsync("#value", "48312");
        await page.SetInputFilesAsync("#photo", new FilePayload { Name = "odometer.png", MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(1, 1) });
        book.Outages["GET"] = (0, 1);
        await page.ClickAsync("footer [name=go][value=next]");
        await Expect(page.Locator("main .facts")).ToContainTextAsync("48312");
        await Expect(page.GetByText("The photo or file is not among it")).ToBeVisibleAsync();
        await page.ClickAsync("text=Send again");
        await Expect(page.Locator("#summary, #sent-title")).ToHaveCountAsync(0);

        Assert.Contains("\"numberValue\":48312", book.Answers[StandInInspections.ItemId(3)], StringComparison.Ordinal);
        Assert.Empty(book.Photos);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_is_missing_keeps_a_run_from_its_end_and_loses_no_word_of_the_note()
    {
        var page = await OpenAsync("missing");
        await page.GotoAsync(Runner + "?item=end");
        await page.FillAsync("#summaryNote", "All but the plate.");
        await page.CheckAsync("[name=outcome][value=NEEDS_MAINTENANCE]");
        await page.ClickAsync("footer button[form=complete]");

        await Expect(page.Locator("#summary")).ToContainTextAsync("Items that are needed have no answer or no photo.");
        await Expect(page.Locator("#summaryNote")).ToHaveValueAsync("All but the plate.");
        await Expect(page.Locator("[name=outcome][value=NEEDS_MAINTENANCE]")).ToBeCheckedAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_failed_one_is_reviewed_once_and_what_came_second_is_told_so_with_its_note()
    {
        var page = await OpenAsync("late");
        await page.GotoAsync("/inspections/" + StandInInspections.FailedId);
        await page.FillAsync("#note", "Tyre is ordered.");
        await page.ClickAsync("main .card form button[type=submit]");
        await Expect(page.Locator("#summary")).ToContainTextAsync("Somebody has reviewed the inspection.");
        await Expect(page.Locator("#note")).ToHaveValueAsync("Tyre is ordered.");

        await page.GotoAsync("/inspections/" + StandInInspections.ReviewedId);
        await page.ClickAsync("details summary:has-text('Change the note')");
        await page.FillAsync("#note", "Mended.");
        await page.ClickAsync("button:has-text('Save note')");
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}inspections/{StandInInspections.ReviewedId}?done=note");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_that_was_sent_is_taken_out_on_its_page_and_is_missing_then()
    {
        var page = await OpenAsync("plain-out");
        await page.GotoAsync(Runner + "?item=2");
        await page.ClickAsync("[data-photo-id]:visible [data-take-out]");
        await page.ClickAsync("#take-out button[type=submit]");
        await Expect(page.Locator("#reason-error")).ToHaveTextAsync("Say why the photo is removed.");
        await page.FillAsync("#reason", "Not this wheel.");
        await page.ClickAsync("#take-out button[type=submit]");

        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Runner[1..]}?item=2&done=photo_removed");
        await Expect(page.Locator("[data-status]")).ToContainTextAsync("The photo was removed.");
        await Expect(page.Locator("[data-photo-id]")).ToHaveCountAsync(0);
        Assert.Equal([StandInInspections.PhotoId(1)], StandInInspections.Of("plain-out").Removed);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_under_a_legal_hold_is_not_taken_out_and_the_reason_stays_typed()
    {
        var page = await OpenAsync("photo-held");
        await page.GotoAsync($"{Runner}/photos/{StandInInspections.PhotoId(1)}");
        await page.FillAsync("#reason", "Not this wheel.");
        await page.ClickAsync("#take-out button[type=submit]");
        await Expect(page.Locator("#summary")).ToContainTextAsync("It is kept as evidence");
        await Expect(page.Locator("#reason")).ToHaveValueAsync("Not this wheel.");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Where_they_are_off_nothing_leads_to_inspections()
    {
        var page = await OpenAsync("without-inspections");
        foreach (var path in (string[])["/home", "/assets/" + StandInApi.VanId, "/more"])
        {
            await page.GotoAsync(path);
            await Expect(page.Locator("a[href^='/inspections']")).ToHaveCountAsync(0);
        }

        var response = await page.GotoAsync("/inspections/new");
        Assert.Equal(404, response!.Status);
        await Expect(page.Locator("main")).ToContainTextAsync("Inspections are not switched on");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task Everything_a_finger_needs_in_a_run_is_at_least_44_pixels_high(int width)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(width, "es", Session: StandInApi.Cookie("targets"), Script: false));
        foreach (var item in (string[])["2", "3", "4", "end"])
        {
            await page.GotoAsync($"{Runner}?item={item}");
            var small = await page.EvaluateAsync<string[]>(
                """
                [...document.querySelectorAll(".runner :is(a, button, summary, label:is(.choice, .check), input:not([type=radio], [type=checkbox], [type=hidden]), textarea)")].filter((e) => e.checkVisibility())
                  .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()]).filter(([, box]) => box.height < 44).map(([html, box]) => `${html} ${box.height}`)
                """);
            Assert.Empty(small);
        }

        await page.Context.DisposeAsync();
    }

    private Task<IPage> OpenAsync(string mood) => browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(mood), Script: false));
}
