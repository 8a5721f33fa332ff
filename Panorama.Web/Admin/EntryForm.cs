using System.Text.Json.Nodes;
using Panorama.Web.Api;

namespace Panorama.Web.Admin;

/// <summary>What a form of the catalogue holds, as text by member: from an entry when it is opened, from the browser when it comes back.</summary>
public sealed class EntryForm
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);
    private readonly List<Guid> _members;

    private EntryForm(CatalogueKind kind, string? type, IEnumerable<Guid> members)
    {
        _members = [.. members];
        Kind = kind;
        Type = type;
        Fields = [.. kind.Fields.Where(f => f.OnlyFor.Count == 0 || f.OnlyFor.Contains(type))];
    }

    public CatalogueKind Kind { get; }

    /// <summary>Of a custom field: decides what else is asked.</summary>
    public string? Type { get; }

    public IReadOnlyList<EntryField> Fields { get; }

    /// <summary>The version that the person saw.</summary>
    public int Version { get; set; }

    /// <summary>Of a set: its fields in their order.</summary>
    public IReadOnlyList<Guid> Members => _members;

    public string? this[string member] => _values.GetValueOrDefault(member);

    public static EntryForm New(CatalogueKind kind, string? type) => new(kind, type, []) { _values = { ["type"] = type } };

    public static EntryForm Of(CatalogueKind kind, CatalogueEntry entry)
    {
        var form = new EntryForm(kind, kind.Path == "custom-fields" ? entry.Text("type") : null, entry.Fields.Select(f => f.Id)) { Version = entry.Version };
        foreach (var field in form.Fields)
        {
            form._values[field.Name] = entry.Text(field.Name);
        }

        return form;
    }

    /// <param name="type">Of a custom field that exists: what the browser says of it does not count.</param>
    public static EntryForm Of(CatalogueKind kind, IFormCollection sent, string? type)
    {
        var members = sent["fieldIds"].Select(id => Guid.TryParse(id, out var field) ? field : Guid.Empty).Where(id => id != Guid.Empty).Distinct();
        var form = new EntryForm(kind, kind.Path == "custom-fields" ? type ?? sent["type"] : null, members)
        {
            Version = int.TryParse(sent["version"], System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : 0,
        };
        foreach (var field in form.Fields)
        {
            var value = sent[field.Name].ToString().ReplaceLineEndings("\n");
            form._values[field.Name] = value.Length == 0 ? null : value;
        }

        return form;
    }

    /// <summary>Moves, adds or takes out a field of the set, as the pressed button says.</summary>
    /// <param name="operation">Such as <c>up:…</c>, <c>down:…</c>, <c>remove:…</c>, or <c>add</c>.</param>
    public void Rearrange(string operation, Guid? added)
    {
        if (operation == "add")
        {
            if (added is { } field && !_members.Contains(field))
            {
                _members.Add(field);
            }

            return;
        }

        if (operation.Split(':') is not [var verb, var text] || !Guid.TryParse(text, out var id) || _members.IndexOf(id) is not (>= 0 and var place))
        {
            return;
        }

        _members.RemoveAt(place);
        if (verb != "remove")
        {
            _members.Insert(Math.Clamp(verb == "up" ? place - 1 : place + 1, 0, _members.Count), id);
        }
    }

    /// <summary>Everything the form asked, as Api takes it.</summary>
    /// <param name="isNew">Whether it is made: the type of a custom field is said then and never again.</param>
    public JsonObject Body(bool isNew)
    {
        var body = new JsonObject();
        foreach (var field in Fields.Where(f => isNew || Type is null || f.Name != "type"))
        {
            var value = this[field.Name];
            body[field.Name] = field.Input switch
            {
                EntryInput.Check => value == "true",
                EntryInput.Lines => Lines(value),
                EntryInput.Number => Number(value),
                EntryInput.Fields => new JsonArray([.. Members.Select(id => JsonValue.Create(id.ToString()))]),
                _ => string.IsNullOrWhiteSpace(value) ? null : value.Trim(),
            };
        }

        return body;
    }

    // What is no number goes as it was typed, and Api says so at the field.
    private static JsonValue? Number(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text.Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : JsonValue.Create(text.Trim());

    private static JsonArray Lines(string? text) => new([.. (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => JsonValue.Create(l))]);
}
