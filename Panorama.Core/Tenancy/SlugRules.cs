using System.Text.RegularExpressions;

namespace Panorama.Core.Tenancy;

/// <summary>What the short name of an organisation must satisfy.</summary>
public static partial class SlugRules
{
    /// <summary>Most characters: a label of a host name, RFC 1035 §2.3.4.</summary>
    public const int MaxLength = 63;

    /// <summary>The form as a regular expression, for the description of the interface.</summary>
    public const string Pattern = "^[a-z0-9][a-z0-9-]*$";

    /// <summary>Null when the slug may be stored, else what it must be, as the end of a sentence.</summary>
    public static string? Problem(string slug)
    {
        ArgumentNullException.ThrowIfNull(slug);
        return slug.Length > MaxLength ? $"may have at most {MaxLength} characters"
            : Form().IsMatch(slug) ? null : "may hold a-z, 0-9 and dashes and begins with a letter or digit";
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*\\z", RegexOptions.None, matchTimeoutMilliseconds: 200)]
    private static partial Regex Form();
}
