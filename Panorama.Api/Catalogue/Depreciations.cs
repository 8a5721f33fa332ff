using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>How the assets of a model lose value in the books: in a straight line by whole months since the purchase, down to a floor.</summary>
/// <param name="Months">Until the floor is reached.</param>
/// <param name="FloorPercent">What is left of the cost at the end, in percent.</param>
/// <param name="Uses">Models with it, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record DepreciationItem(
    Guid Id, string Name, int Months, int FloorPercent, int? Uses, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="Months">1 to 600; needed when one is made.</param>
/// <param name="FloorPercent">0 to 100; null is 0.</param>
internal sealed record DepreciationBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: NotCleared, Range(1, 600)] int? Months = null,
    [property: Range(0, 100)] int? FloorPercent = null) : ICatalogueBody;

internal sealed class Depreciations() : CatalogueKind<Depreciation, DepreciationBody, DepreciationItem>("Depreciation", "Depreciations")
{
    protected override IReadOnlyList<string> Needed => ["name", "months"];

    protected override Expression<Func<Depreciation, DepreciationItem>> Show(PanoramaDbContext db, bool withUses) => d => new DepreciationItem(
        d.Id, d.Name, d.Months, d.FloorPercent, withUses ? db.AssetModels.Where(m => m.DepreciationId == d.Id).Take(CountedUpTo).Count() : null,
        d.Version, d.CreatedAt, d.UpdatedAt, d.ArchivedAt);

    protected override Depreciation Make(Guid id, Guid tenantId, DepreciationBody body) =>
        new() { Id = id, TenantId = tenantId, Name = body.Name!, Months = body.Months!.Value };

    protected override void Apply(Depreciation row, Patch<DepreciationBody> patch)
    {
        var body = patch.Body;
        row.Months = body.Months ?? row.Months;
        row.FloorPercent = patch.Or(nameof(body.FloorPercent), body.FloorPercent ?? 0, row.FloorPercent);
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("models", db.AssetModels.Where(m => m.DepreciationId == id))];
}
