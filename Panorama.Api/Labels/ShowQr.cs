using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Api.Settings;
using Panorama.Api.Tenancy;
using Panorama.Core.Labels;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Labels;

internal static class ShowQr
{
    public const string SvgType = "image/svg+xml";
    public const string PngType = "image/png";

    public static async Task<Results<ContentHttpResult, ProblemHttpResult>> Svg(
        string id, TenantSession session, Actor actor, IOptions<OriginOptions> origin, TimeProvider clock, CancellationToken cancellationToken) =>
        await ImageAsync(id, session, actor, origin.Value, clock, cancellationToken) is { } image
            ? TypedResults.Text(image.ToSvg(), SvgType) : Problems.Of(Problems.AssetNotFound);

    public static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Png(
        string id, TenantSession session, Actor actor, IOptions<OriginOptions> origin, TimeProvider clock, CancellationToken cancellationToken) =>
        await ImageAsync(id, session, actor, origin.Value, clock, cancellationToken) is { } image
            ? TypedResults.Bytes(image.ToPng(), PngType) : Problems.Of(Problems.AssetNotFound);

    private static async Task<QrImage?> ImageAsync(
        string id, TenantSession session, Actor actor, OriginOptions origin, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var asset)
            || await session.Connection.ScalarAsync<Guid?>("select id from assets where id = $1", cancellationToken, Statement.Uuid(asset)) is null)
        {
            return null;
        }

        var codes = await new AssetLabels(session.Connection, clock).EnsureAsync(actor.TenantId!.Value, [asset], cancellationToken);
        return QrImage.Of(LabelContent.AddressOf(origin.WebBaseUrl, codes[asset]));
    }
}
