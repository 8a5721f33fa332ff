using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets;

/// <summary>An asset with all that its page shows.</summary>
/// <param name="PurchaseCost">Four decimals, such as `2266.1300`; null together with the currency.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="LastReadMileage">Largest valid reading.</param>
/// <param name="MileageUnit">`km`, `mi` or `h`.</param>
/// <param name="Holder">Who or what has it now.</param>
/// <param name="Version">What `If-Match` names in an edit; also the ETag.</param>
public sealed record AssetResponse(
    Guid Id, string Tag, string Name, string? Serial, AssetStatus Status, bool Bookable, Guid ModelId, string ModelName, string? ModelNumber,
    string? ModelNotes, Guid CategoryId, string CategoryName, CategoryKind CategoryKind, Guid? ManufacturerId, string? ManufacturerName, Guid? LocationId,
    string? LocationName, Guid? CompanyId, string? CompanyName, Guid? SupplierId, string? SupplierName, AssetStatusLabel? StatusLabel, string? OrderNumber,
    DateOnly? PurchaseDate, string? PurchaseCost, string? Currency, int? WarrantyMonths, DateOnly? EolDate, string? Notes, decimal? LastReadMileage,
    MeterUnit MileageUnit, IReadOnlyList<AssetCustomField> CustomFields, AssetHolder? Holder, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? ArchivedAt);

/// <summary>The organisation's own word for the state.</summary>
/// <param name="Color">`#rrggbb` or null.</param>
public sealed record AssetStatusLabel(Guid Id, string Name, StatusLabelType Type, string? Color);

/// <summary>A custom field with its value.</summary>
/// <param name="Value">As the field's type has it.</param>
public sealed record AssetCustomField(Guid FieldId, string Name, CustomFieldType Type, JsonElement Value);

/// <summary>Custody that has not ended.</summary>
public sealed record AssetHolder(
    Guid AssignmentId, AssignmentTarget TargetType, Guid? UserId, Guid? LocationId, string? Name, DateTimeOffset CheckedOutAt,
    DateTimeOffset? ExpectedCheckinAt, DateTimeOffset? AcceptedAt);

internal static class GetAsset
{
    // a: the row; the rest is what other tables say about it, all in one statement.
    private static readonly Func<PanoramaDbContext, Guid, Task<AssetRow?>> Row = EF.CompileAsyncQuery(
        (PanoramaDbContext db, Guid id) =>
            (from a in db.Assets.AsNoTracking()
             where a.Id == id
             from held in db.AssetAssignments.Where(h => h.AssetId == a.Id && h.CheckedInAt == null).DefaultIfEmpty()
             from user in db.Users.Where(u => u.Id == held!.TargetUserId).DefaultIfEmpty()
             from place in db.Locations.Where(l => l.Id == held!.TargetLocationId).DefaultIfEmpty()
             from other in db.Assets.Where(o => o.Id == held!.TargetAssetId).DefaultIfEmpty()
             select new AssetRow
             {
                 Asset = a,
                 Model = a.Model!,
                 Category = a.Model!.Category!,
                 ManufacturerName = a.Model.Manufacturer!.Name,
                 LocationName = a.Location!.Name,
                 CompanyName = a.Company!.Name,
                 SupplierName = a.Supplier!.Name,
                 Label = a.StatusLabel,
                 Held = held,
                 HolderName = user!.DisplayName ?? place!.Name ?? other!.Tag,
                 ReadUnit = db.MeterReadings.Where(r => r.AssetId == a.Id && r.VoidedAt == null).OrderByDescending(r => r.ReadAt)
                     .Select(r => (MeterUnit?)r.Unit).FirstOrDefault(),
                 Units = db.Tenants.Where(t => t.Id == a.TenantId).Select(t => t.Units).First(),
             }).FirstOrDefault());

    public static async Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Handle(
        string id, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var assetId) || await Row(db, assetId) is not { } row)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        var response = From(row, await ReadFieldsAsync(row.Asset.CustomFields, db, cancellationToken));
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{response.Version}\"");
        return TypedResults.Ok(response);
    }

    private static async Task<List<AssetCustomField>> ReadFieldsAsync(string json, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = JsonSerializer.Deserialize<Dictionary<Guid, JsonElement>>(json)!;
        if (values.Count == 0)
        {
            return [];
        }

        var ids = values.Keys.ToArray();
        var fields = await db.CustomFields.AsNoTracking().Where(f => ids.Contains(f.Id) && !f.Encrypted).OrderBy(f => f.Name)
            .Select(f => new { f.Id, f.Name, f.Type }).ToListAsync(cancellationToken);
        return [.. fields.Select(f => new AssetCustomField(f.Id, f.Name, f.Type, values[f.Id]))];
    }

    private static AssetResponse From(AssetRow row, List<AssetCustomField> fields)
    {
        var a = row.Asset;
        return new AssetResponse(
            a.Id, a.Tag, a.Name, a.Serial, a.Status, a.Bookable, a.ModelId, row.Model.Name, row.Model.ModelNumber, row.Model.Notes, row.Category.Id,
            row.Category.Name, row.Category.Kind, row.Model.ManufacturerId, row.ManufacturerName, a.LocationId, row.LocationName, a.CompanyId,
            row.CompanyName, a.SupplierId, row.SupplierName,
            row.Label is { } label ? new AssetStatusLabel(label.Id, label.Name, label.Type, label.Color) : null,
            a.OrderNumber, a.PurchaseDate, a.PurchaseCost?.ToString("0.0000", CultureInfo.InvariantCulture), a.Currency, a.WarrantyMonths, a.EolDate, a.Notes,
            a.LastReadMileage, row.ReadUnit ?? (row.Units == Units.Imperial ? MeterUnit.Mi : MeterUnit.Km), fields,
            row.Held is { } held
                ? new AssetHolder(
                    held.Id, held.TargetType, held.TargetUserId, held.TargetLocationId, row.HolderName, held.CheckedOutAt, held.ExpectedCheckinAt,
                    held.AcceptedAt)
                : null,
            a.Version, a.CreatedAt, a.UpdatedAt, a.ArchivedAt);
    }

    private sealed class AssetRow
    {
        public required Asset Asset { get; init; }
        public required AssetModel Model { get; init; }
        public required Category Category { get; init; }
        public required string? ManufacturerName { get; init; }
        public required string? LocationName { get; init; }
        public required string? CompanyName { get; init; }
        public required string? SupplierName { get; init; }
        public required StatusLabel? Label { get; init; }
        public required AssetAssignment? Held { get; init; }
        public required string? HolderName { get; init; }
        public required MeterUnit? ReadUnit { get; init; }
        public required Units Units { get; init; }
    }
}
