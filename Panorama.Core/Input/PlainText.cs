using System.Globalization;
using System.Text;

namespace Panorama.Core.Input;

/// <summary>
/// Characters that are no text but orders to whatever shows it: the control characters (a terminal acts on U+001B and U+009B), line and paragraph
/// separators, halves of surrogate pairs, and the overrides of direction (U+202A to U+202E, U+2066 to U+2069), with which a name shows as another.
/// </summary>
public static class PlainText
{
    /// <summary>True for an order; the tab and the line feed are orders, too.</summary>
    public static bool IsControl(char c) => char.IsControl(c) || c is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>True when a text holds one, half of a surrogate pair included.</summary>
    public static bool HasControls(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsControl(text[i]) || IsHalf(text, i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for a text that says what it shows: without orders, and without U+FFFD, the mark of a character that was lost on the way.</summary>
    /// <param name="isNote">Whether line ends and tabs are part of it.</param>
    public static bool IsStorable(string text, bool isNote)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\uFFFD' || IsHalf(text, i) || (IsControl(text[i]) && !(isNote && text[i] is '\n' or '\r' or '\t')))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The text without them. Tabs and line feeds stay in notes; elsewhere they become a space, since they part two words.
    /// </summary>
    /// <param name="isNote">Whether the text may have lines.</param>
    public static string Clean(string text, bool isNote)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!HasControls(text))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\t' or '\n' or '\r' or '\u0085' or '\u2028' or '\u2029')
            {
                kept.Append(isNote && c is '\t' or '\n' ? c : isNote && c != '\t' ? '\n' : ' ');
            }
            else if (!IsControl(c) && !IsHalf(text, i))
            {
                kept.Append(c);
            }
        }

        return kept.ToString().Trim();
    }

    /// <summary>The text with each of them written out, such as <c>\x1b</c> or <c>\u202e</c>: it says what it is and does nothing.</summary>
    public static string Visible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!HasControls(text))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsControl(text[i]) || IsHalf(text, i))
            {
                AppendVisible(shown, text[i]);
            }
            else
            {
                shown.Append(text[i]);
            }
        }

        return shown.ToString();
    }

    internal static void AppendVisible(StringBuilder shown, char c) => shown.Append(c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < '\u0100' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    });

    private static bool IsHalf(string text, int at) => char.IsSurrogate(text[at])
        && !(char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        && !(char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]));
}
