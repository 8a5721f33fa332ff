using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

/// <summary>What is folded away is held to the same rules once it is open.</summary>
public sealed class OpenMenus(StandIn standIn, Chromium browser)
{
    [Theory]
    [InlineData("filters", "/assets", "#filters > summary", 1280, "light", "")]
    [InlineData("filters", "/assets", "#filters > summary", 360, "dark", "")]
    [InlineData("view", "/assets", "#view > summary", 1280, "dark", "")]
    [InlineData("view", "/assets", "#view > summary", 320, "light", "")]
    [InlineData("export", "/assets", "#export > summary", 1280, "light", "")]
    [InlineData("export", "/assets", "#export > summary", 320, "dark", "")]
    [InlineData("export-inspections", "/inspections", "#export > summary", 1280, "dark", "")]
    [InlineData("export-inspections", "/inspections", "#export > summary", 320, "light", "")]
    [InlineData("account", "/assets", ".topbar-end summary", 1280, "dark", "")]
    [InlineData("account", "/assets", ".topbar-end summary", 320, "light", "")]
    [InlineData("organisation", "/home", ".topbar > details summary", 1280, "light", "")]
    [InlineData("language", "/login", ".topbar-end summary", 320, "dark", null)]
    public async Task An_open_menu_is_accessible_and_inside_the_page(string name, string path, string summary, int width, string look, string? mood)
    {
        var view = new View(width, "en", look, mood is null ? null : StandInApi.Cookie(mood));
        var page = await browser.OpenAsync(standIn.Web.Address, view);
        await page.GotoAsync(path);

        await page.Locator(summary).First.ClickAsync();

        var wide = await page.WidthAsync();
        var (left, right) = (await EdgeAsync("left"), await EdgeAsync("right"));
        var found = await Axe.FindAsync(page);
        await EveryPage.ShootAsync(page, "menu-" + name, view);
        Assert.True(wide <= width && left >= 0 && right <= width, $"page {wide}, menu {left}–{right} of {width}");
        Assert.Empty(found);
        await page.Context.DisposeAsync();

        Task<double> EdgeAsync(string edge) =>
            page.EvaluateAsync<double>("edge => document.querySelector('details[open] .pop').getBoundingClientRect()[edge]", edge);
    }
}
