using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>A model; names are not unique.</summary>
/// <param name="FieldsetId">The custom fields that its assets have.</param>
/// <param name="DepreciationId">How its assets lose value; null when their book value is not asked for.</param>
/// <param name="Uses">Assets of it, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record AssetModelItem(
    Guid Id, string Name, string? ModelNumber, Guid CategoryId, string CategoryName, CategoryKind CategoryKind, Guid? ManufacturerId,
    string? ManufacturerName, Guid? FieldsetId, string? FieldsetName, Guid? DepreciationId, string? DepreciationName, string? Notes, int? Uses, int Version,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="CategoryId">Needed when one is made.</param>
/// <param name="Notes">At most 2,000 characters.</param>
internal sealed record AssetModelBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: PlainText(100)] string? ModelNumber = null,
    [property: NotCleared] Guid? CategoryId = null,
    Guid? ManufacturerId = null,
    Guid? FieldsetId = null,
    Guid? DepreciationId = null,
    [property: PlainText(2_000, Multiline = true)] string? Notes = null) : ICatalogueBody;

internal sealed class AssetModels() : CatalogueKind<AssetModel, AssetModelBody, AssetModelItem>("AssetModel", "AssetModels")
{
    protected override IReadOnlyList<string> Needed => ["name", "categoryId"];

    protected override Expression<Func<AssetModel, AssetModelItem>> Show(PanoramaDbContext db, bool withUses) => m => new AssetModelItem(
        m.Id, m.Name, m.ModelNumber, m.CategoryId, m.Category!.Name, m.Category.Kind, m.ManufacturerId, m.Manufacturer!.Name, m.FieldsetId,
        db.Fieldsets.Where(f => f.Id == m.FieldsetId).Select(f => f.Name).FirstOrDefault(), m.DepreciationId,
        db.Depreciations.Where(d => d.Id == m.DepreciationId).Select(d => d.Name).FirstOrDefault(), m.Notes,
        withUses ? db.Assets.Where(a => a.ModelId == m.Id).Take(CountedUpTo).Count() : null, m.Version, m.CreatedAt, m.UpdatedAt, m.ArchivedAt);

    protected override AssetModel Make(Guid id, Guid tenantId, AssetModelBody body) =>
        new() { Id = id, TenantId = tenantId, Name = body.Name!, CategoryId = body.CategoryId!.Value };

    protected override void Apply(AssetModel row, Patch<AssetModelBody> patch)
    {
        var body = patch.Body;
        row.ModelNumber = patch.Or(nameof(body.ModelNumber), body.ModelNumber?.Trim(), row.ModelNumber);
        row.CategoryId = body.CategoryId ?? row.CategoryId;
        row.ManufacturerId = patch.Or(nameof(body.ManufacturerId), body.ManufacturerId, row.ManufacturerId);
        row.FieldsetId = patch.Or(nameof(body.FieldsetId), body.FieldsetId, row.FieldsetId);
        row.DepreciationId = patch.Or(nameof(body.DepreciationId), body.DepreciationId, row.DepreciationId);
        row.Notes = patch.Or(nameof(body.Notes), body.Notes?.Trim(), row.Notes);
    }

    protected override async Task<ProblemHttpResult?> CheckAsync(CatalogueEdit<AssetModel, AssetModelBody> edit, CancellationToken cancellationToken)
    {
        var (db, row, missing) = (edit.Db, edit.Row, new List<(string, FieldError)>());
        if (edit.Changes(nameof(row.CategoryId)) && !await db.Categories.AnyAsync(c => c.Id == row.CategoryId && c.ArchivedAt == null, cancellationToken))
        {
            missing.Add(("categoryId", FieldError.NotFound));
        }

        if (row.ManufacturerId is { } maker && edit.Changes(nameof(row.ManufacturerId))
            && !await db.Manufacturers.AnyAsync(m => m.Id == maker && m.ArchivedAt == null, cancellationToken))
        {
            missing.Add(("manufacturerId", FieldError.NotFound));
        }

        if (row.FieldsetId is { } set && edit.Changes(nameof(row.FieldsetId))
            && !await db.Fieldsets.AnyAsync(f => f.Id == set && f.ArchivedAt == null, cancellationToken))
        {
            missing.Add(("fieldsetId", FieldError.NotFound));
        }

        if (row.DepreciationId is { } depreciation && edit.Changes(nameof(row.DepreciationId))
            && !await db.Depreciations.AnyAsync(d => d.Id == depreciation && d.ArchivedAt == null, cancellationToken))
        {
            missing.Add(("depreciationId", FieldError.NotFound));
        }

        return missing.Count > 0 ? Problems.Members([.. missing]) : null;
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("assets", db.Assets.Where(a => a.ModelId == id))];
}
