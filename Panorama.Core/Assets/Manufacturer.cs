using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>Who makes a model.</summary>
public sealed class Manufacturer : ICatalogueRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public string? Url { get; set; }
    public string? SupportEmail { get; set; }
    public string? SupportPhone { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
}

internal sealed class ManufacturerConfiguration : IEntityTypeConfiguration<Manufacturer>
{
    public void Configure(EntityTypeBuilder<Manufacturer> builder)
    {
        builder.ToTable("manufacturers");
        builder.BelongsToTenant();
        builder.HasIndex(m => new { m.TenantId, m.Name }).IsUnique();
    }
}
