using System.Globalization;
using System.Text;

namespace Panorama.Core.Labels;

/// <summary>How wide a text may get, in units of its size: no font is measured, so each character counts as a wide one of its kind.</summary>
internal static class TextWidth
{
    private const int FirstFullWidth = 0x1100; // Hangul, then the ideographs

    public static double Of(string text, bool isBold) => text.EnumerateRunes().Sum(r => Of(r)) * (isBold ? 1.06 : 1);

    /// <summary>The text, or its beginning and an ellipsis.</summary>
    public static string Cut(string text, double width, bool isBold)
    {
        if (Of(text, isBold) <= width)
        {
            return text;
        }

        var kept = new StringBuilder();
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext() && Of($"{kept}{elements.Current}…", isBold) <= width)
        {
            kept.Append(elements.Current);
        }

        return $"{kept.ToString().TrimEnd()}…";
    }

    private static double Of(Rune rune) => rune.Value switch
    {
        >= FirstFullWidth and not (>= 0x2000 and < 0x2E80) => 1,
        'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or '\'' or '|' or ' ' or '-' => 0.36,
        'm' or 'w' or 'M' or 'W' or '@' => 0.92,
        >= 'A' and <= 'Z' => 0.7,
        _ => 0.6,
    };
}
