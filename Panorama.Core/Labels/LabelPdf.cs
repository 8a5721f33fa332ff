using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace Panorama.Core.Labels;

/// <summary>
/// Sheets as one PDF: what a print shop takes, and what prints at its size whatever the browser's margins are. Same layout as the SVG, to the hundredth of a
/// millimetre; cut edges are not in it.
/// </summary>
public static class LabelPdf
{
    private const string Family = "Panorama Labels";
    private const double PointsPerMillimetre = 72 / 25.4;

    static LabelPdf() => GlobalFontSettings.FontResolver = new OwnFonts();

    /// <param name="title">What a viewer shows above the pages.</param>
    public static byte[] Write(LabelSheet sheet, string title)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        using var document = new PdfDocument();
        document.Options.CompressContentStreams = true;
        document.Options.FlateEncodeMode = PdfFlateEncodeMode.BestCompression;
        document.Info.Title = title;
        document.Info.Creator = "Panorama";
        for (var number = 0; number < sheet.Pages; number++)
        {
            var page = document.AddPage();
            page.Width = XUnit.FromMillimeter(sheet.Template.PageWidth);
            page.Height = XUnit.FromMillimeter(sheet.Template.PageHeight);
            using var graphics = XGraphics.FromPdfPage(page);
            foreach (var (position, layout) in sheet.On(number))
            {
                var (x, y) = sheet.Template.Place(position);
                var whole = graphics.Save();
                graphics.IntersectClip(Box(x, y, sheet.Template.LabelWidth, sheet.Template.LabelHeight));
                Draw(graphics, layout, x, y);
                graphics.Restore(whole);
            }
        }

        using var stream = new MemoryStream();
        document.Save(stream, closeStream: false);
        return stream.ToArray();
    }

    /// <summary>Characters of the sheet that the PDF has no letters for, each once: it has a question mark in their places.</summary>
    public static IReadOnlyList<string> Lacking(LabelSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        return [.. Enumerable.Range(0, sheet.Pages).SelectMany(sheet.On).SelectMany(l => l.Layout.Texts).SelectMany(t => LabelFont.Lacking(t.Text)).Distinct(StringComparer.Ordinal)];
    }

    private static void Draw(XGraphics graphics, LabelLayout layout, double left, double top)
    {
        var black = new XGraphicsPath();
        var module = layout.QrSize / layout.Qr.Modules;
        foreach (var (x, y, length) in layout.Qr.Runs())
        {
            black.AddRectangle(Box(left + layout.QrX + (x * module), top + layout.QrY + (y * module), length * module, module));
        }

        foreach (var (x, width) in layout.Bars?.Bars() ?? [])
        {
            black.AddRectangle(Box(left + x, top + layout.Bars!.Y, width, layout.Bars.Height));
        }

        graphics.DrawPath(XBrushes.Black, black);
        foreach (var text in layout.Texts)
        {
            var font = new XFont(Family, text.Size * PointsPerMillimetre, text.IsBold ? XFontStyleEx.Bold : XFontStyleEx.Regular);
            graphics.DrawString(LabelFont.Drawable(text.Text), font, XBrushes.Black, (left + text.X) * PointsPerMillimetre, (top + text.Baseline) * PointsPerMillimetre);
        }
    }

    private static XRect Box(double x, double y, double width, double height) =>
        new(x * PointsPerMillimetre, y * PointsPerMillimetre, width * PointsPerMillimetre, height * PointsPerMillimetre);

    private sealed class OwnFonts : IFontResolver
    {
        public FontResolverInfo ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(isBold ? LabelFont.Bold : LabelFont.Regular);

        public byte[] GetFont(string faceName) => LabelFont.Read(faceName);
    }
}
