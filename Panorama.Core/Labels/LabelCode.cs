using System.Security.Cryptography;

namespace Panorama.Core.Labels;

/// <summary>Ten characters of Crockford's base32: 50 random bits that say nothing about the asset and survive being typed from a scratched sticker.</summary>
public static class LabelCode
{
    public const int Length = 10;

    // Without I, L, O and U: https://www.crockford.com/base32.html
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>Reads what a person typed: in any case, `I` and `L` as 1, `O` as 0, with or without blanks and hyphens.</summary>
    /// <returns>The code as it is stored; null when the text cannot be one.</returns>
    public static string? Read(string? text)
    {
        if (text is null || text.Length > 4 * Length)
        {
            return null;
        }

        Span<char> code = stackalloc char[Length];
        var count = 0;
        foreach (var typed in text)
        {
            if (typed is ' ' or '-')
            {
                continue;
            }

            var c = char.ToUpperInvariant(typed) switch { 'I' or 'L' => '1', 'O' => '0', var other => other };
            if (count == Length || !Alphabet.Contains(c, StringComparison.Ordinal))
            {
                return null;
            }

            code[count++] = c;
        }

        return count == Length ? new string(code) : null;
    }

    /// <summary>In two halves, for people.</summary>
    public static string Spell(string code) => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";
}
