namespace Panorama.Web.Api;

internal sealed record LabelledAsset(
    string Code, Guid AssetId, string Tag, string Name, string Status, string ModelName, string CategoryName, string? LocationName, DateTimeOffset? ArchivedAt,
    LabelHolder? Holder, IReadOnlyList<string> Actions);

internal sealed record LabelHolder(Guid AssignmentId, string? Name, bool IsMe, DateTimeOffset CheckedOutAt);

internal sealed record ScannedAsset(Guid AssetId, string Tag, string? Code);

internal sealed record LabelStockList(IReadOnlyList<LabelStock> Items);

internal sealed record LabelStock(string Id, string Name, int Columns, int Rows, int LabelsPerPage, decimal LabelWidthMm, decimal LabelHeightMm);

internal sealed record PrintRequest(IReadOnlyList<Guid> AssetIds, string TemplateId, int StartAt, bool Preview);

internal sealed record LabelSheets(string TemplateId, decimal PageWidthMm, decimal PageHeightMm, int Count, IReadOnlyList<string> NotInPdf, IReadOnlyList<string> Pages);

internal sealed record NewLabel(Guid AssetId, string Code);

internal sealed record NoBody;

/// <summary>Stickers: what they lead to, and printing them.</summary>
internal sealed class LabelsClient(ApiClient api)
{
    public Task<ApiResult<LabelledAsset>> ResolveAsync(string code, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/labels/{Uri.EscapeDataString(code)}", WebJson.Default.LabelledAsset, cancellationToken);

    public Task<ApiResult<ScannedAsset>> ScanAsync(string text, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/labels/scan?text={Uri.EscapeDataString(text)}", WebJson.Default.ScannedAsset, cancellationToken);

    public Task<ApiResult<LabelStockList>> StockAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/labels/templates", WebJson.Default.LabelStockList, cancellationToken);

    public Task<ApiResult<LabelSheets>> PrintAsync(PrintRequest request, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Post, "/api/labels/print", request, WebJson.Default.PrintRequest, WebJson.Default.LabelSheets, version: null, key: null, cancellationToken);

    public Task<ApiResult<byte[]>> PdfAsync(PrintRequest request, CancellationToken cancellationToken) =>
        api.ReceiveAsync("/api/labels/print/pdf", request, WebJson.Default.PrintRequest, cancellationToken);

    public Task<ApiResult<NewLabel>> RotateAsync(Guid asset, string key, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Post, $"/api/assets/{asset}/labels/rotate", new NoBody(), WebJson.Default.NoBody, WebJson.Default.NewLabel, version: null, key, cancellationToken);
}
