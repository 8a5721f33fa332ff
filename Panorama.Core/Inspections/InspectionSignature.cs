using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>As what somebody signed.</summary>
public enum SignatureRole
{
    /// <summary>Who completed the inspection.</summary>
    Driver,
    Reviewer,
}

/// <summary>A signature under an inspection: a typed name, and mostly a drawing. It is written once and kept as long as the inspection.</summary>
public sealed class InspectionSignature
{
    /// <summary>UTF-16 code units.</summary>
    public const int MaxTypedName = 200;

    /// <summary>The picture without compression, and what a PNG adds.</summary>
    public const int MaxImageBytes = 131_072;

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid InspectionId { get; init; }
    public required SignatureRole Role { get; init; }

    /// <summary>Nobody signs for somebody else: who did what was signed.</summary>
    public required Guid SignedByUserId { get; init; }
    public required string TypedName { get; init; }

    /// <summary>A <see cref="SignaturePath"/>; null where the name was only typed.</summary>
    public string? Path { get; init; }

    /// <summary>A PNG that was drawn from the path.</summary>
    public byte[]? Image { get; init; }

    /// <summary>Of the picture.</summary>
    public byte[]? Sha256 { get; init; }

    /// <summary>Of what was signed, as <see cref="SignedContent"/> writes it.</summary>
    public required byte[] ContentHash { get; set; }

    /// <summary>The lines of the photos in what was signed: a photo goes at its age, and what was signed is still to be told.</summary>
    public required string Photos { get; init; }

    /// <summary>Of the note of the review as it was signed; null without one. A note may be changed, which the log tells.</summary>
    public byte[]? NoteSha256 { get; init; }
    public required DateTimeOffset SignedAt { get; init; }
}

internal sealed class InspectionSignatureConfiguration : IEntityTypeConfiguration<InspectionSignature>
{
    public void Configure(EntityTypeBuilder<InspectionSignature> builder)
    {
        builder.ToTable("inspection_signatures", t =>
        {
            t.HasCheckConstraint("inspection_signatures_typed_name_check", $"length(typed_name) between 1 and {InspectionSignature.MaxTypedName}");
            t.HasCheckConstraint("inspection_signatures_drawn_coherent", "(path is null) = (image is null) and (path is null) = (sha256 is null)");
            t.HasCheckConstraint("inspection_signatures_path_check", $"path ~ '^[ML0-9 ]+$' and length(path) <= {SignaturePath.MaxLength}");
            t.HasCheckConstraint("inspection_signatures_image_check", $"octet_length(image) between 1 and {InspectionSignature.MaxImageBytes}");
            t.HasCheckConstraint("inspection_signatures_hashes_check", "octet_length(sha256) = 32 and octet_length(content_hash) = 32 and octet_length(note_sha256) = 32");
            t.HasCheckConstraint("inspection_signatures_note_check", "note_sha256 is null or role = 'REVIEWER'");
        });
        builder.BelongsToTenant();
        builder.References<InspectionSignature, Inspection>(nameof(InspectionSignature.InspectionId));
        builder.ReferencesMember(nameof(InspectionSignature.SignedByUserId));
        builder.HasIndex(s => new { s.TenantId, s.InspectionId, s.Role }, "inspection_signatures_role_key").IsUnique();
    }
}
