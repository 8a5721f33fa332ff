using System.Text.RegularExpressions;

namespace Panorama.Core.Identity;

/// <summary>What an address must satisfy that somebody signs in with or is written to.</summary>
public static partial class EmailRules
{
    /// <summary>Most characters: RFC 5321 §4.5.3.1.3, less the angle brackets.</summary>
    public const int MaxLength = 254;

    /// <summary>Null when the address may be stored (in lower case, trimmed), else what it must be, as the end of a sentence.</summary>
    public static string? Problem(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return email.Length > MaxLength ? $"may have at most {MaxLength} characters" : IsValid(email) ? null : "is not an e-mail address";
    }

    /// <summary>A plain address of a host with a dot, in ASCII: <c>ana.ramos+fleet@example.org</c>; no quoted local part, no comment.</summary>
    public static bool IsValid(string email) =>
        email.Length <= MaxLength && !email.Contains("..", StringComparison.Ordinal) && email.IndexOf('@', StringComparison.Ordinal) <= 64 && Form().IsMatch(email);

    [GeneratedRegex(@"^[A-Za-z0-9_'+-](?:[A-Za-z0-9_'+.-]*[A-Za-z0-9_+-])?@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Form();
}
