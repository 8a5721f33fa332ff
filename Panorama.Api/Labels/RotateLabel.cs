using System.Text.Json;
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

/// <summary>Says nothing: the asset is in the address.</summary>
public sealed record RotateLabelRequest;

/// <summary>The label that works from now on.</summary>
/// <param name="Address">What its QR code carries.</param>
public sealed record LabelResponse(Guid AssetId, string Code, string Address);

internal static class RotateLabel
{
    public static async Task<Results<Ok<LabelResponse>, ProblemHttpResult>> Handle(
        string id, RotateLabelRequest request, TenantSession session, Actor actor, IOptions<OriginOptions> origin, TimeProvider clock, CancellationToken cancellationToken)
    {
        _ = request;
        if (!Guid.TryParseExact(id, "D", out var asset)
            || await new AssetLabels(session.Connection, clock).RotateAsync(actor.TenantId!.Value, asset, cancellationToken) is not { } label)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        // Ids alone: who reads the log need not learn a code that opens a page.
        await LabelAudit.WriteAsync(
            session.Connection, AuditActions.AssetLabelRotated, [asset], new { labelId = label.Id, revokedIds = label.Revoked }, clock, cancellationToken);
        return TypedResults.Ok(new LabelResponse(asset, label.Code, LabelContent.AddressOf(origin.Value.WebBaseUrl, label.Code)));
    }
}

internal static class LabelAudit
{
    /// <summary>One line for each asset.</summary>
    public static Task WriteAsync(
        Npgsql.NpgsqlConnection connection, string action, IReadOnlyCollection<Guid> assets, object metadata, TimeProvider clock, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "insert into audit_events (id, action, resource_type, resource_id, metadata) select id, $2, 'asset', asset, $4 from unnest($1, $3) as line (id, asset)",
            cancellationToken, Statement.Uuids(assets.Select(_ => Guid.CreateVersion7(clock.GetUtcNow()))), Statement.Text(action),
            Statement.Texts(assets.Select(a => a.ToString())), Statement.Json(JsonSerializer.Serialize(metadata, JsonSerializerOptions.Web)));
}
