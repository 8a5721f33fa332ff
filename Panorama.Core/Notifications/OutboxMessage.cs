using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panorama.Core.Notifications;

/// <summary>Where a message stands.</summary>
public enum OutboxStatus
{
    Pending,
    InProgress,
    Dispatched,
    Failed,
    Dead,
}

/// <summary>Something that happened and that others will be told of; written in the transaction that made it happen.</summary>
public sealed class OutboxMessage
{
    public required Guid Id { get; init; }

    /// <summary>Also the partition key.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null for what concerns the whole installation.</summary>
    public Guid? TenantId { get; init; }
    public required string EventType { get; init; }
    public int SchemaVersion { get; init; } = 1;
    public required DateTimeOffset OccurredAt { get; init; }
    public Guid? ActorUserId { get; init; }
    public string? CorrelationId { get; init; }
    public string? ResourceType { get; init; }
    public Guid? ResourceId { get; init; }

    /// <summary>JSON of ids, enums, numbers and instants only: text is loaded when the message is delivered.</summary>
    public string Payload { get; init; } = "{}";
    public OutboxStatus Status { get; init; } = OutboxStatus.Pending;
    public required DateTimeOffset AvailableAt { get; init; }

    /// <summary>A message about one resource of a tenant.</summary>
    public static OutboxMessage About(string eventType, Guid tenantId, Guid? actorUserId, string resourceType, Guid resourceId, DateTimeOffset now, object? payload = null) => new()
    {
        Id = Guid.CreateVersion7(now),
        CreatedAt = now,
        TenantId = tenantId,
        EventType = eventType,
        OccurredAt = now,
        ActorUserId = actorUserId,
        ResourceType = resourceType,
        ResourceId = resourceId,
        Payload = payload is null ? "{}" : JsonSerializer.Serialize(payload, JsonSerializerOptions.Web),
        AvailableAt = now,
    };
}

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("notification_events", t => t.ExcludeFromMigrations());
        builder.HasKey(m => new { m.CreatedAt, m.Id });
        builder.Property(m => m.CreatedAt).ValueGeneratedNever();
        builder.Property(m => m.Payload).HasColumnType("jsonb");
    }
}
