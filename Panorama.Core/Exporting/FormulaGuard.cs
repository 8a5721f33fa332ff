using System.Text.RegularExpressions;

namespace Panorama.Core.Exporting;

/// <summary>
/// Keeps a spreadsheet from evaluating text: an apostrophe in front, which the import takes away again. A text that begins with an apostrophe of
/// its own gets one, too, so that taking exactly one away always gives the text back.
/// </summary>
public static partial class FormulaGuard
{
    private const char Mark = '\'';

    /// <summary>The text as a cell of a CSV file may hold it.</summary>
    public static string Protect(string text) => Needs(text) ? Mark + text : text;

    /// <summary>The text of a cell of a CSV file: without the mark, if it is one.</summary>
    public static string Remove(string text) => text is [Mark, ..] && Needs(text[1..]) ? text[1..] : text;

    /// <summary>Numbers with a sign and telephone numbers are no formulas, and a mark would make text of them.</summary>
    private static bool Needs(string text)
    {
        var at = 0;
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || char.IsControl(text[at]) || text[at] == '\uFEFF'))
        {
            at++; // what a spreadsheet skips, it may skip to the sign
        }

        return at < text.Length && text[at] switch
        {
            Mark => true,
            '=' or '@' or '＝' or '＋' or '－' or '＠' => true,
            '+' or '-' => !PlainNumber().IsMatch(text.AsSpan(at)),
            _ => at > 0 && text[0] is '\t' or '\r' or '\n',
        };
    }

    [GeneratedRegex(@"\A[+-][0-9]+( [0-9]+)*([.,][0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainNumber();
}
