using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>Assets about to change.</summary>
public static class AssetRows
{
    /// <summary>
    /// The asset, tracked, its row locked until the transaction ends: of two that change it at once the second sees what the first wrote, and is refused
    /// for what is true then. Rows that refer to it may still be inserted.
    /// </summary>
    public static async Task<Asset?> LockAsync(PanoramaDbContext db, Guid id, CancellationToken cancellationToken) =>
        (await db.Assets.FromSql($"select * from assets where id = {id} for no key update").AsTracking().ToListAsync(cancellationToken)).SingleOrDefault();
}
