using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>The machine state of an asset and the label that refines it.</summary>
public static class AssetStates
{
    /// <summary>
    /// Brings a locked asset into a state. A label that does not belong to the state gives way to the organisation's default label of it, or to none.
    /// </summary>
    public static async Task MoveAsync(PanoramaDbContext db, Asset asset, AssetStatus status, DateTimeOffset now, CancellationToken cancellationToken)
    {
        asset.Status = status;
        Touch(asset, now);
        var fits = asset.StatusLabelId is { } id && await db.StatusLabels.AnyAsync(l => l.Id == id && l.MapsTo == status, cancellationToken);
        if (!fits)
        {
            asset.StatusLabelId = await db.StatusLabels.Where(l => l.MapsTo == status && l.IsDefault && l.ArchivedAt == null).OrderBy(l => l.Name)
                .Select(l => (Guid?)l.Id).FirstOrDefaultAsync(cancellationToken);
        }
    }

    /// <summary>Whether somebody or some place has it now.</summary>
    public static Task<bool> IsHeldAsync(PanoramaDbContext db, Guid assetId, CancellationToken cancellationToken) =>
        db.AssetAssignments.AnyAsync(h => h.AssetId == assetId && h.CheckedInAt == null, cancellationToken);

    /// <summary>A new version of the row.</summary>
    public static void Touch(Asset asset, DateTimeOffset now)
    {
        asset.Version++;
        asset.UpdatedAt = now;
    }
}
