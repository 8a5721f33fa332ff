using Microsoft.Playwright;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

public sealed class NarrowScreens(StandIn standIn, Chromium browser, NarrowScreens.Phones phones) : IClassFixture<NarrowScreens.Phones>
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
            var page = await phones.OfAsync(view);
            await page.GotoAsync(path);

            var wide = await page.WidthAsync();
            var outside = await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('body *')].filter(e => !e.closest('.tabs') && e.getBoundingClientRect().right > 321 && e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))");

            await EveryPage.ShootAsync(page, name, view);
            Assert.True(wide <= 320, $"{name} is {wide} px wide: {string.Join("\n", outside)}");
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
        await page.SettleAsync();

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

    /// <summary>A phone for each person and language, which has the styles and fonts from the page before.</summary>
    public sealed class Phones(StandIn standIn, Chromium browser) : IAsyncLifetime
    {
        private readonly Dictionary<View, IPage> _pages = [];

        public async Task<IPage> OfAsync(View view) =>
            _pages.TryGetValue(view, out var page) ? page : _pages[view] = await browser.OpenAsync(standIn.Web.Address, view);

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            foreach (var page in _pages.Values)
            {
                await page.Context.DisposeAsync();
            }
        }
    }
}
