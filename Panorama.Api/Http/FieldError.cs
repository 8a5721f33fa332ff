using System.Text.RegularExpressions;

namespace Panorama.Api.Http;

/// <summary>Why one member of a body is refused: prose for <c>errors</c>, and a stable code for <c>errorCodes</c>, by which Web finds its own words.</summary>
internal sealed partial record FieldError(string Code, string Text)
{
    public static readonly FieldError Required = new("required", "This member is required.");
    public static readonly FieldError Unknown = new("unknown_member", "This member is not known here.");
    public static readonly FieldError WrongForm = new("wrong_form", "The value has the wrong type or form.");
    public static readonly FieldError TooLong = new("too_long", "The value is too long.");
    public static readonly FieldError TooShort = new("too_short", "The value is too short.");
    public static readonly FieldError OutOfRange = new("out_of_range", "The value is out of range.");
    public static readonly FieldError NotFound = new("not_found", "There is no such thing to choose.");
    public static readonly FieldError NotCleared = new("not_cleared", "This member cannot be cleared.");
    public static readonly FieldError NotText = new("not_text", "The text has a character that cannot be stored.");
    public static readonly FieldError NotChangeable = new("not_changeable", "This member cannot be changed afterwards.");
    public static readonly FieldError NotAvailable = new("not_available", "This choice is not available.");
    public static readonly FieldError Repeated = new("repeated", "The same is given twice.");
    public static readonly FieldError InsideItself = new("inside_itself", "It cannot lie inside itself.");

    private static readonly FieldError[] Fixed =
    [
        Required, Unknown, WrongForm, TooLong, TooShort, OutOfRange, NotFound, NotCleared, NotText, NotChangeable, NotAvailable, Repeated, InsideItself,
    ];

    /// <summary>The code of a text, ours or one of the framework's validation attributes.</summary>
    public static string CodeOf(string text) => Array.Find(Fixed, f => f.Text == text)?.Code
        ?? (IsRequired().IsMatch(text) ? Required : IsTooLong().IsMatch(text) ? TooLong : IsTooShort().IsMatch(text) ? TooShort
            : IsOutOfRange().IsMatch(text) ? OutOfRange : WrongForm).Code;

    public static Dictionary<string, string[]> CodesOf(IEnumerable<KeyValuePair<string, string[]>> errors) =>
        errors.ToDictionary(e => e.Key, e => e.Value.Select(CodeOf).ToArray(), StringComparer.Ordinal);

    // The texts of System.ComponentModel.DataAnnotations, which come in English alone.
    [GeneratedRegex("field is required", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex IsRequired();

    [GeneratedRegex("maximum length", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex IsTooLong();

    [GeneratedRegex("minimum length", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex IsTooShort();

    [GeneratedRegex("must be between", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex IsOutOfRange();
}
