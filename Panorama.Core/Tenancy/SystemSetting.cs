using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panorama.Core.Tenancy;

/// <summary>A switch of the whole installation, such as the hash of the one-time set-up link.</summary>
public sealed class SystemSetting
{
    /// <summary><c>{"hash": "&lt;hex of SHA-256&gt;", "expiresAt": "…"}</c> of the link that makes the first tenant.</summary>
    public const string SetupLink = "setup_link";

    public required string Key { get; init; }

    /// <summary>JSON.</summary>
    public required string Value { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class SystemSettingConfiguration : IEntityTypeConfiguration<SystemSetting>
{
    public void Configure(EntityTypeBuilder<SystemSetting> builder)
    {
        builder.ToTable("system_settings");
        builder.HasKey(s => s.Key);
        builder.Property(s => s.Value).HasColumnType("jsonb");
    }
}
