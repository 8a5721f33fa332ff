using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Photos;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

internal static class ListPhotos
{
    public static async Task<Results<Ok<PhotoList>, ProblemHttpResult>> Handle(string id, Actor actor, PhotoReader photos, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var asset) && await photos.ListAsync(asset, cancellationToken) is { } items
            ? TypedResults.Ok(new PhotoList(items, Photo.MaxPerAsset, await photos.RetentionDaysAsync(actor.TenantId!.Value, cancellationToken)))
            : Problems.Of(Problems.AssetNotFound);
}

internal static class ListDocuments
{
    public static async Task<Results<Ok<DocumentList>, ProblemHttpResult>> Handle(string id, DocumentReader documents, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var asset) && await documents.ListAsync(asset, cancellationToken) is { } items
            ? TypedResults.Ok(new DocumentList(items, Core.Documents.Document.MaxPerAsset))
            : Problems.Of(Problems.AssetNotFound);
}
