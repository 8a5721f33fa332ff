namespace Panorama.Core.Labels;

/// <summary>Where everything stands on one label, in millimetres from its upper left corner. What cannot be read at that size is left out.</summary>
/// <param name="Bars">Null where the tag is no plain ASCII or too long for bars that a reader can tell apart.</param>
public sealed record LabelLayout(QrImage Qr, double QrX, double QrY, double QrSize, LabelBars? Bars, IReadOnlyList<LabelText> Texts)
{
    private const double Edge = 2;
    private const double BarHeight = 5;
    private const double MaxQr = 25;

    // From this height on the bars have a strip of their own below; on lower labels they stand under the text, beside the QR code.
    private const double TallFrom = 33;

    // 0.19 mm (7.5 mil) is the least that hand-held readers are sold for; wider is better.
    private static readonly double[] _barModules = [0.38, 0.33, 0.3, 0.25, 0.22, 0.19];

    public static LabelLayout Of(LabelContent content, LabelTemplate template)
    {
        var qr = QrImage.Of(content.Address);
        var isTall = template.LabelHeight >= TallFrom;
        var widths = Code128.Encode(content.Tag);
        if (isTall)
        {
            // The quiet zone has to fit between the symbol and the bars.
            var room = template.LabelHeight - Edge - BarHeight;
            var size = Math.Min(MaxQr, (room - Edge) / (1 + ((double)QrImage.QuietModules / qr.Modules)));
            var quiet = Quiet(size, qr);
            var y = room - quiet - size;
            var x = Math.Max(Edge, quiet);
            var bars = Fit(widths, Edge, Edge, template.LabelHeight - Edge - BarHeight, template.LabelWidth - Edge);
            var column = x + size + quiet;
            return new LabelLayout(qr, x, y, size, bars, Text(content, column, y, template.LabelWidth - column - Edge, size));
        }
        else
        {
            var size = Math.Min(MaxQr, template.LabelHeight - (2 * Edge) - 1);
            var quiet = Quiet(size, qr);
            var y = (template.LabelHeight - size) / 2;
            var column = quiet + size + quiet;
            var width = template.LabelWidth - column - 1;
            var bars = Fit(widths, column - quiet, column, template.LabelHeight - Edge - BarHeight, template.LabelWidth);
            var height = template.LabelHeight - (2 * Edge) - (bars is null ? 0 : BarHeight + 1);
            return new LabelLayout(qr, quiet, y, size, bars, Text(content, column, Edge, width, height));
        }
    }

    private static double Quiet(double size, QrImage qr) => size * QrImage.QuietModules / qr.Modules;

    // The widest bars that fit, with white on both sides: from the last black thing on the left, and no bar before the first free place.
    private static LabelBars? Fit(IReadOnlyList<int>? widths, double white, double free, double top, double right)
    {
        if (widths is null)
        {
            return null;
        }

        foreach (var module in _barModules)
        {
            var quiet = Code128.QuietModules * module;
            var x = Math.Max(free, white + quiet);
            if (x + (widths.Sum() * module) + quiet <= right)
            {
                return new LabelBars(widths, x, top, module, BarHeight);
            }
        }

        return null;
    }

    // The tag first and as large as it fits; the rest by how much a finder of the thing needs it, while there is room.
    private static List<LabelText> Text(LabelContent content, double x, double top, double width, double height)
    {
        var texts = new List<LabelText>();
        var y = top;
        var tagSize = Math.Clamp(width / TextWidth.Of(content.Tag, isBold: true), 2.4, 4.9);
        Add(content.Tag, tagSize, isBold: true);
        Add(LabelCode.Spell(content.Code), 2.6, isBold: false);
        Add(content.Name, 2.6, isBold: false);
        Add(content.Host, 2.3, isBold: false);
        Add(content.Organisation, 2.3, isBold: false);
        return texts;

        void Add(string text, double size, bool isBold)
        {
            var line = size * 1.25;
            if (text.Length > 0 && y + line <= top + height + 0.01)
            {
                texts.Add(new LabelText(TextWidth.Cut(text, width / size, isBold), x, y + size, size, isBold));
                y += line;
            }
        }
    }
}

/// <param name="Widths">Of bar and space in turn, in modules.</param>
/// <param name="Module">Width of one module in millimetres.</param>
public sealed record LabelBars(IReadOnlyList<int> Widths, double X, double Y, double Module, double Height)
{
    /// <summary>The black ones: left edge and width in millimetres.</summary>
    public IEnumerable<(double X, double Width)> Bars()
    {
        var x = X;
        for (var i = 0; i < Widths.Count; i++)
        {
            var width = Widths[i] * Module;
            if (i % 2 == 0)
            {
                yield return (x, width);
            }

            x += width;
        }
    }
}

/// <param name="Baseline">From the label's upper edge.</param>
/// <param name="Size">Of the font, in millimetres.</param>
public sealed record LabelText(string Text, double X, double Baseline, double Size, bool IsBold);
