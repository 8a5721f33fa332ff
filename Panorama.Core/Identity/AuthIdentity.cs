using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panorama.Core.Identity;

/// <summary>A way to sign in. No runtime login may read it; the sign-in functions do.</summary>
public sealed class AuthIdentity
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }

    /// <summary><c>password</c>, <c>google</c> or <c>microsoft</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The lower-cased e-mail for <c>password</c>, else the provider's <c>sub</c>.</summary>
    public required string Subject { get; init; }
    public required string EmailAtLink { get; init; }

    /// <summary>Argon2id PHC string, only for <c>password</c>.</summary>
    public string? SecretHash { get; set; }
    public string? Attributes { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class AuthIdentityConfiguration : IEntityTypeConfiguration<AuthIdentity>
{
    public void Configure(EntityTypeBuilder<AuthIdentity> builder)
    {
        builder.ToTable("auth_identities", t => t.HasCheckConstraint("auth_identities_provider_check",
            "provider in ('password', 'google', 'microsoft', 'saml', 'webauthn')"));
        builder.HasIndex(i => new { i.Provider, i.Subject }).IsUnique();
        builder.HasIndex(i => i.UserId);
        builder.HasOne<User>().WithMany().HasForeignKey(i => i.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(i => i.Attributes).HasColumnType("jsonb");
    }
}
