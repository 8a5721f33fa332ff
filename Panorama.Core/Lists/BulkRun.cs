using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Core.Lists;

/// <summary>Where a bulk run stands.</summary>
public enum BulkState
{
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>What became of one asset of a run.</summary>
public enum BulkItemState
{
    Pending,
    Changed,

    /// <summary>There was nothing to change.</summary>
    Skipped,
    Failed,
    Undone,
}

/// <summary>One change of many assets, worked off by the Worker; a run that is interrupted goes on with its pending items.</summary>
public sealed class BulkRun
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>What is done to each asset, such as <c>assets.edit</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>JSON object: the change, and the filter it was asked for with.</summary>
    public string Request { get; init; } = "{}";
    public required BulkState State { get; set; }
    public int Total { get; set; }

    /// <summary>Items that are no longer pending.</summary>
    public int Done { get; set; }
    public int Changed { get; set; }
    public int Skipped { get; set; }
    public int Failed { get; set; }

    /// <summary>The run that this one takes back.</summary>
    public Guid? UndoOf { get; init; }
    public required Guid StartedByUserId { get; init; }
    public DateTimeOffset? CancelRequestedAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public int Version { get; set; } = 1;
}

/// <summary>One asset of a run, with what it was and what it became.</summary>
public sealed class BulkRunItem
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid RunId { get; init; }
    public required Guid AssetId { get; init; }

    /// <summary>The order in which the items are worked off, from 0.</summary>
    public required int Ordinal { get; init; }
    public BulkItemState State { get; set; } = BulkItemState.Pending;

    /// <summary>Stable code of why it failed or was skipped.</summary>
    public string? Code { get; set; }

    /// <summary>JSON object: the changed members before the run; what an undo puts back.</summary>
    public string? Before { get; set; }

    /// <summary>JSON object: the same members after it; an undo touches only what still has these values.</summary>
    public string? After { get; set; }
}

internal sealed class BulkRunConfiguration : IEntityTypeConfiguration<BulkRun>, IEntityTypeConfiguration<BulkRunItem>
{
    public void Configure(EntityTypeBuilder<BulkRun> builder)
    {
        builder.ToTable("bulk_runs", t => t.HasCheckConstraint("bulk_runs_counts_check",
            "least(total, done, changed, skipped, failed) >= 0 and done <= total"));
        builder.BelongsToTenant();
        builder.References<BulkRun, BulkRun>(nameof(BulkRun.UndoOf));
        builder.ReferencesMember(nameof(BulkRun.StartedByUserId));
        builder.Property(r => r.Request).HasColumnType("jsonb").HasDefaultValueSql("'{}'").ValueGeneratedNever();
        foreach (var count in (string[])[nameof(BulkRun.Total), nameof(BulkRun.Done), nameof(BulkRun.Changed), nameof(BulkRun.Skipped), nameof(BulkRun.Failed)])
        {
            builder.Property(count).HasDefaultValueSql("0").ValueGeneratedNever();
        }

        builder.HasIndex(r => new { r.TenantId, r.CreatedAt, r.Id });
        builder.HasIndex(r => r.CreatedAt, "bulk_runs_claimable_idx").HasFilter("state in ('QUEUED', 'RUNNING')");
    }

    public void Configure(EntityTypeBuilder<BulkRunItem> builder)
    {
        builder.ToTable("bulk_run_items", t => t.HasCheckConstraint("bulk_run_items_ordinal_check", "ordinal >= 0"));
        builder.BelongsToTenant();
        builder.References<BulkRunItem, BulkRun>(nameof(BulkRunItem.RunId), onDelete: DeleteBehavior.Cascade);
        builder.References<BulkRunItem, Asset>(nameof(BulkRunItem.AssetId));
        builder.Property(i => i.State).HasDefaultValueSql("'PENDING'").ValueGeneratedNever();
        builder.Property(i => i.Before).HasColumnType("jsonb");
        builder.Property(i => i.After).HasColumnType("jsonb");
        builder.HasIndex(i => new { i.TenantId, i.RunId, i.Ordinal }).IsUnique();
        builder.HasIndex(i => new { i.TenantId, i.RunId, i.State, i.Ordinal });
    }
}
