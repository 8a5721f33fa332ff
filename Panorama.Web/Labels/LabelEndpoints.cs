using System.Globalization;

namespace Panorama.Web.Labels;

/// <summary>Addresses on stickers of the system before this one, which lead to the search by tag; and the size of the paper, which is data and no inline style.</summary>
internal static class LabelEndpoints
{
    public static void MapLabels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ht/{tag}", (string tag) => Scan(tag)).WithName("OldTagAddress");
        routes.MapGet("/hardware/bytag", (string? assetTag) => Scan(assetTag)).WithName("OldTagQuery");
        routes.MapGet("/labels/paper.css", (string? width, string? height) => Paper(width, height)).WithName("LabelPaper");
    }

    private static IResult Scan(string? text) => Results.LocalRedirect("/scan" + (string.IsNullOrWhiteSpace(text) ? "" : "?text=" + Uri.EscapeDataString(text)));

    // A little less than the paper's height, or rounding adds an empty page.
    private static IResult Paper(string? width, string? height) => Millimetres(width) is { } w && Millimetres(height) is { } h
        ? Results.Text(
            string.Create(CultureInfo.InvariantCulture, $"@page{{size:{w}mm {h}mm;margin:0}}@media print{{.label-sheet{{width:{w}mm;height:{h - 0.1m}mm}}}}"), "text/css")
        : Results.NotFound();

    private static decimal? Millimetres(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 10 and <= 1000 ? value : null;
}
