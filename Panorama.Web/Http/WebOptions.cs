using System.Net;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Panorama.Web.Http;

/// <summary>What Web reads from its environment, checked as a whole before it starts.</summary>
internal sealed record WebOptions
{
    public const string DefaultBaseUrl = "http://localhost:5080";

    /// <summary>The one public address: links, trusted origin, and whether cookies are secure.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>Lower-case origins that may post forms.</summary>
    public required IReadOnlySet<string> TrustedOrigins { get; init; }

    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    /// <summary>Name of the session cookie as the browser sends it, prefix included.</summary>
    public required string SessionCookieName { get; init; }

    public bool RequireOrigin { get; init; }

    public bool IsStaging { get; init; }

    /// <summary>Behind <c>img-src</c>: each with a space before it.</summary>
    public string PictureOrigins { get; init; } = "";

    public required string Version { get; init; }

    public string? Commit { get; init; }

    /// <summary>Where the exact source of this build can be read.</summary>
    public required string SourceUrl { get; init; }

    public bool IsHttps => BaseUrl.Scheme == Uri.UriSchemeHttps;

    /// <exception cref="OptionsValidationException">One or more settings are wrong; all of them are named, and no value.</exception>
    public static WebOptions Read(IConfiguration configuration, bool isProduction)
    {
        var problems = new List<string>();
        if (isProduction)
        {
            problems.AddRange(Missing());
        }

        var baseUrl = ReadOrigin("PANORAMA_WEB_BASE_URL", Value("PANORAMA_WEB_BASE_URL") ?? DefaultBaseUrl, problems);
        var origins = new HashSet<string>(StringComparer.Ordinal);
        if (baseUrl is not null)
        {
            origins.Add(OriginOf(baseUrl));
        }

        foreach (var entry in List("WEB_ORIGIN"))
        {
            if (ReadOrigin("WEB_ORIGIN", entry, problems) is { } origin)
            {
                origins.Add(OriginOf(origin));
            }
        }

        var proxies = new List<IPNetwork>();
        foreach (var entry in List("TRUSTED_PROXIES"))
        {
            if (IPNetwork.TryParse(entry, out var network))
            {
                proxies.Add(network);
            }
            else if (IPAddress.TryParse(entry, out var address))
            {
                proxies.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                problems.Add("TRUSTED_PROXIES must be a comma list of addresses or networks such as 10.0.0.0/8.");
            }
        }

        var cookie = Value("SESSION_COOKIE_NAME") ?? "panorama_session";
        if (!cookie.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            problems.Add("SESSION_COOKIE_NAME may hold letters, digits, _ and - only, without the __Host- that HTTPS puts in front.");
        }

        var stage = Value("PANORAMA_STAGE");
        if (stage is not (null or "staging"))
        {
            problems.Add("PANORAMA_STAGE must be left out or staging.");
        }

        foreach (var connection in configuration.GetSection("ConnectionStrings").GetChildren().Where(c => !string.IsNullOrEmpty(c.Value)).Select(c => c.Key.Replace('-', '_')).Distinct())
        {
            problems.Add($"ConnectionStrings__{connection} must not be given to Web, which reaches data through the Api alone.");
        }

        var requireOrigin = Flag("CSRF_REQUIRE_ORIGIN", problems);
        if (problems.Count > 0)
        {
            throw new OptionsValidationException(nameof(WebOptions), typeof(WebOptions), problems);
        }

        var (version, commit, source) = Build(Value("APP_VERSION"), Value("APP_COMMIT"), Value("PANORAMA_SOURCE_URL"));
        return new WebOptions
        {
            BaseUrl = baseUrl!,
            TrustedOrigins = origins,
            TrustedProxies = proxies,
            SessionCookieName = (baseUrl!.Scheme == Uri.UriSchemeHttps ? "__Host-" : "") + cookie,
            RequireOrigin = requireOrigin,
            IsStaging = stage == "staging",
            PictureOrigins = Http.PictureOrigins.Of(configuration),
            Version = version,
            Commit = commit,
            SourceUrl = source,
        };

        // On a developer's machine the defaults are right; elsewhere every page would fail, or every form be refused, and nothing would say why.
        IEnumerable<string> Missing()
        {
            if (Value("services:api:http:0") is null && Value("services:api:https:0") is null)
            {
                yield return "services__api__http__0 is not set; it is the Api's address, such as http://api:8080.";
            }

            if (Value("PANORAMA_WEB_BASE_URL") is null)
            {
                yield return "PANORAMA_WEB_BASE_URL is not set; it is the address that people type, such as https://fleet.example.org.";
            }
        }

        string? Value(string name) => string.IsNullOrWhiteSpace(configuration[name]) ? null : configuration[name]!.Trim();

        string[] List(string name) =>
            Value(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

        bool Flag(string name, List<string> found)
        {
            switch (configuration[name]?.ToLowerInvariant())
            {
                case null or "false" or "0" or "no":
                    return false;
                case "true" or "1" or "yes":
                    return true;
                default:
                    found.Add($"{name} must be true, false, 1, 0, yes or no.");
                    return false;
            }
        }
    }

    /// <summary>Scheme, host and port as a browser writes them in <c>Origin</c>.</summary>
    public static string OriginOf(Uri uri) => uri.GetLeftPart(UriPartial.Authority).ToLowerInvariant();

    private static Uri? ReadOrigin(string name, string text, List<string> problems)
    {
        if (Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0)
        {
            return uri;
        }

        problems.Add($"{name} must be scheme and host only, such as https://fleet.example.org.");
        return null;
    }

    private static (string Version, string? Commit, string Source) Build(string? version, string? commit, string? own)
    {
        var assembly = typeof(WebOptions).Assembly;
        var parts = (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+', 2);
        commit ??= parts.Length > 1 ? parts[1] : null;
        var source = own?.TrimEnd('/') ?? assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "SourceUrl")?.Value ?? "";
        return (version ?? parts[0], commit, commit is null ? source : $"{source}/tree/{commit}");
    }
}

/// <summary>Looks at the settings when Web starts, so that they are said together with what could not be read.</summary>
internal sealed class WebOptionsRules(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<WebOptionsRules.Check>
{
    public ValidateOptionsResult Validate(string? name, Check options)
    {
        try
        {
            WebOptions.Read(configuration, environment.IsProduction());
            return ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException exception)
        {
            return ValidateOptionsResult.Fail(exception.Failures);
        }
    }

    internal sealed class Check;
}
