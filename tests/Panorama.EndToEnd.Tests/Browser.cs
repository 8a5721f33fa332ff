using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Panorama.EndToEnd.Tests.Browser))]

namespace Panorama.EndToEnd.Tests;

/// <summary>The machine's Chromium, one process for all tests; each test opens a profile of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Candidates =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM") ?? Candidates.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("No Chromium was found: install it (apt-get install chromium) or name it in CHROMIUM.");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A new profile on a phone of 360 × 740, signed out, in English.</summary>
    public async Task<IPage> OpenPhoneAsync(Uri web)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = web.ToString(),
            ViewportSize = new() { Width = 360, Height = 740 },
            Locale = "en-GB",
            HasTouch = true,
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
