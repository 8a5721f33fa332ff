using System.Globalization;
using System.Security;
using System.Text;

namespace Panorama.Core.Labels;

/// <summary>Labels laid out on the pages of a template.</summary>
public sealed class LabelSheet
{
    // Both are in the sheet of the web; a viewer without them takes the next.
    private const string Fonts = "Atkinson Hyperlegible Next, Helvetica, Arial, sans-serif";

    private readonly List<(int Page, int Position, LabelLayout Layout)> _labels;

    private LabelSheet(LabelTemplate template, List<(int Page, int Position, LabelLayout Layout)> labels)
    {
        Template = template;
        _labels = labels;
    }

    public LabelTemplate Template { get; }
    public int Pages => _labels.Count == 0 ? 0 : _labels[^1].Page + 1;

    /// <param name="startAt">The first free position of the first page, from 1: a sheet begun is used up.</param>
    public static LabelSheet Of(LabelTemplate template, IEnumerable<LabelContent> contents, int startAt) => new(
        template,
        [.. contents.Select((content, i) => ((i + startAt - 1) / template.LabelsPerPage, (i + startAt - 1) % template.LabelsPerPage, LabelLayout.Of(content, template)))]);

    /// <summary>One page as an SVG document in millimetres. The class <c>guide</c> marks the cut edges, which are for the screen alone.</summary>
    public string PageSvg(int page)
    {
        var (width, height) = (Number(Template.PageWidth), Number(Template.PageHeight));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}mm" height="{height}mm" font-family="{Fonts}">""")
            .Append(CultureInfo.InvariantCulture, $"""<rect width="{width}" height="{height}" fill="#fff"/>""");
        for (var position = 0; position < Template.LabelsPerPage; position++)
        {
            var (x, y) = Template.Place(position);
            svg.Append("<rect class=\"guide\"").Append(Box(x, y, Template.LabelWidth, Template.LabelHeight))
                .Append(" fill=\"none\" stroke=\"#bbb\" stroke-width=\"0.2\" stroke-dasharray=\"1 1\"/>");
        }

        foreach (var (_, position, layout) in _labels.Where(l => l.Page == page))
        {
            var (x, y) = Template.Place(position);
            var (w, h) = (Number(Template.LabelWidth), Number(Template.LabelHeight));

            // A picture of its own cuts off whatever would run over the label's edge.
            svg.Append("<svg").Append(Box(x, y, Template.LabelWidth, Template.LabelHeight)).Append(CultureInfo.InvariantCulture, $" viewBox=\"0 0 {w} {h}\">");
            Append(svg, layout);
            svg.Append("</svg>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>What stands on a page: position and layout.</summary>
    internal IEnumerable<(int Position, LabelLayout Layout)> On(int page) => _labels.Where(l => l.Page == page).Select(l => (l.Position, l.Layout));

    private static void Append(StringBuilder svg, LabelLayout layout)
    {
        var scale = Number(layout.QrSize / layout.Qr.Modules);
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<path transform="translate({Number(layout.QrX)} {Number(layout.QrY)}) scale({scale})" shape-rendering="crispEdges" d="{layout.Qr.Path()}"/>""");
        if (layout.Bars is { } bars)
        {
            svg.Append("<path shape-rendering=\"crispEdges\" d=\"");
            foreach (var (x, width) in bars.Bars())
            {
                svg.Append(CultureInfo.InvariantCulture, $"M{Number(x)} {Number(bars.Y)}h{Number(width)}v{Number(bars.Height)}h-{Number(width)}z");
            }

            svg.Append("\"/>");
        }

        foreach (var text in layout.Texts)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""<text x="{Number(text.X)}" y="{Number(text.Baseline)}" font-size="{Number(text.Size)}"{(text.IsBold ? " font-weight=\"700\"" : "")}>{SecurityElement.Escape(text.Text)}</text>""");
        }
    }

    private static string Box(double x, double y, double width, double height) =>
        $" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"";

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
