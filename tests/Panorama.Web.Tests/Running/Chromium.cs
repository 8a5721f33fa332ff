using Microsoft.Playwright;
using Panorama.Web.Tests.Running;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Panorama.Web.Tests.Running;

/// <summary>One real browser for the run.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Whether the long checks run: both themes and three languages.</summary>
    public static bool IsFull => Environment.GetEnvironmentVariable("FULL") == "1";

    /// <summary>Path of the browser; null when this machine has none, and the tests that need one are skipped by name.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new InvalidOperationException($"CHROMIUM names '{named}', which does not exist.");
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend("/usr/bin");
        return Names
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>A page with its own cookies.</summary>
    public async Task<IPage> OpenAsync(Uri site, View view)
    {
        Assert.SkipWhen(_browser is null, "needs a browser: install chromium (apt-get install chromium) or set CHROMIUM to its path");
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = site.ToString(),
            ViewportSize = new ViewportSize { Width = view.Width, Height = view.Width < 600 ? 740 : 800 },
            DeviceScaleFactor = view.Width < 600 ? 2 : 1,
            HasTouch = view.Width < 600,
            JavaScriptEnabled = view.Script,
            ColorScheme = ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        });
        List<Cookie> cookies = [new() { Name = "panorama_locale", Value = view.Locale, Url = site.ToString() }];
        if (view.Session is not null)
        {
            cookies.Add(new Cookie { Name = "panorama_session", Value = view.Session, Url = site.ToString(), HttpOnly = true });
        }

        if (view.Look is not null)
        {
            cookies.Add(new Cookie { Name = "panorama_look", Value = view.Look, Url = site.ToString() });
        }

        await context.AddCookiesAsync(cookies);
        context.SetDefaultTimeout(15_000);
        return await context.NewPageAsync();
    }

    /// <summary>A browser of its own with a profile that outlives it, on a phone.</summary>
    public async Task<IBrowserContext> LaunchAsync(string profile, Uri site)
    {
        Assert.SkipWhen(_browser is null, "needs a browser: install chromium (apt-get install chromium) or set CHROMIUM to its path");
        return await _playwright!.Chromium.LaunchPersistentContextAsync(profile, new BrowserTypeLaunchPersistentContextOptions
        {
            ExecutablePath = Find(),
            Headless = true,
            Args = Arguments,
            BaseURL = site.ToString(),
            ViewportSize = new ViewportSize { Width = 360, Height = 740 },
            HasTouch = true,
            ReducedMotion = ReducedMotion.Reduce,
        });
    }

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Headless = true, Args = Arguments });
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

/// <param name="Look">Value of the appearance cookie, such as <c>dark</c> or <c>light.more</c>.</param>
public sealed record View(int Width = 1280, string Locale = "en", string? Look = "light", string? Session = null, bool Script = true);
