using System.Globalization;
using System.Text.Json.Nodes;
using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections.Templates;

/// <summary>One item of a checklist in the editor.</summary>
/// <param name="Key">Names its fields in the form: <c>label-3</c>.</param>
/// <param name="Min">As it was typed.</param>
/// <param name="Max">As it was typed.</param>
public sealed record ItemForm(
    string Key, string? Label, string Type, string? Help, bool IsRequired, bool NeedsPhoto, string? Min, string? Max, string? Severity, bool IsNew = false)
{
    public static readonly IReadOnlyList<string> Types = ["BOOLEAN", "NUMBER", "TEXT", "PHOTO"];
    public static readonly IReadOnlyList<string> Severities = ["MINOR", "MAJOR", "OUT_OF_SERVICE"];

    public bool IsNumber => Type == "NUMBER";

    public bool IsJudged => Type == "BOOLEAN";

    /// <summary>Null where none was typed, and where it is none.</summary>
    public double? MinValue => IsNumber ? Bound(Min) : null;

    public double? MaxValue => IsNumber ? Bound(Max) : null;

    internal static ItemForm New(string key) => new(key, null, "BOOLEAN", null, IsRequired: true, NeedsPhoto: false, null, null, null, IsNew: true);

    internal static ItemForm Of(ChecklistItem item, string key) => new(
        key, item.Label, item.ItemType, item.HelpText, item.Required, item.PhotoRequired, Shown(item.MinValue), Shown(item.MaxValue), item.Severity);

    internal static ItemForm Of(IFormCollection sent, string key) => new(
        key, Text(sent, "label-" + key), Text(sent, "type-" + key) ?? "", Text(sent, "help-" + key), sent["required-" + key] == "true", sent["photo-" + key] == "true",
        Text(sent, "min-" + key), Text(sent, "max-" + key), Text(sent, "severity-" + key));

    internal static string? Text(IFormCollection sent, string name) => sent[name].ToString().ReplaceLineEndings("\n") is { Length: > 0 } text ? text : null;

    public ItemForm Copy(string key) => this with { Key = key, IsNew = true };

    /// <summary>As it would be stored.</summary>
    public ChecklistItem ToItem() => new(Label?.Trim() ?? "", Type, IsRequired, NeedsPhoto, MinValue, MaxValue, string.IsNullOrWhiteSpace(Help) ? null : Help.Trim(), IsJudged ? Severity : null);

    /// <summary>As Api takes it; what the kind of answer has no use for stays out.</summary>
    public JsonObject Body() => new()
    {
        ["label"] = Label?.Trim() ?? "",
        ["itemType"] = Type,
        ["required"] = IsRequired,
        ["photoRequired"] = NeedsPhoto,
        ["minValue"] = MinValue,
        ["maxValue"] = MaxValue,
        ["helpText"] = string.IsNullOrWhiteSpace(Help) ? null : Help.Trim(),
        ["severity"] = IsJudged ? Severity : null,
    };

    /// <summary>A bound as it is typed: with the language's decimal sign, below zero as well, and as small or large as one may be. Null where it is none.</summary>
    public static double? Bound(string? text)
    {
        var typed = (text ?? "").Trim().Replace('\u2212', '-');
        var isNegative = typed.StartsWith('-');
        if (Formats.TypedNumber(isNegative ? typed[1..] : typed) is { } plain)
        {
            var value = double.Parse(plain, CultureInfo.InvariantCulture);
            return isNegative ? -value : value;
        }

        // 1.5E-07, as a very small one is shown.
        return double.TryParse(typed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.CurrentCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    private static string? Shown(double? bound) => bound?.ToString("R", CultureInfo.CurrentCulture);
}
