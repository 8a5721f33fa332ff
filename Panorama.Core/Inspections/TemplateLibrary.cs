using System.Text.Json;
using System.Text.Json.Serialization;
using Panorama.Core.Assets;

namespace Panorama.Core.Inspections;

/// <summary>Checklists to begin with, in every language of the product. A rule that lists parts is followed part by part, in its order.</summary>
public static class TemplateLibrary
{
    private const string Folder = "Panorama.Core.Inspections.Library.";
    private static readonly string[] Keys = ["light-vehicle", "dvir", "forklift", "laptop-handover"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
    };

    private static readonly Lazy<IReadOnlyList<LibraryTemplate>> Read = new(() => [.. Keys.Select(ReadOne)]);

    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<LibraryTemplate> All => Read.Value;

    private static LibraryTemplate ReadOne(string key)
    {
        using var stream = typeof(TemplateLibrary).Assembly.GetManifestResourceStream($"{Folder}{key}.json")!;
        return JsonSerializer.Deserialize<LibraryTemplate>(stream, Json)!;
    }
}

/// <summary>A checklist of the library.</summary>
/// <param name="Key">Names it in addresses; never changes.</param>
/// <param name="Source">The rule that lists what is asked; null where the list is ours.</param>
public sealed record LibraryTemplate(
    string Key, CategoryKind CategoryKind, LibrarySource? Source, LibraryText Name, LibraryText Description, IReadOnlyList<LibraryItem> Items)
{
    /// <param name="language"><c>en</c>, <c>pt-BR</c> or <c>es</c>.</param>
    public TemplateContent In(string language) => new(Name.In(language), Description.In(language), [.. Items.Select(i => i.In(language))]);
}

/// <param name="Title">As lawyers cite it.</param>
/// <param name="Url">Where it is published.</param>
public sealed record LibrarySource(string Title, Uri Url);

/// <summary>An item of a checklist of the library; see <see cref="TemplateItem"/>.</summary>
public sealed record LibraryItem(
    LibraryText Label, LibraryText? HelpText, InspectionItemType ItemType, bool Required, bool PhotoRequired, double? MinValue, double? MaxValue, DefectSeverity? Severity)
{
    public TemplateItem In(string language) => new(default, Label.In(language), ItemType, Required, PhotoRequired, MinValue, MaxValue, HelpText?.In(language), Severity);
}

/// <summary>The same in each language.</summary>
public sealed record LibraryText(
    [property: JsonPropertyName("en")] string English, [property: JsonPropertyName("pt-BR")] string Portuguese, [property: JsonPropertyName("es")] string Spanish)
{
    /// <param name="language"><c>en</c>, <c>pt-BR</c> or <c>es</c>.</param>
    public string In(string language) => language switch { "pt-BR" => Portuguese, "es" => Spanish, _ => English };
}
