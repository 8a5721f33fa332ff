using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

public sealed class NarrowScreens(StandIn standIn, Chromium browser)
{
    // Spanish has the longest words of the three.
    private static readonly string[] Locales = Chromium.IsFull ? ["en", "pt-br", "es"] : ["es"];

    [Theory]
    [MemberData(nameof(EveryPage.Pages), MemberType = typeof(EveryPage))]
    public async Task Never_scrolls_sideways_at_320_pixels(string name, string path, string? mood)
    {
        foreach (var locale in Locales)
        {
            var view = new View(320, locale, "light", mood is null ? null : StandInApi.Cookie(mood));
            var page = await browser.OpenAsync(standIn.Web.Address, view);
            await page.GotoAsync(path);
            await page.EvaluateAsync("document.fonts.ready");

            var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            var outside = await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('body *')].filter(e => !e.closest('.tabs') && e.getBoundingClientRect().right > 321 && e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))");

            await EveryPage.ShootAsync(page, name, view);
            Assert.True(wide <= 320, $"{name} is {wide} px wide: {string.Join("\n", outside)}");
            await page.Context.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("pt-br")]
    [InlineData("es")]
    public async Task No_word_of_the_tab_bar_is_broken_or_cut(string locale)
    {
        var view = new View(320, locale, "light", StandInApi.Cookie("driver"));
        var page = await browser.OpenAsync(standIn.Web.Address, view);
        await page.GotoAsync("/inspections");
        await page.EvaluateAsync("document.fonts.ready");

        var broken = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll(".tabbar a span")].filter((span) => {
              const line = parseFloat(getComputedStyle(span).lineHeight);
              const [word, link] = [span.getBoundingClientRect(), span.parentElement.getBoundingClientRect()];
              return word.height > line * 1.5 || word.left < link.left || word.right > link.right + .5 || span.scrollWidth > Math.ceil(word.width);
            }).map((span) => span.textContent)
            """);
        var places = await page.Locator(".tabbar a").CountAsync();

        await EveryPage.ShootAsync(page, "tab-bar", view);
        Assert.True(places >= 4);
        Assert.Empty(broken);
        await page.Context.DisposeAsync();
    }
}
