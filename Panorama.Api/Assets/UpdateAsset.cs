using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets;

/// <summary>A merge patch: what is absent stays, null clears.</summary>
/// <param name="StatusLabelId">A label of the state that the asset is in; another state is reached by its own route.</param>
/// <param name="PurchaseCost">Digits as text, such as `"2266.13"`, or a number; cleared, the currency goes with it.</param>
/// <param name="CustomFields">By id of the field; one that is not named stays, null clears it.</param>
public sealed record UpdateAssetRequest(
    [property: NotCleared] Guid? ModelId = null,
    [property: NotCleared, MinLength(1), MaxLength(64), Storable] string? Tag = null,
    [property: MaxLength(200), Storable] string? Name = null,
    [property: MaxLength(200), Storable] string? Serial = null,
    [property: NotCleared] bool? Bookable = null,
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
    [property: NotCleared] IReadOnlyDictionary<Guid, JsonElement>? CustomFields = null);

internal static class UpdateAsset
{
    public static async Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Handle(
        string id, Patch<UpdateAssetRequest> patch, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, PanoramaDbContext db,
        Actor actor, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var assetId) || await AssetRows.LockAsync(db, assetId, cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (IfMatch.Refuse(ifMatch, asset.Version) is { } stale)
        {
            return stale;
        }

        if (asset.ArchivedAt is not null)
        {
            return Problems.Of(Problems.AssetArchived);
        }

        var refusals = await new AssetEditor(db, actor.UserId).UpdateAsync(asset, Merge(AssetValues.Of(asset), patch), clock.Now(), cancellationToken);
        if (refusals.Count > 0)
        {
            return AssetRefusals.Of(refusals);
        }

        IfMatch.WriteTag(context, asset.Version);
        return TypedResults.Ok(await AssetReader.ReadAsync(db, assetId, clock.Now(), cancellationToken));
    }

    private static AssetValues Merge(AssetValues now, Patch<UpdateAssetRequest> patch)
    {
        var sent = patch.Body;
        return now with
        {
            ModelId = sent.ModelId ?? now.ModelId,
            Tag = patch.Or(nameof(sent.Tag), sent.Tag, now.Tag),
            Name = patch.Or(nameof(sent.Name), sent.Name, now.Name),
            Serial = patch.Or(nameof(sent.Serial), sent.Serial, now.Serial),
            Bookable = sent.Bookable ?? now.Bookable,
            StatusLabelId = patch.Or(nameof(sent.StatusLabelId), sent.StatusLabelId, now.StatusLabelId),
            LocationId = patch.Or(nameof(sent.LocationId), sent.LocationId, now.LocationId),
            SupplierId = patch.Or(nameof(sent.SupplierId), sent.SupplierId, now.SupplierId),
            CompanyId = patch.Or(nameof(sent.CompanyId), sent.CompanyId, now.CompanyId),
            PurchaseDate = patch.Or(nameof(sent.PurchaseDate), sent.PurchaseDate, now.PurchaseDate),
            PurchaseCost = patch.Or(nameof(sent.PurchaseCost), sent.PurchaseCost, now.PurchaseCost),
            Currency = patch.Or(nameof(sent.Currency), sent.Currency, now.Currency),
            OrderNumber = patch.Or(nameof(sent.OrderNumber), sent.OrderNumber, now.OrderNumber),
            WarrantyMonths = patch.Or(nameof(sent.WarrantyMonths), sent.WarrantyMonths, now.WarrantyMonths),
            EolDate = patch.Or(nameof(sent.EolDate), sent.EolDate, now.EolDate),
            Notes = patch.Or(nameof(sent.Notes), sent.Notes, now.Notes),
            CustomFields = sent.CustomFields,
        };
    }
}
