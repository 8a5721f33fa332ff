using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Inspections;

namespace Panorama.Core.Retention;

/// <summary>While it lasts, nothing of an asset, an inspection or a whole organisation may be removed: neither by age nor by erasure nor by whoever works with it.</summary>
public sealed class LegalHold
{
    /// <summary>UTF-16 code units.</summary>
    public const int MaxReason = 500;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>Everything of the asset, its inspections as well.</summary>
    public Guid? AssetId { get; init; }

    /// <summary>Everything of the inspection, also what is added later. Where both are null, everything of the organisation is held.</summary>
    public Guid? InspectionId { get; init; }

    /// <summary>The case or ticket, in the words of whoever asked.</summary>
    public required string Reason { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ReleasedAt { get; set; }

    /// <summary>Whether it lasts, and holds what belongs to the asset and, where there is one, to the inspection. <see cref="FileTable.IsHeld"/> says the same of a row.</summary>
    public static Expression<Func<LegalHold, bool>> Holds(Guid? asset, Guid? inspection) =>
        h => h.ReleasedAt == null && (h.AssetId == null ? h.InspectionId == null || h.InspectionId == inspection : h.AssetId == asset);
}

internal sealed class LegalHoldConfiguration : IEntityTypeConfiguration<LegalHold>
{
    public void Configure(EntityTypeBuilder<LegalHold> builder)
    {
        builder.ToTable("legal_holds", t =>
        {
            t.HasCheckConstraint("legal_holds_reason_check", $"length(reason) between 1 and {LegalHold.MaxReason}");
            t.HasCheckConstraint("legal_holds_one_thing", "num_nonnulls(asset_id, inspection_id) <= 1");
            t.HasCheckConstraint("legal_holds_released_coherent", "released_at >= created_at");
        });
        builder.BelongsToTenant();
        builder.References<LegalHold, Asset>(nameof(LegalHold.AssetId));
        builder.References<LegalHold, Inspection>(nameof(LegalHold.InspectionId));
        // One at a time for each asset and inspection, and one for the organisation.
        builder.HasIndex(h => new { h.TenantId, h.AssetId, h.InspectionId }, "legal_holds_active_key").IsUnique().AreNullsDistinct(false).HasFilter("released_at is null");
    }
}
