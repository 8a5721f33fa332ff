using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using Panorama.Core.Sql;

namespace Panorama.Core.Audit;

/// <summary>
/// One line of the audit log. A handler inserts it in its own transaction; tenant, actor and time come from the signed context, not from the
/// program, and the Worker seals it into its chain afterwards.
/// </summary>
public sealed class AuditEvent
{
    public required Guid Id { get; init; }

    /// <summary>Written by the database's clock.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>Null for the cluster's own chain. Left out by Api: the signed context fills it.</summary>
    public Guid? TenantId { get; init; }

    /// <summary>Null when the system acted. Left out by Api.</summary>
    public Guid? ActorUserId { get; init; }
    public required string Action { get; init; }
    public required string ResourceType { get; init; }
    public string? ResourceId { get; init; }

    /// <summary>JSON object of ids, enums, numbers and short text; never an address of a person or a machine.</summary>
    public string Metadata { get; init; } = "{}";

    /// <summary>Salted commitment to the erasable side row.</summary>
    public byte[]? PersonalHash { get; init; }

    /// <summary>A line about one resource.</summary>
    /// <param name="now">The clock, for the id.</param>
    public static AuditEvent About(string action, string resourceType, Guid resourceId, DateTimeOffset now, object? metadata = null) => new()
    {
        Id = Guid.CreateVersion7(now),
        Action = action,
        ResourceType = resourceType,
        ResourceId = resourceId.ToString(),
        Metadata = metadata is null ? "{}" : JsonSerializer.Serialize(metadata, JsonSerializerOptions.Web),
    };

    /// <summary>As a statement of a transaction that the Api opened: the signed context says whose it is.</summary>
    internal NpgsqlBatchCommand ToInsert() => Statement.Of(
        "insert into audit_events (id, action, resource_type, resource_id, metadata) values ($1, $2, $3, $4, $5)", Statement.Uuid(Id), Statement.Text(Action),
        Statement.Text(ResourceType), Statement.Text(ResourceId), Statement.Json(Metadata));
}

/// <summary>The erasable half of an audit line: addresses of people and machines.</summary>
/// <remarks>Tenant and time are database defaults and not mapped: the Api's login may insert here and read nothing back.</remarks>
public sealed class AuditPersonal
{
    public required Guid EventId { get; init; }
    public required byte[] Salt { get; init; }
    public string? IpAddress { get; init; }
    public string? UserAgent { get; init; }
    public string? Email { get; init; }
}

/// <summary>The place of an audit line in its chain.</summary>
public sealed class AuditSeal
{
    public required Guid ChainId { get; init; }
    public required long Seq { get; init; }
    public required Guid EventId { get; init; }
    public required DateTimeOffset EventAt { get; init; }
    public required byte[] PrevHash { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset SealedAt { get; init; }
}

/// <summary>A signature over the head of a chain, made with a key that the database does not hold.</summary>
public sealed class AuditCheckpoint
{
    public required Guid ChainId { get; init; }
    public required long Seq { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset SignedAt { get; init; }
    public required string KeyId { get; init; }

    /// <summary>Ed25519 over chain id, seq and hash.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>Where the copy outside the database lies; null until there is an object store.</summary>
    public string? ObjectKey { get; init; }
}

internal sealed class AuditConfiguration : IEntityTypeConfiguration<AuditEvent>, IEntityTypeConfiguration<AuditPersonal>,
    IEntityTypeConfiguration<AuditSeal>, IEntityTypeConfiguration<AuditCheckpoint>
{
    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.ToTable("audit_events", t => t.ExcludeFromMigrations());
        builder.HasKey(e => new { e.OccurredAt, e.Id });
        builder.Property(e => e.OccurredAt).HasDefaultValueSql("date_trunc('milliseconds', clock_timestamp())").ValueGeneratedOnAdd();
        builder.Property(e => e.TenantId).HasDefaultValueSql("panorama_current_tenant()").ValueGeneratedOnAdd();
        builder.Property(e => e.ActorUserId).HasDefaultValueSql("panorama_current_actor()").ValueGeneratedOnAdd();
        builder.Property(e => e.Metadata).HasColumnType("jsonb");
    }

    public void Configure(EntityTypeBuilder<AuditPersonal> builder)
    {
        builder.ToTable("audit_personal", t => t.ExcludeFromMigrations());
        builder.HasKey(p => p.EventId);
        builder.Property(p => p.EventId).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<AuditSeal> builder)
    {
        builder.ToTable("audit_seals", t => t.ExcludeFromMigrations());
        builder.HasKey(s => new { s.ChainId, s.Seq });
    }

    public void Configure(EntityTypeBuilder<AuditCheckpoint> builder)
    {
        builder.ToTable("audit_checkpoints", t => t.ExcludeFromMigrations());
        builder.HasKey(c => new { c.ChainId, c.Seq });
    }
}
