using System.Data.Common;
using System.Text.RegularExpressions;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>Passwords that no connection string may carry.</summary>
internal static partial class Passwords
{
    private static readonly string[] Examples =
    [
        "postgres", "password", "passw0rd", "secret", "changeme", "change-me", "change_me", "example", "admin", "root", "123456",
        "replace-me", "replace_me", "your-password", "your_password", "yourpassword", "[your-password]", "<password>", "<your-password>",
    ];

    /// <summary>What is wrong with the password or login of a connection string, as the end of a sentence; null when nothing is.</summary>
    public static string? Refusal(string connectionString)
    {
        string user = "", password = "";
        foreach (var (name, value) in Pairs(connectionString))
        {
            if (name is "USERNAME" or "USER" or "USERID" or "USER ID" or "UID" or "USER NAME")
            {
                user = value;
            }
            else if (name is "PASSWORD" or "PWD" or "PSW")
            {
                password = value;
            }
        }

        if (user.Contains("service_role", StringComparison.OrdinalIgnoreCase) || password.Contains("service_role", StringComparison.OrdinalIgnoreCase))
        {
            return "names service_role, which passes by row security; use the login made for this process";
        }

        if (JsonWebToken().IsMatch(password) || password.StartsWith("sb_secret_", StringComparison.Ordinal))
        {
            return "has an API key for a password; use the database login's own password";
        }

        return Examples.Contains(password, StringComparer.OrdinalIgnoreCase) ? "has an example for a password; choose one that nobody else knows" : null;
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
