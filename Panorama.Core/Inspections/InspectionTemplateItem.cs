using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>What an item of a checklist asks for.</summary>
public enum InspectionItemType
{
    /// <summary>Yes or no; no is what is wrong.</summary>
    Boolean,
    Text,
    Number,
    Photo,
}

/// <summary>How bad it is when an item is found wrong, as 49 CFR §396.11 and common fleet practice grade it.</summary>
public enum DefectSeverity
{
    Minor,
    Major,

    /// <summary>The asset may not be used until it is repaired.</summary>
    OutOfService,
}

/// <summary>One item of a checklist as it is now. An edit replaces all of them, so the id of one never means another question.</summary>
public sealed class InspectionTemplateItem
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid TemplateId { get; init; }

    /// <summary>From 0, without gaps.</summary>
    public required int Position { get; init; }
    public required string Label { get; init; }
    public required InspectionItemType ItemType { get; init; }
    public bool Required { get; init; }
    public bool PhotoRequired { get; init; }

    /// <summary>Of a number alone; the bound itself is good.</summary>
    public double? MinValue { get; init; }
    public double? MaxValue { get; init; }
    public string? HelpText { get; init; }

    /// <summary>What a wrong answer opens at the asset; null opens nothing.</summary>
    public DefectSeverity? Severity { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class InspectionTemplateItemConfiguration : IEntityTypeConfiguration<InspectionTemplateItem>
{
    public void Configure(EntityTypeBuilder<InspectionTemplateItem> builder)
    {
        builder.ToTable("inspection_template_items", t =>
        {
            t.HasCheckConstraint("inspection_template_items_label_check", $"length(label) between 1 and {TemplateItem.MaxLabel}");
            t.HasCheckConstraint("inspection_template_items_help_text_check", $"length(help_text) <= {TemplateItem.MaxHelpText}");
            t.HasCheckConstraint("inspection_template_items_position_check", $"position between 0 and {InspectionTemplate.MaxItems - 1}");
            t.HasCheckConstraint("inspection_template_items_bounds_of_numbers", "item_type = 'NUMBER' or num_nonnulls(min_value, max_value) = 0");
            t.HasCheckConstraint("inspection_template_items_bounds_ordered", "min_value <= max_value");
            t.HasCheckConstraint("inspection_template_items_severity_of_judged", "severity is null or item_type = 'BOOLEAN'");
        });
        builder.BelongsToTenant();
        builder.References<InspectionTemplateItem, InspectionTemplate>(nameof(InspectionTemplateItem.TemplateId), onDelete: DeleteBehavior.Cascade);
        builder.Property(i => i.Required).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(i => i.PhotoRequired).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.HasIndex(i => new { i.TenantId, i.TemplateId, i.Position }, "inspection_template_items_position_key").IsUnique();
    }
}
