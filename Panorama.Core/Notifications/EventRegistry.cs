using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Panorama.Core.Notifications;

/// <summary>Every kind of event there is. A record that implements <see cref="IEventPayload"/> is in it by being there.</summary>
public sealed partial class EventRegistry
{
    private static readonly Lazy<EventRegistry> OfCore = new(() => new EventRegistry(typeof(EventRegistry).Assembly));

    private readonly FrozenDictionary<string, EventDefinition> _byType;

    /// <param name="assemblies">Where to look for payloads.</param>
    /// <exception cref="InvalidOperationException">A kind of event is not complete; the message names all that is missing.</exception>
    public EventRegistry(params IEnumerable<Assembly> assemblies)
        : this(assemblies.SelectMany(a => a.GetTypes()).Where(t => t is { IsClass: true, IsAbstract: false } && typeof(IEventPayload).IsAssignableFrom(t)).Select(Read))
    {
    }

    internal EventRegistry(IEnumerable<EventDefinition> definitions)
    {
        List<EventDefinition> all = [.. definitions.OrderBy(d => d.Type, StringComparer.Ordinal)];
        var problems = all.SelectMany(Problems)
            .Concat(all.GroupBy(d => d.Type, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"{g.Key} is there twice."))
            .ToList();
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(string.Join(' ', problems));
        }

        All = all;
        _byType = all.ToFrozenDictionary(d => d.Type, StringComparer.Ordinal);
    }

    /// <summary>The kinds that this version ships.</summary>
    public static EventRegistry Shipped => OfCore.Value;

    /// <summary>By type.</summary>
    public IReadOnlyList<EventDefinition> All { get; }

    public bool TryFind(string type, [NotNullWhen(true)] out EventDefinition? definition) => _byType.TryGetValue(type, out definition);

    /// <summary>The JSON Schema of a kind's envelope.</summary>
    public static JsonObject SchemaOf(EventDefinition definition) => EventJson.Schema(definition);

    /// <summary>What a kind lacks, a sentence each.</summary>
    internal static IEnumerable<string> Problems(EventDefinition definition)
    {
        if (!TypeName().IsMatch(definition.Type))
        {
            yield return $"{definition.Type} is not called panorama.<area>.<what>.";
        }

        foreach (var problem in EventJson.Problems(definition.PayloadType))
        {
            yield return problem;
        }

        var known = NotificationTexts.PlaceholdersOf(definition.PayloadType);
        foreach (var texts in definition.Texts)
        {
            foreach (var (language, text) in new[] { ("English", texts.En), ("Portuguese", texts.PtBr), ("Spanish", texts.Es) })
            {
                if (string.IsNullOrWhiteSpace(text?.Name) || string.IsNullOrWhiteSpace(text.Title) || string.IsNullOrWhiteSpace(text.Line))
                {
                    yield return $"{definition.Type} has no {language} text.";
                    continue;
                }

                foreach (var unknown in NotificationTexts.PlaceholdersIn(text).Except(known, StringComparer.Ordinal))
                {
                    yield return $"{definition.Type} has {{{unknown}}} in its {language} text, and its payload has no such name.";
                }
            }
        }

        if (definition.Audience.Roles.Count == 0 && !NamesSomebody(definition))
        {
            yield return $"{definition.Type} has no consumer: its audience is nobody.";
        }

        if (definition.InApp == NoticeMode.Daily)
        {
            yield return $"{definition.Type} has a daily notice in the application: only mail is collected.";
        }

        if (definition.IsMandatory && (definition.Email != NoticeMode.Instant || definition.InApp != NoticeMode.Instant))
        {
            yield return $"{definition.Type} cannot be switched off and is off by default.";
        }
    }

    // An audience of people reads them from the payload: an empty payload of each type says whether it names any.
    private static bool NamesSomebody(EventDefinition definition) =>
        definition.Audience.People(System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(definition.PayloadType)).Any();

    private static EventDefinition Read(Type payload) =>
        (EventDefinition)payload.GetProperty(nameof(IEventPayload.Definition), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    [GeneratedRegex("^panorama\\.[a-z_]+\\.[a-z_]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypeName();
}
