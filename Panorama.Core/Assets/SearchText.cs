using System.Globalization;
using System.Text;

namespace Panorama.Core.Assets;

/// <summary>Folds text for the search: what a person types and what is stored meet in this form.</summary>
public static class SearchText
{
    /// <summary>Compatibility form without marks, in lower case, with ’ as ' and single blanks: <c>São Ferrão’s</c> becomes <c>sao ferrao's</c>.</summary>
    public static string Fold(params ReadOnlySpan<string?> parts)
    {
        var folded = new StringBuilder();
        foreach (var part in parts)
        {
            if (string.IsNullOrWhiteSpace(part))
            {
                continue;
            }

            if (folded.Length > 0)
            {
                folded.Append(' ');
            }

            foreach (var character in part.Normalize(NormalizationForm.FormKD))
            {
                switch (CharUnicodeInfo.GetUnicodeCategory(character))
                {
                    case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark:
                        break;
                    case UnicodeCategory.SpaceSeparator or UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                        if (folded.Length > 0 && folded[^1] != ' ')
                        {
                            folded.Append(' ');
                        }

                        break;
                    default:
                        folded.Append(character is '’' or '‘' ? '\'' : char.ToLowerInvariant(character));
                        break;
                }
            }
        }

        return folded.ToString().TrimEnd();
    }

    /// <summary>The words of a query, folded, at most eight.</summary>
    public static string[] Words(string query) => [.. Fold(query).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(8)];
}
