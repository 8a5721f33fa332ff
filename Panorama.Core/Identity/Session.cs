using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Tenancy;

namespace Panorama.Core.Identity;

/// <summary>A signed-in browser. Read and written by the session functions; the Worker only deletes old rows.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    /// <summary>HMAC-SHA-256 of the cookie's 32 bytes under <c>SESSION_SECRET</c>.</summary>
    public required byte[] TokenHash { get; init; }
    public required Guid UserId { get; init; }

    /// <summary>The current tenant; null while there is none.</summary>
    public Guid? TenantId { get; init; }
    public required string Provider { get; init; }
    public required short AuthLevel { get; init; }
    public required int IdleSeconds { get; init; }
    public string? Ip { get; init; }
    public string? UserAgent { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastSeenAt { get; init; }
    public DateTimeOffset IdleExpiresAt { get; init; }
    public DateTimeOffset AbsoluteExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions", t => t.HasCheckConstraint("sessions_token_hash_check", "octet_length(token_hash) = 32"));
        builder.HasIndex(s => s.TokenHash).IsUnique();
        builder.HasIndex(s => s.UserId);
        builder.HasIndex(s => s.AbsoluteExpiresAt);
        builder.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId).OnDelete(DeleteBehavior.Restrict);
    }
}
