using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Tenancy;

/// <summary>The answer to a request that names an <c>Idempotency-Key</c>; the row is inserted first, so of two equal requests one waits on it. Kept 24 h.</summary>
public sealed class IdempotencyKey
{
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }
    public required string Key { get; init; }
    public required string Route { get; init; }
    public required byte[] RequestSha256 { get; init; }

    /// <summary>HTTP status of the stored answer; null while the first request runs.</summary>
    public int? Status { get; set; }
    public string? Response { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.ToTable("idempotency_keys", t => t.HasCheckConstraint("idempotency_keys_key_check", "length(key) between 1 and 255"));
        builder.HasKey(k => new { k.TenantId, k.UserId, k.Key });
        builder.BelongsToTenant();
        builder.ReferencesMember(nameof(IdempotencyKey.UserId));
        builder.Property(k => k.Response).HasColumnType("jsonb");
        builder.HasIndex(k => k.CreatedAt);
    }
}
