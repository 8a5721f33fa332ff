using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Panorama.Core.Audit;

/// <summary>One member that an edit changed, as an audit row tells it.</summary>
/// <param name="Key">Its name on the wire.</param>
/// <param name="Before">As text; null where there was none. Long text is cut.</param>
/// <param name="After">As text; null where there is none now. Long text is cut.</param>
public sealed record AuditChange(string Key, string? Before, string? After)
{
    private const int MaxCharacters = 200;

    /// <summary>What was changed on a tracked row, by member; versions and times of change are left out.</summary>
    public static IReadOnlyList<AuditChange> Of(EntityEntry entry) =>
    [
        .. entry.Properties.Where(p => p.IsModified && p.Metadata.Name is not ("Version" or "UpdatedAt") && !Equals(p.OriginalValue, p.CurrentValue))
            .Select(p => new AuditChange(
                JsonNamingPolicy.CamelCase.ConvertName(p.Metadata.Name), Text(Stored(p, p.OriginalValue)), Text(Stored(p, p.CurrentValue))))
            .OrderBy(c => c.Key, StringComparer.Ordinal),
    ];

    /// <summary>A change of something that is not a column.</summary>
    public static AuditChange Of(string key, IEnumerable<string> before, IEnumerable<string> after) =>
        new(key, Text(string.Join(", ", before)), Text(string.Join(", ", after)));

    // Enums are told as they are stored.
    private static object? Stored(PropertyEntry property, object? value) =>
        value is Enum && property.Metadata.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;

    private static string? Text(object? value) => value switch
    {
        null => null,
        string { Length: > MaxCharacters } text => text[..MaxCharacters] + "…",
        bool flag => flag ? "true" : "false",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
