using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Panorama.Core.Notifications;

/// <summary>A message as a person reads it.</summary>
/// <param name="Title">One line.</param>
/// <param name="Text">A sentence or two.</param>
/// <param name="Link">The page, from the root.</param>
public sealed record RenderedNotice(string Title, string Text, string Link);

/// <summary>A message that is to be read.</summary>
/// <param name="Payload">JSON as it was stored.</param>
public sealed record NoticeSource(string EventType, Guid TenantId, Guid? ActorUserId, DateTimeOffset OccurredAt, string Payload);

/// <summary>Puts names, numbers and times into the text of an event.</summary>
public static partial class NotificationTexts
{
    private static readonly string[] Shared = ["actor", "tenant", "at"];

    /// <summary><c>en</c>, <c>pt-BR</c> or <c>es</c>: the person's own, else the organisation's.</summary>
    public static string Language(params ReadOnlySpan<string?> locales)
    {
        foreach (var locale in locales)
        {
            if (!string.IsNullOrEmpty(locale))
            {
                return locale.StartsWith("pt", StringComparison.OrdinalIgnoreCase) ? "pt-BR" : locale.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? "es" : "en";
            }
        }

        return "en";
    }

    /// <summary>Day, name of the month, year, 24-hour clock and the zone.</summary>
    public static string Time(DateTimeOffset at, string language, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var culture = CultureInfo.GetCultureInfo(language == "en" ? "en-GB" : language);
        var pattern = language switch { "pt-BR" => "d 'de' MMMM 'de' yyyy, HH:mm", "es" => "d 'de' MMMM 'de' yyyy, HH:mm", _ => "d MMMM yyyy, HH:mm" };
        return $"{local.ToString(pattern, culture)} ({zone.Id})";
    }

    /// <summary>A number with what is counted (CLDR): Portuguese takes the singular for zero as well, and both Romance languages put "de" behind whole millions.</summary>
    public static string Count(int count, string language, string one, string other)
    {
        var number = count.ToString("N0", CultureInfo.GetCultureInfo(language));
        return language is not "en" && count != 0 && count % 1_000_000 == 0 ? $"{number} de {other}"
            : count == 1 || (count == 0 && language == "pt-BR") ? $"{number} {one}"
            : $"{number} {other}";
    }

    /// <summary>Null when the outcome is one that nobody needs to know, or the kind or the payload is unknown.</summary>
    public static RenderedNotice? Render(EventRegistry registry, NoticeSource source, NotificationFacts facts, string language, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(facts);
        if (!registry.TryFind(source.EventType, out var definition) || Read(definition, source.Payload) is not { } payload || definition.TextsOf(payload) is not { } texts)
        {
            return null;
        }

        var text = texts.In(language);
        string Value(Match match) => ValueOf(match.Groups["name"].Value, match.Groups["one"].Value, match.Groups["other"].Value);
        string ValueOf(string name, string one, string other) => name switch
        {
            "actor" => source.ActorUserId is { } actor ? facts.NameOf(Named.User, actor, language) : NotificationFacts.System(language),
            "tenant" => facts.TenantName(source.TenantId),
            "at" => Time(source.OccurredAt, language, zone),
            _ => ValueOfProperty(EventJson.Members(definition.PayloadType).Single(p => PlaceholderOf(p) == name), payload, facts, language, zone, one, other),
        };

        return new RenderedNotice(
            Placeholder().Replace(text.Title, Value), Placeholder().Replace(text.Line, Value), definition.LinkOf(payload));
    }

    /// <summary>What has to be loaded to render these.</summary>
    internal static IEnumerable<(Guid Tenant, Named Named, Guid Id)> Wanted(EventRegistry registry, NoticeSource source)
    {
        if (!registry.TryFind(source.EventType, out var definition) || Read(definition, source.Payload) is not { } payload)
        {
            yield break;
        }

        if (source.ActorUserId is { } actor)
        {
            yield return (source.TenantId, Named.User, actor);
        }

        foreach (var property in EventJson.Members(definition.PayloadType))
        {
            if (property.GetCustomAttribute<NamesAttribute>() is { } names && property.GetValue(payload) is Guid id)
            {
                yield return (source.TenantId, names.Named, id);
            }
        }
    }

    internal static IReadOnlyCollection<string> PlaceholdersOf(Type payload) => [.. Shared, .. EventJson.Members(payload).Select(PlaceholderOf).OfType<string>()];

    internal static IEnumerable<string> PlaceholdersIn(EventText text) =>
        Placeholder().Matches(text.Title + " " + text.Line).Select(m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    private static object? Read(EventDefinition definition, string payload)
    {
        try
        {
            return EventJson.Read(payload, definition.PayloadType);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // An id without a name, and an enum, are nothing that a person reads.
    private static string? PlaceholderOf(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        return property.IsDefined(typeof(NamesAttribute)) ? name[..^2]
            : type == typeof(Guid) || type.IsEnum ? null
            : name;
    }

    private static string ValueOfProperty(
        PropertyInfo property, object payload, NotificationFacts facts, string language, TimeZoneInfo zone, string one, string other) => property.GetValue(payload) switch
        {
            int count when other.Length > 0 => Count(count, language, one, other),
            Guid id => facts.NameOf(property.GetCustomAttribute<NamesAttribute>()!.Named, id, language),
            DateTimeOffset at => Time(at, language, zone),
            int number => number.ToString("N0", CultureInfo.GetCultureInfo(language)),
            IFormattable number => number.ToString(null, CultureInfo.GetCultureInfo(language)),
            _ => "–",
        };

    [GeneratedRegex("\\{(?<name>[a-zA-Z]+)(#(?<one>[^|}]+)\\|(?<other>[^}]+))?\\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
