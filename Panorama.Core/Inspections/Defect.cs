using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>Where a defect stands.</summary>
public enum DefectStatus
{
    Open,

    /// <summary>Somebody certified that it was repaired.</summary>
    Certified,

    /// <summary>Somebody certified that no repair was necessary: 49 CFR §396.11(a)(3)(ii) knows both.</summary>
    Dismissed,
}

/// <summary>What a repairer certifies, as 49 CFR §396.11(a)(3)(ii) has it.</summary>
public enum RepairOutcome
{
    Repaired,

    /// <summary>It may be used as it is.</summary>
    NotNecessary,
}

/// <summary>What an inspection found wrong with an asset. It follows the asset, and is shown to whoever inspects it next, until a repair is certified.</summary>
public sealed class Defect
{
    /// <summary>UTF-16 code units.</summary>
    public const int MaxResolutionNote = 2_000;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid AssetId { get; init; }

    /// <summary>The one that found it first.</summary>
    public required Guid InspectionId { get; init; }

    /// <summary>The item of that inspection's copy of its checklist.</summary>
    public required Guid SnapshotItemId { get; init; }

    /// <summary>Of the item, as it was asked.</summary>
    public required string Label { get; init; }

    /// <summary>The label without case: what is found under one label of an asset is one defect, whichever checklist asks, since an edit gives items new ids.</summary>
    public required string LabelKey { get; init; }

    /// <summary>The worst with which it was found.</summary>
    public required DefectSeverity Severity { get; init; }

    /// <summary>What was noted with the answer.</summary>
    public string? Note { get; init; }
    public DefectStatus Status { get; set; } = DefectStatus.Open;
    public required DateTimeOffset OpenedAt { get; init; }
    public required Guid OpenedByUserId { get; init; }

    /// <summary>The newest inspection that found it.</summary>
    public required Guid LastSeenInspectionId { get; init; }
    public required DateTimeOffset LastSeenAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public Guid? ResolvedByUserId { get; set; }
    public string? ResolutionNote { get; set; }
}

internal sealed class DefectConfiguration : IEntityTypeConfiguration<Defect>
{
    public void Configure(EntityTypeBuilder<Defect> builder)
    {
        builder.ToTable("defects", t =>
        {
            t.HasCheckConstraint("defects_label_check", $"length(label) between 1 and {TemplateItem.MaxLabel}");
            t.HasCheckConstraint("defects_notes_check", $"length(note) <= {InspectionResponse.MaxText} and length(resolution_note) <= {Defect.MaxResolutionNote}");
            t.HasCheckConstraint("defects_resolved_coherent",
                "(status = 'OPEN') = (resolved_at is null) and (status = 'OPEN') = (resolved_by_user_id is null) and (resolution_note is null or status <> 'OPEN')");
            t.HasCheckConstraint("defects_seen_coherent", "last_seen_at >= opened_at");
        });
        builder.BelongsToTenant();
        builder.References<Defect, Asset>(nameof(Defect.AssetId));
        builder.References<Defect, Inspection>(nameof(Defect.InspectionId));
        builder.References<Defect, Inspection>(nameof(Defect.LastSeenInspectionId));
        builder.ReferencesMember(nameof(Defect.OpenedByUserId));
        builder.ReferencesMember(nameof(Defect.ResolvedByUserId));
        builder.Property(d => d.Status).HasDefaultValueSql("'OPEN'").ValueGeneratedNever();
        // Of two runs that find the same at once the second sees it again.
        builder.HasIndex(d => new { d.TenantId, d.AssetId, d.LabelKey }, "defects_open_key").IsUnique().HasFilter("status = 'OPEN'");
        builder.HasIndex(d => new { d.TenantId, d.OpenedAt, d.Id }, "defects_recent").IsDescending(false, true, true);
        builder.HasIndex(d => new { d.TenantId, d.AssetId, d.OpenedAt, d.Id }, "defects_asset_recent").IsDescending(false, false, true, true);
        builder.HasIndex(d => new { d.TenantId, d.Status, d.OpenedAt, d.Id }, "defects_status_recent").IsDescending(false, false, true, true);
        builder.HasIndex(d => new { d.TenantId, d.Severity, d.OpenedAt, d.Id }, "defects_severity_recent").IsDescending(false, false, true, true);
    }
}
