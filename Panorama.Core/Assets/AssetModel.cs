using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>A model of a manufacturer; two may share a name and still differ in number, category or manufacturer.</summary>
public sealed class AssetModel : ICatalogueRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid CategoryId { get; set; }
    public Guid? ManufacturerId { get; set; }
    public required string Name { get; set; }
    public string? ModelNumber { get; set; }
    public string? ImageUrl { get; set; }
    public string? Notes { get; set; }
    public Guid? FieldsetId { get; set; }

    /// <summary>How its assets lose value; null when their book value is not asked for.</summary>
    public Guid? DepreciationId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;

    public Category? Category { get; init; }
    public Manufacturer? Manufacturer { get; init; }
}

internal sealed class AssetModelConfiguration : IEntityTypeConfiguration<AssetModel>
{
    public void Configure(EntityTypeBuilder<AssetModel> builder)
    {
        builder.ToTable("asset_models");
        builder.BelongsToTenant();
        builder.References<AssetModel, Category>(nameof(AssetModel.CategoryId), m => m.Category);
        builder.References<AssetModel, Manufacturer>(nameof(AssetModel.ManufacturerId), m => m.Manufacturer);
        builder.References<AssetModel, Fieldset>(nameof(AssetModel.FieldsetId));
        builder.References<AssetModel, Depreciation>(nameof(AssetModel.DepreciationId));
        builder.HasIndex(m => new { m.TenantId, m.Name, m.Id });
    }
}
