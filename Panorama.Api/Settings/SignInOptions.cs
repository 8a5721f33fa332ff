using System.Text;

namespace Panorama.Api.Settings;

/// <summary>Sessions and passwords.</summary>
internal sealed class SignInOptions : ICheckedOptions
{
    private const int MinSecretBytes = 32;
    private const int MinDistinct = 10;
    private static readonly string[] Placeholders = ["change", "example", "placeholder", "replace", "your-secret", "session-secret", "session_secret"];

    [ConfigurationKeyName("SESSION_SECRET")]
    public string? Secret { get; set; }

    [ConfigurationKeyName("SESSION_SECRET_PREVIOUS")]
    public string? SecretPrevious { get; set; }

    [ConfigurationKeyName("SESSION_COOKIE_NAME")]
    public string CookieName { get; set; } = "panorama_session";

    [ConfigurationKeyName("SESSION_MAX_AGE_SECONDS")]
    public string MaxAgeSeconds { get; set; } = "604800";

    [ConfigurationKeyName("SESSION_IDLE_SECONDS")]
    public string IdleSeconds { get; set; } = "43200";

    [ConfigurationKeyName("PASSWORD_HASH_CONCURRENCY")]
    public string HashConcurrency { get; set; } = "4";

    public TimeSpan MaxAge => TimeSpan.FromSeconds(Number(MaxAgeSeconds, 300, 2_592_000) ?? 0);

    public TimeSpan Idle => TimeSpan.FromSeconds(Number(IdleSeconds, 300, 2_592_000) ?? 0);

    public int Hashes => Number(HashConcurrency, 1, 64) ?? 0;

    public IEnumerable<string> Problems()
    {
        if (SecretProblem(Secret ?? "") is { } problem)
        {
            yield return $"SESSION_SECRET {problem}.";
        }

        if (!string.IsNullOrEmpty(SecretPrevious) && SecretProblem(SecretPrevious) is { } previous)
        {
            yield return $"SESSION_SECRET_PREVIOUS {previous}.";
        }

        if (CookieName.Length is 0 or > 64 || !CookieName.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            yield return "SESSION_COOKIE_NAME may hold letters, digits, _ and - only, without the __Host- that HTTPS puts in front.";
        }

        if (Number(MaxAgeSeconds, 300, 2_592_000) is null)
        {
            yield return "SESSION_MAX_AGE_SECONDS must be a number from 300 to 2592000.";
        }

        if (Number(IdleSeconds, 300, 2_592_000) is null)
        {
            yield return "SESSION_IDLE_SECONDS must be a number from 300 to 2592000.";
        }
        else if (Idle > MaxAge && MaxAge > TimeSpan.Zero)
        {
            yield return "SESSION_IDLE_SECONDS must not be more than SESSION_MAX_AGE_SECONDS.";
        }

        if (Number(HashConcurrency, 1, 64) is null)
        {
            yield return "PASSWORD_HASH_CONCURRENCY must be a number from 1 to 64.";
        }
    }

    public static int? Number(string text, int min, int max) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number >= min && number <= max ? number : null;

    private static string? SecretProblem(string secret)
    {
        if (Encoding.UTF8.GetByteCount(secret) < MinSecretBytes)
        {
            return "must be at least 32 bytes";
        }

        if (Placeholders.Any(p => secret.Contains(p, StringComparison.OrdinalIgnoreCase)))
        {
            return "is a placeholder: make a random one";
        }

        return secret.Distinct().Count() < MinDistinct ? "is not random enough" : null;
    }
}
