using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>
/// The value of a unique or searchable custom field, beside the asset's JSON: an index cannot reach into JSON under row security.
/// </summary>
public sealed class CustomValue
{
    /// <summary>Unique index: one asset a value, of fields that ask for it.</summary>
    public const string UniqueKey = "custom_values_unique_key";

    public required Guid TenantId { get; init; }
    public required Guid FieldId { get; init; }
    public required Guid AssetId { get; init; }

    /// <summary>The value in lower case.</summary>
    public required string ValueKey { get; set; }

    /// <summary>The field asks for unique values.</summary>
    public required bool IsUnique { get; set; }
}

internal sealed class CustomValueConfiguration : IEntityTypeConfiguration<CustomValue>
{
    public void Configure(EntityTypeBuilder<CustomValue> builder)
    {
        builder.ToTable("custom_values");
        builder.HasKey(v => new { v.TenantId, v.FieldId, v.AssetId });
        builder.BelongsToTenant();
        builder.References<CustomValue, CustomField>(nameof(CustomValue.FieldId));
        builder.References<CustomValue, Asset>(nameof(CustomValue.AssetId), onDelete: DeleteBehavior.Cascade);
        builder.HasIndex(v => new { v.TenantId, v.FieldId, v.ValueKey }, CustomValue.UniqueKey).IsUnique().HasFilter("is_unique");
        builder.HasIndex(v => new { v.TenantId, v.FieldId, v.ValueKey }, "custom_values_lookup_idx");
    }
}
