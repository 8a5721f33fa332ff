using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Storage;

namespace Panorama.Core.Photos;

/// <summary>A photo that is kept as evidence: the row; the picture and its small copy lie in the object store.</summary>
public sealed class Photo : IStoredFile
{
    /// <summary>As many photos an asset shows at most.</summary>
    public const int MaxPerAsset = 50;

    /// <summary>UTF-16 code units.</summary>
    public const int MaxCaption = 500;

    /// <summary>10 MiB: the largest file that is taken.</summary>
    public const int MaxUploadBytes = 10 * 1024 * 1024;

    /// <summary>Unique index: an upload that is sent again finds what it made.</summary>
    public const string UploadKey = "photos_asset_upload_key";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }

    /// <summary>What the photo shows; of an inspection the asset that was inspected.</summary>
    public required Guid? AssetId { get; init; }

    /// <summary>The inspection that it was taken for; null for one of the asset itself.</summary>
    public Guid? InspectionId { get; init; }

    /// <summary>The answer that it belongs to; null for one of the whole inspection.</summary>
    public Guid? ResponseId { get; set; }

    /// <summary>Made by whoever uploads, the same at each try.</summary>
    public required Guid ClientUploadKey { get; init; }
    public required string StorageKey { get; init; }
    public required string ThumbnailKey { get; init; }

    /// <summary>Of the file as it was sent, which is not kept.</summary>
    public required byte[] SourceSha256 { get; init; }

    /// <summary>Media type of the file as it was sent.</summary>
    public required string SourceType { get; init; }

    /// <summary>Of the picture as it is stored.</summary>
    public required int SizeBytes { get; init; }
    public required byte[] Sha256 { get; init; }
    public required int ThumbnailSizeBytes { get; init; }
    public required byte[] ThumbnailSha256 { get; init; }
    public required int Width { get; init; }
    public required int Height { get; init; }
    public string? Caption { get; set; }

    /// <summary>What the camera says; null when it says nothing. Evidence of whoever sent it, not of ours.</summary>
    public DateTimeOffset? CapturedAt { get; init; }
    public CaptureClock? CaptureTrust { get; init; }

    /// <summary>The time as the camera wrote it.</summary>
    public string? CaptureWritten { get; init; }

    /// <summary>Names of what the file held besides its picture, and what is not kept.</summary>
    public required string[] StrippedBlocks { get; init; }
    public required Guid UploadedByUserId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not shown since; the sweep removes picture and row later.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    public Guid? DeletedByUserId { get; set; }

    /// <summary>Neither the sweep nor an erasure may touch it.</summary>
    public bool LegalHold { get; set; }
    public int Version { get; set; } = 1;

    /// <summary>Takes it out of every list; for thirty days it can be brought back.</summary>
    public void Delete(Guid userId, DateTimeOffset now)
    {
        (DeletedAt, DeletedByUserId) = (now, userId);
        Version++;
    }
}

internal sealed class PhotoConfiguration : IEntityTypeConfiguration<Photo>
{
    public void Configure(EntityTypeBuilder<Photo> builder)
    {
        builder.ToTable("photos", t =>
        {
            t.HasCheckConstraint("photos_one_owner", "asset_id is not null and (response_id is null or inspection_id is not null)");
            t.HasCheckConstraint("photos_storage_key_check", $"{StoredObjects.KeyCheck("storage_key")} and storage_key ~ '/photos/[0-9a-f-]{{36}}[.]jpg$'");
            t.HasCheckConstraint("photos_thumbnail_key_check", $"{StoredObjects.KeyCheck("thumbnail_key")} and thumbnail_key ~ '/photos/[0-9a-f-]{{36}}_t[.]jpg$'");
            t.HasCheckConstraint("photos_sha256_check", "octet_length(sha256) = 32 and octet_length(thumbnail_sha256) = 32 and octet_length(source_sha256) = 32");
            t.HasCheckConstraint("photos_size_check", "size_bytes > 0 and thumbnail_size_bytes > 0 and width between 1 and 8192 and height between 1 and 8192");
            t.HasCheckConstraint("photos_source_type_check", "source_type in ('image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif')");
            t.HasCheckConstraint("photos_caption_check", $"length(caption) between 1 and {Photo.MaxCaption}");
            t.HasCheckConstraint("photos_capture_coherent", "(captured_at is null) = (capture_trust is null) and (captured_at is null) = (capture_written is null)");
            t.HasCheckConstraint("photos_capture_written_check", "length(capture_written) between 1 and 64");
            t.HasCheckConstraint("photos_deleted_coherent", "deleted_at is not null or deleted_by_user_id is null");
        });
        builder.BelongsToTenant();
        builder.References<Photo, Asset>(nameof(Photo.AssetId));
        builder.References<Photo, Inspection>(nameof(Photo.InspectionId));
        builder.References<Photo, InspectionResponse>(nameof(Photo.ResponseId));
        builder.ReferencesMember(nameof(Photo.UploadedByUserId));
        builder.ReferencesMember(nameof(Photo.DeletedByUserId));
        builder.Property(p => p.LegalHold).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.HasIndex(p => new { p.TenantId, p.AssetId, p.ClientUploadKey }, Photo.UploadKey).IsUnique().HasFilter("inspection_id is null");
        builder.HasIndex(p => new { p.TenantId, p.InspectionId, p.ClientUploadKey }, "photos_inspection_upload_key").IsUnique().HasFilter("inspection_id is not null");
        builder.HasIndex(p => new { p.TenantId, p.AssetId, p.CreatedAt, p.Id }, "photos_gallery_idx").IsDescending(false, false, true, true)
            .HasFilter("deleted_at is null and inspection_id is null");
        builder.HasIndex(p => new { p.TenantId, p.ResponseId }, "photos_response").HasFilter("response_id is not null and deleted_at is null");
        builder.HasIndex(p => new { p.TenantId, p.CreatedAt }, "photos_retention_idx");
        builder.HasIndex(p => new { p.TenantId, p.DeletedAt }, "photos_deleted_idx").HasFilter("deleted_at is not null");
    }
}
