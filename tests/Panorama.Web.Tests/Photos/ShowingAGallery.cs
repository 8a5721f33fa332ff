using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Photos;

/// <summary>Photos and documents of an asset in a real browser.</summary>
public sealed class ShowingAGallery(StandIn standIn, Chromium browser)
{
    private const string Gallery = $"/assets/{StandInApi.VanId}/photos";

    [Theory]
    [InlineData($"/assets/{StandInApi.VanId}", 1280)]
    [InlineData(Gallery, 360)]
    public async Task Every_thumbnail_shows_and_opens_the_full_view_over_the_page(string path, int width)
    {
        List<string> complaints = [];
        var page = await browser.OpenAsync(standIn.Web.Address, new View(width, Session: StandInApi.Cookie("gallery-show")));
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
        await page.GotoAsync(path);
        Assert.Equal(7, await page.Locator(".photos img").CountAsync());
        Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            async () => {
              const all = [...document.querySelectorAll(".photos img")];
              for (const img of all) { img.loading = "eager"; await img.decode().catch(() => {}); }
              return all.filter((img) => !img.naturalWidth || !img.alt || !img.getAttribute("width") || !img.getAttribute("height")).map((img) => img.outerHTML);
            }
            """));
        Assert.Equal("Photo 2 of 7, added on 20 Nov 2026", await page.Locator(".photos img >> nth=1").GetAttributeAsync("alt"));

        await page.ClickAsync("a[data-photo] >> nth=1");
        await page.Locator("[data-stage] img").EvaluateAsync("img => img.decode()");
        Assert.Equal("Photo 2 of 7, added on 20 Nov 2026", await page.Locator("[data-stage] img").GetAttributeAsync("alt"));
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("[data-viewer] [data-count]")).ToHaveTextAsync("3 of 7");
        await page.Locator("[data-stage] img").EvaluateAsync("img => img.decode()");
        var fits = await page.EvaluateAsync<bool>("(() => { const s = document.querySelector('[data-stage]'); return s.scrollWidth <= s.clientWidth && s.scrollHeight <= s.clientHeight; })()");
        await page.ClickAsync("[data-nearer]");
        var isLarger = await page.EvaluateAsync<bool>("(() => { const s = document.querySelector('[data-stage]'); return s.scrollWidth > s.clientWidth && s.scrollHeight > s.clientHeight; })()");
        await EveryPage.ShootAsync(page, "photo-viewer-zoomed", new View(width));
        await page.ClickAsync("[data-farther]");
        await EveryPage.ShootAsync(page, "photo-viewer", new View(width));
        var found = await Axe.FindAsync(page);
        await page.Keyboard.PressAsync("Escape");

        Assert.True(fits && isLarger, $"fits: {fits}, larger: {isLarger}");
        Assert.Empty(found);
        await Expect(page.Locator($"a[data-photo][href$='{StandInPhotos.IdOf(3)}']")).ToBeFocusedAsync();
        Assert.Empty(complaints);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_a_legal_hold_keeps_says_so_and_has_no_way_to_be_deleted()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("gallery-held")));
        await page.GotoAsync(Gallery);

        var held = page.Locator(".photo", new() { HasText = "Kept as evidence" });
        await Expect(held).ToHaveCountAsync(1);
        await Expect(held.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await Expect(page.Locator("#photos-part").GetByRole(AriaRole.Button)).ToHaveCountAsync(6);
        await Expect(page.Locator("#documents-part li", new() { HasText = "Kept as evidence" }).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await EveryPage.ShootAsync(page, "photos-held", new View(360));
        await page.GotoAsync($"{Gallery}/{StandInPhotos.IdOf(6)}");
        await Expect(page.GetByText("A legal hold keeps it as evidence: nobody can delete it, and its age does not remove it.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete photo" })).ToHaveCountAsync(0);
        Assert.Empty(await Axe.FindAsync(page));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Several_are_sent_one_refused_and_one_tried_again_under_its_own_key()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("gallery-send")));
        await page.GotoAsync(Gallery);
        await page.SetInputFilesAsync("#photo-file", [File("good.jpg"), File("not-a-photo.jpg"), File("fails-once.jpg")]);

        await Expect(page.Locator("[data-queue] [data-state=failed]")).ToHaveCountAsync(2);
        await Expect(page.Locator("#photos-part .photo")).ToHaveCountAsync(8);
        await EveryPage.ShootAsync(page, "photos-sending", new View(360));
        var found = await Axe.FindAsync(page);
        var reasons = await page.Locator("[data-queue] [data-word]").AllInnerTextsAsync();
        await page.Locator("[data-state=failed]", new() { HasText = "fails-once.jpg" }).Locator("[data-retry]").ClickAsync();
        await Expect(page.Locator("#photos-part .photo")).ToHaveCountAsync(9);
        await Expect(page.Locator("[data-queue] .photo")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-upload] [data-status] >> nth=0")).ToHaveTextAsync("fails-once.jpg was added");
        await page.Locator("[data-queue] [data-cancel]").ClickAsync();
        await Expect(page.Locator("[data-queue] .photo")).ToHaveCountAsync(0);

        Assert.Empty(found);
        Assert.StartsWith("This is no JPEG, PNG or WebP picture.", reasons[0], StringComparison.Ordinal);
        Assert.StartsWith("The storage does not answer", reasons[1], StringComparison.Ordinal);
        var sent = StandInPhotos.Of("gallery-send").Sent.ToArray();
        Assert.Equal(["good.jpg", "not-a-photo.jpg", "fails-once.jpg", "fails-once.jpg"], sent.Select(s => s.Name));
        Assert.Equal(3, sent.Select(s => s.Key).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(sent[2].Key, sent[3].Key);
        await page.Context.DisposeAsync();
    }

    [Fact]
    [Trait("Tier", "Full")]
    public async Task A_limit_holds_the_rest_back_and_loses_none_of_it()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(1280, Session: StandInApi.Cookie("gallery-limit")));
        await page.GotoAsync(Gallery);
        await page.SetInputFilesAsync("#photo-file", [File("too-many.jpg"), File("second.jpg"), File("third.jpg")]);

        await Expect(page.Locator("[data-queue] [data-state=failed]")).ToHaveCountAsync(3);
        Assert.Matches(@"^That was a lot at once\. Try again from \d\d:\d\d\.$", await page.Locator("[data-queue] [data-word] >> nth=2").InnerTextAsync());
        await page.Locator("[data-queue] [data-cancel] >> nth=0").ClickAsync();
        await page.ClickAsync("[data-again] button >> nth=0");

        await Expect(page.Locator("#photos-part .photo")).ToHaveCountAsync(9);
        Assert.Equal(["too-many.jpg", "second.jpg", "third.jpg"], StandInPhotos.Of("gallery-limit").Sent.Select(s => s.Name));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [Trait("Tier", "Full")]
    [InlineData("photo", "not-a-photo.png", "This is no JPEG")]
    [InlineData("photo", "too-large.jpg", "The photo is larger than 10 MB.")]
    [InlineData("photo", "full.jpg", "The storage is full")]
    [InlineData("photo", "cap.jpg", "The asset has as many photos")]
    [InlineData("document", "not-a-photo.pdf", "This is no PDF.")]
    public async Task Each_refusal_has_a_sentence_of_its_own_with_script_and_without(string area, string name, string sentence)
    {
        foreach (var script in (bool[])[true, false])
        {
            var page = await browser.OpenAsync(standIn.Web.Address, new View(1280, Session: StandInApi.Cookie("gallery-refuse"), Script: script));
            await page.GotoAsync(Gallery);
            await page.SetInputFilesAsync($"#{area}-file", File(name));
            if (!script)
            {
                await page.ClickAsync($"form[data-upload$='{area}s'] > button[type=submit]");
            }

            await Expect(page.Locator(script ? "[data-queue] [data-state=failed] [data-word]" : $"#{area}-file-error")).ToContainTextAsync(sentence);
            await page.Context.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_script_one_is_sent_captioned_deleted_and_brought_back()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(320, Session: StandInApi.Cookie("gallery-plain"), Script: false));
        await page.GotoAsync(Gallery);
        await page.SetInputFilesAsync("#photo-file", File("good.jpg"));
        await page.ClickAsync("form[data-upload$='photos'] > button[type=submit]");
        Assert.EndsWith("/photos?done=photos.sent", page.Url, StringComparison.Ordinal);
        await page.SettleAsync();
        Assert.Equal(8, await page.Locator("#photos-part .photo").CountAsync());

        await page.ClickAsync("#photos-part a.frame >> nth=0");
        await page.ClickAsync("a[rel=next]");
        Assert.Contains("Photo 2 of 8", await page.InnerTextAsync("h1"), StringComparison.Ordinal);
        await page.ClickAsync("a[rel=prev]");
        await page.FillAsync("#caption", "New tyres");
        await page.ClickAsync("main form button[type=submit] >> nth=0");
        Assert.EndsWith("?done=caption", page.Url, StringComparison.Ordinal);
        Assert.Equal("New tyres", await page.Locator(".figure img").GetAttributeAsync("alt"));

        // Somebody else wrote another caption meanwhile.
        var photo = StandInPhotos.Of("gallery-plain").Photos[0];
        (photo.Caption, photo.Version) = ("Worn tyres", photo.Version + 1);
        await page.FillAsync("#caption", "New winter tyres");
        await page.ClickAsync("main form button[type=submit] >> nth=0");
        Assert.Equal("New winter tyres", await page.InputValueAsync("#caption"));
        Assert.Contains("Worn tyres", await page.InnerTextAsync("#stale"), StringComparison.Ordinal);
        Assert.True(await page.WidthAsync() <= 320);
        await EveryPage.ShootAsync(page, "photo-stale", new View(320, Script: false));
        await page.ClickAsync("main form button[type=submit] >> nth=0");
        Assert.Equal("New winter tyres", photo.Caption);

        await page.ClickAsync("button[data-kind=danger]");
        await page.SettleAsync();
        Assert.Equal(7, await page.Locator("#photos-part .photo").CountAsync());
        await page.ClickAsync("form[action$='/restore'] button");
        Assert.EndsWith("/photos?done=photos.restored", page.Url, StringComparison.Ordinal);
        await page.SettleAsync();
        Assert.Equal(8, await page.Locator("#photos-part .photo").CountAsync());

        await page.SetInputFilesAsync("#document-file", File("service-book.pdf"));
        await page.ClickAsync("form[data-upload$='documents'] > button[type=submit]");
        await page.ClickAsync("#documents-part form[action$='/delete'] button >> nth=0");
        Assert.Contains("done=documents.deleted", page.Url, StringComparison.Ordinal);
        await page.ClickAsync("form[action$='/restore'] button");
        Assert.Contains("service-book.pdf", await page.InnerTextAsync("#documents-part"), StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    private static FilePayload File(string name) => new() { Name = name, MimeType = name.EndsWith(".pdf", StringComparison.Ordinal) ? "application/pdf" : "image/jpeg", Buffer = new byte[40_000] };
}
