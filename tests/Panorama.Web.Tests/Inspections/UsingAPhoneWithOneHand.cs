using Microsoft.Playwright;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>What the module of a run puts under a thumb: where it is, how large, and what it does while something is on its way.</summary>
public sealed class UsingAPhoneWithOneHand(StandIn standIn, Chromium browser)
{
    private const string Runner = "/inspections/" + StandInInspections.OpenId;

    // What a page asks through a worker is not to be caught on its way.
    private const string Workerless = "delete Navigator.prototype.serviceWorker;";

    [Fact]
    public async Task What_the_module_makes_is_at_least_44_pixels_wide_and_high()
    {
        var page = await StartAsync("targets-made", Workerless);
        await page.SetInputFilesAsync("[data-camera]:visible", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "hello"u8.ToArray() });
        await MeasureAsync("[data-retry]", "[data-remove]", ".shoot", "[name=photo]", "[data-photo-id] [data-take-out]", "[data-photo-id] [data-mark-link]");
        await page.ClickAsync("[data-photo-id]:visible [data-take-out]");
        await MeasureAsync("[data-removal] [type=submit]", "[data-removal] [data-close]", "#removal-reason");
        await page.ClickAsync("[data-removal] [data-close]");

        await SignInAsync(page, "nobody");
        await page.CheckAsync("input[name=value][value=no]:visible");
        await MeasureAsync("[data-trouble=signed-out] [data-sign-in]");
        await SignInAsync(page, StandInApi.Cookie("targets-made"));
        await page.RouteAsync("**/responses", route => route.FulfillAsync(new() { Status = 409, ContentType = "application/problem+json", Body = """{"code":"inspection_not_in_progress"}""" }));
        await page.FillAsync("[name=note]:visible", "Worn.");
        await MeasureAsync("[data-trouble=ended] [data-look]");

        await page.ClickAsync("header [data-all]");
        await SigningOnAPhone.DrawAsync(page);
        await MeasureAsync("[data-clear]", "label:has(#signed)");
        await page.Context.DisposeAsync();

        async Task MeasureAsync(params string[] controls)
        {
            foreach (var control in controls)
            {
                var shown = page.Locator(control + ":visible").First;
                await Expect(shown).ToBeVisibleAsync();
                var box = (await shown.BoundingBoxAsync())!;
                Assert.True(box is { Width: >= 44, Height: >= 44 }, $"{control}: {box.Width} × {box.Height}");
            }
        }
    }

    [Fact]
    public async Task The_camera_comes_before_the_file_picker()
    {
        var page = await StartAsync("camera-first");
        var wrong = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("[data-item]")].filter((item) => {
              const [camera, picker] = [item.querySelector("input[type=file][capture=environment]"), item.querySelector("input[type=file][name^=photo]")];
              return !camera || picker.hasAttribute("capture") || !(camera.compareDocumentPosition(picker) & Node.DOCUMENT_POSITION_FOLLOWING);
            }).map((item) => item.dataset.number)
            """);
        var (camera, picker) = (await page.Locator(".shoot:visible").BoundingBoxAsync(), await page.Locator("[name=photo]:visible").BoundingBoxAsync());
        await page.FocusAsync("[capture=environment]:visible");
        await page.Keyboard.PressAsync("Tab");

        Assert.Empty(wrong);
        Assert.True(camera!.Y + camera.Height <= picker!.Y, $"The camera is at {camera.Y}, the picker at {picker.Y}.");
        await Expect(page.Locator("[name=photo]:visible")).ToBeFocusedAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_on_its_way_says_so_and_cannot_be_removed_until_it_has_arrived()
    {
        var book = StandInInspections.Of("photo-sending");
        var page = await StartAsync("photo-sending", Workerless);
        var mayArrive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/photos", async route =>
        {
            await mayArrive.Task;
            await route.ContinueAsync();
        });
        await page.SetInputFilesAsync("[data-camera]:visible", new FilePayload { Name = "tyre.png", MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(1, 1) });
        await Expect(page.Locator("[data-key][data-state=sending] [data-badge]:visible")).ToHaveTextAsync("Sending");
        var remove = page.Locator("[data-key] [data-remove]:visible");
        await Expect(remove).ToHaveAttributeAsync("aria-disabled", "true");
        await remove.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(remove).ToBeFocusedAsync();
        mayArrive.SetResult();
        await Expect(page.Locator("[data-key] [data-badge]:visible")).ToHaveTextAsync("Sent");
        await Expect(page.Locator("[data-key] [data-take-out]:visible")).ToBeFocusedAsync(); // in place of the button that went

        Assert.Equal((1, 1, 0), (book.Photos.Count, book.Uploads, book.Removed.Count));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Finishing_too_early_leads_to_the_first_item_that_is_missing_and_says_what_it_needs()
    {
        var page = await StartAsync("finish-early");
        var refusal = page.Locator("[data-item]:visible [data-refusal]");
        await FinishAsync();
        await Expect(refusal).ToHaveTextAsync("It needs an answer before you can finish.");
        await Expect(page.Locator("[data-number='2'] fieldset:has([name=value])")).ToBeFocusedAsync();
        await page.CheckAsync("input[name=value][value=yes]:visible");
        await Expect(refusal).ToHaveCountAsync(0);
        await FinishAsync();
        await Expect(refusal).ToHaveTextAsync("It needs an answer before you can finish.");
        await Expect(page.Locator("[data-number='3'] [name=value]")).ToBeFocusedAsync();
        Assert.Contains("refusal-3", await page.GetAttributeAsync("[data-number='3'] [name=value]", "aria-describedby"), StringComparison.Ordinal);
        await page.FillAsync("[name=value]:visible", "a lot");
        await Expect(refusal).ToHaveCountAsync(0);
        await FinishAsync();
        await Expect(refusal).ToContainTextAsync("Type a number");
        await page.FillAsync("[name=value]:visible", "48312");
        await FinishAsync();
        await Expect(refusal).ToHaveTextAsync("It needs a photo before you can finish.");
        await Expect(page.Locator("[data-number='4'] [data-camera]")).ToBeFocusedAsync();
        Assert.EndsWith("?item=4", page.Url, StringComparison.Ordinal);
        await EveryPage.ShootAsync(page, "runner-missing", new View(360));
        var found = await Axe.FindAsync(page);
        await page.SetInputFilesAsync("[data-number='4'] [data-camera]", new FilePayload { Name = "front.png", MimeType = "image/png", Buffer = StandInPhotos.Picture.Of(1, 1) });
        await Expect(refusal).ToHaveCountAsync(0);

        Assert.Empty(found);
        Assert.Empty(StandInInspections.Of("finish-early").Actions);
        await page.Context.DisposeAsync();

        async Task FinishAsync()
        {
            await page.ClickAsync("header [data-all]");
            await page.ClickAsync("[data-next]");
        }
    }

    private async Task<IPage> StartAsync(string mood, string before = ";")
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(mood)));
        await page.AddInitScriptAsync(before);
        await page.GotoAsync(Runner + "?item=2");
        await Expect(page.Locator("[data-ready]")).ToHaveCountAsync(1);
        return page;
    }

    private Task SignInAsync(IPage page, string session) =>
        page.Context.AddCookiesAsync([new() { Name = "panorama_session", Value = session, Url = standIn.Web.Address.ToString(), HttpOnly = true }]);
}
