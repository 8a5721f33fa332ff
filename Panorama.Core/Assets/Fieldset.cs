using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>The custom fields that a model asks for.</summary>
public sealed class Fieldset : ICatalogueRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
}

/// <summary>One field of a set, at its place.</summary>
public sealed class FieldsetField
{
    public required Guid TenantId { get; init; }
    public required Guid FieldsetId { get; init; }
    public required Guid FieldId { get; init; }
    public required int Position { get; set; }
}

internal sealed class FieldsetConfiguration : IEntityTypeConfiguration<Fieldset>, IEntityTypeConfiguration<FieldsetField>
{
    public void Configure(EntityTypeBuilder<Fieldset> builder)
    {
        builder.ToTable("fieldsets");
        builder.BelongsToTenant();
    }

    public void Configure(EntityTypeBuilder<FieldsetField> builder)
    {
        builder.ToTable("fieldset_fields");
        builder.HasKey(f => new { f.TenantId, f.FieldsetId, f.FieldId });
        builder.BelongsToTenant();
        builder.References<FieldsetField, Fieldset>(nameof(FieldsetField.FieldsetId), onDelete: DeleteBehavior.Cascade);
        builder.References<FieldsetField, CustomField>(nameof(FieldsetField.FieldId), onDelete: DeleteBehavior.Cascade);
    }
}
