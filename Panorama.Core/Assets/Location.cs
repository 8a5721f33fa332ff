using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>A place, in a tree of places.</summary>
public sealed class Location : ICatalogueRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public Guid? ParentId { get; set; }
    public required string Name { get; set; }
    public string? Address { get; set; }

    /// <summary>IANA zone of the place; null follows the tenant.</summary>
    public string? TimeZone { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class LocationConfiguration : IEntityTypeConfiguration<Location>
{
    public void Configure(EntityTypeBuilder<Location> builder)
    {
        builder.ToTable("locations", t => t.HasCheckConstraint("locations_parent_check", "parent_id <> id"));
        builder.BelongsToTenant();
        builder.References<Location, Location>(nameof(Location.ParentId));
    }
}
