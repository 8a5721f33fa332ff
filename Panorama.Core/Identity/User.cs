using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Tenancy;

namespace Panorama.Core.Identity;

/// <summary>Whether a person may sign in at all.</summary>
public enum UserStatus
{
    Active,
    Suspended,
    Deactivated,
}

/// <summary>A person, in any number of tenants; also someone who only holds things and never signs in.</summary>
public sealed class User
{
    public required Guid Id { get; init; }

    /// <summary>Lower case. Of somebody with an account nobody else's; what an organisation wrote down of its people is unproven and unique there alone.</summary>
    public string? Email { get; set; }

    /// <summary>The one organisation that wrote this person down; null for somebody who has, or was given, an account.</summary>
    public Guid? LocalToTenantId { get; init; }
    public required string DisplayName { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }

    /// <summary>The person's own language (<c>en</c>, <c>pt-br</c>, <c>es</c>); null follows the tenant.</summary>
    public string? Locale { get; set; }

    /// <summary>The person's own IANA zone; null follows the tenant.</summary>
    public string? TimeZone { get; set; }
    public UserStatus Status { get; set; } = UserStatus.Active;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Set when the person was anonymised; the row stays, so that history keeps its references.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    public DateTimeOffset? LastLoginAt { get; set; }
}

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users", t =>
        {
            t.HasCheckConstraint("users_email_lower_check", "email = lower(email)");
            t.HasCheckConstraint("users_locale_check", "locale in ('en', 'pt-br', 'es')");
        });
        builder.HasIndex(u => u.Email).IsUnique().HasFilter("email is not null and local_to_tenant_id is null");
        builder.HasIndex(u => new { u.LocalToTenantId, u.Email }).IsUnique().HasFilter("email is not null and local_to_tenant_id is not null");
        builder.HasOne<Tenant>().WithMany().HasForeignKey(u => u.LocalToTenantId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(u => u.Status).HasDefaultValueSql("'ACTIVE'").ValueGeneratedNever();
    }
}
