using System.Globalization;

namespace Panorama.Web.Shell;

internal static class Initials
{
    /// <summary>First letters of the first and the last name.</summary>
    public static string Of(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0 ? "" : (First(words[0]) + (words.Length > 1 ? First(words[^1]) : "")).ToUpper(CultureInfo.CurrentCulture);
    }

    private static string First(string word) => StringInfo.GetNextTextElement(word);
}
