using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>How the assets of a model lose value in the books: in equal parts a month, down to a floor.</summary>
public sealed class Depreciation : ICatalogueRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }

    /// <summary>From the purchase until the floor is reached; 1 to 600.</summary>
    public required int Months { get; set; }

    /// <summary>What is left of the cost at the end, in percent; 0 to 100.</summary>
    public int FloorPercent { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class DepreciationConfiguration : IEntityTypeConfiguration<Depreciation>
{
    public void Configure(EntityTypeBuilder<Depreciation> builder)
    {
        builder.ToTable("depreciations", t =>
        {
            t.HasCheckConstraint("depreciations_months_check", "months between 1 and 600");
            t.HasCheckConstraint("depreciations_floor_percent_check", "floor_percent between 0 and 100");
        });
        builder.BelongsToTenant();
        builder.Property(d => d.FloorPercent).HasDefaultValueSql("0").ValueGeneratedNever();
    }
}
