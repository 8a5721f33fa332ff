using YamlDotNet.Serialization;

namespace Panorama.AppHost.Publishing;

/// <summary>Maps that keep the order they are written in, and their text.</summary>
internal static class Yaml
{
    private static readonly ISerializer Serializer = new SerializerBuilder().WithQuotingNecessaryStrings(quoteYaml1_1Strings: true).WithIndentedSequences().WithNewLine("\n").DisableAliases().Build();

    /// <summary>Entries in the order given; those that are null are left out.</summary>
    public static Dictionary<string, object> Map(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var map = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            if (value is not null)
            {
                map.Add(key, value);
            }
        }

        return map;
    }

    /// <summary>Null for no entries, so that an empty map or list is not written.</summary>
    public static Dictionary<string, object>? Map<T>(IEnumerable<T> items, Func<T, string> key, Func<T, object> value)
    {
        var map = items.ToDictionary(key, value, StringComparer.Ordinal);
        return map.Count == 0 ? null : map;
    }

    public static List<T>? List<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;

    public static string Write(string header, params ReadOnlySpan<object> documents)
    {
        var text = string.Join("", header.Split('\n').Select(line => $"# {line}".TrimEnd() + '\n'));
        for (var i = 0; i < documents.Length; i++)
        {
            text += (i > 0 ? "---\n" : "") + Serializer.Serialize(documents[i]);
        }

        return text;
    }
}
