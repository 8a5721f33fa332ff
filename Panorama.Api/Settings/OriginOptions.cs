using System.Net;

namespace Panorama.Api.Settings;

/// <summary>The public address, further origins, and whose word about a caller's address is believed.</summary>
internal sealed class OriginOptions : ICheckedOptions
{
    [ConfigurationKeyName("PANORAMA_WEB_BASE_URL")]
    public string WebBaseUrl { get; set; } = "http://localhost:5080";

    [ConfigurationKeyName("WEB_ORIGIN")]
    public string? WebOrigin { get; set; }

    [ConfigurationKeyName("CSRF_REQUIRE_ORIGIN")]
    public string? CsrfRequireOrigin { get; set; }

    [ConfigurationKeyName("TRUSTED_PROXIES")]
    public string? TrustedProxies { get; set; }

    [ConfigurationKeyName("PANORAMA_STAGE")]
    public string? Stage { get; set; }

    /// <summary>A system for maintainers: search engines stay away.</summary>
    public bool IsStaging => Stage == "staging";

    /// <summary>Set by the program from the host, not by configuration.</summary>
    public bool IsProduction { get; set; }

    public bool IsHttps => WebBaseUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public bool RequireOrigin => CheckedOptionsRegistration.Flag(CsrfRequireOrigin, otherwise: false) is true;

    public IEnumerable<string> TrustedOrigins() =>
        Split(WebOrigin).Prepend(WebBaseUrl).Select(o => Uri.TryCreate(o, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : o);

    public IEnumerable<IPNetwork> Proxies() => Split(TrustedProxies).Select(Network).OfType<IPNetwork>();

    public IEnumerable<string> Problems()
    {
        if (!IsOrigin(WebBaseUrl.TrimEnd('/')))
        {
            yield return "PANORAMA_WEB_BASE_URL must be http:// or https:// with a host and nothing behind it.";
        }

        else if (IsProduction && !IsHttps && !new Uri(WebBaseUrl).IsLoopback)
        {
            yield return "PANORAMA_WEB_BASE_URL must be https in production, unless it is this machine itself.";
        }

        if (Split(WebOrigin).Any(o => !IsOrigin(o.TrimEnd('/'))))
        {
            yield return "WEB_ORIGIN must be a comma list of http:// or https:// with a host and nothing behind it.";
        }

        if (Split(TrustedProxies).Any(p => Network(p) is null))
        {
            yield return "TRUSTED_PROXIES must be a comma list of addresses or networks such as 10.0.0.0/8.";
        }

        if (!string.IsNullOrWhiteSpace(Stage) && !IsStaging)
        {
            yield return "PANORAMA_STAGE must be left out or staging.";
        }

        foreach (var problem in CheckedOptionsRegistration.FlagProblem("CSRF_REQUIRE_ORIGIN", CsrfRequireOrigin))
        {
            yield return problem;
        }
    }

    private static string[] Split(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase) && uri.UserInfo.Length == 0;

    private static IPNetwork? Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}
