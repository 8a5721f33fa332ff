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
            graphics.DrawString(text.Text, font, XBrushes.Black, (left + text.X) * PointsPerMillimetre, (top + text.Baseline) * PointsPerMillimetre);
        }
    }

    private static XRect Box(double x, double y, double width, double height) =>
        new(x * PointsPerMillimetre, y * PointsPerMillimetre, width * PointsPerMillimetre, height * PointsPerMillimetre);

    /// <summary>A server has no fonts that one could count on, so two are part of the program: Latin, Greek and Cyrillic.</summary>
    private sealed class OwnFonts : IFontResolver
    {
        private const string Regular = "DejaVuSansCondensed.ttf";
        private const string Bold = "DejaVuSansCondensed-Bold.ttf";

        public FontResolverInfo ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(isBold ? Bold : Regular);

        public byte[] GetFont(string faceName)
        {
            using var stream = typeof(LabelPdf).Assembly.GetManifestResourceStream($"Panorama.Core.Labels.Fonts.{faceName}")!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
