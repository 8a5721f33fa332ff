using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Core.Importing;

/// <summary>Where an import stands.</summary>
public enum ImportState
{
    /// <summary>Uploaded; waits for choices, or for a start after a dry run.</summary>
    Draft,
    Queued,
    Running,

    /// <summary>Its Worker stopped; the next one goes on by itself.</summary>
    Paused,
    Done,
    Failed,
    Cancelled,
}

/// <summary>What became of a row.</summary>
public enum ImportOutcome
{
    Created,
    Updated,
    Matched,
    Rejected,
}

/// <summary>A row that made or changed an asset, or a row of whatever kind that was left out. Rows that changed nothing are only counted.</summary>
public sealed class ImportRow
{
    public required Guid TenantId { get; init; }
    public required Guid ImportId { get; init; }

    /// <summary>Line of the file on which the row begins, counted from 1.</summary>
    public required int Line { get; init; }
    public required ImportOutcome Outcome { get; init; }
    public Guid? AssetId { get; init; }

    /// <summary>JSON array of the row's cells; only of a row that was left out, for the file of those.</summary>
    public string? Cells { get; init; }
}

/// <summary>One import of a file; the file itself is emptied 30 days after the end.</summary>
public sealed class Import
{
    /// <summary>25 MB: the largest file that is taken.</summary>
    public const int MaxFileBytes = 26_214_400;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>The wire name of an <see cref="ImportKind"/>.</summary>
    public required string Kind { get; init; }
    public required string FileName { get; init; }
    public byte[]? File { get; set; }
    public required int SizeBytes { get; init; }
    public required byte[] Sha256 { get; init; }

    /// <summary>JSON: dates, numbers, currency, mode, mapping.</summary>
    public string Options { get; init; } = "{}";
    public required ImportState State { get; set; }
    public int? RowsTotal { get; set; }
    public int RowsDone { get; set; }
    public int Created { get; set; }
    public int Updated { get; set; }
    public int Matched { get; set; }
    public int Rejected { get; set; }
    public string? ErrorCode { get; set; }

    /// <summary>Null when an operator ran it.</summary>
    public Guid? StartedByUserId { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public bool CancelRequested { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; } = 1;

    /// <summary>JSON: what was found in the file when it was uploaded; null for a file that was read at once.</summary>
    public string? Inspection { get; set; }

    /// <summary>Whether the run that is queued, runs or ended last was one that is rolled back.</summary>
    public bool DryRun { get; set; }

    /// <summary>Of the Worker's run; what does not name it may not go on with the import.</summary>
    public Guid? Claim { get; set; }

    /// <summary>Until then the claim holds without a sign of life.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Claims since the last batch that was stored; an import that ends its Worker each time is given up.</summary>
    public int Attempts { get; set; }
    public int PeopleCreated { get; set; }
    public int Custodies { get; set; }
}

/// <summary>How bad a finding is.</summary>
[WireCase(WireCase.SnakeLower)]
public enum FindingSeverity
{
    /// <summary>The row was imported, this cell was not.</summary>
    Warning,

    /// <summary>The row was not imported.</summary>
    Reject,
}

/// <summary>What an import could not take as it stood in the file.</summary>
public sealed class ImportFinding
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid ImportId { get; init; }

    /// <summary>Line of the file on which the row begins, counted from 1.</summary>
    public required int Line { get; init; }
    public string? ColumnName { get; init; }
    public required FindingSeverity Severity { get; init; }
    public required string Code { get; init; }

    /// <summary>JSON object with the values that the text of the code needs.</summary>
    public string Args { get; init; } = "{}";
}

internal sealed class ImportConfiguration : IEntityTypeConfiguration<Import>, IEntityTypeConfiguration<ImportFinding>, IEntityTypeConfiguration<ImportRow>
{
    public void Configure(EntityTypeBuilder<Import> builder)
    {
        builder.ToTable("imports", t => t.HasCheckConstraint("imports_size_bytes_check", $"size_bytes between 0 and {Import.MaxFileBytes}"));
        builder.BelongsToTenant();
        builder.ReferencesMember(nameof(Import.StartedByUserId));
        builder.Property(i => i.Options).HasColumnType("jsonb").HasDefaultValueSql("'{}'").ValueGeneratedNever();
        foreach (var count in (string[])[nameof(Import.RowsDone), nameof(Import.Created), nameof(Import.Updated), nameof(Import.Matched), nameof(Import.Rejected),
            nameof(Import.Attempts), nameof(Import.PeopleCreated), nameof(Import.Custodies)])
        {
            builder.Property(count).HasDefaultValueSql("0").ValueGeneratedNever();
        }

        builder.Property(i => i.Inspection).HasColumnType("jsonb");
        builder.Property(i => i.DryRun).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(i => i.CancelRequested).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.HasIndex(i => new { i.TenantId, i.CreatedAt, i.Id });
        builder.HasIndex(i => i.CreatedAt, "imports_claimable_idx").HasFilter("state in ('QUEUED', 'PAUSED', 'RUNNING')");
    }

    public void Configure(EntityTypeBuilder<ImportFinding> builder)
    {
        builder.ToTable("import_findings");
        builder.BelongsToTenant();
        builder.References<ImportFinding, Import>(nameof(ImportFinding.ImportId), onDelete: DeleteBehavior.Cascade);
        builder.Property(f => f.Args).HasColumnType("jsonb").HasDefaultValueSql("'{}'").ValueGeneratedNever();
        builder.HasIndex(f => new { f.TenantId, f.ImportId, f.Line, f.Id });
    }

    public void Configure(EntityTypeBuilder<ImportRow> builder)
    {
        builder.ToTable("import_rows");
        builder.BelongsToTenant();
        builder.HasKey(r => new { r.TenantId, r.ImportId, r.Line });
        builder.References<ImportRow, Import>(nameof(ImportRow.ImportId), onDelete: DeleteBehavior.Cascade);
        builder.References<ImportRow, Asset>(nameof(ImportRow.AssetId));
        builder.Property(r => r.Cells).HasColumnType("jsonb");
        builder.HasIndex(r => new { r.TenantId, r.AssetId }, "import_rows_asset_idx").HasFilter("asset_id is not null");
    }
}
