using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Panorama.Web.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Panorama.Web.Tests.Inspections;

/// <summary>The record of an inspection on paper.</summary>
public sealed partial class PrintingAReport(StandIn standIn, Chromium browser)
{
    private const string Report = $"/inspections/{StandInInspections.FailedId}/report";

    [Theory]
    [InlineData("A4", "en", "dark")]
    [InlineData("Letter", "en", "light")]
    [InlineData("A4", "pt-br", "dark.more")]
    [InlineData("Letter", "es", "light")]
    public async Task It_holds_the_whole_record_on_pages_of_paper(string paper, string locale, string look)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(1280, locale, look, StandInApi.Cookie("")));
        await page.GotoAsync(Report);
        await page.EvaluateAsync("Promise.all([...document.images].map(i => i.decode()))");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        var text = await page.InnerTextAsync("body");
        var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new PagePdfOptions { Format = paper, PrintBackground = true }));

        foreach (var part in new[]
        {
            "Alder Valley Water", "VAN-014", "Pre-trip van", "Tom Okafor", "GMT", "Tyre, rear left", "Cut in the sidewall, cord visible.", "Two ladders on the roof,", "Fuse replaced.",
            "They send another van.", new string('0', 64), $"{standIn.Web.Address.GetLeftPart(UriPartial.Authority)}/inspections/{StandInInspections.FailedId}",
        })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        Assert.Contains(locale switch { "en" => "48,312.5", "es" => "48\u00a0312,5", _ => "48.312,5" }, text, StringComparison.Ordinal);
        await Expect(page.Locator(".topbar, .side, .tabbar, .page-head").Locator("visible=true")).ToHaveCountAsync(0);
        await Expect(page.Locator(".report-signatures figure")).ToHaveCountAsync(1);
        await Expect(page.Locator(".report-photos .marks")).ToHaveCountAsync(2);
        Assert.Contains("Cut in the sidewall, cord visible", await page.Locator(".report-photos .mark-list").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(6, await page.EvaluateAsync<int>("[...document.querySelectorAll('.report img')].filter(i => i.naturalWidth > 0).length"));
        Assert.Equal(["rgb(0, 0, 0)", "rgb(255, 255, 255)"], await page.EvaluateAsync<string[]>("(s => [s.color, s.backgroundColor])(getComputedStyle(document.querySelector('.report')))"));
        Assert.All(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.report :is(tr, figure)')].map(e => getComputedStyle(e).breakInside)"), b => Assert.Equal("avoid", b));
        // Two beside each other.
        var places = await page.EvaluateAsync<double[][]>("[...document.querySelectorAll('.report-photos figure')].slice(0, 2).map(e => (b => [b.left, b.top])(e.getBoundingClientRect()))");
        Assert.True(places[0][0] < places[1][0]);
        Assert.Equal(places[0][1], places[1][1], 1.0);
        Assert.InRange(PdfPage().Count(pdf), 2, 6);
        Assert.True(PdfPicture().Count(pdf) >= 1);
        if (Environment.GetEnvironmentVariable("SHOTS") is { Length: > 0 } folder)
        {
            await page.SetViewportSizeAsync(690, 976);
            await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true, Path = Path.Combine(folder, $"report-{paper}-{locale}.png") });
        }

        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task It_reads_without_script_and_prints_with_it()
    {
        var plain = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("driver"), Script: false));
        await plain.GotoAsync(Report);
        await Expect(plain.Locator(".report h1")).ToHaveTextAsync("Inspection report");
        await Expect(plain.Locator(".report")).ToContainTextAsync("version 1");
        await Expect(plain.Locator("[data-print]")).ToBeHiddenAsync();
        await plain.Context.DisposeAsync();

        var page = await browser.OpenAsync(standIn.Web.Address, new View(Session: StandInApi.Cookie("")));
        await page.AddInitScriptAsync("window.print = () => { document.title = 'printed'; }");
        await page.GotoAsync("/inspections/" + StandInInspections.FailedId);
        await page.ClickAsync(".page-actions a:has-text('Report')");
        await page.ClickAsync("[data-print]");
        await Expect(page).ToHaveTitleAsync("printed");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task There_is_none_of_what_goes_on_and_none_that_lacks_a_part()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie("half-read"), Script: false));
        await page.GotoAsync($"/inspections/{StandInInspections.OpenId}/report");
        await Expect(page).ToHaveURLAsync($"{standIn.Web.Address}inspections/{StandInInspections.OpenId}");

        var answer = await page.GotoAsync(Report);
        Assert.Equal(503, answer!.Status);
        await Expect(page.Locator(".report")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    [GeneratedRegex(@"/Type\s*/Page\b(?!s)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PdfPage();

    [GeneratedRegex(@"/Subtype\s*/Image", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PdfPicture();
}
