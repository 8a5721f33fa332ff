namespace Panorama.ServiceDefaults.Configuration;

/// <summary>The names a setting may be given under, and the ones that are gone.</summary>
internal static class SettingNames
{
    /// <summary>A second name, read where the first is not set.</summary>
    public static readonly IReadOnlyDictionary<string, string> Aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["DATABASE_URL"] = "ConnectionStrings:panorama",
        ["DATABASE_AUTH_URL"] = "ConnectionStrings:panorama_auth",
        ["DATABASE_PRIVILEGED_URL"] = "ConnectionStrings:panorama_privileged",
        ["DATABASE_MIGRATOR_URL"] = "ConnectionStrings:panorama_migrator",
        ["REDIS_URL"] = "ConnectionStrings:redis",
        ["SMTP_FROM"] = "MAIL_FROM",
    };

    /// <summary>Settings that may also come from the file that <c>NAME_FILE</c> names; connection strings may as well.</summary>
    public static readonly IReadOnlyList<string> Secrets =
    [
        "SESSION_SECRET", "SESSION_SECRET_PREVIOUS", "DATA_KEY", "DATA_KEY_PREVIOUS", "AUDIT_SIGNING_KEY",
        "SMTP_USER", "SMTP_PASSWORD", "MAIL_FEEDBACK_SECRET", "S3_ACCESS_KEY", "S3_SECRET_KEY", "OIDC_GOOGLE_CLIENT_SECRET", "OIDC_MICROSOFT_CLIENT_SECRET",
        "DATABASE_URL", "DATABASE_AUTH_URL", "DATABASE_PRIVILEGED_URL", "DATABASE_MIGRATOR_URL", "REDIS_URL",
    ];

    /// <summary>Every key that begins with <c>PANORAMA_</c> and means something.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        "PANORAMA_WEB_BASE_URL", "PANORAMA_STAGE", "PANORAMA_IMAGES", "PANORAMA_IMAGE_TAG", "PANORAMA_POSTGRES_BIN", "PANORAMA_SOURCE_URL", "PANORAMA_LOCAL_ENV",
        "PANORAMA_PASSWORD", "PANORAMA_AUTH_PASSWORD", "PANORAMA_PRIVILEGED_PASSWORD", "PANORAMA_MIGRATOR_PASSWORD", "PANORAMA_BACKUP_PASSWORD",
    ];

    /// <summary>Names that are not read any more, with what took their place.</summary>
    public static readonly IReadOnlyDictionary<string, string> Gone = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["PORT"] = "HTTP_PORTS",
        ["NODE_ENV"] = "ASPNETCORE_ENVIRONMENT",
        ["APP_BASE_URL"] = "PANORAMA_WEB_BASE_URL",
        ["CORE_API_URL"] = "services__api__http__0",
        ["PUBLIC_WEB_BASE_URL"] = "PANORAMA_WEB_BASE_URL",
        ["PUBLIC_API_BASE_URL"] = "PANORAMA_WEB_BASE_URL",
        ["PUBLIC_APP_BASE_URL"] = "PANORAMA_WEB_BASE_URL",
        ["DATABASE_DIRECT_URL"] = "ConnectionStrings__panorama_migrator",
        ["DATABASE_MIGRATION_URL"] = "ConnectionStrings__panorama_migrator",
        ["DATABASE_APP_ROLE"] = "ConnectionStrings__panorama",
        ["DATABASE_APP_PASSWORD"] = "ConnectionStrings__panorama",
        ["S3_ALLOW_PRIVATE_ENDPOINT"] = "S3_ENDPOINT_ALLOWED_HOSTS",
        ["NATS_URL"] = "nothing: events go through the database",
        ["SMTP_EHLO_HOST"] = "nothing: the machine's name is used",
        ["ALLOW_DESTRUCTIVE_SEED"] = "panorama demo --i-know=true",
        ["PROM_METRICS_PORT"] = "MANAGEMENT_PORT",
    };

    /// <summary>Secrets that somebody else made, who may have begun and ended one with a quotation mark.</summary>
    private static readonly IReadOnlyList<string> MadeElsewhere = ["SMTP_USER", "SMTP_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY"];

    private const int ShortestMisspelt = 8;

    private static readonly IReadOnlyList<string> Meant =
    [
        .. SettingCatalogue.Settings.Concat(SettingCatalogue.Platform).Select(s => s.Name), .. Aliases.Keys, .. Secrets,
    ];

    /// <summary>One sentence for each key that is set and will not be read as its author hopes.</summary>
    public static IEnumerable<string> Warnings(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (Gone.TryGetValue(key, out var replacement))
            {
                yield return $"{key} is not read any more; its place was taken by {replacement}.";
            }
            else if (key.StartsWith("PG_", StringComparison.OrdinalIgnoreCase))
            {
                yield return $"{key} is not read any more; its place was taken by ConnectionStrings__panorama.";
            }
            else if (Misspelt(key) is { } meant)
            {
                yield return $"{key} is not a setting of Panorama; {meant} is.";
            }
            else if (key.StartsWith("PANORAMA_", StringComparison.OrdinalIgnoreCase) && !Known.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                var nearest = Known.MinBy(known => Distance(known, key.ToUpperInvariant()))!;
                yield return Distance(nearest, key.ToUpperInvariant()) <= 4
                    ? $"{key} is not a setting of Panorama; {nearest} is."
                    : $"{key} is not a setting of Panorama.";
            }
        }
    }

    /// <summary>Whether a value stands in quotation marks, which a shell takes away and an env file of a container engine keeps.</summary>
    public static bool IsQuoted(string? value) => value is [('"' or '\'') and var first, .., var last] && first == last;

    /// <summary>Whether quotation marks around it are refused: nobody makes such a secret, connection or key on purpose.</summary>
    public static bool RefusesQuotes(string name) => !MadeElsewhere.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>One sentence for each secret that may mean its quotation marks, but hardly does.</summary>
    public static IEnumerable<string> QuotedWarnings(Func<string, string?> read) => MadeElsewhere.Where(name => IsQuoted(read(name)))
        .Select(name => $"{name} begins and ends with quotation marks, which are taken as part of it; an env file needs none.");

    // Two letters of a long name: further away it is more likely somebody else's.
    private static string? Misspelt(string key)
    {
        var name = key.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase) ? key[..^"_FILE".Length] : key;
        return name.Length < ShortestMisspelt || name.StartsWith("PANORAMA_", StringComparison.OrdinalIgnoreCase) || Meant.Contains(name, StringComparer.OrdinalIgnoreCase) ? null
            : SettingCatalogue.Settings.Select(s => s.Name).Concat(Aliases.Keys).FirstOrDefault(m => m.Length >= ShortestMisspelt && Distance(m, name.ToUpperInvariant()) <= 2);
    }

    /// <summary>The fewest letters to insert, drop or change to make one name the other.</summary>
    public static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
