using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>Serial numbers, which an organisation may want to be unique among assets that are not archived.</summary>
public static class AssetSerials
{
    /// <summary>Whether another asset has the serial number and that is refused here. Of two that write one at once the second waits for the first.</summary>
    public static async Task<bool> IsTakenAsync(PanoramaDbContext db, Asset asset, string serial, CancellationToken cancellationToken)
    {
        if (!await db.Tenants.Where(t => t.Id == asset.TenantId).Select(t => t.UniqueSerials).SingleAsync(cancellationToken))
        {
            return false;
        }

        // Whether serials are unique is a setting, so it cannot be an index.
        var key = serial.Normalize().ToLowerInvariant();
        var name = $"panorama:serial:{asset.TenantId}:{key}";
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellationToken);
        return await db.Assets.AnyAsync(a => a.SerialKey == key && a.ArchivedAt == null && a.Id != asset.Id, cancellationToken);
    }
}
