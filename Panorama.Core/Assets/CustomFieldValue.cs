using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

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
    private static readonly TimeSpan PatternPatience = TimeSpan.FromMilliseconds(100);

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
        if (text is null || text.Contains('\0', StringComparison.Ordinal) || Canonical(field, text) is not { } value || (field.IsUnique && value.Length > MaxKey))
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

    /// <summary>The choices of a list, in their order.</summary>
    public static IReadOnlyList<string> Choices(CustomField field)
    {
        if (field.Options is null || JsonNode.Parse(field.Options) is not { } options)
        {
            return [];
        }

        var list = options as JsonArray ?? (options as JsonObject)?["choices"] as JsonArray;
        return list is null ? [] : [.. list.Select(v => v?.ToString()).OfType<string>()];
    }

    private static string? Canonical(CustomField field, string text) => field.Type switch
    {
        CustomFieldType.Text => text.Length <= MaxText && !text.AsSpan().ContainsAny('\r', '\n') ? text : null,
        CustomFieldType.Textarea => text.Length <= MaxTextarea ? text : null,
        CustomFieldType.Number => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("0.############################", CultureInfo.InvariantCulture) : null,
        CustomFieldType.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text : null,
        CustomFieldType.Boolean => text is "true" or "false" ? text : null,
        CustomFieldType.List => Choices(field).FirstOrDefault(c => c.Equals(text, StringComparison.OrdinalIgnoreCase)),
        CustomFieldType.Url => text.Length <= 2_000 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? text : null,
        CustomFieldType.Email => text.Length <= 254 && MailAddress.TryCreate(text, out var address) && address.Address == text ? text : null,
        CustomFieldType.Ip => IPAddress.TryParse(text, out var ip) && (text.Contains(':', StringComparison.Ordinal) || ip.ToString() == text) ? ip.ToString() : null,
        CustomFieldType.Mac => PhysicalAddress.TryParse(text, out var mac) && mac.GetAddressBytes().Length == 6
            ? string.Join(':', mac.GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture))) : null,
        CustomFieldType.Regex => text.Length <= MaxText && Matches(field, text) ? text : null,
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
        var known = Choices(field).Where(chosen.Contains).ToList();
        if (known.Count != chosen.Count)
        {
            return false;
        }

        stored = known.Count == 0 ? null : new JsonArray([.. known.Select(v => (JsonNode)JsonValue.Create(v))]);
        return true;
    }

    private static bool Matches(CustomField field, string text)
    {
        var options = field.Options is null ? null : JsonNode.Parse(field.Options);
        if ((options as JsonObject)?["pattern"]?.ToString() is not { } pattern && (pattern = (options as JsonValue)?.ToString()) is null)
        {
            return false;
        }

        // The whole value must match, and a pattern that an organisation wrote must not take the processor.
        pattern = $@"\A(?:{pattern})\z";
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, PatternPatience);
        }
        catch (NotSupportedException)
        {
            try
            {
                return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, PatternPatience);
            }
            catch (RegexMatchTimeoutException)
            {
                return false;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
