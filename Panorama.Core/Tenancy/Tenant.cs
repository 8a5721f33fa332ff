using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;
using Panorama.Core.Identity;

namespace Panorama.Core.Tenancy;

/// <summary>System of measurement in which readings and distances of a tenant are shown.</summary>
[WireCase(WireCase.SnakeLower)]
public enum Units
{
    Metric,
    Imperial,
}

/// <summary>An organisation: the wall between two of them is kept by PostgreSQL.</summary>
public sealed class Tenant
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required string Name { get; set; }
    public required string DisplayName { get; set; }

    /// <summary><c>en</c>, <c>pt-br</c> or <c>es</c>.</summary>
    public string Locale { get; set; } = "en";

    /// <summary>IANA name; a location's own zone wins over it.</summary>
    public string Timezone { get; set; } = "UTC";

    /// <summary>Unverified hint for finding an organisation by an e-mail's domain; grants nothing.</summary>
    public string[] AllowedEmailDomains { get; set; } = [];
    public int InvitationTtlSeconds { get; set; } = 604_800;
    public string ReservationRules { get; set; } = "{}";

    /// <summary>Null means 90 days.</summary>
    public int? NotificationRetentionDays { get; set; }
    public string? InspectionConfig { get; set; }

    /// <summary>Null means 425 days, counted from upload; never under 30.</summary>
    public int? InspectionPhotoRetentionDays { get; set; }
    public bool RequireInspectionBeforeCheckout { get; set; }
    public required Guid SystemActorUserId { get; init; }
    public bool AutoOpenMaintenanceFromInspection { get; set; }
    public bool NotifyLastRequesterOnMaintenanceOpen { get; set; }
    public int MaintenanceMileageInterval { get; set; } = 7500;
    public int MaintenanceDayInterval { get; set; } = 180;
    public int MaintenanceStaleWarningDays { get; set; } = 60;
    public int MaintenanceReopenWindowDays { get; set; } = 14;
    public Units Units { get; set; } = Units.Metric;

    /// <summary>ISO 4217, of money that names none; an import asks, never guesses.</summary>
    public string? Currency { get; set; }
    public int NextAssetNumber { get; set; } = 1;
    public string? AssetNumberPrefix { get; set; }

    /// <summary>A number is padded with zeros to this many digits; 1 to 12.</summary>
    public int AssetNumberDigits { get; set; } = 5;

    /// <summary>Two assets that are not archived may not share a serial number.</summary>
    public bool UniqueSerials { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
    public int Version { get; set; } = 1;
}

internal sealed class TenantConfiguration : IEntityTypeConfiguration<Tenant>
{
    public void Configure(EntityTypeBuilder<Tenant> builder)
    {
        builder.ToTable("tenants", t =>
        {
            t.HasCheckConstraint("tenants_slug_check", "slug ~ '^[a-z0-9][a-z0-9-]*$'");
            t.HasCheckConstraint("tenants_invitation_ttl_seconds_check", "invitation_ttl_seconds between 3600 and 2592000");
            t.HasCheckConstraint("tenants_asset_number_digits_check", "asset_number_digits between 1 and 12");
            t.HasCheckConstraint("tenants_inspection_config_size_cap", "inspection_config is null or pg_column_size(inspection_config) <= 2048");
            t.HasCheckConstraint("tenants_inspection_retention_floor", "inspection_photo_retention_days is null or inspection_photo_retention_days >= 30");
        });
        builder.HasIndex(t => t.Slug).IsUnique();
        builder.Property(t => t.Locale).HasDefaultValueSql("'en'").ValueGeneratedNever();
        builder.Property(t => t.Timezone).HasDefaultValueSql("'UTC'").ValueGeneratedNever();
        builder.Property(t => t.AllowedEmailDomains).HasColumnType("text[]").HasDefaultValueSql("'{}'").ValueGeneratedNever();
        builder.Property(t => t.InvitationTtlSeconds).HasDefaultValueSql("604800").ValueGeneratedNever();
        builder.Property(t => t.ReservationRules).HasColumnType("jsonb").HasDefaultValueSql("'{}'").ValueGeneratedNever();
        builder.Property(t => t.InspectionConfig).HasColumnType("jsonb");
        builder.Property(t => t.RequireInspectionBeforeCheckout).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(t => t.AutoOpenMaintenanceFromInspection).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(t => t.NotifyLastRequesterOnMaintenanceOpen).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(t => t.MaintenanceMileageInterval).HasDefaultValueSql("7500").ValueGeneratedNever();
        builder.Property(t => t.MaintenanceDayInterval).HasDefaultValueSql("180").ValueGeneratedNever();
        builder.Property(t => t.MaintenanceStaleWarningDays).HasDefaultValueSql("60").ValueGeneratedNever();
        builder.Property(t => t.MaintenanceReopenWindowDays).HasDefaultValueSql("14").ValueGeneratedNever();
        builder.Property(t => t.Units).HasDefaultValueSql("'metric'").ValueGeneratedNever();
        builder.Property(t => t.Currency).HasColumnType("char(3)");
        builder.Property(t => t.NextAssetNumber).HasDefaultValueSql("1").ValueGeneratedNever();
        builder.Property(t => t.AssetNumberDigits).HasDefaultValueSql("5").ValueGeneratedNever();
        builder.Property(t => t.UniqueSerials).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.HasOne<User>().WithMany().HasForeignKey(t => t.SystemActorUserId).OnDelete(DeleteBehavior.Restrict);
    }
}
