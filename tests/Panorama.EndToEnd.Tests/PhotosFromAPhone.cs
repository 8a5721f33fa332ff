using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Panorama.Testing;
using static Microsoft.Playwright.Assertions;

namespace Panorama.EndToEnd.Tests;

[CollectionDefinition(nameof(Ceph))]
public sealed class CephCollection : ICollectionFixture<Ceph>;

/// <summary>A photo from the phone to the store and back into the page, with the policy that pages are shipped with.</summary>
public sealed class PhotosFromAPhone(RunningSystem system, Browser browser)
{
    [Fact]
    public async Task A_manager_adds_photos_that_the_page_shows_and_the_command_line_finds_whole()
    {
        await GalleryJourney.RunAsync(await browser.OpenPhoneAsync(system.Web));

        var (exitCode, output) = await system.RunCliAsync(TestContext.Current.CancellationToken, "photos", "reconcile");
        Assert.Equal(0, exitCode);
        Assert.Contains("Every photo and document has its object.", output, StringComparison.Ordinal);
    }
}

/// <summary>The same over real servers of S3: through the Api, by signed links, and where nothing is taken that R2 would refuse.</summary>
[Collection(nameof(Ceph)), Trait("Tier", "Full")]
public sealed class PhotosOnOtherStores(Ceph ceph, Browser browser)
{
    [Theory]
    [InlineData("proxy", false)]
    [InlineData("redirect", false)]
    [InlineData("proxy", true)]
    [InlineData("redirect", true)]
    public async Task Every_thumbnail_is_drawn(string delivery, bool isStrict)
    {
        var page = await browser.OpenPhoneAsync(new Uri("http://localhost")); // skipped here where there is no browser, before a system is started
        await page.Context.CloseAsync();
        await using var system = await RunningSystem.StartAsync(
            [
                ("S3_ENDPOINT", (isStrict ? ceph.Strict : ceph.Plain).ToString()), ("S3_REGION", "auto"), ("S3_BUCKET_PHOTOS", $"e2e-{delivery}-{(isStrict ? "strict" : "plain")}"),
                ("S3_ACCESS_KEY", Ceph.AccessKey), ("S3_SECRET_KEY", Ceph.SecretKey), ("S3_FORCE_PATH_STYLE", "true"), ("S3_SERVER_SIDE_ENCRYPTION", "off"),
                ("S3_ENDPOINT_ALLOWED_HOSTS", "localhost,127.0.0.1"), ("PHOTO_DELIVERY", delivery),
            ],
            ("SSL_CERT_FILE", ceph.Tls.AuthorityFile));

        await GalleryJourney.RunAsync(await browser.OpenPhoneAsync(system.Web));
    }
}

internal static class GalleryJourney
{
    private static readonly Regex Gallery = new("/assets/[0-9a-f-]+/photos", RegexOptions.None, TimeSpan.FromSeconds(1));

    public static async Task RunAsync(IPage page)
    {
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.Contains("status of 503", StringComparison.Ordinal))
            {
                complaints.Add(message.Text);
            }
        };
        await page.GotoAsync("/login?next=/assets");
        await page.GetByLabel("E-mail").FillAsync("manager@northwind.example");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("panorama-demo-2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        var asset = await page.Locator("main a[href^='/assets/']").Filter(new() { HasNotText = "New" }).EvaluateAllAsync<string>(
            "links => links.map(l => l.getAttribute('href')).find(h => /^\\/assets\\/[0-9a-f-]{36}$/.test(h))");
        await page.GotoAsync(asset + "/photos");
        await Expect(page).ToHaveURLAsync(Gallery);
        var before = await page.Locator("#photos-part img").CountAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Upload photo" })).ToBeHiddenAsync(); // its script is there, and sends what is chosen
        await page.Locator("#photo-file").SetInputFilesAsync(Photos("pho-01-orient6.jpg", "pho-02-cmyk.jpg"));

        var pictures = page.Locator("#photos-part img");
        // A system that has just started may be too busy to count in time: then it says so, and the person tries again.
        var again = page.Locator("form.upload button[data-retry]:not([hidden])");
        for (var i = 0; i < 60 && await pictures.CountAsync() < before + 2; i++)
        {
            if (await again.CountAsync() > 0)
            {
                await again.First.ClickAsync();
            }

            await page.WaitForTimeoutAsync(1_000);
        }

        await Expect(pictures).ToHaveCountAsync(before + 2);
        for (var i = 0; i < before + 2; i++)
        {
            await pictures.Nth(i).ScrollIntoViewIfNeededAsync();
        }

        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('#photos-part img')].every(i => i.complete && i.naturalWidth > 0)", null, new() { Timeout = 30_000 });
        await page.Locator("#photos-part a.frame").First.ClickAsync();
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('dialog[open] img, main img')].some(i => i.naturalWidth >= 480)", null, new() { Timeout = 30_000 });
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
        Assert.Empty(complaints);
    }

    private static string[] Photos(params string[] names)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(here!.FullName, "Panorama.sln")))
        {
            here = here.Parent;
        }

        return [.. names.Select(n => Path.Combine(here.FullName, "tests", "Data", "field", n))];
    }
}
