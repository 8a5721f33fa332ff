using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>What a meter counts.</summary>
[WireCase(WireCase.SnakeLower)]
public enum MeterUnit
{
    Km,
    Mi,
    H,
}

/// <summary>A reading of an odometer or hour meter. Never changed: a wrong one is voided with a reason.</summary>
public sealed class MeterReading
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid AssetId { get; init; }
    public required decimal Value { get; init; }
    public required MeterUnit Unit { get; init; }
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary><c>manual</c>, <c>check_out</c>, <c>check_in</c>, <c>inspection</c>, <c>maintenance</c> or <c>import</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The reservation whose check-out or check-in read it.</summary>
    public Guid? ReservationId { get; init; }
    public Guid? ReadByUserId { get; init; }
    public DateTimeOffset? VoidedAt { get; set; }
    public string? VoidReason { get; set; }
    public Guid? VoidedByUserId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class MeterReadingConfiguration : IEntityTypeConfiguration<MeterReading>
{
    public void Configure(EntityTypeBuilder<MeterReading> builder)
    {
        builder.ToTable("meter_readings", t =>
        {
            t.HasCheckConstraint("meter_readings_value_check", "value >= 0");
            t.HasCheckConstraint("meter_readings_source_check", "source in ('manual', 'check_out', 'check_in', 'inspection', 'maintenance', 'import')");
            t.HasCheckConstraint("meter_readings_void_check", "(voided_at is null) = (void_reason is null)");
        });
        builder.BelongsToTenant();
        builder.Property(r => r.Value).HasColumnType("numeric(12,1)");
        builder.References<MeterReading, Asset>(nameof(MeterReading.AssetId));
        builder.ReferencesMember(nameof(MeterReading.ReadByUserId));
        builder.ReferencesMember(nameof(MeterReading.VoidedByUserId));
        builder.HasIndex(r => new { r.TenantId, r.AssetId, r.ReadAt });
    }
}
