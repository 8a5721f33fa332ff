using System.Text;

namespace Panorama.Core.Identity;

/// <summary>What a new password must satisfy. There are no composition rules.</summary>
public static class PasswordRules
{
    /// <summary>Fewest characters (Unicode scalar values after NFKC).</summary>
    public const int MinCharacters = 12;

    /// <summary>Most characters (Unicode scalar values after NFKC).</summary>
    public const int MaxCharacters = 128;

    private static readonly Lazy<HashSet<string>> Breached = new(ReadBreached);

    /// <summary>The form that is hashed: NFKC, so that the same password typed on two keyboards is one password. Null when the text is no valid Unicode.</summary>
    public static string? Normalize(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        try
        {
            return password.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Null when the password may be set, else the code of the problem.</summary>
    public static string? Check(string password)
    {
        var normalized = Normalize(password);
        if (normalized is null)
        {
            return "password_not_text";
        }

        var characters = normalized.EnumerateRunes().Count();
        return characters switch
        {
            < MinCharacters => "password_too_short",
            > MaxCharacters => "password_too_long",
            _ => Breached.Value.Contains(normalized.ToLowerInvariant()) ? "password_breached" : null,
        };
    }

    private static HashSet<string> ReadBreached()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream("Panorama.Core.Identity.breached-passwords.txt")
            ?? throw new InvalidOperationException("The list of breached passwords is not in the assembly.");
        using var reader = new StreamReader(stream);
        var passwords = new HashSet<string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            passwords.Add(line.ToLowerInvariant());
        }

        return passwords;
    }
}
