using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Panorama.Core.Identity;
using Panorama.Core.Input;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Cli.Installing;

/// <summary>What the values of <c>panorama init</c> may be: those that a process would refuse later are refused here.</summary>
internal static partial class InitRules
{
    // The readers of .env differ in what these mean.
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("$#'\"`\\");

    private static readonly string[] Levels = ["trace", "debug", "info", "warn", "error", "critical", "none"];

    /// <summary>What is wrong with one value, as a sentence that names its option; null when nothing is.</summary>
    public static string? Problem(string option, string value)
    {
        var problem = General(value) ?? option switch
        {
            "--web-url" => Address(value) is { } url
                ? url.Scheme == "http" && !url.IsLoopback ? "must be https, unless it is this machine itself" : null
                : "must be http:// or https:// with a host and nothing behind it, such as https://fleet.example.org",
            "--web-origin" => value.Split(',', StringSplitOptions.RemoveEmptyEntries).All(o => Address(o.Trim()) is not null)
                ? null : "must be a comma list of http:// or https:// with a host and nothing behind it",
            "--image-tag" => value == "latest" || !ImageTag().IsMatch(value) ? "must be a released version such as 0.1.0, and not latest" : null,
            "--compose-project-name" => ProjectName().IsMatch(value) ? null : "must be lower-case letters, digits, '-' or '_', with a letter or digit first",
            "--compose-profiles" => StoreProfile.Problem(value),
            "--images" => ImagePrefix().IsMatch(value) ? null : "must be a registry with a path, such as registry.example/panorama",
            "--web-port" when value.Split('-') is [var first, var last] => Port(first) is { } from && Port(last) is { } to && from < to
                ? null : "must be a port from 1 to 65535, or a range such as 8080-8081",
            "--api-replicas" or "--web-replicas" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 8
                ? null : "must be a number from 1 to 8",
            "--web-port" or "--smtp-port" => Port(value) is not null
                ? null : "must be a port from 1 to 65535",
            "--front-subnet" or "--app-subnet" => IPNetwork.TryParse(value, out var network) && network.BaseAddress.AddressFamily is AddressFamily.InterNetwork
                ? null : "must be a network such as 10.213.77.0/28",
            "--smtp-host" => value.Length == 0 || Uri.CheckHostName(value) is not UriHostNameType.Unknown ? null : "must be the name or address of a server",
            "--storage-driver" => value is "" or "s3" or "filesystem" ? null : "must be left out, s3 or filesystem",
            "--storage-directory" => value.StartsWith('/') ? null : "must be a whole path that begins at the root",
            "--s3-endpoint" or "--s3-public-endpoint" => value.Length == 0 || Address(value) is not null ? null : "must be https:// with a host and nothing behind it",
            "--photo-delivery" => value is "proxy" or "redirect" ? null : "must be proxy or redirect",
            "--smtp-secure" => value is "starttls" or "tls" or "none" ? null : "must be starttls, tls or none",
            "--mail-from" => value.Length == 0 ? null : EmailRules.Problem(value),
            "--log-level" => Levels.Contains(value) ? null : $"must be one of {string.Join(", ", Levels)}",
            "--stage" => value is "" or "staging" ? null : "must be left out or staging",
            "--feature-inspections" or "--feature-maintenance" or "--allow-plaintext-smtp" or "--s3-force-path-style" => Flags.Read(value) is null ? "must be true or false" : null,
            _ => null,
        };
        return problem is null ? null : $"{option} '{(value.Length > 60 ? value[..60] + '…' : value)}' {problem}.";
    }

    private static int? Port(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : null;

    /// <summary>What is wrong with the values together.</summary>
    /// <param name="value">Of an option, given or not.</param>
    /// <param name="hasPassword">Whether there is a password for the relay.</param>
    public static IEnumerable<string> Together(Func<string, string> value, bool hasPassword)
    {
        if (value("--web-url").Length == 0)
        {
            yield return "--web-url is needed: the one public address, such as https://fleet.example.org.";
        }

        if (value("--smtp-host").Length > 0 && value("--mail-from").Length == 0)
        {
            yield return "--mail-from is needed with --smtp-host: the sender's address, which the relay accepts.";
        }

        if (value("--smtp-user").Length > 0 != hasPassword)
        {
            yield return "--smtp-user and --smtp-password-stdin are given both or not at all.";
        }

        if (value("--smtp-host").Length > 0 && value("--smtp-secure") == "none" && Flags.Read(value("--allow-plaintext-smtp")) is not true)
        {
            yield return "--smtp-secure=none sends mail and password in plain text; --allow-plaintext-smtp=true accepts that.";
        }
    }

    private static string? General(string value) => PlainText.HasControls(value) ? "may not hold control characters"
        : value.AsSpan().ContainsAny(Ambiguous) ? "may not hold $, #, quotes or backslashes" : null;

    private static Uri? Address(string text) => Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.PathAndQuery == "/" && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0 && uri.Host.Length > 0 ? uri : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ImageTag();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ImagePrefix();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ProjectName();
}
