using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>A checklist that is gone through at an asset. A run takes a copy of it, so a change never reaches what was begun.</summary>
public sealed class InspectionTemplate
{
    /// <summary>UTF-16 code units.</summary>
    public const int MaxName = 200;

    /// <summary>UTF-16 code units.</summary>
    public const int MaxDescription = 1_000;
    public const int MaxDisplayOrder = 10_000;
    public const int MaxItems = 50;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public string? Description { get; set; }

    /// <summary>Every asset whose model's category is of this kind. A CHECK says that a template has this or a category, and not both.</summary>
    public CategoryKind? CategoryKind { get; set; }

    /// <summary>Every asset whose model is of this category.</summary>
    public Guid? CategoryId { get; set; }
    public int DisplayOrder { get; set; }

    /// <summary>Grows with what a run would copy: name, description and items. Says whether a run was begun from an older form.</summary>
    public int ContentVersion { get; set; } = 1;
    public DateTimeOffset? ArchivedAt { get; set; }
    public required Guid CreatedByUserId { get; init; }
    public int Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class InspectionTemplateConfiguration : IEntityTypeConfiguration<InspectionTemplate>
{
    public void Configure(EntityTypeBuilder<InspectionTemplate> builder)
    {
        builder.ToTable("inspection_templates", t =>
        {
            t.HasCheckConstraint("inspection_templates_scope_exclusive", "num_nonnulls(category_kind, category_id) = 1");
            t.HasCheckConstraint("inspection_templates_name_check", $"length(name) between 1 and {InspectionTemplate.MaxName}");
            t.HasCheckConstraint("inspection_templates_description_check", $"length(description) <= {InspectionTemplate.MaxDescription}");
            t.HasCheckConstraint("inspection_templates_display_order_check", $"display_order between 0 and {InspectionTemplate.MaxDisplayOrder}");
            t.HasCheckConstraint("inspection_templates_content_version_check", "content_version >= 1");
        });
        builder.BelongsToTenant();
        builder.References<InspectionTemplate, Category>(nameof(InspectionTemplate.CategoryId));
        builder.ReferencesMember(nameof(InspectionTemplate.CreatedByUserId));
        builder.Property(t => t.DisplayOrder).HasDefaultValueSql("0").ValueGeneratedNever();
        builder.Property(t => t.ContentVersion).HasDefaultValueSql("1").ValueGeneratedNever();
        builder.HasIndex(t => new { t.TenantId, t.CategoryKind, t.DisplayOrder }, "templates_launcher_kind")
            .HasFilter("archived_at is null and category_kind is not null");
        builder.HasIndex(t => new { t.TenantId, t.CategoryId, t.DisplayOrder }, "templates_launcher_category")
            .HasFilter("archived_at is null and category_id is not null");
        builder.HasIndex(t => new { t.TenantId, t.DisplayOrder, t.CreatedAt, t.Id }, "templates_list_idx");
    }
}
