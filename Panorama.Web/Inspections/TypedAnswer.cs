using System.Globalization;
using System.Text.Json.Nodes;
using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections;

/// <summary>What a person gave for one item, as it was sent.</summary>
/// <param name="Value">yes, no, a text or a number.</param>
/// <param name="Go">Where they want to be next: next, previous, stay, end or leave.</param>
/// <param name="Key">Of the photo that is sent with it.</param>
public sealed record TypedAnswer(bool IsSent, string? Value, string? Note, string? Go, Guid? Key)
{
    public static readonly TypedAnswer None = new(false, null, null, null, null);

    private const int LongestText = 2_000;

    public static TypedAnswer Read(IFormCollection form) => new(
        true, Text(form["value"]), Text(form["note"]), form["go"].ToString(), Guid.TryParse(form["clientUploadKey"], out var key) ? key : null);

    /// <summary>The key of the photo in this place: the same form sent again sends the same photos.</summary>
    public Guid KeyOf(int place)
    {
        var bytes = (Key ?? Guid.Empty).ToByteArray();
        bytes[^1] ^= (byte)place;
        return new Guid(bytes);
    }

    /// <summary>As Api takes it; null where nothing was given, or what was is wrong, which <paramref name="errors"/> then says.</summary>
    internal JsonObject? Answer(RunItem item, Texts texts, FormErrors errors)
    {
        if (Note?.Length > LongestText)
        {
            errors.Add("note", texts["errors.member.too_long", ("field", texts["runner.field.note"])]);
        }

        var (question, before) = (item.Question, item.Answer);
        var isCleared = Value is null && Note is null && before is null;
        var answer = new JsonObject { ["snapshotItemId"] = question.Id.ToString(), ["note"] = Note };
        switch (question.ItemType)
        {
            case "BOOLEAN" when Value is "yes" or "no":
                answer["booleanValue"] = Value == "yes";
                break;
            case "BOOLEAN" when !isCleared && (Note is not null || before?.BooleanValue is not null):
                errors.Add("value", texts["runner.error.yes_or_no"]);
                break;
            case "NUMBER" when Value is not null:
                if (Number(Value) is { } number)
                {
                    answer["numberValue"] = number;
                    CheckBounds(question, number, texts, errors);
                }
                else
                {
                    errors.Add("value", texts["runner.error.number"]);
                }

                break;
            case "NUMBER" when Note is not null || before?.NumberValue is not null:
                errors.Add("value", texts["runner.error.number_needed"]);
                break;
            case "TEXT" when Value?.Length > LongestText:
                errors.Add("value", texts["errors.member.too_long", ("field", question.Label)]);
                break;
            case "TEXT" when Value is not null || before is not null || Note is not null:
                answer["textValue"] = Value;
                if (Value is null && question.Required)
                {
                    errors.Add("value", texts["runner.error.text_needed"]);
                }

                break;
            case "PHOTO" when Note is not null || before is not null:
                break;
            default:
                return null;
        }

        return errors.Any || IsSame(before, answer) ? null : answer;
    }

    private static bool IsSame(InspectionAnswer? before, JsonObject answer) => before is not null && before.Note == (string?)answer["note"]
        && before.BooleanValue == (bool?)answer["booleanValue"] && before.TextValue == (string?)answer["textValue"] && before.NumberValue == (double?)answer["numberValue"];

    private static void CheckBounds(InspectionQuestion question, double number, Texts texts, FormErrors errors)
    {
        if (number < question.MinValue)
        {
            errors.Add("value", texts["runner.error.min", ("min", Shown(question.MinValue.Value))]);
        }
        else if (number > question.MaxValue)
        {
            errors.Add("value", texts["runner.error.max", ("max", Shown(question.MaxValue.Value))]);
        }
    }

    /// <summary>A number as people write it here.</summary>
    public static string Shown(double number) => number.ToString("#,##0.######", CultureInfo.CurrentCulture);

    /// <summary>A number as it is edited.</summary>
    public static string Edited(double number) => number.ToString("0.######", CultureInfo.CurrentCulture);

    // Temperatures go below zero.
    private static double? Number(string text)
    {
        var isNegative = text[0] is '-' or '−';
        return Formats.TypedNumber(isNegative ? text[1..] : text) is { } plain && double.TryParse(plain, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? isNegative ? -number : number
            : null;
    }

    private static string? Text(string? text) => (text ?? "").ReplaceLineEndings("\n").Trim() is { Length: > 0 } some ? some : null;
}
