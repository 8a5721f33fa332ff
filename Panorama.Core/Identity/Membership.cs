using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Identity;

/// <summary>What someone may do in a tenant.</summary>
[WireCase(WireCase.SnakeLower)]
public enum Role
{
    Owner,
    FleetAdmin,
    FleetStaff,
    Driver,

    /// <summary>The tenant's own actor; never signs in, never listed.</summary>
    System,
}

/// <summary>Whether a membership gives access.</summary>
[WireCase(WireCase.SnakeLower)]
public enum MembershipStatus
{
    Active,
    Invited,
    Suspended,
    Removed,
}

/// <summary>A person in a tenant. Never deleted: everything a tenant's rows say about people points here, so names stay in history.</summary>
public sealed class Membership
{
    /// <summary>SQLSTATE with which the database refuses to take an organisation's last active owner away.</summary>
    public const string LastOwnerSqlState = "45000";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }
    public required Role Role { get; set; }
    public MembershipStatus Status { get; set; } = MembershipStatus.Active;
    public bool IsVip { get; set; }

    /// <summary>The name by which a tenant's files call someone; lower case, not a credential.</summary>
    public string? Username { get; set; }
    public DateTimeOffset? TrainingValidUntil { get; set; }
    public int Version { get; set; } = 1;
    public Guid? InvitedByUserId { get; set; }
    public DateTimeOffset? InvitedAt { get; set; }
    public DateTimeOffset? AcceptedAt { get; set; }
    public string? Metadata { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The person; loaded only where a query asks for it.</summary>
    public User? User { get; init; }
}

internal sealed class MembershipConfiguration : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.ToTable("tenant_memberships", t => t.HasCheckConstraint("tenant_memberships_username_lower_check", "username = lower(username)"));
        builder.BelongsToTenant();
        builder.HasAlternateKey(m => new { m.TenantId, m.UserId });
        builder.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(m => m.UserId);
        builder.HasIndex(m => new { m.TenantId, m.Status });
        builder.HasIndex(m => new { m.TenantId, m.Username }).IsUnique().HasFilter("username is not null").HasDatabaseName("tenant_memberships_username_key");
        builder.ReferencesMember(nameof(Membership.InvitedByUserId));
        builder.Property(m => m.Status).HasDefaultValueSql("'active'").ValueGeneratedNever();
        builder.Property(m => m.IsVip).HasDefaultValueSql("false").ValueGeneratedNever();
        builder.Property(m => m.Metadata).HasColumnType("jsonb");
    }
}
