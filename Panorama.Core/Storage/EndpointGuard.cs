using System.Globalization;
using System.Net;

namespace Panorama.Core.Storage;

/// <summary>
/// Where an object store may be: an address given by mistake or malice must not make the Api a messenger into the network it stands in. Judged at start by
/// name, and again at each connection by the address that is really used, since a name may lead elsewhere by then.
/// </summary>
internal static class EndpointGuard
{
    private const string R2 = "r2.cloudflarestorage.com";
    private static readonly string[] ClosedNames = ["metadata.google.internal", "metadata.azure.com", "internal", "local", "localdomain", "localhost"];

    /// <summary>What is wrong with the address, as the end of a sentence that begins with the setting's name; null when nothing is.</summary>
    public static string? Problem(Uri endpoint, string region, IReadOnlyCollection<string> allowed, bool isProduction)
    {
        if (endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0 || endpoint.PathAndQuery != "/" || endpoint.Fragment.Length > 0)
        {
            return "must be https:// with a host and nothing behind it";
        }

        var host = Host(endpoint);
        if (host.Length == 0)
        {
            return "names no host";
        }

        if (IsWithin(host, "r2.dev"))
        {
            return "is the public address of an R2 bucket; it must be the account's: https://<account id>.r2.cloudflarestorage.com";
        }

        if (IsWithin(host, R2) && R2Problem(host, endpoint, region) is { } problem)
        {
            return problem;
        }

        if (allowed.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        if (isProduction && endpoint.Scheme != "https")
        {
            return "must begin with https:// in production, unless S3_ENDPOINT_ALLOWED_HOSTS names its host";
        }

        if (Array.Find(ClosedNames, n => IsWithin(host, n)) is { } closed)
        {
            return $"names a host of {closed}, which is none of the internet; S3_ENDPOINT_ALLOWED_HOSTS lets it in by name";
        }

        return Literal(host) is { } address && PrivateAddresses.Contains(address)
            ? "leads into a private network; S3_ENDPOINT_ALLOWED_HOSTS lets it in by name"
            : null;
    }

    /// <summary>Small letters, no brackets, no point at the end.</summary>
    public static string Host(Uri endpoint) => endpoint.IdnHost.Trim('[', ']').TrimEnd('.').ToLowerInvariant();

    /// <summary>The name itself or one below it, by whole labels.</summary>
    public static bool IsWithin(string host, string name) => host == name || host.EndsWith("." + name, StringComparison.Ordinal);

    public static bool IsR2(Uri endpoint) => IsWithin(Host(endpoint), R2);

    /// <summary>
    /// An address written as a host, in any of the forms that the C library reads: <c>127.1</c>, <c>0x7f000001</c>, <c>017700000001</c>, <c>2130706433</c>.
    /// </summary>
    public static IPAddress? Literal(string host)
    {
        if (host.Contains(':', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(host, out var six) ? six : null;
        }

        var parts = host.Split('.');
        if (parts.Length > 4)
        {
            return null;
        }

        var numbers = parts.Select(Number).ToList();
        if (numbers.Exists(n => n is null) || numbers.SkipLast(1).Any(n => n > 255) || numbers[^1] >= 1L << (8 * (5 - parts.Length)))
        {
            return null;
        }

        var value = numbers[^1]!.Value;
        for (var i = 0; i < numbers.Count - 1; i++)
        {
            value |= numbers[i]!.Value << (8 * (3 - i));
        }

        return new IPAddress([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
    }

    private static string? R2Problem(string host, Uri endpoint, string region)
    {
        var labels = host.Length > R2.Length ? host[..^(R2.Length + 1)].Split('.') : [];
        var isAccount = labels is [_] or [_, "eu" or "fedramp"] && labels[0].Length == 32 && labels[0].All(char.IsAsciiHexDigitLower);
        return !isAccount ? "must be the account's address, https://<32 hexadecimal digits>.r2.cloudflarestorage.com, with .eu or .fedramp behind the account where the bucket lies there"
            : endpoint.Scheme != "https" ? "must begin with https:// for R2"
            : region != "auto" ? "is R2's, which needs S3_REGION=auto"
            : null;
    }

    private static long? Number(string text)
    {
        try
        {
            return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length is > 2 and <= 10 ? long.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                : text.Length is > 1 and <= 12 && text[0] == '0' && text.All(c => c is >= '0' and <= '7') ? Convert.ToInt64(text, 8)
                : text.Length is > 0 and <= 10 && text.All(char.IsAsciiDigit) ? long.Parse(text, CultureInfo.InvariantCulture)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
