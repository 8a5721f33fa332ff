using System.Data.Common;
using System.Text.RegularExpressions;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>Passwords that no connection string may carry, and words that are no secret anywhere.</summary>
internal static partial class Passwords
{
    private static readonly string[] Examples =
    [
        "postgres", "password", "passw0rd", "secret", "changeme", "change-me", "change_me", "example", "admin", "root", "123456",
        "replace-me", "replace_me", "your-password", "your_password", "yourpassword", "panorama", "supabase", "letmein", "qwerty", "test",
        "panorama-demo-2026", // the people of the demo have it
    ];

    /// <summary>What is shorter is refused for that, where it matters.</summary>
    private const int Repetition = 4;

    private static readonly string[] Placeholders =
        ["changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me", "placeholder", "your-secret", "your_secret", "your-password", "your_password"];

    /// <summary>Whether a secret is one that stands in an example, or no secret at all: it would be the same in every installation.</summary>
    public static bool IsExample(string secret)
    {
        var value = secret.Trim();
        return value.Length > 0
            && (Examples.Contains(value, StringComparer.OrdinalIgnoreCase)
                || Array.Exists(Placeholders, p => value.Contains(p, StringComparison.OrdinalIgnoreCase))
                || (value[0], value[^1]) is ('<', '>') or ('[', ']') or ('{', '}')
                || (value.Length >= Repetition && value.Distinct().Count() <= 2));
    }

    /// <summary>What is wrong with the password or login of a connection string, as the end of a sentence; null when nothing is.</summary>
    public static string? Refusal(string connectionString)
    {
        var password = Pairs(connectionString).LastOrDefault(pair => pair.Name is "PASSWORD" or "PWD" or "PSW").Value ?? "";

        // As the login, behind a pooler's dot, or as a role among the options.
        if (connectionString.Contains("service_role", StringComparison.OrdinalIgnoreCase))
        {
            return "names service_role, which passes by row security; use the login made for this process";
        }

        if (JsonWebToken().IsMatch(password) || password.StartsWith("sb_secret_", StringComparison.Ordinal))
        {
            return "has an API key for a password; use the database login's own password";
        }

        return IsExample(password) ? "has an example for a password; choose one that nobody else knows" : null;
    }

    private static IEnumerable<(string Name, string Value)> Pairs(string connectionString)
    {
        // Redis' form is separated by commas, PostgreSQL's by semicolons with quotes.
        if (!connectionString.Contains(';', StringComparison.Ordinal) && connectionString.Contains(',', StringComparison.Ordinal))
        {
            return connectionString.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
                .Select(part => (part[0].Trim().ToUpperInvariant(), part[1].Trim()));
        }

        try
        {
            var builder = new DbConnectionStringBuilder { ConnectionString = connectionString };
            return [.. builder.Keys.Cast<string>().Select(key => (key.ToUpperInvariant(), builder[key].ToString() ?? ""))];
        }
        catch (ArgumentException)
        {
            return []; // "host:6379" and other forms without pairs; what a client cannot read it refuses itself
        }
    }

    [GeneratedRegex("^eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonWebToken();
}
