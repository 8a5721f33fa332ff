using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panorama.Core.Inspections;

/// <summary>What a run was begun with: a checklist as it was then, for good.</summary>
/// <param name="TemplateVersionAt">When the template was last changed then.</param>
/// <param name="ContentVersion">The template's then: a larger one now asks something else.</param>
/// <param name="Items">1 to 50, in their order, each with its own id.</param>
public sealed record InspectionSnapshot(string Name, string? Description, DateTimeOffset TemplateVersionAt, int ContentVersion, IReadOnlyList<SnapshotItem> Items)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // stored as JSONB, never put into a page
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
    };

    /// <param name="templateVersionAt">When the template was last changed.</param>
    /// <param name="contentVersion">The template's.</param>
    public static InspectionSnapshot Of(TemplateContent content, DateTimeOffset templateVersionAt, int contentVersion) =>
        new(content.Name, content.Description, templateVersionAt, contentVersion, SnapshotItem.Of(content));

    /// <summary>As it is stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">It is not what <see cref="ToJson"/> writes.</exception>
    public static InspectionSnapshot FromJson(string json) =>
        JsonSerializer.Deserialize<InspectionSnapshot>(json, Json) ?? throw new JsonException("The copy of a checklist is null.");
}

/// <summary>One item of a run's own copy of its checklist.</summary>
/// <param name="Position">From 0, without gaps.</param>
public sealed record SnapshotItem(
    Guid Id, int Position, string Label, InspectionItemType ItemType, bool Required, bool PhotoRequired, double? MinValue, double? MaxValue, string? HelpText,
    DefectSeverity? Severity)
{
    /// <summary>The items of a checklist in their order.</summary>
    public static IReadOnlyList<SnapshotItem> Of(TemplateContent content) =>
    [
        .. content.Items.Select((item, position) => new SnapshotItem(
            item.Id, position, item.Label, item.ItemType, item.Required, item.PhotoRequired, item.MinValue, item.MaxValue, item.HelpText, item.Severity)),
    ];

    /// <summary>A run is not completed before it has an answer.</summary>
    [JsonIgnore]
    public bool NeedsAnswer => Required && ItemType != InspectionItemType.Photo;

    /// <summary>A run is not completed before it has a photo.</summary>
    [JsonIgnore]
    public bool NeedsPhoto => PhotoRequired || (Required && ItemType == InspectionItemType.Photo);
}
