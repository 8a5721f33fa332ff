using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>What a custom field holds and how it is validated.</summary>
[WireCase(WireCase.KebabLower)]
public enum CustomFieldType
{
    Text,
    Textarea,
    Number,
    Date,
    Boolean,
    List,
    MultiList,
    File,
    Url,
    Email,
    Ip,
    Mac,
    Regex,
}

/// <summary>A field that an organisation added to its assets.</summary>
public sealed class CustomField
{
    /// <summary>Name of the field that every tenant is made with: the vehicle identification number.</summary>
    public const string Vin = "VIN";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public required CustomFieldType Type { get; init; }

    /// <summary>JSON: the choices of a list, the pattern of a regex; null for the other types.</summary>
    public string? Options { get; set; }
    public bool Required { get; set; }
    public bool IsUnique { get; set; }
    public bool Searchable { get; set; }
    public bool Encrypted { get; init; }
    public bool ShowInList { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class CustomFieldConfiguration : IEntityTypeConfiguration<CustomField>
{
    public void Configure(EntityTypeBuilder<CustomField> builder)
    {
        builder.ToTable("custom_fields");
        builder.BelongsToTenant();
        builder.Property(f => f.Options).HasColumnType("jsonb");
        foreach (var flag in (string[])[nameof(CustomField.Required), nameof(CustomField.IsUnique), nameof(CustomField.Searchable),
            nameof(CustomField.Encrypted), nameof(CustomField.ShowInList)])
        {
            builder.Property(flag).HasDefaultValueSql("false").ValueGeneratedNever();
        }
    }
}
