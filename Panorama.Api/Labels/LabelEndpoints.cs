using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Labels;

internal static class LabelEndpoints
{
    public static void AddLabels(this IServiceCollection services)
    {
        services.AddScoped<LabelFinder>();
        services.AddScoped<GuessLimit>();
        services.AddScoped<LabelPrinter>();
    }

    public static void MapLabels(this IEndpointRouteBuilder routes)
    {
        var labels = routes.MapTenantGroup("/api/labels").WithTags("Labels").Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        labels.MapGet("/{code}", ResolveLabel.Handle).WithName("ResolveLabel").WithSummary("Says what a sticker stands on and what the caller may do with it.")
            .RequireAuthorization(Permissions.ResolveLabels).Fails(Problems.LabelNotFound, Problems.OtherTenant, Problems.RateLimited);
        labels.MapGet("/scan", ScanLabel.Handle).WithName("ScanLabel").WithSummary("Finds what was scanned or typed: a code, a sticker's address or a tag.")
            .RequireAuthorization(Permissions.ResolveLabels).Fails(Problems.InvalidQuery, Problems.LabelNotFound, Problems.OtherTenant, Problems.RateLimited);
        labels.MapGet("/templates", ListLabelTemplates.Handle).WithName("ListLabelTemplates").WithSummary("Lists the label stock that can be printed on.")
            .RequireAuthorization(Permissions.PrintLabels).Fails(Problems.Forbidden);
        labels.MapPost("/print", PrintLabels.Handle).WithName("PrintLabels").WithSummary("Lays labels out on sheets; makes the codes that are missing.")
            .RequireAuthorization(Permissions.PrintLabels).Fails(Problems.Forbidden, Problems.MalformedBody, Problems.InvalidBody);
        labels.MapPost("/print/pdf", PrintLabels.Pdf).WithName("PrintLabelsPdf").WithSummary("Lays labels out on sheets as one PDF at its true size; makes the codes that are missing.")
            .RequireAuthorization(Permissions.PrintLabels).Produces(StatusCodes.Status200OK, contentType: PrintLabels.PdfType)
            .Fails(Problems.Forbidden, Problems.MalformedBody, Problems.InvalidBody);

        var assets = routes.MapTenantGroup("/api/assets").WithTags("Labels").Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AssetNotFound);
        assets.MapGet("/{id}/qr.svg", ShowQr.Svg).WithName("ShowQrSvg").WithSummary("Draws an asset's QR code; the first time its code is made.")
            .RequireAuthorization(Permissions.ReadAssets).Produces(StatusCodes.Status200OK, contentType: ShowQr.SvgType);
        assets.MapGet("/{id}/qr.png", ShowQr.Png).WithName("ShowQrPng").WithSummary("Draws an asset's QR code in pixels, eight a module.")
            .RequireAuthorization(Permissions.ReadAssets).Produces(StatusCodes.Status200OK, contentType: ShowQr.PngType);
        assets.MapPost("/{id}/labels/rotate", RotateLabel.Handle).WithName("RotateLabel").WithSummary("Ends the code of an asset's sticker and makes another.")
            .RequireAuthorization(Permissions.PrintLabels).Fails(Problems.Forbidden, Problems.MalformedBody, Problems.InvalidBody).Idempotent();
    }
}
