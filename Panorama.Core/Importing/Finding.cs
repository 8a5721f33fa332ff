using System.Collections.Frozen;
using System.Text.Json;

namespace Panorama.Core.Importing;

/// <summary>What an import has to say about one cell or row.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Column">Header of the column; null when the whole row is meant.</param>
/// <param name="Severity">Whether the row was kept out.</param>
/// <param name="Code">Stable snake_case name.</param>
/// <param name="Args">The values the text names.</param>
public sealed record Finding(int Line, string? Column, FindingSeverity Severity, string Code, IReadOnlyDictionary<string, string> Args)
{
    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["tag_missing"] = "The row has no asset tag.",
        ["tag_twice"] = "The tag '{value}' stands already on line {line}.",
        ["too_long"] = "The text has {length} characters; at most {max} fit.",
        ["text_damaged"] = "The text holds a character that could not be read ('{value}'). Save the file as UTF-8 again.",
        ["control_characters"] = "Control characters ({characters}) are left out; the text is now '{value}'.",
        ["quote_misplaced"] = "Text follows the quotation mark that closes the cell; it is taken as it is written: '{value}'.",
        ["status_unknown"] = "'{value}' ({count}) is no status that is known; it became a label that means {status}.",
        ["too_many_cells"] = "The row has {found} cells, the header has {expected}: a quotation mark or a delimiter is missing.",
        ["value_taken"] = "The value '{value}' must be unique and belongs to asset {tag}.",
        ["column_unknown"] = "No field is filled by this column; '{value}' is left out.",
        ["date_unreadable"] = "'{value}' is not a date in the order {order}; the field stays empty.",
        ["amount_unreadable"] = "'{value}' is not an amount with a decimal {sign}; the field stays empty.",
        ["number_unreadable"] = "'{value}' is not a number with a decimal {sign}; the field stays empty.",
        ["months_unreadable"] = "'{value}' is not a number of months from 0 to 240; the field stays empty.",
        ["yes_no_unreadable"] = "'{value}' is neither yes nor no; the field stays empty.",
        ["email_unreadable"] = "'{value}' is not an e-mail address; it is left out.",
        ["value_refused"] = "'{value}' does not fit the field's type ({type}); the field stays empty.",
        ["checkout_type_unknown"] = "'{value}' is not a kind of holder: User or Location is expected.",
        ["holder_missing"] = "The row says that it is checked out but names nobody; it is imported as free.",
        ["holder_without_key"] = "'{value}' has neither a username nor an e-mail address, and equal names alone are not one person; the asset is imported as free.",
        ["holder_cell_unused"] = "'{value}' is left out: the holder of this row is a {kind}.",
        ["holder_not_possible"] = "'{value}' is left out: an asset with the status {status} cannot be checked out.",
        ["person_kept"] = "The person is known as '{stored}'; '{value}' is left out.",
        ["person_same_name"] = "Another person is called '{value}' too; they stay two people.",
        ["model_notes_differ"] = "The model '{model}' has other notes already; these are left out.",
        ["status_superseded"] = "'{value}' is left out: the asset is checked out, which is its status.",
        ["state_superseded"] = "'{value}' is left out: the status '{status}' of this row means another state.",
        ["state_unreadable"] = "'{value}' is no state of an asset: READY, IN_USE, RESERVED, MAINTENANCE or RETIRED is expected.",
        ["currency_unknown"] = "'{value}' is no currency; the row's amount is left out.",
        ["value_kept"] = "The asset exists with '{stored}'; '{value}' was not taken over.",
        ["asset_exists"] = "An asset with the tag '{value}' exists.",
        ["mileage_lower"] = "'{value}' is left out: the last reading is {stored}.",
        ["field_protected"] = "The field is protected: its values are written in the form of the asset and by no file.",
        ["field_type_not_importable"] = "'{value}' is left out: a field of the type {type} is filled in the form of the asset.",
        ["person_without_key"] = "The row has neither a username nor an e-mail address, and equal names alone are not one person.",
        ["person_twice"] = "'{value}' stands already on line {line}.",
        ["person_exists"] = "A person known as '{value}' exists.",
        ["person_value_kept"] = "The person exists with '{stored}'; '{value}' was not taken over.",
        ["name_missing"] = "The row has no name.",
        ["place_twice"] = "The place '{value}' stands already on line {line}.",
        ["place_exists"] = "A place '{value}' exists.",
        ["place_value_kept"] = "The place exists with '{stored}'; '{value}' was not taken over.",
        ["place_inside_itself"] = "'{value}' cannot be inside itself.",
        ["place_circle"] = "'{value}' is inside this place; it is left out.",
        ["time_zone_unknown"] = "'{value}' is no time zone such as America/Sao_Paulo; the field stays empty.",
        ["checkin_without_holder"] = "'{value}' is left out: the row has no holder.",
    }.ToFrozenDictionary();

    /// <summary>The finding in one English sentence.</summary>
    public string Text => Args.Aggregate(Texts[Code], (text, arg) => text.Replace($"{{{arg.Key}}}", arg.Value, StringComparison.Ordinal));

    /// <summary>The arguments as the findings table stores them.</summary>
    public string ArgsJson => JsonSerializer.Serialize(Args);

    /// <summary>Codes that exist, for the test that each has a text.</summary>
    public static IEnumerable<string> Codes => Texts.Keys;

    internal static Finding Warning(int line, string? column, string code, params ReadOnlySpan<(string Name, string Value)> args) =>
        new(line, column, FindingSeverity.Warning, code, ToArgs(args));

    internal static Finding Reject(int line, string? column, string code, params ReadOnlySpan<(string Name, string Value)> args) =>
        new(line, column, FindingSeverity.Reject, code, ToArgs(args));

    private static Dictionary<string, string> ToArgs(ReadOnlySpan<(string Name, string Value)> args)
    {
        var result = new Dictionary<string, string>(args.Length);
        foreach (var (name, value) in args)
        {
            result[name] = value.Length > 200 ? $"{value[..200]}…" : value;
        }

        return result;
    }
}
