using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Core.Assets;

/// <summary>The meter of an asset: its unit, what fits between its readings, and the largest of them.</summary>
public static class AssetMeters
{
    /// <summary>The unit of the last valid reading, else the organisation's.</summary>
    public static async Task<MeterUnit> UnitAsync(PanoramaDbContext db, Asset asset, CancellationToken cancellationToken) =>
        await db.MeterReadings.Where(r => r.AssetId == asset.Id && r.VoidedAt == null).OrderByDescending(r => r.ReadAt).ThenByDescending(r => r.Id)
            .Select(r => (MeterUnit?)r.Unit).FirstOrDefaultAsync(cancellationToken)
        ?? (await db.Tenants.Where(t => t.Id == asset.TenantId).Select(t => t.Units).SingleAsync(cancellationToken) == Units.Imperial ? MeterUnit.Mi : MeterUnit.Km);

    /// <summary>The valid readings before and after an instant: a new one must lie between their values.</summary>
    public static async Task<(decimal? Before, decimal? After)> AroundAsync(
        PanoramaDbContext db, Guid assetId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var valid = db.MeterReadings.Where(r => r.AssetId == assetId && r.VoidedAt == null);
        return (
            await valid.Where(r => r.ReadAt <= at).OrderByDescending(r => r.ReadAt).ThenByDescending(r => r.Value).Select(r => (decimal?)r.Value).FirstOrDefaultAsync(cancellationToken),
            await valid.Where(r => r.ReadAt > at).OrderBy(r => r.ReadAt).ThenBy(r => r.Value).Select(r => (decimal?)r.Value).FirstOrDefaultAsync(cancellationToken));
    }

    /// <summary>Writes the largest valid reading on the locked asset.</summary>
    public static async Task DeriveAsync(PanoramaDbContext db, Asset asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        asset.LastReadMileage = await db.MeterReadings.Where(r => r.AssetId == asset.Id && r.VoidedAt == null).MaxAsync(r => (decimal?)r.Value, cancellationToken);
        AssetStates.Touch(asset, now);
    }
}
