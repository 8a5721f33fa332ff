using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>What a status label allows.</summary>
[WireCase(WireCase.SnakeLower)]
public enum StatusLabelType
{
    Deployable,
    Pending,
    Undeployable,
    Archived,
}

/// <summary>An organisation's own word for a machine state; it refines <see cref="Asset.Status"/>, which stays the truth.</summary>
public sealed class StatusLabel : ICatalogueRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public required StatusLabelType Type { get; set; }

    /// <summary><c>#rrggbb</c>, or null.</summary>
    public string? Color { get; set; }
    public bool ShowInNav { get; set; }
    public bool IsDefault { get; set; }

    /// <summary>The state that an asset with this label must have.</summary>
    public required AssetStatus MapsTo { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class StatusLabelConfiguration : IEntityTypeConfiguration<StatusLabel>
{
    public void Configure(EntityTypeBuilder<StatusLabel> builder)
    {
        builder.ToTable("status_labels", t => t.HasCheckConstraint("status_labels_color_check", "color ~ '^#[0-9a-f]{6}$'"));
        builder.BelongsToTenant();
        builder.Property(l => l.ShowInNav).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(l => l.IsDefault).HasDefaultValueSql("false").ValueGeneratedNever();
    }
}
