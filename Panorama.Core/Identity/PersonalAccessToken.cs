using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Identity;

/// <summary>A token by which a program acts for a member.</summary>
public sealed class PersonalAccessToken
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }
    public required Guid IssuerUserId { get; init; }
    public required string Name { get; init; }

    /// <summary>SHA-256 of the plain token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary><c>pnrm_pat_</c> and the first 8 characters of the secret.</summary>
    public required string TokenPrefix { get; init; }
    public required string[] Scopes { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string? CreatedByIp { get; init; }
    public string? CreatedByUserAgent { get; init; }
}

internal sealed class PersonalAccessTokenConfiguration : IEntityTypeConfiguration<PersonalAccessToken>
{
    public void Configure(EntityTypeBuilder<PersonalAccessToken> builder)
    {
        builder.ToTable("personal_access_tokens", t => t.HasCheckConstraint("personal_access_tokens_name_check", "length(name) between 1 and 100"));
        builder.BelongsToTenant();
        builder.HasIndex(t => t.TokenHash).IsUnique();
        builder.HasIndex(t => new { t.TenantId, t.UserId });
        builder.HasIndex(t => new { t.TenantId, t.RevokedAt });
        builder.HasIndex(t => new { t.UserId, t.RevokedAt });
        builder.ReferencesMember(nameof(PersonalAccessToken.UserId));
        builder.ReferencesMember(nameof(PersonalAccessToken.IssuerUserId));
    }
}
