using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Api.Settings;

/// <summary>Where PostgreSQL and Redis are. The Api has two logins and never a privileged one.</summary>
internal sealed class ConnectionOptions : ICheckedOptions
{
    private static readonly string[] Privileged = ["privileged", "migrator", "bootstrap", "backup"];

    [ConfigurationKeyName("ConnectionStrings")]
    public Dictionary<string, string?> Strings { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    [ConfigurationKeyName("ALLOW_INSECURE_POSTGRES_TLS")]
    public string? AllowInsecurePostgresTls { get; set; }

    [ConfigurationKeyName("ALLOW_PLAINTEXT_REDIS")]
    public string? AllowPlaintextRedis { get; set; }

    /// <summary>Set by the program from the host, not by configuration.</summary>
    public bool IsProduction { get; set; }

    public string App => Strings.GetValueOrDefault("panorama") ?? "";

    public string Auth => Strings.GetValueOrDefault("panorama_auth") ?? "";

    public string? Redis => Strings.GetValueOrDefault("redis") is { Length: > 0 } redis ? redis : null;

    public IEnumerable<string> Problems()
    {
        foreach (var problem in CheckedOptionsRegistration.FlagProblem("ALLOW_INSECURE_POSTGRES_TLS", AllowInsecurePostgresTls)
            .Concat(CheckedOptionsRegistration.FlagProblem("ALLOW_PLAINTEXT_REDIS", AllowPlaintextRedis)))
        {
            yield return problem;
        }

        foreach (var problem in Postgres("ConnectionStrings__panorama", App).Concat(Postgres("ConnectionStrings__panorama_auth", Auth)))
        {
            yield return problem;
        }

        if (Login(App) is { } app && Login(Auth) == app)
        {
            yield return "ConnectionStrings__panorama and ConnectionStrings__panorama_auth must name different logins.";
        }

        foreach (var name in Strings.Where(s => !string.IsNullOrEmpty(s.Value)).Select(s => s.Key.Replace('-', '_')).Distinct()
            .Where(n => Array.Exists(Privileged, p => n.EndsWith(p, StringComparison.OrdinalIgnoreCase))))
        {
            yield return $"ConnectionStrings__{name} must not be given to Api: it is for the Worker or the command line.";
        }

        if (IsProduction && Redis is null)
        {
            yield return "ConnectionStrings__redis is required in production.";
        }

        if (IsProduction && Redis is { } redis && CheckedOptionsRegistration.Flag(AllowPlaintextRedis, otherwise: false) is not true
            && !HasTls(redis))
        {
            yield return "ConnectionStrings__redis must use TLS (rediss:// or ssl=true) outside private networks, unless ALLOW_PLAINTEXT_REDIS=true.";
        }
    }

    private IEnumerable<string> Postgres(string name, string text)
    {
        if (text.Length == 0)
        {
            yield return $"{name} is missing.";
            yield break;
        }

        if (Parse(text) is not { } builder || string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Username))
        {
            yield return $"{name} must be an Npgsql connection string or a postgresql:// address with host and user name.";
            yield break;
        }

        if (IsProduction && CheckedOptionsRegistration.Flag(AllowInsecurePostgresTls, otherwise: false) is not true && PostgresTls.Problem(name, text) is { } insecure)
        {
            yield return insecure;
        }
    }

    // Several servers may stand before the options; one that is reached in the clear gives the password away.
    private static bool HasTls(string redis)
    {
        var parts = redis.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Contains("ssl=true", StringComparer.OrdinalIgnoreCase) || parts.Where(p => !p.Contains('=', StringComparison.Ordinal)).All(PostgresTls.IsPrivate);
    }

    private static string? Login(string text) => Parse(text)?.Username;

    private static NpgsqlConnectionStringBuilder? Parse(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
