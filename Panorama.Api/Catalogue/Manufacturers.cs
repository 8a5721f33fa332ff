using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>Who makes models.</summary>
/// <param name="Uses">Models of it, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record ManufacturerItem(
    Guid Id, string Name, string? Url, string? SupportEmail, string? SupportPhone, int? Uses, int Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="Url">Of its support; http or https.</param>
internal sealed record ManufacturerBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: PlainText(500), RegularExpression("^[hH][tT][tT][pP][sS]?://[^\\s/].*$")] string? Url = null,
    [property: PlainText(254), RegularExpression("^[^@\\s]+@[^@\\s]+$")] string? SupportEmail = null,
    [property: PlainText(50)] string? SupportPhone = null) : ICatalogueBody;

internal sealed class Manufacturers() : CatalogueKind<Manufacturer, ManufacturerBody, ManufacturerItem>("Manufacturer", "Manufacturers")
{
    protected override Expression<Func<Manufacturer, ManufacturerItem>> Show(PanoramaDbContext db, bool withUses) => m => new ManufacturerItem(
        m.Id, m.Name, m.Url, m.SupportEmail, m.SupportPhone, withUses ? db.AssetModels.Where(a => a.ManufacturerId == m.Id).Take(CountedUpTo).Count() : null,
        m.Version, m.CreatedAt, m.UpdatedAt, m.ArchivedAt);

    protected override Manufacturer Make(Guid id, Guid tenantId, ManufacturerBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name! };

    protected override void Apply(Manufacturer row, Patch<ManufacturerBody> patch)
    {
        var body = patch.Body;
        row.Url = patch.Or(nameof(body.Url), body.Url?.Trim(), row.Url);
        row.SupportEmail = patch.Or(nameof(body.SupportEmail), body.SupportEmail?.Trim(), row.SupportEmail);
        row.SupportPhone = patch.Or(nameof(body.SupportPhone), body.SupportPhone?.Trim(), row.SupportPhone);
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("models", db.AssetModels.Where(m => m.ManufacturerId == id))];
}
