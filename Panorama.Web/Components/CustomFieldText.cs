using System.Globalization;
using System.Text.Json;
using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Components;

/// <summary>A custom field's value for a person: days with their month, yes and no in words, lists with commas.</summary>
internal static class CustomFieldText
{
    public static string Of(AssetCustomField field, Texts texts) => field.Value is { } value ? Of(value, field.Type, texts) : "";

    private static string Of(JsonElement value, string? type, Texts texts)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return texts[value.ValueKind == JsonValueKind.True ? "common.yes" : "common.no"];
            case JsonValueKind.Number:
                return Formats.Number(value.GetRawText());
            case JsonValueKind.Array:
                return string.Join(", ", value.EnumerateArray().Select(v => Of(v, type, texts)));
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return "";
        }

        var text = value.ToString();
        return type?.ToUpperInvariant() switch
        {
            "DATE" when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => Formats.Day(day),
            "NUMBER" or "NUMERIC" or "INTEGER" or "DECIMAL" => Formats.Number(text),
            "BOOLEAN" when text is "true" or "false" => texts[text == "true" ? "common.yes" : "common.no"],
            _ => text,
        };
    }
}
