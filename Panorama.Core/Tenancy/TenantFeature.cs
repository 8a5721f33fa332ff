using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Tenancy;

/// <summary>A feature that a tenant has switched; no row means off.</summary>
public sealed class TenantFeature
{
    /// <summary>Pre-trip inspections with photo evidence.</summary>
    public const string Inspections = "inspections";

    public required Guid TenantId { get; init; }
    public required string Feature { get; init; }
    public bool Enabled { get; set; }
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Null when the operator changed it.</summary>
    public Guid? ChangedByUserId { get; set; }
}

internal sealed class TenantFeatureConfiguration : IEntityTypeConfiguration<TenantFeature>
{
    public void Configure(EntityTypeBuilder<TenantFeature> builder)
    {
        builder.ToTable("tenant_features", t => t.HasCheckConstraint("tenant_features_feature_check", "feature ~ '^[a-z][a-z0-9_]*$'"));
        builder.HasKey(f => new { f.TenantId, f.Feature });
        builder.BelongsToTenant();
        builder.ReferencesMember(nameof(TenantFeature.ChangedByUserId));
    }
}
