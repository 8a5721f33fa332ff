using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

/// <param name="Limit">How many an asset can have.</param>
/// <param name="RetentionDays">How long after its upload a photo goes.</param>
public sealed record PhotoList(IReadOnlyList<PhotoItem> Items, int? Limit = null, int? RetentionDays = null);

/// <param name="Width">Of the full view, in pixels.</param>
/// <param name="CapturedAt">By the camera's clock; null when it wrote none.</param>
/// <param name="IsHeld">A legal hold keeps it, and nobody can delete it.</param>
public sealed record PhotoItem(
    Guid Id, string? Caption, int Width, int Height, long Bytes, DateTimeOffset? CapturedAt, DateTimeOffset UploadedAt, string? UploadedByName, int Version, bool IsHeld = false);

public sealed record DocumentList(IReadOnlyList<DocumentItem> Items, int? Limit = null);

/// <param name="IsHeld">A legal hold keeps it, and nobody can delete it.</param>
public sealed record DocumentItem(Guid Id, string Name, long Bytes, DateTimeOffset UploadedAt, string? UploadedByName, bool IsHeld = false);

/// <summary>The photos and documents of an asset. The pictures themselves the browser asks Api for, through the forwarder.</summary>
internal sealed class PhotosClient(ApiClient api)
{
    public Task<ApiResult<PhotoList>> PhotosAsync(Guid asset, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/assets/{asset}/photos", WebJson.Default.PhotoList, cancellationToken);

    public Task<ApiResult<DocumentList>> DocumentsAsync(Guid asset, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/assets/{asset}/documents", WebJson.Default.DocumentList, cancellationToken);

    /// <summary>The body of the browser's form as it comes, file and all.</summary>
    /// <param name="kind">photos or documents.</param>
    public Task<ApiResult<Done>> UploadAsync(Guid asset, string kind, Stream body, string contentType, CancellationToken cancellationToken) =>
        api.UploadAsync($"/api/assets/{asset}/{kind}", body, contentType, cancellationToken);

    public Task<ApiResult<PhotoItem>> CaptionAsync(Guid photo, string? caption, int version, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Patch, $"/api/photos/{photo}", new JsonObject { ["caption"] = caption }, WebJson.Default.JsonObject, WebJson.Default.PhotoItem, version, null, cancellationToken);

    /// <param name="kind">photos or documents.</param>
    public Task<ApiResult<Done>> DeleteAsync(string kind, Guid id, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Delete, $"/api/{kind}/{id}", cancellationToken);

    /// <param name="kind">photos or documents.</param>
    public Task<ApiResult<Done>> RestoreAsync(string kind, Guid id, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, $"/api/{kind}/{id}/restore", cancellationToken);
}
