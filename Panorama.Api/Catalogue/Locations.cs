using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>A place, in a tree of places.</summary>
/// <param name="ParentId">The place it lies in; null at the top.</param>
/// <param name="TimeZone">IANA name; null follows the organisation.</param>
/// <param name="Uses">Assets that belong there, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record LocationItem(
    Guid Id, string Name, Guid? ParentId, string? ParentName, string? Address, string? TimeZone, int? Uses, int Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="ParentId">Not itself and nothing that lies in it.</param>
/// <param name="TimeZone">IANA name, such as `America/Sao_Paulo`.</param>
internal sealed record LocationBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    Guid? ParentId = null,
    [property: PlainText(500, Multiline = true)] string? Address = null,
    [property: TimeZoneName] string? TimeZone = null) : ICatalogueBody;

internal sealed class Locations() : CatalogueKind<Location, LocationBody, LocationItem>("Location", "Locations")
{
    protected override Expression<Func<Location, LocationItem>> Show(PanoramaDbContext db, bool withUses) => l => new LocationItem(
        l.Id, l.Name, l.ParentId, db.Locations.Where(p => p.Id == l.ParentId).Select(p => p.Name).FirstOrDefault(), l.Address, l.TimeZone,
        withUses ? db.Assets.Where(a => a.LocationId == l.Id).Take(CountedUpTo).Count() : null, l.Version, l.CreatedAt, l.UpdatedAt, l.ArchivedAt);

    protected override Location Make(Guid id, Guid tenantId, LocationBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name! };

    protected override void Apply(Location row, Patch<LocationBody> patch)
    {
        var body = patch.Body;
        row.ParentId = patch.Or(nameof(body.ParentId), body.ParentId, row.ParentId);
        row.Address = patch.Or(nameof(body.Address), body.Address?.Trim(), row.Address);
        row.TimeZone = patch.Or(nameof(body.TimeZone), body.TimeZone, row.TimeZone);
    }

    protected override async Task<ProblemHttpResult?> CheckAsync(CatalogueEdit<Location, LocationBody> edit, CancellationToken cancellationToken)
    {
        var (db, row) = (edit.Db, edit.Row);
        if (row.ParentId is not { } parent || !edit.Changes(nameof(row.ParentId)))
        {
            return null;
        }

        if (!await db.Locations.AnyAsync(l => l.Id == parent && l.ArchivedAt == null, cancellationToken))
        {
            return Problems.Members(("parentId", FieldError.NotFound));
        }

        // One at a time in a tenant: of two moves, each fine alone, the second sees what the first made of the tree.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({"panorama:locations:" + row.TenantId}, 0))", cancellationToken);
        var inside = await db.Database.SqlQuery<bool>(
            $"""
            with recursive up (id, parent_id) as (
              select id, parent_id from locations where id = {parent}
              union select l.id, l.parent_id from locations l join up on l.id = up.parent_id)
            select exists (select 1 from up where id = {row.Id}) as "Value"
            """).SingleAsync(cancellationToken);
        return inside ? Problems.Members(("parentId", FieldError.InsideItself)) : null;
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
    [
        ("assets", db.Assets.Where(a => a.LocationId == id)),
        ("locations", db.Locations.Where(l => l.ParentId == id)),
        ("assignments", db.AssetAssignments.Where(a => a.TargetLocationId == id)),
    ];
}
