using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panorama.Core.Identity;

/// <summary>A printed link by which one person chooses a first password; one use, 24 h.</summary>
public sealed class SetupLink
{
    /// <summary>SHA-256 of the 32 random bytes in the link.</summary>
    public required byte[] TokenHash { get; init; }
    public required Guid UserId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class SetupLinkConfiguration : IEntityTypeConfiguration<SetupLink>
{
    public void Configure(EntityTypeBuilder<SetupLink> builder)
    {
        builder.ToTable("setup_links");
        builder.HasKey(l => l.TokenHash);
        builder.HasOne<User>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
