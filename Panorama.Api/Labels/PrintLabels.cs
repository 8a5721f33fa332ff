using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Api.Settings;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Labels;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Labels;

/// <summary>What to print on what.</summary>
/// <param name="AssetIds">1 to 500, in the order of the sheet; one that comes twice is printed twice.</param>
/// <param name="TemplateId">One of `GET /api/labels/templates`.</param>
/// <param name="StartAt">The first free label of the first sheet, by rows from 1; 1 when absent.</param>
/// <param name="Preview">The sheets are only looked at: no history says that they were printed.</param>
public sealed record PrintLabelsRequest(
    [property: MinLength(1), MaxLength(PrintLabelsRequest.MaxAssets)] IReadOnlyList<Guid> AssetIds, string TemplateId, int StartAt = 1, bool Preview = false)
{
    public const int MaxAssets = 500;
}

/// <summary>Sheets, ready to print without a margin at their own size.</summary>
/// <param name="PageWidthMm">Of each page.</param>
/// <param name="PageHeightMm">Of each page.</param>
/// <param name="NotInPdf">Characters of these labels, at most 50, that the PDF of the same sheets has no letters for: there a question mark stands for each.</param>
/// <param name="Pages">Each an SVG document in millimetres; what has the class `guide` is not to be printed.</param>
public sealed record LabelSheets(string TemplateId, double PageWidthMm, double PageHeightMm, int Count, IReadOnlyList<string> NotInPdf, IReadOnlyList<string> Pages);

/// <summary>Label stock.</summary>
/// <param name="Name">What the box says.</param>
/// <param name="LabelsPerPage">1 on a roll.</param>
public sealed record LabelStock(
    string Id, string Name, double PageWidthMm, double PageHeightMm, int Columns, int Rows, int LabelsPerPage, double LabelWidthMm, double LabelHeightMm);

/// <summary>All label stock, the default first.</summary>
public sealed record LabelStockList(IReadOnlyList<LabelStock> Items);

internal static class ListLabelTemplates
{
    public static Ok<LabelStockList> Handle() => TypedResults.Ok(new LabelStockList(
        [.. LabelTemplate.All.Select(t => new LabelStock(
            t.Id, t.Name, t.PageWidth, t.PageHeight, t.Columns, t.Rows, t.LabelsPerPage, t.LabelWidth, t.LabelHeight))]));
}

/// <summary>Lays labels out on sheets: one layout, drawn as pages of SVG for a browser, or as one PDF.</summary>
internal sealed class LabelPrinter(TenantSession session, Actor actor, IOptions<OriginOptions> origin, TimeProvider clock)
{
    /// <summary>Null with a problem. Codes that are missing are made, and unless it is a preview the assets' history says that they were printed.</summary>
    public async Task<(LabelSheet? Sheet, ProblemHttpResult? Problem)> LayOutAsync(PrintLabelsRequest request, CancellationToken cancellationToken)
    {
        if (LabelTemplate.Find(request.TemplateId) is not { } template)
        {
            return (null, Problems.Members(("templateId", FieldError.NotFound)));
        }

        if (request.StartAt < 1 || request.StartAt > template.LabelsPerPage)
        {
            return (null, Problems.Members(("startAt", FieldError.OutOfRange)));
        }

        var wanted = request.AssetIds.Distinct().ToList();
        var assets = (await session.Connection.QueryAsync(
            "select id, tag, name from assets where id = any ($1)", r => (Id: r.GetGuid(0), Tag: r.GetString(1), Name: r.GetString(2)), cancellationToken,
            Statement.Uuids(wanted))).ToDictionary(a => a.Id);
        if (assets.Count < wanted.Count)
        {
            return (null, Problems.Members(("assetIds", FieldError.NotFound)));
        }

        var organisation = await session.Connection.ScalarAsync<string>(
            "select display_name from tenants where id = $1", cancellationToken, Statement.Uuid(actor.TenantId));
        var codes = await new AssetLabels(session.Connection, clock).EnsureAsync(actor.TenantId!.Value, wanted, cancellationToken);
        if (!request.Preview)
        {
            await LabelAudit.WriteAsync(session.Connection, AuditActions.AssetLabelPrinted, wanted, new { templateId = template.Id }, clock, cancellationToken);
        }

        var contents = request.AssetIds.Select(id => LabelContent.Of(assets[id].Tag, assets[id].Name, organisation!, codes[id], origin.Value.WebBaseUrl));
        return (LabelSheet.Of(template, contents, request.StartAt), null);
    }
}

internal static class PrintLabels
{
    public const string PdfType = "application/pdf";
    private const int MaxLacking = 50;

    public static async Task<Results<Ok<LabelSheets>, ProblemHttpResult>> Handle(PrintLabelsRequest request, LabelPrinter printer, CancellationToken cancellationToken)
    {
        var (sheet, problem) = await printer.LayOutAsync(request, cancellationToken);
        return sheet is null ? problem! : TypedResults.Ok(new LabelSheets(
            sheet.Template.Id, sheet.Template.PageWidth, sheet.Template.PageHeight, request.AssetIds.Count, [.. LabelPdf.Lacking(sheet).Take(MaxLacking)],
            [.. Enumerable.Range(0, sheet.Pages).Select(sheet.PageSvg)]));
    }

    public static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Pdf(PrintLabelsRequest request, LabelPrinter printer, CancellationToken cancellationToken)
    {
        var (sheet, problem) = await printer.LayOutAsync(request, cancellationToken);
        return sheet is null ? problem! : TypedResults.File(LabelPdf.Write(sheet, sheet.Template.Name), PdfType, $"labels-{sheet.Template.Id}.pdf");
    }
}
