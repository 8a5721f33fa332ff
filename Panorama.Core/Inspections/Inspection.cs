using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

public enum InspectionStatus
{
    InProgress,
    Completed,
    Cancelled,
}

public enum InspectionOutcome
{
    Pass,
    Fail,
    NeedsMaintenance,
}

/// <summary>One going through of a checklist at an asset.</summary>
public sealed class Inspection
{
    /// <summary>UTF-16 code units.</summary>
    public const int MaxSummaryNote = 500;

    /// <summary>UTF-16 code units.</summary>
    public const int MaxReviewNote = 2_000;

    /// <summary>UTF-16 code units.</summary>
    public const int MaxCancelReason = 500;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid TemplateId { get; init; }

    /// <summary>As it was at the start.</summary>
    public required string TemplateName { get; init; }

    /// <summary>An <see cref="InspectionSnapshot"/> as JSON; a trigger keeps it as it was at the start.</summary>
    public required string TemplateSnapshot { get; init; }
    public required Guid AssetId { get; init; }
    public required Guid StartedByUserId { get; init; }
    public InspectionStatus Status { get; set; } = InspectionStatus.InProgress;

    /// <summary>Null until it is completed.</summary>
    public InspectionOutcome? Outcome { get; set; }
    public string? SummaryNote { get; set; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; set; }
    public Guid? CompletedByUserId { get; set; }
    public DateTimeOffset? ReviewedAt { get; set; }
    public Guid? ReviewedByUserId { get; set; }
    public string? ReviewNote { get; set; }

    /// <summary>Defects of the asset that whoever completed it was shown: 49 CFR §396.13 has the driver look at the last report.</summary>
    public Guid[] AcknowledgedDefects { get; set; } = [];
    public DateTimeOffset? CancelledAt { get; set; }

    /// <summary>Null when the system gave up what was left lying.</summary>
    public Guid? CancelledByUserId { get; set; }
    public string? CancelReason { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class InspectionConfiguration : IEntityTypeConfiguration<Inspection>
{
    public void Configure(EntityTypeBuilder<Inspection> builder)
    {
        builder.ToTable("inspections", t =>
        {
            t.HasCheckConstraint("inspections_completed_coherent",
                "(status = 'COMPLETED') = (completed_at is not null) and (status = 'COMPLETED') = (completed_by_user_id is not null)");
            t.HasCheckConstraint("inspections_outcome_coherent", "(status = 'COMPLETED') = (outcome is not null)");
            t.HasCheckConstraint("inspections_cancelled_coherent",
                "(status = 'CANCELLED') = (cancelled_at is not null) and (cancelled_at is not null or (cancelled_by_user_id is null and cancel_reason is null))");
            t.HasCheckConstraint("inspections_reviewed_coherent",
                "(reviewed_at is null) = (reviewed_by_user_id is null) and (reviewed_at is null or status = 'COMPLETED') and (review_note is null or reviewed_at is not null)");
            t.HasCheckConstraint("inspections_snapshot_size_cap", "pg_column_size(template_snapshot) <= 65536");
            t.HasCheckConstraint("inspections_snapshot_well_formed",
                "coalesce(jsonb_typeof(template_snapshot -> 'items') = 'array' and jsonb_array_length(template_snapshot -> 'items') >= 1, false)");
            t.HasCheckConstraint("inspections_notes_check",
                $"length(summary_note) <= {Inspection.MaxSummaryNote} and length(review_note) <= {Inspection.MaxReviewNote} and length(cancel_reason) <= {Inspection.MaxCancelReason}");
        });
        builder.BelongsToTenant();
        builder.References<Inspection, InspectionTemplate>(nameof(Inspection.TemplateId));
        builder.References<Inspection, Asset>(nameof(Inspection.AssetId));
        builder.ReferencesMember(nameof(Inspection.StartedByUserId));
        builder.ReferencesMember(nameof(Inspection.CompletedByUserId));
        builder.ReferencesMember(nameof(Inspection.ReviewedByUserId));
        builder.ReferencesMember(nameof(Inspection.CancelledByUserId));
        builder.Property(i => i.TemplateSnapshot).HasColumnType("jsonb");
        builder.Property(i => i.AcknowledgedDefects).HasDefaultValueSql("'{}'").ValueGeneratedNever();
        builder.Property(i => i.Status).HasDefaultValueSql("'IN_PROGRESS'").ValueGeneratedNever();
        builder.HasIndex(i => new { i.TenantId, i.StartedAt, i.Id }, "inspections_recent").IsDescending(false, true, true);
        builder.HasIndex(i => new { i.TenantId, i.AssetId, i.StartedAt, i.Id }, "inspections_asset_recent").IsDescending(false, false, true, true);
        builder.HasIndex(i => new { i.TenantId, i.StartedByUserId, i.StartedAt, i.Id }, "inspections_mine_recent").IsDescending(false, false, true, true);
        builder.HasIndex(i => new { i.TenantId, i.StartedAt, i.Id }, "inspections_needs_review").IsDescending(false, true, true)
            .HasFilter("status = 'COMPLETED' and reviewed_at is null and outcome <> 'PASS'");
        // One at a time of a person at an asset: of two starts at once the second resumes what the first made.
        builder.HasIndex(i => new { i.TenantId, i.AssetId, i.StartedByUserId }, "inspections_open_key").IsUnique().HasFilter("status = 'IN_PROGRESS'");
    }
}
