using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>A change of an entry that is about to be saved.</summary>
/// <param name="Patch">What was sent; null where the entry is archived or restored.</param>
internal sealed record CatalogueEdit<TRow, TBody>(PanoramaDbContext Db, TRow Row, Patch<TBody>? Patch, bool IsNew)
    where TRow : class, ICatalogueRow
    where TBody : class
{
    private readonly List<AuditChange> _besides = [];

    /// <summary>Tells of a change that is not in the row itself.</summary>
    public void Add(AuditChange change) => _besides.Add(change);

    /// <summary>Whether the member, by its C# name, has another value than the one that is stored.</summary>
    public bool Changes(string member) => IsNew || Db.Entry(Row).Property(member).IsModified;

    public IReadOnlyList<AuditChange> Changes()
    {
        Db.ChangeTracker.DetectChanges();
        return [.. AuditChange.Of(Db.Entry(Row)), .. _besides];
    }
}
