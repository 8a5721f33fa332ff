using System.Globalization;
using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections.Templates;

/// <summary>Sentences about checklists and their items.</summary>
internal static class ChecklistTexts
{
    public static readonly string[] Kinds = ["VEHICLE", "HARDWARE", "LICENSE", "ACCESSORY", "CONSUMABLE", "COMPONENT", "OTHER"];

    private static readonly string[] DoneKeys = ["created", "saved", "copied", "imported", "archived", "restored", "republished"];

    /// <summary>Whether an address may say so: any other word in it is somebody else's.</summary>
    public static bool IsDone(string? done) => DoneKeys.Contains(done, StringComparer.Ordinal);

    public static string Scope(string? kind, Guid? category, IReadOnlyList<CatalogueEntry> categories, Texts texts) => kind is not null
        ? texts["checklist.scope.kind." + kind]
        : categories.FirstOrDefault(c => c.Id == category) is { } known ? texts["checklist.scope.category", ("name", known.Name)] : texts["checklist.scope.gone"];

    /// <summary>Yes or no · must be answered · opens a major defect.</summary>
    public static string Brief(ChecklistItem item, Texts texts) => string.Join(" · ", Parts(item, texts));

    public static string Bound(double value) => value.ToString("R", CultureInfo.CurrentCulture);

    /// <summary>What of an item is other than before, as name, old and new value.</summary>
    public static IEnumerable<(string Field, string? Before, string? After)> Fields(ChecklistItem before, ChecklistItem after, Texts texts)
    {
        List<(string Field, string? Before, string? After)> all =
        [
            ("label", before.Label, after.Label),
            ("type", Type(before.ItemType, texts), Type(after.ItemType, texts)),
            ("help", before.HelpText, after.HelpText),
            ("required", YesNo(before.Required, texts), YesNo(after.Required, texts)),
            ("photo", YesNo(before.PhotoRequired, texts), YesNo(after.PhotoRequired, texts)),
            ("min", Bound(before.MinValue), Bound(after.MinValue)),
            ("max", Bound(before.MaxValue), Bound(after.MaxValue)),
            ("severity", Severity(before.Severity, texts), Severity(after.Severity, texts)),
        ];
        return all.Where(f => f.Before != f.After).Select(f => (texts["checklist.field." + f.Field], f.Before, f.After));

        static string? Bound(double? value) => value is { } bound ? ChecklistTexts.Bound(bound) : null;
    }

    /// <summary>Api's refusal, with what it says of an item tied to the control of that item.</summary>
    public static void Explain(FormErrors errors, ApiProblem problem, ChecklistForm form, Texts texts)
    {
        foreach (var (member, codes) in problem.ErrorCodes ?? new Dictionary<string, string[]>())
        {
            if (Control(member, form) is { } control)
            {
                var key = codes is [{ } code, ..] && texts.Has("errors.member." + code) ? "errors.member." + code : "errors.invalid_field";
                errors.Add(control.Id, texts[key, ("field", control.Name(texts))]);
            }
        }

        if (problem.Args?.TryGetValue("path", out var path) == true && path.ValueKind == System.Text.Json.JsonValueKind.String && Control(path.GetString()!, form) is { } bound)
        {
            errors.Add(bound.Id, texts["checklist.error.item", ("name", bound.Name(texts)), ("text", ProblemTexts.Sentence(problem, texts))]);
        }
        else if (problem.Code is "category_not_found" or "category_scope_must_be_kind_xor_id")
        {
            errors.Add("scope", ProblemTexts.Sentence(problem, texts));
        }

        if (!errors.Any)
        {
            errors.Reason = ProblemTexts.Sentence(problem, texts);
        }
    }

    /// <summary>Where two forms of one checklist differ, as a person reads it: what is stored, and what was typed.</summary>
    public static IReadOnlyList<(string Label, string? Stored, string? Typed)> Compare(
        ChecklistForm stored, ChecklistForm typed, IReadOnlyList<CatalogueEntry> categories, Texts texts)
    {
        List<(string Field, string? Stored, string? Typed)> all =
        [
            ("name", stored.Name, typed.Name?.Trim()),
            ("description", stored.Description, typed.Description?.Trim()),
            ("scope", Named(stored.Scope), Named(typed.Scope)),
            ("displayOrder", stored.DisplayOrder, typed.DisplayOrder?.Trim()),
        ];
        return
        [
            .. all.Where(f => !string.Equals(f.Stored ?? "", f.Typed ?? "", StringComparison.Ordinal)).Select(f => (texts["checklist.field." + f.Field], f.Stored, f.Typed)),
            .. ChecklistDifference.Of([.. stored.Items.Select(i => i.ToItem())], [.. typed.Items.Select(i => i.ToItem())]).SelectMany(Rows),
        ];

        IEnumerable<(string, string?, string?)> Rows(ItemChange change) => change.Kind switch
        {
            ItemChangeKind.Added => [(texts["checklist.item.number", ("number", change.To)], null, $"{change.Label} ({Brief(change.After!, texts)})")],
            ItemChangeKind.Removed => [(texts["checklist.item.number", ("number", change.From)], $"{change.Label} ({Brief(change.Before!, texts)})", null)],
            ItemChangeKind.Moved => [(change.Label, texts["checklist.item.number", ("number", change.From)], texts["checklist.item.number", ("number", change.To)])],
            _ => Fields(change.Before!, change.After!, texts).Select(f => (texts["checklist.item.member", ("name", change.Before!.Label), ("field", f.Field)], f.Before, f.After)),
        };

        string Named(string? scope) => scope?.Split(':') is ["kind", var kind] && Kinds.Contains(kind, StringComparer.Ordinal) ? Scope(kind, null, categories, texts)
            : Scope(null, scope?.Split(':') is ["category", var id] && Guid.TryParse(id, out var category) ? category : null, categories, texts);
    }

    /// <summary>Name of a control of an item: Item 3, question.</summary>
    public static string ItemField(int number, string field, Texts texts) => texts["checklist.item.field", ("number", number), ("field", texts["checklist.field." + field])];

    private static List<string> Parts(ChecklistItem item, Texts texts)
    {
        var parts = new List<string> { Type(item.ItemType, texts) };
        if (item.MinValue is { } min)
        {
            parts.Add(texts["checklist.brief.min", ("value", Bound(min))]);
        }

        if (item.MaxValue is { } max)
        {
            parts.Add(texts["checklist.brief.max", ("value", Bound(max))]);
        }

        if (item.Required)
        {
            parts.Add(texts["checklist.brief.required"]);
        }

        if (item.PhotoRequired)
        {
            parts.Add(texts["checklist.brief.photo"]);
        }

        if (item.Severity is { } severity)
        {
            parts.Add(texts["checklist.brief.severity." + severity]);
        }

        return parts;
    }

    private static string Type(string type, Texts texts) => texts.Has("checklist.type." + type) ? texts["checklist.type." + type] : type;

    private static string? Severity(string? severity, Texts texts) => severity is null ? null : texts["checklist.severity." + severity];

    private static string YesNo(bool value, Texts texts) => texts[value ? "common.yes" : "common.no"];

    /// <summary>The control for a member of the body, such as <c>items[3].helpText</c>; null where the form has none.</summary>
    private static (string Id, Func<Texts, string> Name)? Control(string member, ChecklistForm form)
    {
        if (member is "name" or "description" or "displayOrder")
        {
            return (member, texts => texts["checklist.field." + member]);
        }

        if (member is "categoryKind" or "categoryId")
        {
            return ("scope", texts => texts["checklist.field.scope"]);
        }

        if (!member.StartsWith("items[", StringComparison.Ordinal) || member.IndexOf(']', StringComparison.Ordinal) is not (> 6 and var end)
            || !int.TryParse(member[6..end], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= form.Items.Count)
        {
            return null;
        }

        var field = member[(end + 1)..].TrimStart('.') switch
        {
            "itemType" => "type",
            "helpText" => "help",
            "minValue" => "min",
            "maxValue" => "max",
            "severity" => "severity",
            _ => "label",
        };
        return ($"{field}-{form.Items[index].Key}", texts => ItemField(index + 1, field, texts));
    }
}
