using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>The desk looks at what ended, without script.</summary>
public sealed class ReviewingInspections(StandIn standIn, Chromium browser)
{
    private const string Failed = "/inspections/" + StandInInspections.FailedId;
    private const string Send = "main .card form button[type=submit]";

    [Fact]
    public async Task What_failed_stands_beside_the_same_item_of_the_inspection_before()
    {
        var page = await OpenAsync("side-by-side");
        await page.GotoAsync(Failed);
        var sides = page.Locator("[data-failed] .side-by");

        await Expect(page.Locator("[data-failed] h2")).ToHaveTextAsync(["Tyre, rear left"]);
        await Expect(sides.Nth(0)).ToContainTextAsync("This inspection");
        await Expect(sides.Nth(0).Locator(".badge")).ToHaveTextAsync("No");
        await Expect(sides.Nth(0).Locator(".quote")).ToHaveTextAsync("Cut in the sidewall, cord visible.");
        await Expect(sides.Nth(1)).ToContainTextAsync("Inês Carvalho");
        await Expect(sides.Nth(1).Locator(".badge")).ToHaveTextAsync("Yes");
        await Expect(sides.Nth(1).Locator(".quote")).ToHaveTextAsync("Wear is even.");
        await Expect(sides.Nth(1).Locator("a.figure")).ToHaveAttributeAsync("href", $"/inspections/{StandInInspections.EarlierId}/photos/{StandInInspections.PhotoId(4)}");
        await Expect(sides.Nth(1).Locator("a.figure svg")).ToHaveCountAsync(1);
        await Expect(sides.Nth(1)).ToContainTextAsync("Scratch on the rim");
        foreach (var picture in await page.Locator("[data-failed] img").AllAsync())
        {
            await picture.ScrollIntoViewIfNeededAsync();
            await Expect(picture).ToHaveJSPropertyAsync("complete", true);
            Assert.True(await picture.EvaluateAsync<bool>("e => e.naturalWidth > 0"));
        }

        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Answers_are_listed_by_what_became_of_them_and_the_address_keeps_which()
    {
        var page = await OpenAsync("chips");
        await page.GotoAsync(Failed);
        await Expect(page.Locator("[data-filters] .chip")).ToHaveTextAsync(["All 6", "Failed 1", "Changed 3", "With a note 1"]);
        await Expect(page.Locator("[data-answers] > li")).ToHaveCountAsync(6);

        await page.ClickAsync("[data-filters] .chip:has-text('Changed')");

        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Failed[1..]}?show=changed#answers");
        await Expect(page.Locator("[data-filters] [aria-current]")).ToHaveTextAsync("Changed 3");
        await Expect(page.Locator("[data-answers] > li .strong:first-child")).ToHaveTextAsync(["Tyre, rear left", "Odometer", "Load and securing"]);
        await Expect(page.Locator("[data-answers] > li").Nth(0)).ToContainTextAsync("Before: Yes");
        await Expect(page.Locator("[data-answers] > li").Nth(1)).ToContainTextAsync("+412.5 since 25 Nov 2026");
        await Expect(page.Locator("[data-answers] > li").Nth(2)).ToContainTextAsync("Before: One ladder.");
        await page.GotoAsync(Failed + "?show=nonsense");
        await Expect(page.Locator("[data-answers] > li")).ToHaveCountAsync(6);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_queue_leads_from_one_to_the_next_and_after_a_review_offers_it()
    {
        var page = await OpenAsync("in-the-queue");
        await page.GotoAsync(Failed);
        await Expect(page.Locator("nav.seg")).ToContainTextAsync("1 of 3");
        await Expect(page.Locator("nav.seg [rel=next]")).ToHaveAttributeAsync("href", "/inspections/" + StandInInspections.WaitingId);
        await Expect(page.Locator("nav.seg [rel=prev]")).ToHaveCountAsync(0);

        await page.GotoAsync($"/inspections/{StandInInspections.ReviewedId}?done=reviewed");

        await Expect(page.Locator("main .banner[role=status] a")).ToHaveTextAsync("Next to review: Pre-trip van, VAN-018");
        await Expect(page.Locator("nav.seg")).ToContainTextAsync("2 to review");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_review_decides_of_its_defects_in_one_form()
    {
        var page = await OpenAsync("deciding");
        await page.GotoAsync(Failed);
        await Expect(page.Locator(".decision legend")).ToHaveTextAsync(["Tyre, rear left Out of service", "Windscreen, wipers and washer are in order Major"]);
        await Expect(page.Locator(Field(StandInInspections.DefectId) + "-note")).ToBeHiddenAsync(); // nothing is said of what stays open
        await page.CheckAsync($"[name=defect-{StandInInspections.DefectId}][value=REPAIRED]");
        await page.FillAsync(Field(StandInInspections.DefectId) + "-note", "New tyre.");
        await page.FillAsync("#note", "Back on the road.");

        await page.ClickAsync("main .card form button[type=submit]");

        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Failed[1..]}?done=reviewed");
        var book = StandInInspections.Of("deciding");
        Assert.Equal([KeyValuePair.Create(StandInInspections.DefectId, "REPAIRED: New tyre.")], book.Certified);
        Assert.Equal(["review"], book.Actions);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task When_one_decision_is_refused_the_page_says_what_was_saved_and_loses_nothing()
    {
        var page = await OpenAsync("half-decided");
        await page.GotoAsync(Failed);
        await page.CheckAsync($"[name=defect-{StandInInspections.DefectId}][value=REPAIRED]");
        await page.CheckAsync($"[name=defect-{StandInInspections.SeenAgainId}][value=NOT_NECESSARY]");
        await page.FillAsync(Field(StandInInspections.SeenAgainId) + "-note", "A chip outside the field of view.");
        await page.FillAsync("#note", "Both looked at.");

        await page.ClickAsync("main .card form button[type=submit]");

        await Expect(page.Locator("main .banner[role=status]")).ToContainTextAsync("Tyre, rear left: It was repaired");
        await Expect(page.Locator("#summary a")).ToHaveAttributeAsync("href", Field(StandInInspections.SeenAgainId));
        await Expect(page.Locator("#summary")).ToContainTextAsync("Windscreen, wipers and washer are in order:");
        await Expect(page.Locator($"[name=defect-{StandInInspections.SeenAgainId}][value=NOT_NECESSARY]")).ToBeCheckedAsync();
        await Expect(page.Locator(Field(StandInInspections.SeenAgainId) + "-note")).ToHaveValueAsync("A chip outside the field of view.");
        await Expect(page.Locator("#note")).ToHaveValueAsync("Both looked at.");
        await Expect(page.Locator(Field(StandInInspections.DefectId))).ToContainTextAsync("Repaired"); // no choice is left of it
        await Expect(page.Locator($"[name=defect-{StandInInspections.DefectId}]")).ToHaveCountAsync(0);
        Assert.Empty(StandInInspections.Of("half-decided").Actions);

        // What is left is decided otherwise, and the review goes through.
        await page.CheckAsync($"[name=defect-{StandInInspections.SeenAgainId}][value=OPEN]");
        await page.ClickAsync("main .card form button[type=submit]");
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Failed[1..]}?done=reviewed");
        Assert.Equal(["review"], StandInInspections.Of("half-decided").Actions);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task While_its_defects_cannot_be_read_nothing_is_reviewed_and_the_same_form_is_sent_again(int times)
    {
        var (page, book) = await DecideAsync($"unread-{times}");
        book.Outages["GET defects"] = (0, times);

        await page.ClickAsync(Send);

        await Expect(page.Locator("#summary")).ToContainTextAsync("The defects of this inspection could not be read, so nothing was saved.");
        await Expect(page.Locator("#note")).ToHaveValueAsync("Back on the road.");
        if (times == 1)
        {
            await Expect(page.Locator($"[name=defect-{StandInInspections.DefectId}][value=REPAIRED]")).ToBeCheckedAsync();
        }
        else
        {
            await Expect(page.Locator(Field(StandInInspections.DefectId))).ToContainTextAsync("Your decision: It was repaired");
            await Expect(page.Locator(Field(StandInInspections.DefectId) + " .quote")).ToHaveTextAsync("New tyre.");
        }

        Assert.Empty(book.Certified);
        Assert.Empty(book.Actions);
        await page.ClickAsync(Send);
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Failed[1..]}?done=reviewed");
        Assert.Equal([KeyValuePair.Create(StandInInspections.DefectId, "REPAIRED: New tyre.")], book.Certified);
        Assert.Equal(["review"], book.Actions);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_decision_of_a_defect_that_it_did_not_find_is_not_dropped_in_silence()
    {
        var (page, book) = await DecideAsync("unknown-defect");
        const string elsewhere = "defect-" + StandInInspections.RepairedId;
        await page.EvaluateAsync(
            "([from, to]) => document.querySelectorAll(`[name^='${from}']`).forEach((e) => e.name = e.name.replace(from, to))", new[] { Field(StandInInspections.DefectId)[1..], elsewhere });

        await page.ClickAsync(Send);

        await Expect(page.Locator("#summary a")).ToHaveAttributeAsync("href", "#" + elsewhere);
        await Expect(page.Locator("#" + elsewhere)).ToContainTextAsync("This defect is not one that the inspection found");
        await Expect(page.Locator($"#{elsewhere} .quote")).ToHaveTextAsync("New tyre.");
        Assert.Empty(book.Certified);
        Assert.Empty(book.Actions);
        await page.ClickAsync(Send);
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Failed[1..]}?done=reviewed");
        Assert.Empty(book.Certified);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_somebody_else_decided_meanwhile_is_said_with_the_note_that_was_typed()
    {
        var (page, book) = await DecideAsync("decided-meanwhile");
        book.Certified[StandInInspections.DefectId] = "NOT_NECESSARY: Seen by Priya.";

        await page.ClickAsync(Send);

        await Expect(page.Locator("#summary")).ToContainTextAsync("Tyre, rear left: somebody else has decided it meanwhile.");
        await Expect(page.Locator(Field(StandInInspections.DefectId) + " .quote")).ToHaveTextAsync("New tyre.");
        Assert.Equal("NOT_NECESSARY: Seen by Priya.", book.Certified[StandInInspections.DefectId]);
        Assert.Empty(book.Actions);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_review_outlasts_a_send_and_a_read_that_fail()
    {
        var (page, book) = await DecideAsync("review-away");
        (book.Outages["POST review"], book.Outages["GET"]) = ((0, 1), (1, 1));
        await page.ClickAsync(Send);

        await Expect(page.Locator("#summary")).ToContainTextAsync("The database does not answer right now.");
        await Expect(page.Locator("main .banner[role=status]")).ToContainTextAsync("Tyre, rear left: It was repaired");
        await Expect(page.Locator($"[name=defect-{StandInInspections.DefectId}]")).ToHaveCountAsync(0); // what was kept is not asked again
        await Expect(page.Locator("#note")).ToHaveValueAsync("Back on the road.");

        (book.Outages["POST review"], book.Outages["GET defects"]) = ((0, 1), (1, 1));
        await page.ClickAsync(Send);
        await Expect(page.Locator("#note")).ToHaveValueAsync("Back on the road.");
        await Expect(page.Locator($"[name=defect-{StandInInspections.SeenAgainId}][value=OPEN]")).ToBeCheckedAsync(); // read before, it is still there to decide

        await page.ClickAsync(Send);
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Failed[1..]}?done=reviewed");
        Assert.Equal(["review"], book.Actions);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_review_that_meets_nothing_but_an_outage_is_shown_in_words_and_sent_again()
    {
        var (page, book) = await DecideAsync("review-all-away");
        book.Outages["GET"] = (0, 1);
        await page.ClickAsync(Send);

        await Expect(page.Locator("section:has(#sent-title) dt")).ToHaveTextAsync(["Decision on a defect", "Decision on a defect", "Note", "Name as signature"]);
        await Expect(page.Locator("section:has(#sent-title) dd")).ToHaveTextAsync(["It was repaired", "New tyre.", "Back on the road.", "Priya Nair"]);
        await page.ClickAsync("text=Send again");
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}{Failed[1..]}?done=reviewed");
        Assert.Equal([KeyValuePair.Create(StandInInspections.DefectId, "REPAIRED: New tyre.")], book.Certified);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_note_of_a_review_outlasts_a_send_and_a_read_that_fail()
    {
        var (page, book) = (await OpenAsync("note-away"), StandInInspections.Of("note-away"));
        await page.GotoAsync("/inspections/" + StandInInspections.ReviewedId);
        await page.ClickAsync("details summary:has-text('Change the note')");
        await page.FillAsync("#note", "Mended.");
        (book.Outages["PATCH review-note"], book.Outages["GET"]) = ((0, 1), (1, 1));
        await page.ClickAsync("button:has-text('Save note')");

        await Expect(page.Locator("#summary")).ToContainTextAsync("The database does not answer right now.");
        await Expect(page.Locator("#note")).ToHaveValueAsync("Mended.");
        await page.ClickAsync("button:has-text('Save note')");
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}inspections/{StandInInspections.ReviewedId}?done=note");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_note_that_is_too_long_sends_nothing()
    {
        var page = await OpenAsync("too-long");
        await page.GotoAsync(Failed);
        await page.CheckAsync($"[name=defect-{StandInInspections.DefectId}][value=REPAIRED]");
        await page.EvaluateAsync("id => document.querySelector(id + '-note').removeAttribute('maxlength')", Field(StandInInspections.DefectId));
        await page.FillAsync(Field(StandInInspections.DefectId) + "-note", new string('x', 2_001));
        await page.ClickAsync("main .card form button[type=submit]");

        await Expect(page.Locator("#summary a")).ToHaveAttributeAsync("href", Field(StandInInspections.DefectId));
        await Expect(page.Locator(Field(StandInInspections.DefectId) + "-note")).ToHaveValueAsync(new string('x', 2_001));
        Assert.Empty(StandInInspections.Of("too-long").Certified);
        Assert.Empty(StandInInspections.Of("too-long").Actions);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_driver_compares_and_decides_nothing()
    {
        var page = await OpenAsync("driver");
        await page.GotoAsync(Failed);

        await Expect(page.Locator("[data-failed] .side-by")).ToHaveCountAsync(2);
        await Expect(page.Locator("nav.seg, .decision, main form")).ToHaveCountAsync(0);
        await Expect(page.Locator("main .card:has(#defects) li")).ToHaveCountAsync(3);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_could_not_be_read_is_said_and_the_rest_is_there()
    {
        var page = await OpenAsync("half-read");
        await page.GotoAsync(Failed);

        await Expect(page.Locator("main")).ToContainTextAsync("Some of what belongs to this inspection could not be read.");
        await Expect(page.Locator("[data-failed] .side-by")).ToHaveCountAsync(1);
        await Expect(page.Locator(".decision")).ToHaveCountAsync(0);
        await Expect(page.Locator("#note")).ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("review", Failed, "", 1280)]
    [InlineData("review", Failed, "driver", 320)]
    [InlineData("changed", Failed + "?show=changed#answers", "driver", 360)]
    [InlineData("reviewed", "/inspections/" + StandInInspections.ReviewedId + "?done=reviewed", "", 1280)]
    [InlineData("reviewed", "/inspections/" + StandInInspections.ReviewedId + "?done=reviewed", "", 320)]
    [InlineData("report", Failed + "/report", "", 1280)]
    [InlineData("report", Failed + "/report", "driver", 320)]
    public async Task It_reads_by_day_by_night_and_on_a_narrow_screen(string name, string path, string mood, int width)
    {
        foreach (var look in (string[])["light", "dark"])
        {
            var view = new View(width, width == 320 ? "es" : "en", look, StandInApi.Cookie(mood));
            var page = await browser.OpenAsync(standIn.Web.Address, view);
            await page.GotoAsync(path);
            Assert.True(await page.WidthAsync() <= width, $"{path} is wider than {width} px.");
            Assert.Empty(await Axe.FindAsync(page));
            await EveryPage.ShootAsync(page, $"own-{name}{(mood.Length > 0 ? "-" + mood : "")}", view);
            await page.Context.DisposeAsync();
        }
    }

    // The tyre is repaired, and nothing is sent yet.
    private async Task<(IPage Page, StandInInspections.Book Book)> DecideAsync(string mood)
    {
        var page = await OpenAsync(mood);
        await page.GotoAsync(Failed);
        await page.CheckAsync($"[name=defect-{StandInInspections.DefectId}][value=REPAIRED]");
        await page.FillAsync(Field(StandInInspections.DefectId) + "-note", "New tyre.");
        await page.FillAsync("#note", "Back on the road.");
        return (page, StandInInspections.Of(mood));
    }

    private static string Field(string defect) => $"#defect-{defect}";

    private Task<IPage> OpenAsync(string mood) => browser.OpenAsync(standIn.Web.Address, new View(1280, Session: StandInApi.Cookie(mood), Script: false));
}
