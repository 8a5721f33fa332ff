using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets;

/// <summary>A new asset.</summary>
/// <param name="ModelId">Decides category, manufacturer and the set of added fields.</param>
/// <param name="Tag">1 to 64 characters; absent, the organisation's next number.</param>
/// <param name="Name">The tag when absent.</param>
/// <param name="StatusLabelId">Also decides the state, which is `READY` without one.</param>
/// <param name="PurchaseCost">Digits as text, such as `"2266.13"`, or a number; at most four decimals.</param>
/// <param name="Currency">ISO 4217; the organisation's when absent beside a cost.</param>
/// <param name="CustomFields">By id of the field; text, or an array of texts for several choices.</param>
public sealed record CreateAssetRequest(
    Guid ModelId,
    [property: MaxLength(64), Storable] string? Tag = null,
    [property: MaxLength(200), Storable] string? Name = null,
    [property: MaxLength(200), Storable] string? Serial = null,
    bool Bookable = false,
    Guid? StatusLabelId = null,
    Guid? LocationId = null,
    Guid? SupplierId = null,
    Guid? CompanyId = null,
    DateOnly? PurchaseDate = null,
    [property: Money, JsonConverter(typeof(MoneyJson))] decimal? PurchaseCost = null,
    [property: Currency] string? Currency = null,
    [property: MaxLength(200), Storable] string? OrderNumber = null,
    [property: Range(0, 240)] int? WarrantyMonths = null,
    DateOnly? EolDate = null,
    [property: MaxLength(10_000), Storable(Multiline = true)] string? Notes = null,
    IReadOnlyDictionary<Guid, JsonElement>? CustomFields = null);

internal static partial class CreateAsset
{
    public static async Task<Results<Created<AssetResponse>, ProblemHttpResult>> Handle(
        CreateAssetRequest request, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock, ILogger<Asset> logger,
        CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var (asset, refusals) = await new AssetEditor(db, actor.UserId).CreateAsync(
            actor.TenantId!.Value,
            new AssetValues(
                request.ModelId, request.Tag, request.Name, request.Serial, request.Bookable, request.StatusLabelId, request.LocationId, request.SupplierId,
                request.CompanyId, request.PurchaseDate, request.PurchaseCost, request.Currency, request.OrderNumber, request.WarrantyMonths,
                request.EolDate, request.Notes, request.CustomFields),
            now,
            cancellationToken);
        if (asset is null)
        {
            return AssetRefusals.Of(refusals);
        }

        LogCreated(logger, asset.Id);
        IfMatch.WriteTag(context, asset.Version);
        return TypedResults.Created($"/api/assets/{asset.Id}", await AssetReader.ReadAsync(db, asset.Id, now, cancellationToken));
    }

    [LoggerMessage(1001, LogLevel.Information, "Asset {AssetId} created")]
    private static partial void LogCreated(ILogger logger, Guid assetId);
}
