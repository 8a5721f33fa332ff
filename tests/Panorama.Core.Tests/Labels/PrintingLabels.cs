using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Panorama.Core.Labels;
using UglyToad.PdfPig;

namespace Panorama.Core.Tests.Labels;

public sealed class PrintingLabels
{
    private const string Web = "https://fleet.alder-valley-water.example.com";

    public static TheoryData<string> Templates => [.. LabelTemplate.All.Select(t => t.Id)];

    [Fact]
    public void Code_128_is_as_its_standard_says()
    {
        // Start B, nine characters, check 88, stop.
        var widths = string.Concat(Code128.Encode("Wikipedia")!);
        Assert.Equal((73, "211214", "421211" + "2331112"), (widths.Length, widths[..6], widths[^13..]));
        // Start C 12 34, check, stop: (105 + 12 + 2 * 34) mod 103 = 82.
        Assert.Equal("211232" + "112232" + "131123" + "121241" + "2331112", string.Concat(Code128.Encode("1234")!));
        Assert.All(["", "é", "tab\t", "\u007f"], t => Assert.Null(Code128.Encode(t)));
    }

    [Theory]
    [InlineData("VAN-014")]
    [InlineData("A")]
    [InlineData("7")]
    [InlineData("12")]
    [InlineData("123")]
    [InlineData("12345")]
    [InlineData("JRN-0000001")]
    [InlineData("1234567A")]
    [InlineData("AB1234567CD")]
    [InlineData("AB123456CD")]
    [InlineData("AB12CD")]
    [InlineData("~ !\"#$%&'()*+,-./")]
    [InlineData("00000000000000000000")]
    public void A_reader_reads_the_tag(string tag) => Assert.Equal(tag, Scanner.Bars(Code128.Encode(tag)!));

    [Property(MaxTest = 200)]
    public Property A_reader_reads_any_tag_of_plain_ASCII() => Prop.ForAll(
        Gen.Choose(' ', '~').Select(c => (char)c).ArrayOf().Where(c => c.Length is > 0 and <= 40).Select(c => new string(c)).ToArbitrary(),
        tag => Scanner.Bars(Code128.Encode(tag)!) == tag);

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_scanner_reads_both_codes_at_the_size_of_each_label(string id)
    {
        var template = LabelTemplate.Find(id)!;
        foreach (var tag in new[] { "FC-014", "00017" })
        {
            var content = Content(tag, "Crew van of the northern depot");
            var layout = LabelLayout.Of(content, template);

            Assert.Equal(content.Address, Scanner.Qr(layout, template));
            Assert.Equal(tag, Scanner.Bars(layout, template));
            Assert.Equal(tag, layout.Texts[0].Text);
            Assert.Equal("0123A-BCDEF", layout.Texts[1].Text);
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Nothing_leaves_the_label_or_enters_a_quiet_zone(string id)
    {
        var template = LabelTemplate.Find(id)!;
        foreach (var tag in new[] { "A", "JRN-0000001", new string('W', 64), "Ω-1", "車両-001" })
        {
            var layout = LabelLayout.Of(Content(tag, "A rather long name that nobody would ever want to read on a sticker"), template);
            var quiet = layout.QrSize / layout.Qr.Modules * QrImage.QuietModules;

            Assert.True(layout.QrX >= 1.9 && layout.QrY >= 1.9 && layout.QrY + layout.QrSize <= template.LabelHeight - 1.9);
            Assert.True(layout.QrSize >= 19, $"{layout.QrSize}");
            Assert.All(layout.Texts, t => Assert.InRange(t.X, layout.QrX + layout.QrSize + quiet - 0.01, template.LabelWidth));
            Assert.All(layout.Texts, t => Assert.True(t.X + (TextWidth.Of(t.Text, t.IsBold) * t.Size) <= template.LabelWidth - 0.99, t.Text));
            Assert.All(layout.Texts, t => Assert.InRange(t.Baseline, 0, template.LabelHeight - 1));
            if (layout.Bars is { } bars)
            {
                var right = bars.X + ((bars.Widths.Sum() + Code128.QuietModules) * bars.Module);
                Assert.True(bars.X - (Code128.QuietModules * bars.Module) >= 0 && right <= template.LabelWidth + 0.01);
                Assert.All(layout.Texts, t => Assert.True(t.Baseline < bars.Y));
                Assert.True(bars.Y - layout.QrY - layout.QrSize >= quiet - 0.01 || bars.X >= layout.QrX + layout.QrSize + quiet);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Labels_stand_side_by_side_within_the_page_and_even_on_both_sides(string id)
    {
        var template = LabelTemplate.Find(id)!;
        var places = Enumerable.Range(0, template.LabelsPerPage).Select(template.Place).ToList();

        Assert.All(places, p => Assert.True(p.X >= 0 && p.Y >= 0 && p.X + template.LabelWidth <= template.PageWidth + 1e-6 && p.Y + template.LabelHeight <= template.PageHeight + 1e-6));
        Assert.Equal(template.LabelsPerPage, places.Distinct().Count());
        Assert.True(template.PitchX >= template.LabelWidth && template.PitchY >= template.LabelHeight);
        Assert.Equal(template.Left, template.PageWidth - places[^1].X - template.LabelWidth, 0.02);
        Assert.Equal(template.Top, template.PageHeight - places[^1].Y - template.LabelHeight, 0.02);
    }

    [Fact]
    public void A_sheet_begun_goes_on_at_the_first_free_label()
    {
        var template = LabelTemplate.Find("l7160")!;

        var sheet = LabelSheet.Of(template, Enumerable.Range(1, 25).Select(i => Content($"A-{i}", "Thing")), startAt: 20);

        Assert.Equal(3, sheet.Pages);
        Assert.Equal([19, 20], sheet.On(0).Select(l => l.Position));
        Assert.Equal(Enumerable.Range(0, 21), sheet.On(1).Select(l => l.Position));
        Assert.Equal([0, 1], sheet.On(2).Select(l => l.Position));
    }

    [Fact]
    public void A_page_is_a_well_formed_drawing_in_millimetres_whatever_the_names_hold()
    {
        var sheet = LabelSheet.Of(LabelTemplate.Find("5160")!, [Content("<A&\"'1>", "Bell\u0007 <script>alert(1)</script>")], 1);

        var svg = XDocument.Parse(sheet.PageSvg(0)).Root!;

        Assert.Equal(("215.9mm", "279.4mm", "0 0 215.9 279.4"), ((string)svg.Attribute("width")!, (string)svg.Attribute("height")!, (string)svg.Attribute("viewBox")!));
        Assert.DoesNotContain(svg.DescendantsAndSelf().Attributes(), a => a.Name == "style");
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName == "script");
        Assert.Equal("<A&\"'1>", svg.Descendants().First(e => e.Name.LocalName == "text").Value);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_scanner_reads_every_label_of_the_pdf_where_the_stock_has_it(string id)
    {
        var template = LabelTemplate.Find(id)!;
        var contents = Enumerable.Range(1, template.LabelsPerPage + 1).Select(i => Content($"FC-{i:000}", "Furgão nº 7 — \"ß\" Ω Ж")).ToList();

        using var pdf = PdfDocument.Open(LabelPdf.Write(LabelSheet.Of(template, contents, startAt: 1), template.Name));

        Assert.Equal(2, pdf.NumberOfPages);
        foreach (var (content, i) in contents.Select((c, i) => (c, i)))
        {
            var page = pdf.GetPage((i / template.LabelsPerPage) + 1);
            var (left, top) = template.Place(i % template.LabelsPerPage);
            var boxes = page.Paths.Where(p => p.IsFilled).SelectMany(p => p).Select(s => s.GetBoundingRectangle()!.Value)
                .Select(b => (X: Millimetres(b.Left) - left, Y: template.PageHeight - Millimetres(b.Top) - top, Width: Millimetres(b.Width), Height: Millimetres(b.Height)))
                .Where(b => b.X >= 0 && b.Y >= 0 && b.X + b.Width <= template.LabelWidth + 0.01 && b.Y + b.Height <= template.LabelHeight + 0.01);
            Assert.Equal((content.Address, content.Tag), Scanner.Both(template, boxes));
            Assert.Equal((template.PageWidth, template.PageHeight), (Math.Round(Millimetres(page.Width), 1), Math.Round(Millimetres(page.Height), 1)), Lengths);
        }

        var words = string.Concat(pdf.GetPage(2).Letters.Select(l => l.Value));
        Assert.Contains(contents[^1].Tag, words, StringComparison.Ordinal);
        Assert.Contains("Furgão nº 7", words, StringComparison.Ordinal);
        Assert.All(pdf.GetPage(2).Letters, l => Assert.True(Millimetres(l.EndBaseLine.X) <= template.Place(0).X + template.LabelWidth, l.Value));
    }

    [Theory]
    [InlineData("Furgão 7 — ß Ω Ж €", "", "Furgão 7 — ß Ω Ж €")]
    [InlineData("Furga\u0303o", "", "Furgão")]
    [InlineData("車 van 車", "車", "? van ?")]
    [InlineData("Van 🚐", "🚐", "Van ?")]
    public void What_the_pdf_has_no_letters_for_is_said_and_marked(string name, string lacking, string drawn)
    {
        var sheet = LabelSheet.Of(LabelTemplate.All[0], [Content("FC-001", name)], startAt: 1);

        using var pdf = PdfDocument.Open(LabelPdf.Write(sheet, "x"));

        Assert.Equal(lacking, string.Concat(LabelPdf.Lacking(sheet)));
        Assert.Contains(drawn.Replace(" ", "", StringComparison.Ordinal), string.Concat(pdf.GetPage(1).Letters.Select(l => l.Value)).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Five_hundred_labels_are_one_small_file()
    {
        var bytes = LabelPdf.Write(LabelSheet.Of(LabelTemplate.All[0], Enumerable.Range(1, 500).Select(i => Content($"FC-{i:000}", "Crew van")), 1), "500");

        Assert.InRange(bytes.Length, 10_000, 3_000_000);
        Assert.DoesNotContain(Path.GetTempPath(), System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_by_itself_is_read_and_says_nothing_of_the_asset()
    {
        var image = QrImage.Of(LabelContent.AddressOf(Web + "/", "0123ABCDEF"));

        var svg = XDocument.Parse(image.ToSvg()).Root!;

        Assert.Equal((string)svg.Attribute("width")!, (string)svg.Attribute("height")!);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], image.ToPng()[..4]);
    }

    private static IEqualityComparer<(double, double)> Lengths { get; } =
        EqualityComparer<(double, double)>.Create((a, b) => Math.Abs(a.Item1 - b.Item1) <= 0.1 && Math.Abs(a.Item2 - b.Item2) <= 0.1, _ => 0);

    private static double Millimetres(double points) => points / 72 * 25.4;

    private static LabelContent Content(string tag, string name) => LabelContent.Of(tag, name, "Alder Valley Water", "0123ABCDEF", Web);
}
