namespace Panorama.Core.Labels;

/// <summary>Code 128 (ISO/IEC 15417) in sets B and C: printable ASCII, runs of digits in pairs.</summary>
public static class Code128
{
    /// <summary>White modules that a reader needs on each side.</summary>
    public const int QuietModules = 10;

    private const int StartB = 104;
    private const int StartC = 105;
    private const int ToC = 99;
    private const int ToB = 100;
    private const int Modulus = 103;

    // Widths of bar, space, bar, space, bar, space by value; the last is the stop with its closing bar.
    private static readonly string[] _patterns =
        ("212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 "
        + "221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 "
        + "231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
        + "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
        + "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 "
        + "114131 311141 411131 211412 211214 211232 2331112").Split(' ');

    /// <summary>Widths in modules of bar and space in turn, beginning and ending with a bar, without the quiet zones.</summary>
    /// <returns>Null when the text is empty or has a character outside printable ASCII.</returns>
    public static IReadOnlyList<int>? Encode(string text)
    {
        if (text.Length == 0 || text.Any(c => c is < ' ' or > '~'))
        {
            return null;
        }

        var values = Values(text);
        var check = values[0];
        for (var i = 1; i < values.Count; i++)
        {
            check = (check + (i * values[i])) % Modulus;
        }

        return [.. values.Append(check).Append(_patterns.Length - 1).SelectMany(v => _patterns[v]).Select(w => w - '0')];
    }

    // Pairs pay for the switch from four digits on at an end, from six within.
    private static List<int> Values(string text)
    {
        var values = new List<int>();
        var inC = false;
        for (var i = 0; i < text.Length;)
        {
            var digits = text.Skip(i).TakeWhile(char.IsAsciiDigit).Count();
            var pays = digits >= 6 || (digits >= 4 && (i == 0 || i + digits == text.Length)) || (digits == 2 && digits == text.Length);
            if (inC && digits >= 2)
            {
                values.Add(((text[i] - '0') * 10) + text[i + 1] - '0');
                i += 2;
            }
            else if (!inC && pays && (digits % 2 == 0 || i == 0))
            {
                values.Add(values.Count == 0 ? StartC : ToC);
                inC = true;
            }
            else
            {
                // An odd run within begins with one digit as a character, then goes on in pairs.
                if (inC || values.Count == 0)
                {
                    values.Add(values.Count == 0 ? StartB : ToB);
                    inC = false;
                }

                values.Add(text[i] - ' ');
                i++;
            }
        }

        return values;
    }
}
