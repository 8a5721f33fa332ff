using System.Linq.Expressions;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>An entry that is a name and no more.</summary>
/// <param name="Uses">Assets that name it, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record NamedItem(
    Guid Id, string Name, int? Uses, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
internal sealed record NamedBody([property: NotCleared, PlainText(200)] string? Name = null) : ICatalogueBody;

internal sealed class Companies() : CatalogueKind<Company, NamedBody, NamedItem>("Company", "Companies")
{
    protected override Expression<Func<Company, NamedItem>> Show(PanoramaDbContext db, bool withUses) => c => new NamedItem(
        c.Id, c.Name, withUses ? db.Assets.Where(a => a.CompanyId == c.Id).Take(CountedUpTo).Count() : null, c.Version, c.CreatedAt, c.UpdatedAt, c.ArchivedAt);

    protected override Company Make(Guid id, Guid tenantId, NamedBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name! };

    protected override void Apply(Company row, Patch<NamedBody> patch)
    {
        // A name is all there is.
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("assets", db.Assets.Where(a => a.CompanyId == id))];
}

internal sealed class Suppliers() : CatalogueKind<Supplier, NamedBody, NamedItem>("Supplier", "Suppliers")
{
    protected override Expression<Func<Supplier, NamedItem>> Show(PanoramaDbContext db, bool withUses) => s => new NamedItem(
        s.Id, s.Name, withUses ? db.Assets.Where(a => a.SupplierId == s.Id).Take(CountedUpTo).Count() : null, s.Version, s.CreatedAt, s.UpdatedAt, s.ArchivedAt);

    protected override Supplier Make(Guid id, Guid tenantId, NamedBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name! };

    protected override void Apply(Supplier row, Patch<NamedBody> patch)
    {
        // A name is all there is.
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("assets", db.Assets.Where(a => a.SupplierId == id))];
}

/// <summary>Nothing refers to departments so far, so one may always be deleted and none has uses.</summary>
internal sealed class Departments() : CatalogueKind<Department, NamedBody, NamedItem>("Department", "Departments")
{
    protected override Expression<Func<Department, NamedItem>> Show(PanoramaDbContext db, bool withUses) =>
        d => new NamedItem(d.Id, d.Name, null, d.Version, d.CreatedAt, d.UpdatedAt, d.ArchivedAt);

    protected override Department Make(Guid id, Guid tenantId, NamedBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name! };

    protected override void Apply(Department row, Patch<NamedBody> patch)
    {
        // A name is all there is.
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) => [];
}
