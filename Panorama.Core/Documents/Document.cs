using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Storage;

namespace Panorama.Core.Documents;

/// <summary>A PDF that belongs to an asset: an invoice, a manual. Its bytes lie in the object store as they were sent.</summary>
public sealed class Document : IStoredFile
{
    /// <summary>As many documents an asset shows at most.</summary>
    public const int MaxPerAsset = 50;

    /// <summary>20 MB: the largest file that is taken.</summary>
    public const int MaxUploadBytes = 20 * 1000 * 1000;

    /// <summary>UTF-16 code units.</summary>
    public const int MaxName = 200;

    public const string ContentType = "application/pdf";

    /// <summary>Unique index: an upload that is sent again finds what it made.</summary>
    public const string UploadKey = "documents_asset_upload_key";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>A CHECK says that a document has exactly one owner; assets are the only kind yet.</summary>
    public required Guid? AssetId { get; init; }

    /// <summary>Made by whoever uploads, the same at each try.</summary>
    public required Guid ClientUploadKey { get; init; }
    public required string StorageKey { get; init; }

    /// <summary>The file's name, by which a browser saves it.</summary>
    public required string Name { get; init; }
    public required int SizeBytes { get; init; }
    public required byte[] Sha256 { get; init; }
    public required Guid UploadedByUserId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not shown since; the sweep removes file and row later.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    public Guid? DeletedByUserId { get; set; }

    /// <summary>Neither the sweep nor an erasure may touch it.</summary>
    public bool LegalHold { get; set; }
    public int Version { get; set; } = 1;
}

internal sealed class DocumentConfiguration : IEntityTypeConfiguration<Document>
{
    public void Configure(EntityTypeBuilder<Document> builder)
    {
        builder.ToTable("documents", t =>
        {
            t.HasCheckConstraint("documents_one_owner", "num_nonnulls(asset_id) = 1");
            t.HasCheckConstraint("documents_storage_key_check", StoredObjects.KeyCheck("storage_key"));
            t.HasCheckConstraint("documents_sha256_check", "octet_length(sha256) = 32");
            t.HasCheckConstraint("documents_size_bytes_check", $"size_bytes between 1 and {Document.MaxUploadBytes}");
            t.HasCheckConstraint("documents_name_check", $"length(name) between 1 and {Document.MaxName}");
            t.HasCheckConstraint("documents_deleted_coherent", "deleted_at is not null or deleted_by_user_id is null");
        });
        builder.BelongsToTenant();
        builder.References<Document, Asset>(nameof(Document.AssetId));
        builder.ReferencesMember(nameof(Document.UploadedByUserId));
        builder.ReferencesMember(nameof(Document.DeletedByUserId));
        builder.Property(d => d.LegalHold).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.HasIndex(d => new { d.TenantId, d.AssetId, d.ClientUploadKey }, Document.UploadKey).IsUnique();
        builder.HasIndex(d => new { d.TenantId, d.AssetId, d.CreatedAt, d.Id }, "documents_list_idx").IsDescending(false, false, true, true).HasFilter("deleted_at is null");
        builder.HasIndex(d => new { d.TenantId, d.DeletedAt }, "documents_deleted_idx").HasFilter("deleted_at is not null");
    }
}
