using System.Linq.Expressions;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>A group of models.</summary>
/// <param name="Eula">What whoever receives such an asset must accept.</param>
/// <param name="CheckoutAccepted">A check-out of such an asset asks for acceptance.</param>
/// <param name="Uses">Models in it, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record CategoryItem(
    Guid Id, string Name, CategoryKind Kind, string? Eula, bool CheckoutAccepted, int? Uses, int Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="Kind">Needed when one is made.</param>
/// <param name="Eula">At most 20,000 characters.</param>
internal sealed record CategoryBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: NotCleared] CategoryKind? Kind = null,
    [property: PlainText(20_000, Multiline = true)] string? Eula = null,
    [property: NotCleared] bool? CheckoutAccepted = null) : ICatalogueBody;

internal sealed class Categories() : CatalogueKind<Category, CategoryBody, CategoryItem>("Category", "Categories")
{
    protected override IReadOnlyList<string> Needed => ["name", "kind"];

    protected override Expression<Func<Category, CategoryItem>> Show(PanoramaDbContext db, bool withUses) => c => new CategoryItem(
        c.Id, c.Name, c.Kind, c.Eula, c.CheckoutAccepted, withUses ? db.AssetModels.Where(m => m.CategoryId == c.Id).Take(CountedUpTo).Count() : null,
        c.Version, c.CreatedAt, c.UpdatedAt, c.ArchivedAt);

    protected override Category Make(Guid id, Guid tenantId, CategoryBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name!, Kind = body.Kind!.Value };

    protected override void Apply(Category row, Patch<CategoryBody> patch)
    {
        var body = patch.Body;
        row.Kind = body.Kind ?? row.Kind;
        row.Eula = patch.Or(nameof(body.Eula), body.Eula?.Trim(), row.Eula);
        row.CheckoutAccepted = body.CheckoutAccepted ?? row.CheckoutAccepted;
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("models", db.AssetModels.Where(m => m.CategoryId == id)), ("inspectionTemplates", db.InspectionTemplates.Where(t => t.CategoryId == id))];
}
