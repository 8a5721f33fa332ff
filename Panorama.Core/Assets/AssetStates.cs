using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>Why an asset may not come into a state.</summary>
public enum MoveRefusal
{
    Archived,
    InCustody,

    /// <summary>Out of maintenance leads one way alone, with a reason.</summary>
    UseReturnToService,
    NotAvailable,
}

/// <summary>The machine state of an asset and the label that refines it. The rules are here for one asset and for many.</summary>
public static class AssetStates
{
    /// <summary>Whether people may bring an asset from one state into another; null when they may. Another label within a state is no move.</summary>
    public static MoveRefusal? Refuse(AssetStatus from, AssetStatus to, bool isArchived, bool isHeld) =>
        isArchived ? MoveRefusal.Archived
        : from == to && to != AssetStatus.Retired ? null
        : isHeld ? MoveRefusal.InCustody
        : (to, from) switch
        {
            (AssetStatus.Ready, AssetStatus.Maintenance) => MoveRefusal.UseReturnToService,
            (AssetStatus.Ready or AssetStatus.Maintenance, not AssetStatus.Reserved) => null,
            (AssetStatus.Retired, AssetStatus.Ready or AssetStatus.Maintenance) => null,
            _ => MoveRefusal.NotAvailable,
        };

    /// <summary>The label that an asset keeps or gets with a state: its own where that belongs to it, else the organisation's default of the state, or none.</summary>
    /// <param name="labels">Labels of the organisation, or those of the state.</param>
    public static Guid? LabelFor(AssetStatus status, Guid? current, IEnumerable<(Guid Id, string Name, AssetStatus MapsTo, bool IsDefault, bool IsArchived)> labels)
    {
        var own = labels.Where(l => l.MapsTo == status).ToList();
        return own.Exists(l => l.Id == current) ? current
            : own.Where(l => l is { IsDefault: true, IsArchived: false }).OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => (Guid?)l.Id).FirstOrDefault();
    }

    /// <summary>
    /// Brings a locked asset into a state. A label that does not belong to the state gives way to the organisation's default label of it, or to none.
    /// </summary>
    public static async Task MoveAsync(PanoramaDbContext db, Asset asset, AssetStatus status, DateTimeOffset now, CancellationToken cancellationToken)
    {
        asset.Status = status;
        Touch(asset, now);
        var current = asset.StatusLabelId;
        var labels = await db.StatusLabels.Where(l => l.MapsTo == status && (l.IsDefault || l.Id == current))
            .Select(l => new { l.Id, l.Name, l.IsDefault, IsArchived = l.ArchivedAt != null }).ToListAsync(cancellationToken);
        asset.StatusLabelId = LabelFor(status, current, labels.Select(l => (l.Id, l.Name, status, l.IsDefault, l.IsArchived)));
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
