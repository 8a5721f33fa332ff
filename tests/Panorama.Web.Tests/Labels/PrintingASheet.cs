using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Panorama.Core.Identity;
using Panorama.Core.Labels;
using Panorama.Testing;
using Panorama.Web.Tests.Running;
using ZXing;
using ZXing.Common;

namespace Panorama.Web.Tests.Labels;

/// <summary>What comes out of a browser's printer, on the real Api.</summary>
public sealed partial class PrintingASheet(WholeSystem system, Chromium browser) : IClassFixture<WholeSystem>
{
    private const double PixelsPerMillimetre = 96 / 25.4;

    public static TheoryData<string> Templates => [.. LabelTemplate.All.Select(t => t.Id)];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Every_label_stands_where_the_stock_has_one_and_the_paper_has_its_size(string id)
    {
        var template = LabelTemplate.Find(id)!;
        var tenant = await system.CreateTenantAsync();
        var count = Math.Min(template.LabelsPerPage + 1, 31);
        var assets = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            assets.Add(await tenant.AddAssetAsync($"FC-{i:0000}", "Crew van of the northern depot", TestContext.Current.CancellationToken));
        }

        var page = await PrintAsync(tenant, id, assets, startAt: 1);
        var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true, PrintBackground = true }));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        var boxes = await page.EvaluateAsync<double[][]>(
            """
            [...document.querySelectorAll('.label-sheet')].flatMap(sheet => { const o = sheet.getBoundingClientRect();
              return [...sheet.querySelectorAll('svg > svg')].map(e => { const m = e.getScreenCTM(), b = e.viewBox.baseVal; return [m.e - o.x, m.f - o.y, b.width * m.a, b.height * m.d, o.x, o.width]; }); })
            """);

        Assert.Equal(count, boxes.Length);
        for (var i = 0; i < count; i++)
        {
            var (x, y) = template.Place(i % template.LabelsPerPage);
            double[] expected = [x, y, template.LabelWidth, template.LabelHeight, 0, template.PageWidth];
            Assert.All(expected.Zip(boxes[i]), p => Assert.Equal(p.First, p.Second / PixelsPerMillimetre, 0.1));
        }

        var pages = (int)Math.Ceiling((double)count / template.LabelsPerPage);
        Assert.Equal(pages, PdfPage().Count(pdf));
        var paper = PdfPaper().Match(pdf);
        Assert.Equal(template.PageWidth, double.Parse(paper.Groups["w"].Value, System.Globalization.CultureInfo.InvariantCulture) / 72 * 25.4, 0.5);
        Assert.Equal(template.PageHeight, double.Parse(paper.Groups["h"].Value, System.Globalization.CultureInfo.InvariantCulture) / 72 * 25.4, 0.5);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task A_reader_reads_the_code_and_the_bars_of_the_page_as_it_is_printed(string id)
    {
        var tenant = await system.CreateTenantAsync();
        var asset = await tenant.AddAssetAsync("FC-0001", "Crew van", TestContext.Current.CancellationToken);
        var page = await PrintAsync(tenant, id, [asset], startAt: 1);
        var code = await system.Database.ScalarAsync("select code from asset_labels where asset_id = $1", asset);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        // The whole label with its white, not the box around its ink.
        var box = await page.EvaluateAsync<float[]>(
            "() => { const e = document.querySelector('.label-sheet svg > svg'), m = e.getScreenCTM(), b = e.viewBox.baseVal; return [m.e, m.f, b.width * m.a, b.height * m.d]; }");
        var picture = await page.ScreenshotAsync(new PageScreenshotOptions { Clip = new Clip { X = box[0], Y = box[1], Width = box[2], Height = box[3] } });

        var square = await page.EvaluateAsync<float[]>(
            "() => { const e = document.querySelector('.label-sheet svg > svg > path').getBoundingClientRect(); return [e.x, e.y, e.width, e.height]; }");
        var alone = await page.ScreenshotAsync(new PageScreenshotOptions { Clip = new Clip { X = square[0] - 2, Y = square[1] - 2, Width = square[2] + 4, Height = square[3] + 4 } });

        var dots = await DotsAsync(page, picture);
        Assert.Equal(
            $"{system.Web.Address.GetLeftPart(UriPartial.Authority)}/q/{code}",
            Read(dots, BarcodeFormat.QR_CODE) ?? Read(await DotsAsync(page, alone), BarcodeFormat.QR_CODE, isAlone: true));
        Assert.Equal("FC-0001", Read(dots, BarcodeFormat.CODE_128));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_preview_gives_the_same_sheet_as_a_pdf_and_says_what_is_wrong()
    {
        var tenant = await system.CreateTenantAsync();
        var asset = await tenant.AddAssetAsync("FC-0001", "Crew van 車", TestContext.Current.CancellationToken);
        var page = await PrintAsync(tenant, "l7160", [asset], startAt: 3);

        Assert.Contains("no letters for 車", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("button[formaction='/admin/labels/sheet.pdf']"));
        var bytes = await File.ReadAllBytesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        await page.WaitForSelectorAsync("form:not([data-sent]) button[data-file]"); // what is left of the page can be used again
        await page.EvaluateAsync("document.querySelector('[name=templateId]').value = 'a5'");
        await page.ClickAsync("button[formaction='/admin/labels/sheet.pdf']");
        await page.WaitForURLAsync("**/sheet.pdf");
        var refused = await page.InnerTextAsync("main");

        Assert.Equal("labels.pdf", download.SuggestedFilename);
        Assert.Equal("%PDF-", Encoding.Latin1.GetString(bytes, 0, 5));
        Assert.Contains("Something in the form was not accepted.", refused, StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    private async Task<IPage> PrintAsync(TestTenant tenant, string template, IEnumerable<Guid> assets, int startAt)
    {
        // A phone's screen has two dots to a pixel, so a picture of it has 192 an inch.
        var page = await browser.OpenAsync(system.Web.Address, new View(590, Session: SecretToken.Format(tenant.Staff.Token)));
        await page.SetViewportSizeAsync(1280, 900);
        await page.GotoAsync("/admin/labels?ids=" + string.Join(',', assets));
        await page.SelectOptionAsync("#templateId", template);
        await page.FillAsync("#startAt", startAt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await page.ClickAsync("main form[method=post] button[type=submit] >> nth=0");
        await page.WaitForSelectorAsync(".label-sheet");
        await page.SettleAsync();
        return page;
    }

    // The browser itself unpacks the picture.
    private static async Task<(int Width, byte[] Dots)> DotsAsync(IPage page, byte[] png)
    {
        var grey = await page.EvaluateAsync<int[]>(
            """
            async png => { const picture = new Image(); picture.src = png; await picture.decode(); const canvas = new OffscreenCanvas(picture.width, picture.height);
              const context = canvas.getContext('2d'); context.drawImage(picture, 0, 0); const { data } = context.getImageData(0, 0, picture.width, picture.height);
              const grey = [picture.width]; for (let i = 0; i < data.length; i += 4) grey.push(data[i + 1]); return grey; }
            """,
            "data:image/png;base64," + Convert.ToBase64String(png));
        return (grey[0], [.. grey.Skip(1).Select(g => (byte)g)]);
    }

    // As a scanner does: by the light around each dot, and where that fails by that of the whole picture. A few codes have modules among which
    // this reader finds no corners, at any size and in the sharpest picture, and gives up; where it is told that there is nothing but the code, it reads them.
    private static string? Read((int Width, byte[] Dots) picture, BarcodeFormat format, bool isAlone = false)
    {
        var source = new RGBLuminanceSource(picture.Dots, picture.Width, picture.Dots.Length / picture.Width, RGBLuminanceSource.BitmapFormat.Gray8);
        var hints = new Dictionary<DecodeHintType, object> { [DecodeHintType.POSSIBLE_FORMATS] = new List<BarcodeFormat> { format }, [DecodeHintType.TRY_HARDER] = true };
        if (isAlone)
        {
            hints[DecodeHintType.PURE_BARCODE] = true;
        }

        return new Binarizer[] { new HybridBinarizer(source), new GlobalHistogramBinarizer(source) }
            .Select(b => new MultiFormatReader().decode(new BinaryBitmap(b), hints)?.Text).FirstOrDefault(text => text is not null);
    }

    [GeneratedRegex(@"/Type\s*/Page\b(?!s)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PdfPage();

    [GeneratedRegex(@"/MediaBox\s*\[0 0 (?<w>[\d.]+) (?<h>[\d.]+)\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PdfPaper();
}
