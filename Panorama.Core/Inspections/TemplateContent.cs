using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panorama.Core.Inspections;

/// <summary>What of a checklist a run copies and a version keeps.</summary>
/// <param name="Items">In their order; 1 to 50.</param>
public sealed record TemplateContent(string Name, string? Description, IReadOnlyList<TemplateItem> Items)
{
    /// <summary>Of <see cref="ToJson"/> in UTF-8: as much as fits, with what a run adds, into the 64 KiB of its copy.</summary>
    public const int MaxBytes = 60_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // stored as JSONB, never put into a page
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
    };

    [JsonIgnore]
    public bool IsTooLarge => Encoding.UTF8.GetByteCount(ToJson()) > MaxBytes;

    /// <summary>As it is stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">It is not what <see cref="ToJson"/> writes.</exception>
    public static TemplateContent FromJson(string json) =>
        JsonSerializer.Deserialize<TemplateContent>(json, Json) ?? throw new JsonException("The content of a template is null.");

    /// <summary>Whether somebody who goes through it is asked the same: ids aside.</summary>
    public bool AsksTheSame(TemplateContent other) =>
        Name == other.Name && Description == other.Description && Items.Select(i => i with { Id = default }).SequenceEqual(other.Items.Select(i => i with { Id = default }));
}

/// <summary>One item of a checklist, wherever it is copied to.</summary>
/// <param name="Id">Of this item in this version; another version's has another.</param>
/// <param name="Label">1 to 200 characters.</param>
/// <param name="MinValue">Of a number alone.</param>
/// <param name="MaxValue">Of a number alone.</param>
/// <param name="HelpText">At most 1,000 characters.</param>
/// <param name="Severity">What a wrong answer opens at the asset; null opens nothing.</param>
public sealed record TemplateItem(
    Guid Id, string Label, InspectionItemType ItemType, bool Required, bool PhotoRequired, double? MinValue, double? MaxValue, string? HelpText, DefectSeverity? Severity = null)
{
    /// <summary>UTF-16 code units.</summary>
    public const int MaxLabel = 200;

    /// <summary>UTF-16 code units.</summary>
    public const int MaxHelpText = 1_000;

    public static TemplateItem Of(InspectionTemplateItem item) => new(
        item.Id, item.Label, item.ItemType, item.Required, item.PhotoRequired, item.MinValue, item.MaxValue, item.HelpText, item.Severity);
}
