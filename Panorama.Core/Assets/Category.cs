using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>What sort of thing a category holds; decides the unit of its readings and where it is shown.</summary>
public enum CategoryKind
{
    Hardware,
    License,
    Accessory,
    Consumable,
    Component,
    Vehicle,
    Other,
}

/// <summary>A group of models, such as vans or laptops.</summary>
public sealed class Category : ICatalogueRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public required CategoryKind Kind { get; set; }

    /// <summary>Text that whoever receives such an asset must accept.</summary>
    public string? Eula { get; set; }

    /// <summary>A check-out of such an asset asks for acceptance.</summary>
    public bool CheckoutAccepted { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
}

internal sealed class CategoryConfiguration : IEntityTypeConfiguration<Category>
{
    public void Configure(EntityTypeBuilder<Category> builder)
    {
        builder.ToTable("categories");
        builder.BelongsToTenant();
        builder.HasIndex(c => new { c.TenantId, c.Name, c.Kind }).IsUnique();
        builder.Property(c => c.CheckoutAccepted).HasDefaultValueSql("false").ValueGeneratedNever();
    }
}
