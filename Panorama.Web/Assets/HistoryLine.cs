using System.Globalization;
using System.Text.Json;
using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Assets;

/// <summary>One audit event of an asset as a sentence.</summary>
/// <param name="Key">The whole sentence; bold where the verb is.</param>
/// <param name="Detail">A second line, such as which fields changed.</param>
internal sealed record HistoryLine(string Key, string Icon, string? Tone, IReadOnlyList<(string Name, object? Value)> Args, string? Detail)
{
    private static readonly Dictionary<string, (string Key, string Icon, string? Tone)> Known = new(StringComparer.Ordinal)
    {
        ["panorama.asset.created"] = ("created", "plus", "ok"),
        ["panorama.asset.updated"] = ("updated", "pencil", null),
        ["panorama.asset.archived"] = ("archived", "archive", null),
        ["panorama.asset.restored"] = ("restored", "rotate-ccw", "ok"),
        ["panorama.asset.checked_out"] = ("checked_out", "key-round", "info"),
        ["panorama.asset.checked_in"] = ("checked_in", "undo-2", null),
        ["panorama.asset.meter_read"] = ("meter_read", "activity", null),
        ["panorama.import.completed"] = ("imported", "upload", null),
    };

    public static HistoryLine Of(AssetEvent entry, Texts texts, Formats format)
    {
        var (verb, icon, tone) = Known.GetValueOrDefault(entry.Action, ("other", "scroll-text", null));
        var data = entry.Data is { ValueKind: JsonValueKind.Object } element ? element : default;
        var target = Text(data, "targetName");
        if (verb is "checked_out" or "checked_in" && target is null)
        {
            verb += "_unnamed";
        }

        // Without an actor it was a job or the command line: a sentence of its own, since word order differs between languages.
        var key = $"history.{verb}.{(entry.ActorName is null ? "system" : "person")}";
        List<(string, object?)> args = [("actor", entry.ActorName), ("target", target), ("action", entry.Action)];
        if (verb == "meter_read")
        {
            args.Add(("reading", $"{Formats.Number(Text(data, "value") ?? Text(data, "reading") ?? "?")} {Text(data, "unit")}".Trim()));
        }

        return new HistoryLine(key, icon, tone, args, Second(verb, data, texts, format));
    }

    private static string? Second(string verb, JsonElement data, Texts texts, Formats format)
    {
        if (verb.StartsWith("checked_out", StringComparison.Ordinal) && Text(data, "expectedCheckinAt") is { } due
            && DateTimeOffset.TryParse(due, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at))
        {
            return texts["history.due", ("time", format.Full(at))];
        }

        if (verb == "updated" && Fields(data) is { Count: > 0 } fields)
        {
            return texts.Count("history.fields", fields.Count, ("fields", string.Join(", ", fields.Select(f => FieldName(f, texts)))));
        }

        return null;
    }

    private static List<string> Fields(JsonElement data)
    {
        foreach (var name in new[] { "changes", "fields", "changed" })
        {
            if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var found))
            {
                return found.ValueKind switch
                {
                    JsonValueKind.Object => [.. found.EnumerateObject().Select(p => p.Name)],
                    JsonValueKind.Array => [.. found.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)],
                    _ => [],
                };
            }
        }

        return [];
    }

    private static string FieldName(string field, Texts texts) => texts.Has("history.field." + field) ? texts["history.field." + field] : field;

    private static string? Text(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value.ToString() is { Length: > 0 } text ? text : null
            : null;
}
