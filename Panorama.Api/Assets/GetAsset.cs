using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Assets;

internal static class GetAsset
{
    public static async Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Handle(
        string id, HttpContext context, TenantSession session, TimeProvider clock, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var assetId) && await AssetReader.ReadLastAsync(session, assetId, clock.Now(), cancellationToken) is { } asset
            ? Ok(context, asset)
            : Problems.Of(Problems.AssetNotFound);

    private static Ok<AssetResponse> Ok(HttpContext context, AssetResponse asset)
    {
        IfMatch.WriteTag(context, asset.Version);
        return TypedResults.Ok(asset);
    }
}
