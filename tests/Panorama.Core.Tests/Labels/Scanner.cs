using Panorama.Core.Labels;
using ZXing;
using ZXing.Common;

namespace Panorama.Core.Tests.Labels;

/// <summary>Prints a label at 300 dots an inch, as office printers do, and reads it as a scanner would: by a library that is not ours.</summary>
internal static class Scanner
{
    private const double DotsPerMillimetre = 300 / 25.4;

    public static string? Qr(LabelLayout layout, LabelTemplate template)
    {
        var paper = new Paper(template);
        var module = layout.QrSize / layout.Qr.Modules;
        foreach (var (x, y, length) in layout.Qr.Runs())
        {
            paper.Black(layout.QrX + (x * module), layout.QrY + (y * module), length * module, module);
        }

        return paper.Read(BarcodeFormat.QR_CODE);
    }

    public static string? Bars(LabelLayout layout, LabelTemplate template)
    {
        if (layout.Bars is null)
        {
            return null;
        }

        var paper = new Paper(template);
        foreach (var (x, width) in layout.Bars.Bars())
        {
            paper.Black(x, layout.Bars.Y, width, layout.Bars.Height);
        }

        return paper.Read(BarcodeFormat.CODE_128);
    }

    public static string? Bars(IReadOnlyList<int> widths)
    {
        var paper = new Paper(((widths.Sum() + 20) * 3 / DotsPerMillimetre) + 1, 10);
        foreach (var (x, width) in new LabelBars(widths, 30 / DotsPerMillimetre, 1, 3 / DotsPerMillimetre, 8).Bars())
        {
            paper.Black(x, 1, width, 8);
        }

        return paper.Read(BarcodeFormat.CODE_128);
    }

    /// <param name="black">Left, top, width and height in millimetres from the upper left corner of the label.</param>
    public static (string? Qr, string? Bars) Both(LabelTemplate template, IEnumerable<(double X, double Y, double Width, double Height)> black)
    {
        var paper = new Paper(template);
        foreach (var (x, y, width, height) in black)
        {
            paper.Black(x, y, width, height);
        }

        return (paper.Read(BarcodeFormat.QR_CODE), paper.Read(BarcodeFormat.CODE_128));
    }

    private sealed class Paper(double widthMm, double heightMm)
    {
        private readonly int _width = Dot(widthMm);
        private readonly byte[] _dots = [.. Enumerable.Repeat((byte)255, Dot(widthMm) * Dot(heightMm))];

        public Paper(LabelTemplate template)
            : this(template.LabelWidth, template.LabelHeight)
        {
        }

        public void Black(double x, double y, double width, double height)
        {
            for (var row = Dot(y); row < Dot(y + height); row++)
            {
                _dots.AsSpan((row * _width) + Dot(x), Dot(x + width) - Dot(x)).Clear();
            }
        }

        public string? Read(BarcodeFormat format)
        {
            var source = new RGBLuminanceSource(_dots, _width, _dots.Length / _width, RGBLuminanceSource.BitmapFormat.Gray8);
            var reader = new MultiFormatReader();
            return reader.decode(
                new BinaryBitmap(new HybridBinarizer(source)),
                new Dictionary<DecodeHintType, object> { [DecodeHintType.POSSIBLE_FORMATS] = new List<BarcodeFormat> { format }, [DecodeHintType.TRY_HARDER] = true })?.Text;
        }

        private static int Dot(double millimetres) => (int)Math.Round(millimetres * DotsPerMillimetre);
    }
}
