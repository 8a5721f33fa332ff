using System.Text.Json;
using System.Text.RegularExpressions;
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

/// <summary>When values of custom fields are written.</summary>
public enum CustomFieldMoment
{
    /// <summary>Whenever somebody makes or edits the asset: every field.</summary>
    Edit,

    /// <summary>When it is lent: the fields of its model that ask for it, no other.</summary>
    CheckOut,

    /// <summary>When it is taken back: the fields of its model that ask for it, no other.</summary>
    CheckIn,
}

/// <summary>A field that an organisation added to its assets.</summary>
public sealed class CustomField : ICatalogueRow
{
    /// <summary>Name of the field that every tenant is made with: the vehicle identification number.</summary>
    public const string Vin = "VIN";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public required CustomFieldType Type { get; init; }

    /// <summary>JSON: the choices of a list as an array, the pattern of a regex as a string; null for the other types.</summary>
    public string? Options { get; set; }

    /// <summary>What may be chosen, in the order of the form; empty for what is no list.</summary>
    public IReadOnlyList<string> Choices => Type is CustomFieldType.List or CustomFieldType.MultiList && Options is { } json
        ? JsonSerializer.Deserialize<string[]>(json)!
        : [];

    /// <summary>What a value must match as a whole; null for what is no regex.</summary>
    public string? Pattern => Type == CustomFieldType.Regex && Options is { } json ? JsonSerializer.Deserialize<string>(json) : null;
    public bool Required { get; set; }
    public bool IsUnique { get; set; }
    public bool Searchable { get; set; }
    public bool Encrypted { get; init; }
    public bool ShowInList { get; set; }

    /// <summary>Asked for when an asset is lent.</summary>
    public bool DisplayCheckout { get; set; }

    /// <summary>Asked for when an asset is taken back.</summary>
    public bool DisplayCheckin { get; set; }

    /// <summary>To be asked for when stock is audited. Stored and no more: there is no such audit yet.</summary>
    public bool DisplayAudit { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public int Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Whether it is asked for then; the model's set of fields has its say besides.</summary>
    public bool IsAskedAt(CustomFieldMoment moment) => moment switch
    {
        CustomFieldMoment.CheckOut => DisplayCheckout,
        CustomFieldMoment.CheckIn => DisplayCheckin,
        _ => true,
    };

    /// <summary>Takes choices or a pattern, whichever the type has.</summary>
    public void SetOptions(IReadOnlyList<string>? choices, string? pattern) => Options = Type switch
    {
        CustomFieldType.List or CustomFieldType.MultiList => JsonSerializer.Serialize(choices ?? []),
        CustomFieldType.Regex when pattern is not null => JsonSerializer.Serialize(pattern),
        _ => null,
    };

    /// <summary>Whether a pattern can be kept: one that cannot take exponential time, as lookarounds and back references can.</summary>
    public static bool IsPattern(string pattern)
    {
        try
        {
            _ = Matcher(pattern);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Matches a whole value, in time that grows with its length alone.</summary>
    /// <exception cref="ArgumentException">It is no pattern.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public static Regex Matcher(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200));
}

internal sealed class CustomFieldConfiguration : IEntityTypeConfiguration<CustomField>
{
    public void Configure(EntityTypeBuilder<CustomField> builder)
    {
        builder.ToTable("custom_fields");
        builder.BelongsToTenant();
        builder.Ignore(f => f.Choices);
        builder.Ignore(f => f.Pattern);
        builder.Property(f => f.Options).HasColumnType("jsonb");
        foreach (var flag in (string[])[nameof(CustomField.Required), nameof(CustomField.IsUnique), nameof(CustomField.Searchable),
            nameof(CustomField.Encrypted), nameof(CustomField.ShowInList), nameof(CustomField.DisplayCheckout), nameof(CustomField.DisplayCheckin),
            nameof(CustomField.DisplayAudit)])
        {
            builder.Property(flag).HasDefaultValueSql("false").ValueGeneratedNever();
        }
    }
}
