using System.Globalization;
using System.Text.Json;
using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Assets;

/// <summary>One audit event of an asset as a sentence.</summary>
/// <param name="Key">The whole sentence; bold where the verb is.</param>
/// <param name="Details">Further lines, such as each changed field with its value before and after.</param>
internal sealed record HistoryLine(string Key, string Icon, string? Tone, IReadOnlyList<(string Name, object? Value)> Args, IReadOnlyList<string> Details)
{
    private static readonly Dictionary<string, (string Key, string Icon, string? Tone)> Known = new(StringComparer.Ordinal)
    {
        ["panorama.asset.created"] = ("created", "plus", "ok"),
        ["panorama.asset.updated"] = ("updated", "pencil", null),
        ["panorama.asset.archived"] = ("archived", "archive", null),
        ["panorama.asset.restored"] = ("restored", "rotate-ccw", "ok"),
        ["panorama.asset.checked_out"] = ("checked_out", "key-round", "info"),
        ["panorama.asset.checked_in"] = ("checked_in", "undo-2", null),
        ["panorama.asset.retired"] = ("retired", "ban", null),
        ["panorama.asset.status_changed"] = ("status_changed", "wrench", null),
        ["panorama.asset.returned_to_service"] = ("returned_to_service", "circle-check", "ok"),
        ["panorama.asset.accepted"] = ("accepted", "check-check", "ok"),
        ["panorama.asset.declined"] = ("declined", "circle-x", "bad"),
        ["panorama.asset.checkin_requested"] = ("checkin_requested", "send", "info"),
        ["panorama.asset.meter_corrected"] = ("meter_corrected", "pencil", null),
        ["panorama.asset.meter_read"] = ("meter_read", "activity", null),
        ["panorama.asset.label_rotated"] = ("label_rotated", "refresh-cw", null),
        ["panorama.asset.label_printed"] = ("label_printed", "printer", null),
        ["panorama.photo.uploaded"] = ("photo_uploaded", "camera", null),
        ["panorama.photo.captioned"] = ("photo_captioned", "pencil", null),
        ["panorama.photo.deleted"] = ("photo_deleted", "trash-2", null),
        ["panorama.photo.restored"] = ("photo_restored", "rotate-ccw", null),
        ["panorama.photo.hard_deleted"] = ("photo_removed", "trash-2", null),
        ["panorama.document.hard_deleted"] = ("document_removed", "trash-2", null),
        ["panorama.legal_hold.set"] = ("legal_hold_set", "shield-check", null),
        ["panorama.legal_hold.released"] = ("legal_hold_released", "shield-check", null),
        ["panorama.document.uploaded"] = ("document_uploaded", "file-text", null),
        ["panorama.document.deleted"] = ("document_deleted", "trash-2", null),
        ["panorama.document.restored"] = ("document_restored", "rotate-ccw", null),
        ["panorama.inspection.defect_opened"] = ("defect_opened", "triangle-alert", "bad"),
        ["panorama.inspection.defect_seen_again"] = ("defect_seen_again", "triangle-alert", "warn"),
        ["panorama.inspection.defect_certified"] = ("defect_certified", "wrench", "ok"),
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

        if (verb == "defect_certified" && string.Equals(Text(data, "outcome"), "not_necessary", StringComparison.OrdinalIgnoreCase))
        {
            verb = "defect_dismissed";
        }

        // Without an actor it was a job or the command line: a sentence of its own, since word order differs between languages.
        var key = $"history.{verb}.{(entry.ActorName is null ? "system" : "person")}";
        List<(string, object?)> args = [("actor", entry.ActorName), ("target", target), ("action", entry.Action)];
        if (verb == "meter_read")
        {
            args.Add(("reading", $"{Formats.Number(Text(data, "value") ?? Text(data, "reading") ?? "?")} {Text(data, "unit")}".Trim()));
        }

        if (verb == "status_changed")
        {
            args.Add(("before", State(Text(data, "before"), Text(data, "beforeLabel"), texts)));
            args.Add(("after", State(Text(data, "after"), Text(data, "afterLabel"), texts)));
        }

        if (verb == "meter_corrected")
        {
            args.Add(("before", Formats.Number(Text(data, "before") ?? "?")));
            args.Add(("after", Text(data, "after") is { } after ? $"{Formats.Number(after)} {Text(data, "unit")}" : texts["history.nothing"]));
        }

        return new HistoryLine(key, icon, tone, args, [.. More(verb, data, texts, format)]);
    }

    private static string State(string? state, string? label, Texts texts) => label ?? (texts.Has("badge.asset." + state) ? texts["badge.asset." + state] : state ?? "?");

    private static IEnumerable<string> More(string verb, JsonElement data, Texts texts, Formats format)
    {
        if (verb.StartsWith("checked_out", StringComparison.Ordinal) && Text(data, "expectedCheckinAt") is { } due
            && DateTimeOffset.TryParse(due, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at))
        {
            yield return texts["history.due", ("time", format.Full(at))];
        }

        if (verb == "updated")
        {
            foreach (var line in Changes(data, texts))
            {
                yield return line;
            }
        }

        if (Text(data, "severity") is { } severity && texts.Has("history.severity." + severity))
        {
            yield return texts["history.severity." + severity];
        }

        if (Text(data, "condition") is { } condition)
        {
            yield return texts["history.condition", ("text", condition)];
        }

        if (Text(data, "damageFlag") is "true" or "True")
        {
            yield return Text(data, "damageNote") is { } damage ? texts["history.damage_note", ("text", damage)] : texts["history.damage"];
        }

        if (Text(data, "reason") is { } reason)
        {
            var cause = "history.removal." + reason;
            yield return verb is "photo_removed" or "document_removed" && texts.Has(cause) ? texts[cause] : texts["history.reason", ("text", reason)];
        }
    }

    /// <summary>Each changed field with before and after; the names alone where the event has no more.</summary>
    private static IEnumerable<string> Changes(JsonElement data, Texts texts)
    {
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("changed", out var changed) && changed.ValueKind == JsonValueKind.Array
            && changed.EnumerateArray().Any(c => c.ValueKind == JsonValueKind.Object))
        {
            foreach (var change in changed.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object))
            {
                var key = Text(change, "key") ?? "?";
                yield return texts["history.change",
                    ("field", Text(change, "label") ?? FieldName(key, texts)), ("before", Value(key, Text(change, "before"), texts)), ("after", Value(key, Text(change, "after"), texts))];
            }
        }
        else if (Fields(data) is { Count: > 0 } fields)
        {
            yield return texts.Count("history.fields", fields.Count, ("fields", string.Join(", ", fields.Select(f => FieldName(f, texts)))));
        }
    }

    private static string Value(string key, string? value, Texts texts) => value switch
    {
        null => texts["history.nothing"],
        "True" or "true" => texts["common.yes"],
        "False" or "false" => texts["common.no"],
        _ when key is "purchaseDate" or "eolDate" && DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => Formats.Day(day),
        _ when key == "purchaseCost" => Formats.Number(value),
        _ => value,
    };

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

    private static string FieldName(string field, Texts texts) => texts.Has("asset.field." + field) ? texts["asset.field." + field]
        : texts.Has("history.field." + field) ? texts["history.field." + field] : field;

    private static string? Text(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value.ToString() is { Length: > 0 } text ? text : null
            : null;
}
