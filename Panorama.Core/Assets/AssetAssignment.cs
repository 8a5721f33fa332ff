using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>What an asset is lent to.</summary>
[WireCase(WireCase.SnakeLower)]
public enum AssignmentTarget
{
    User,
    Location,
    Asset,
}

/// <summary>Custody: who or what holds an asset, from check-out to check-in. At most one is open for an asset.</summary>
public sealed class AssetAssignment
{
    /// <summary>Unique index: one open custody an asset.</summary>
    public const string OpenPerAsset = "asset_assignments_open_per_asset";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid AssetId { get; init; }
    public required AssignmentTarget TargetType { get; init; }
    public Guid? TargetUserId { get; init; }
    public Guid? TargetLocationId { get; init; }
    public Guid? TargetAssetId { get; init; }
    public required DateTimeOffset CheckedOutAt { get; init; }

    /// <summary>Null when an operator's import did it.</summary>
    public Guid? CheckedOutByUserId { get; init; }
    public DateTimeOffset? ExpectedCheckinAt { get; set; }

    /// <summary>The holder is asked to accept.</summary>
    public bool RequiresAcceptance { get; init; }

    /// <summary>What the holder is asked to accept: the category's text as it was at check-out.</summary>
    public string? AcceptanceText { get; init; }
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>The holder, or who accepted for somebody who does not sign in.</summary>
    public Guid? AcceptedByUserId { get; set; }

    /// <summary>The name typed as a signature.</summary>
    public string? AcceptedName { get; set; }
    public Guid? SignaturePhotoId { get; set; }
    public DateTimeOffset? DeclinedAt { get; set; }
    public string? DeclineReason { get; set; }

    /// <summary>The holder asked that it be taken back.</summary>
    public DateTimeOffset? CheckinRequestedAt { get; set; }
    public string? CheckinRequestNote { get; set; }
    public DateTimeOffset? CheckedInAt { get; set; }
    public Guid? CheckedInByUserId { get; set; }

    /// <summary>Of the check-out.</summary>
    public string? Note { get; set; }
    public string? CheckinNote { get; set; }

    /// <summary>In what state it came back.</summary>
    public string? Condition { get; set; }
    public bool IsDamaged { get; set; }
    public string? DamageNote { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; } = 1;
}

internal sealed class AssetAssignmentConfiguration : IEntityTypeConfiguration<AssetAssignment>
{
    public void Configure(EntityTypeBuilder<AssetAssignment> builder)
    {
        builder.ToTable("asset_assignments", t =>
        {
            t.HasCheckConstraint("asset_assignments_one_target_check",
                "num_nonnulls(target_user_id, target_location_id, target_asset_id) = 1 and case target_type"
                + " when 'user' then target_user_id is not null when 'location' then target_location_id is not null else target_asset_id is not null end");
            t.HasCheckConstraint("asset_assignments_not_itself_check", "target_asset_id <> asset_id");
            t.HasCheckConstraint("asset_assignments_answer_check", "accepted_at is null or declined_at is null");
        });
        builder.BelongsToTenant();
        builder.References<AssetAssignment, Asset>(nameof(AssetAssignment.AssetId));
        builder.References<AssetAssignment, Asset>(nameof(AssetAssignment.TargetAssetId));
        builder.References<AssetAssignment, Location>(nameof(AssetAssignment.TargetLocationId));
        builder.ReferencesMember(nameof(AssetAssignment.TargetUserId));
        builder.ReferencesMember(nameof(AssetAssignment.CheckedOutByUserId));
        builder.ReferencesMember(nameof(AssetAssignment.CheckedInByUserId));
        builder.ReferencesMember(nameof(AssetAssignment.AcceptedByUserId));
        builder.Property(a => a.RequiresAcceptance).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(a => a.IsDamaged).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.HasIndex(a => new { a.TenantId, a.AssetId }, AssetAssignment.OpenPerAsset).IsUnique().HasFilter("checked_in_at is null");
        builder.HasIndex(a => new { a.TenantId, a.AssetId, a.CheckedOutAt });

        // The list's order, and what of it is asked for most: what one person or place has, what is out, what is late.
        builder.HasIndex(a => new { a.TenantId, a.CheckedOutAt, a.Id });
        builder.HasIndex(a => new { a.TenantId, a.TargetUserId, a.CheckedOutAt, a.Id }, "asset_assignments_person_idx");
        builder.HasIndex(a => new { a.TenantId, a.TargetLocationId, a.CheckedOutAt, a.Id }, "asset_assignments_place_idx");
        builder.HasIndex(a => new { a.TenantId, a.CheckedOutAt, a.Id }, "asset_assignments_open_idx").HasFilter("checked_in_at is null");
        builder.HasIndex(a => new { a.TenantId, a.ExpectedCheckinAt }, "asset_assignments_due_idx").HasFilter("checked_in_at is null");
    }
}
