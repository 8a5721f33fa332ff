using Microsoft.Playwright;

namespace Panorama.Web.Tests.Running;

/// <summary>What a browser measures.</summary>
internal static class Layout
{
    /// <summary>Waits for styles and fonts: a form that was sent shows its answer before they are there, and is measured as if the page had none.</summary>
    public static async Task SettleAsync(this IPage page)
    {
        await page.WaitForLoadStateAsync();
        await page.EvaluateAsync("document.fonts.ready");
    }

    /// <returns>In pixels, with what would have to be scrolled to.</returns>
    public static async Task<int> WidthAsync(this IPage page)
    {
        await page.SettleAsync();
        return await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
    }
}
