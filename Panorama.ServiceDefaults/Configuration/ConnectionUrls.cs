using System.Data.Common;
using System.Globalization;
using System.Net;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>Turns <c>postgresql://</c> and <c>rediss://</c> addresses into what the client packages understand; anything else stays as it is.</summary>
internal static class ConnectionUrls
{
    private static readonly Dictionary<string, string> PostgresParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["options"] = "Options",
        ["client_encoding"] = "Client Encoding",
        ["target_session_attrs"] = "Target Session Attributes",
        ["keepalives_idle"] = "Tcp Keepalive Time",
        ["connection_limit"] = "Maximum Pool Size",
    };

    private static readonly Dictionary<string, string> SslModes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["disable"] = "Disable",
        ["allow"] = "Allow",
        ["prefer"] = "Prefer",
        ["require"] = "Require",
        ["verify-ca"] = "VerifyCA",
        ["verify-full"] = "VerifyFull",
    };

    /// <exception cref="FormatException">The address cannot be understood; the message completes a sentence that begins with the key's name.</exception>
    public static string Convert(string value)
    {
        var scheme = value.Split("://", 2)[0].ToUpperInvariant();
        return value.Contains("://", StringComparison.Ordinal) ? scheme switch
        {
            "POSTGRES" or "POSTGRESQL" => Postgres(Parse(value)),
            "REDIS" or "REDISS" => Redis(Parse(value), tls: scheme == "REDISS"),
            _ => throw new FormatException("is an address of a kind that is not understood; postgresql:// and rediss:// are"),
        } : value;
    }

    private static Uri Parse(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.Fragment.Length == 0
        ? uri
        : throw new FormatException("is not a valid address; write special characters of its password as %xx");

    private static string Postgres(Uri uri)
    {
        var (user, password) = Credentials(uri);
        var builder = new DbConnectionStringBuilder
        {
            ["Host"] = uri.DnsSafeHost,
            ["Port"] = (uri.Port > 0 ? uri.Port : 5432).ToString(CultureInfo.InvariantCulture),
            ["Database"] = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : user ?? "postgres",
        };
        if (user is not null)
        {
            builder["Username"] = user;
        }

        if (password is not null)
        {
            builder["Password"] = password;
        }

        foreach (var (name, text) in Query(uri))
        {
            Add(builder, name, text);
        }

        return builder.ConnectionString;
    }

    private static void Add(DbConnectionStringBuilder builder, string name, string text)
    {
        if (string.Equals(name, "pgbouncer", StringComparison.OrdinalIgnoreCase))
        {
            if (text is not ("true" or "false"))
            {
                throw new FormatException("has the parameter pgbouncer with a value other than true or false");
            }

            // A pooler in transaction mode hands the connection to somebody else: nothing to reset, nothing to keep prepared.
            builder["No Reset On Close"] = text;
            return;
        }

        if (!PostgresParameters.TryGetValue(name, out var key))
        {
            throw new FormatException($"has the parameter {name}, which is not understood");
        }

        builder[key] = key switch
        {
            "SSL Mode" => SslModes.GetValueOrDefault(text) ?? throw new FormatException($"has an sslmode that is none of {string.Join(", ", SslModes.Keys)}"),
            "Target Session Attributes" => text.Replace("-", "", StringComparison.Ordinal),
            _ => text,
        };
    }

    private static string Redis(Uri uri, bool tls)
    {
        var (user, password) = Credentials(uri);
        if ((user + password).Contains(',', StringComparison.Ordinal))
        {
            throw new FormatException("has a comma in its user name or password, which the Redis client cannot take");
        }

        if (Query(uri).Select(p => p.Name).FirstOrDefault() is { } parameter)
        {
            throw new FormatException($"has the parameter {parameter}, which is not understood");
        }

        var host = IPAddress.TryParse(uri.DnsSafeHost, out var address) && address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6
            ? $"[{uri.DnsSafeHost}]" : uri.DnsSafeHost;
        var parts = new List<string> { $"{host}:{(uri.Port > 0 ? uri.Port : 6379).ToString(CultureInfo.InvariantCulture)}" };
        if (!string.IsNullOrEmpty(user))
        {
            parts.Add($"user={user}");
        }

        if (!string.IsNullOrEmpty(password))
        {
            parts.Add($"password={password}");
        }

        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
        {
            parts.Add(int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? $"defaultDatabase={number.ToString(CultureInfo.InvariantCulture)}"
                : throw new FormatException("has a database that is not a number"));
        }

        parts.AddRange(tls ? ["ssl=true", $"sslHost={uri.DnsSafeHost}"] : []);
        return string.Join(',', parts);
    }

    private static (string? User, string? Password) Credentials(Uri uri)
    {
        var parts = uri.UserInfo.Split(':', 2);
        return (parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null, parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null);
    }

    private static IEnumerable<(string Name, string Value)> Query(Uri uri) => uri.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : ""));
}
