using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Panorama.Core.Input;

namespace Panorama.Core.Assets;

/// <summary>
/// The stored form of a custom value: text for every type (<c>"12.5"</c>, <c>"true"</c>, <c>"2026-11-26"</c>), an array of texts for a list of several
/// choices. One form, whoever wrote it: a person, an import, a program.
/// </summary>
public static class CustomFieldValue
{
    /// <summary>Longest value that an index holds; unique and searchable values are cut or refused there.</summary>
    public const int MaxKey = 500;

    private const int MaxText = 1_000;
    private const int MaxTextarea = 10_000;

    /// <summary>Reads what was sent; false when the field's type does not allow it. Null, an empty text and an empty array clear the value.</summary>
    public static bool TryRead(CustomField field, JsonElement sent, out JsonNode? stored)
    {
        stored = null;
        if (sent.ValueKind == JsonValueKind.Null || (sent.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(sent.GetString())))
        {
            return true;
        }

        if (field.Type == CustomFieldType.MultiList)
        {
            return TryReadChoices(field, sent, out stored);
        }

        var text = sent.ValueKind switch
        {
            JsonValueKind.String => sent.GetString()!.Trim(),
            JsonValueKind.Number when field.Type == CustomFieldType.Number => sent.GetRawText(),
            JsonValueKind.True or JsonValueKind.False when field.Type == CustomFieldType.Boolean => sent.GetRawText(),
            _ => null,
        };
        if (text is null || text.Contains('\0', StringComparison.Ordinal) || Canonical(field.Type, text, field.Choices, field.Pattern) is not { } value || (field.IsUnique && value.Length > MaxKey))
        {
            return false;
        }

        stored = JsonValue.Create(value);
        return true;
    }

    /// <summary>The stored value as one text: for the search, for unique values and for what the audit tells.</summary>
    public static string Text(JsonNode? stored) => stored switch
    {
        null => "",
        JsonArray array => string.Join(", ", array.Select(v => v?.ToString())),
        _ => stored.ToString(),
    };

    /// <summary>What stands in <c>custom_values</c>.</summary>
    public static string Key(JsonNode stored)
    {
        var key = Text(stored).ToLowerInvariant();
        return key.Length <= MaxKey ? key : key[..(char.IsHighSurrogate(key[MaxKey - 1]) ? MaxKey - 1 : MaxKey)];
    }

    /// <summary>A number in its one spelling: without a group, a plus or zeros that say nothing (<c>1.50</c> is <c>1.5</c>).</summary>
    public static string Number(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>The stored form of one text; null when the type does not allow it, and for a list of several and a file.</summary>
    /// <param name="text">Trimmed, not empty; a number with a point, a day as 2026-11-26, yes or no as true or false.</param>
    /// <param name="choices">Of a list.</param>
    /// <param name="pattern">Of a regex.</param>
    internal static string? Canonical(CustomFieldType type, string text, IReadOnlyList<string> choices, string? pattern) => type switch
    {
        CustomFieldType.Text => text.Length <= MaxText && PlainText.IsStorable(text, isNote: false) ? text : null,
        CustomFieldType.Textarea => text.Length <= MaxTextarea && PlainText.IsStorable(text, isNote: true) ? text : null,
        CustomFieldType.Number => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Number(number) : null,
        CustomFieldType.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text : null,
        CustomFieldType.Boolean => text is "true" or "false" ? text : null,
        CustomFieldType.List => choices.FirstOrDefault(c => c.Equals(text, StringComparison.OrdinalIgnoreCase)),
        CustomFieldType.Url => text.Length <= 2_000 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? text : null,
        CustomFieldType.Email => text.Length <= 254 && MailAddress.TryCreate(text, out var address) && address.Address == text ? text : null,
        CustomFieldType.Ip => IPAddress.TryParse(text, out var ip) && (text.Contains(':', StringComparison.Ordinal) || ip.ToString() == text) ? ip.ToString() : null,
        CustomFieldType.Mac => PhysicalAddress.TryParse(text, out var mac) && mac.GetAddressBytes().Length == 6
            ? string.Join(':', mac.GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture))) : null,
        CustomFieldType.Regex => text.Length <= MaxText && Matches(pattern, text) ? text : null,
        _ => null, // a file has no store yet
    };

    private static bool TryReadChoices(CustomField field, JsonElement sent, out JsonNode? stored)
    {
        stored = null;
        if (sent.ValueKind != JsonValueKind.Array || sent.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
        {
            return false;
        }

        var chosen = sent.EnumerateArray().Select(v => v.GetString()!.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var known = field.Choices.Where(chosen.Contains).ToList();
        if (known.Count != chosen.Count)
        {
            return false;
        }

        stored = known.Count == 0 ? null : new JsonArray([.. known.Select(v => (JsonNode)JsonValue.Create(v))]);
        return true;
    }

    /// <summary>The whole value must match, and a pattern that an organisation wrote must not take the processor.</summary>
    private static bool Matches(string? pattern, string text)
    {
        try
        {
            return pattern is not null && CustomField.Matcher(pattern).IsMatch(text);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            return false; // kept before such patterns were refused
        }
    }
}
