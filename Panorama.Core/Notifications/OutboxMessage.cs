using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panorama.Core.Notifications;

/// <summary>Where a message stands.</summary>
public enum OutboxStatus
{
    Pending,

    /// <summary>It has recipients, and not all have it yet.</summary>
    InProgress,
    Dispatched,

    /// <summary>Its recipients could not be found out; it is tried again.</summary>
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

    /// <summary>Whether the commit wakes the Worker; what nobody waits for is found at its next look, half a minute later at most.</summary>
    public bool Wakes { get; init; } = true;

    /// <summary>What the caller's transaction has to hold: <c>db.Add(OutboxMessage.Of(…))</c>, or <see cref="Outbox"/> for statements.</summary>
    /// <param name="payload">What happened.</param>
    /// <param name="tenantId">Null for the whole installation.</param>
    /// <param name="actorUserId">Who did it; null for the system.</param>
    /// <param name="now">Cut to milliseconds.</param>
    /// <param name="delay">Not before so long.</param>
    public static OutboxMessage Of<T>(T payload, Guid? tenantId, Guid? actorUserId, DateTimeOffset now, TimeSpan delay = default)
        where T : class, IEventPayload
    {
        var definition = T.Definition;
        return new()
        {
            Id = Guid.CreateVersion7(now),
            CreatedAt = now,
            TenantId = tenantId,
            EventType = definition.Type,
            SchemaVersion = definition.SchemaVersion,
            OccurredAt = now,
            ActorUserId = actorUserId,
            CorrelationId = System.Diagnostics.Activity.Current?.TraceId.ToString(),
            ResourceType = definition.ResourceType,
            ResourceId = definition.ResourceOf(payload),
            Payload = EventJson.Write(payload),
            AvailableAt = now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero),
            Wakes = definition.IsToldAtOnce && delay <= TimeSpan.Zero,
        };
    }
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
