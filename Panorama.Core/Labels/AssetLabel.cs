using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Core.Labels;

/// <summary>The code that a sticker carries instead of the asset's tag or id: it says nothing and can be replaced.</summary>
public sealed class AssetLabel
{
    /// <summary>Unique index: one label that works an asset.</summary>
    public const string LivePerAsset = "asset_labels_live_per_asset";

    /// <summary>Unique index over every tenant's codes, revoked ones included: a code never speaks of two assets.</summary>
    public const string CodeKey = "asset_labels_code_key";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid AssetId { get; init; }

    /// <summary>Ten characters of Crockford's base32, in upper case.</summary>
    public required string Code { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while the code works.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

internal sealed class AssetLabelConfiguration : IEntityTypeConfiguration<AssetLabel>
{
    public void Configure(EntityTypeBuilder<AssetLabel> builder)
    {
        builder.ToTable("asset_labels", t => t.HasCheckConstraint("asset_labels_code_check", "code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'"));
        builder.BelongsToTenant();
        builder.References<AssetLabel, Asset>(nameof(AssetLabel.AssetId));
        builder.HasIndex(l => l.Code, AssetLabel.CodeKey).IsUnique();
        builder.HasIndex(l => new { l.TenantId, l.AssetId }, AssetLabel.LivePerAsset).IsUnique().HasFilter("revoked_at is null");
        builder.HasIndex(l => new { l.TenantId, l.AssetId, l.CreatedAt });
    }
}
