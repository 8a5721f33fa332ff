using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Panorama.EndToEnd.Tests.Browser))]

namespace Panorama.EndToEnd.Tests;

/// <summary>The machine's Chromium, one process for all tests; each test opens a profile of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Candidates =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if ((Environment.GetEnvironmentVariable("CHROMIUM") ?? Candidates.FirstOrDefault(File.Exists)) is not { } path)
        {
            return; // a test that opens a page is skipped by name
        }

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
        Assert.SkipWhen(_browser is null, "needs a browser: install chromium (apt-get install chromium) or name it in CHROMIUM");
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = web.ToString(),
            ViewportSize = new() { Width = 360, Height = 740 },
            Locale = "en-GB",
            HasTouch = true,
            IgnoreHTTPSErrors = true, // a store of a test shows a certificate of its own
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
