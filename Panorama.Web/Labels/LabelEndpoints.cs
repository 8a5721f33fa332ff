using System.Globalization;
using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Labels;

/// <summary>Addresses on stickers of the system before this one, which lead to the search by tag; and the size of the paper, which is data and no inline style.</summary>
internal static class LabelEndpoints
{
    public static void MapLabels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ht/{tag}", (string tag) => Scan(tag)).WithName("OldTagAddress");
        routes.MapGet("/hardware/bytag", (string? assetTag) => Scan(assetTag)).WithName("OldTagQuery");
        routes.MapPost("/admin/labels/sheet.pdf", PdfAsync).WithName("LabelPdf").DisableAntiforgery();
        routes.MapGet("/labels/paper.css", (string? width, string? height) => Paper(width, height)).WithName("LabelPaper");
    }

    private static IResult Scan(string? text) => Results.LocalRedirect("/scan" + (string.IsNullOrWhiteSpace(text) ? "" : "?text=" + Uri.EscapeDataString(text)));

    /// <summary>The form of the page, sent to a file instead of a preview. What is wrong with it is said by the page of that error.</summary>
    private static async Task<IResult> PdfAsync(HttpContext context, LabelsClient api, Texts texts)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        List<Guid> assets = [.. form["assets"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => Guid.TryParseExact(t, "D", out var id) ? id : Guid.Empty)];
        if (!int.TryParse(form["startAt"], NumberStyles.None, CultureInfo.InvariantCulture, out var start))
        {
            start = 0; // no place on a sheet: the answer says so
        }

        var (file, problem) = await api.PdfAsync(new PrintRequest(assets, form["templateId"].ToString(), start, Preview: false), context.RequestAborted);
        if (problem is not null)
        {
            context.Features.Set(problem);
            return Results.StatusCode(problem.Status);
        }

        return Results.File(file!, "application/pdf", texts["label.pdf.file"] + ".pdf");
    }

    // A little less than the paper's height, or rounding adds an empty page.
    private static IResult Paper(string? width, string? height) => Millimetres(width) is { } w && Millimetres(height) is { } h
        ? Results.Text(
            string.Create(CultureInfo.InvariantCulture, $"@page{{size:{w}mm {h}mm;margin:0}}@media print{{.label-sheet{{width:{w}mm;height:{h - 0.1m}mm}}}}"), "text/css")
        : Results.NotFound();

    private static decimal? Millimetres(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 10 and <= 1000 ? value : null;
}
