using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>A form that a checklist had: written once, when it was published.</summary>
public sealed class InspectionTemplateVersion
{
    public required Guid TenantId { get; init; }
    public required Guid TemplateId { get; init; }

    /// <summary>The template's <see cref="InspectionTemplate.ContentVersion"/> then; from 1.</summary>
    public required int Number { get; init; }

    /// <summary>A <see cref="TemplateContent"/> as JSON.</summary>
    public required string Content { get; init; }
    public required int ItemCount { get; init; }
    public required Guid PublishedByUserId { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
}

internal sealed class InspectionTemplateVersionConfiguration : IEntityTypeConfiguration<InspectionTemplateVersion>
{
    public void Configure(EntityTypeBuilder<InspectionTemplateVersion> builder)
    {
        builder.ToTable("inspection_template_versions", t =>
        {
            t.HasCheckConstraint("inspection_template_versions_number_check", "number >= 1");
            t.HasCheckConstraint("inspection_template_versions_item_count_check", $"item_count between 1 and {InspectionTemplate.MaxItems}");
            t.HasCheckConstraint("inspection_template_versions_content_size_cap", "pg_column_size(content) <= 65536");
        });
        builder.HasKey(v => new { v.TenantId, v.TemplateId, v.Number });
        builder.BelongsToTenant();
        builder.References<InspectionTemplateVersion, InspectionTemplate>(nameof(InspectionTemplateVersion.TemplateId), onDelete: DeleteBehavior.Cascade);
        builder.ReferencesMember(nameof(InspectionTemplateVersion.PublishedByUserId));
        builder.Property(v => v.Content).HasColumnType("jsonb");
    }
}
