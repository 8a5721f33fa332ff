using Microsoft.Playwright;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

/// <summary>The page that comes when a form could not be taken, in a browser: readable, and sent again by one press.</summary>
public sealed class RefusedForms(StandIn standIn, Chromium browser)
{
    [Theory]
    [InlineData("database", 1280, "light", "Panorama is not answering right now")]
    [InlineData("database", 320, "dark", "Panorama is not answering right now")]
    [InlineData(null, 320, "light", "You are signed out")]
    [InlineData("forbidden", 360, "light", "You cannot open this page")]
    public async Task What_was_typed_is_shown_and_sent_again_when_it_can_be(string? mood, int width, string look, string title)
    {
        var view = new View(width, "en", look, StandInApi.Cookie());
        var page = await browser.OpenAsync(standIn.Web.Address, view);
        await page.GotoAsync($"/assets/{StandInApi.VanId}/edit");
        await page.FillAsync("#name", "A name that took a while to think of");
        await page.FillAsync("#notes", "First line.\nSecond line.");
        await SignInAsAsync(page, mood);

        await page.ClickAsync(".form-foot button[type=submit]");
        await page.WaitForSelectorAsync("#sent-title");
        var shown = await page.InnerTextAsync("main");
        var wide = await page.WidthAsync();
        var found = await Axe.FindAsync(page);
        await EveryPage.ShootAsync(page, "refused-form-" + (mood ?? "signed-out"), view);

        Assert.Contains(title, shown, StringComparison.Ordinal);
        Assert.Contains("A name that took a while to think of", shown, StringComparison.Ordinal);
        Assert.Contains("Second line.", shown, StringComparison.Ordinal);
        Assert.True(wide <= width, $"{wide} of {width}");
        Assert.Empty(found);
        if (mood != "forbidden")
        {
            await SignInAsAsync(page, "");
            await page.ClickAsync("text=Send again");
            await page.WaitForURLAsync(url => url.Contains("done=saved", StringComparison.Ordinal));
        }

        await page.Context.DisposeAsync();
    }

    private async Task SignInAsAsync(IPage page, string? mood)
    {
        await page.Context.ClearCookiesAsync(new BrowserContextClearCookiesOptions { Name = "panorama_session" });
        if (mood is not null)
        {
            await page.Context.AddCookiesAsync([new Cookie { Name = "panorama_session", Value = StandInApi.Cookie(mood), Url = standIn.Web.Address.ToString() }]);
        }
    }
}
