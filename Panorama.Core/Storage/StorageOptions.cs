using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Panorama.Core.Storage;

/// <summary>Where objects lie, by the names of the environment.</summary>
public sealed class StorageOptions
{
    private const int DefaultLifetime = 300;

    /// <summary><c>STORAGE_DRIVER</c>: <c>s3</c>, <c>filesystem</c>, or null: by whichever is set.</summary>
    public string? Driver { get; set; }

    /// <summary><c>STORAGE_DIRECTORY</c>: folder of the filesystem driver.</summary>
    public string? Folder { get; set; }

    /// <summary><c>S3_ENDPOINT</c>; null is Amazon's.</summary>
    public string? Endpoint { get; set; }

    /// <summary><c>S3_PUBLIC_ENDPOINT</c>: the same store as browsers reach it.</summary>
    public string? PublicEndpoint { get; set; }

    /// <summary><c>S3_REGION</c>.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary><c>S3_BUCKET_PHOTOS</c>.</summary>
    public string? Bucket { get; set; }

    /// <summary><c>S3_ACCESS_KEY</c>.</summary>
    public string? AccessKey { get; set; }

    /// <summary><c>S3_SECRET_KEY</c>.</summary>
    public string? SecretKey { get; set; }

    /// <summary><c>S3_FORCE_PATH_STYLE</c>.</summary>
    public string? PathStyleFlag { get; set; }

    /// <summary><c>S3_SERVER_SIDE_ENCRYPTION</c>: <c>auto</c> or <c>off</c>.</summary>
    public string Encryption { get; set; } = "auto";

    /// <summary><c>S3_SIGNED_URL_TTL_SECONDS</c>.</summary>
    public string? LifetimeSeconds { get; set; }

    /// <summary><c>S3_ENDPOINT_ALLOWED_HOSTS</c>: a comma list.</summary>
    public string? AllowedHostList { get; set; }

    /// <summary><c>PHOTO_DELIVERY</c>: <c>proxy</c> or <c>redirect</c>.</summary>
    public string Delivery { get; set; } = "proxy";

    public bool IsS3 => Driver == "s3" || (string.IsNullOrEmpty(Driver) && HasS3Setting);

    public bool IsFilesystem => !IsS3 && !string.IsNullOrEmpty(Folder);

    public bool IsPathStyle => Flag(PathStyleFlag) is true;

    public bool IsRedirected => Delivery == "redirect";

    public TimeSpan Lifetime => TimeSpan.FromSeconds(Seconds(LifetimeSeconds) ?? DefaultLifetime);

    public IReadOnlyList<string> AllowedHosts =>
        [.. (AllowedHostList ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(h => h.Trim('[', ']').TrimEnd('.').ToLowerInvariant())];

    /// <summary>As it may be written down: host only, or what stands for Amazon's.</summary>
    public string EndpointHost => Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) ? EndpointGuard.Host(uri) : "<aws-default>";

    private bool HasS3Setting => !string.IsNullOrEmpty(Bucket) || !string.IsNullOrEmpty(Endpoint) || !string.IsNullOrEmpty(AccessKey) || !string.IsNullOrEmpty(SecretKey);

    /// <summary>Reads the flat names; an empty value is one that is not set.</summary>
    public void Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Driver = Text("STORAGE_DRIVER");
        Folder = Text("STORAGE_DIRECTORY");
        Endpoint = Text("S3_ENDPOINT");
        PublicEndpoint = Text("S3_PUBLIC_ENDPOINT");
        Region = Text("S3_REGION") ?? Region;
        Bucket = Text("S3_BUCKET_PHOTOS");
        AccessKey = Text("S3_ACCESS_KEY");
        SecretKey = Text("S3_SECRET_KEY");
        PathStyleFlag = Text("S3_FORCE_PATH_STYLE");
        Encryption = Text("S3_SERVER_SIDE_ENCRYPTION") ?? Encryption;
        LifetimeSeconds = Text("S3_SIGNED_URL_TTL_SECONDS");
        AllowedHostList = Text("S3_ENDPOINT_ALLOWED_HOSTS");
        Delivery = Text("PHOTO_DELIVERY") ?? Delivery;

        string? Text(string name) => configuration[name]?.Trim() is { Length: > 0 } text ? text : null;
    }

    /// <summary>One sentence for each setting that cannot be used; a value is never in it.</summary>
    public IEnumerable<string> Problems(bool isProduction)
    {
        if (Driver is not (null or "s3" or "filesystem"))
        {
            yield return "STORAGE_DRIVER must be s3 or filesystem.";
        }

        if (Driver == "filesystem" && string.IsNullOrEmpty(Folder))
        {
            yield return "STORAGE_DIRECTORY is not set; it names the folder of STORAGE_DRIVER=filesystem.";
        }

        if (!string.IsNullOrEmpty(Folder) && !Path.IsPathFullyQualified(Folder))
        {
            yield return "STORAGE_DIRECTORY must be a whole path that begins at the root.";
        }

        if (Delivery is not ("proxy" or "redirect"))
        {
            yield return "PHOTO_DELIVERY must be proxy or redirect.";
        }

        if (LifetimeSeconds is { Length: > 0 } && Seconds(LifetimeSeconds) is null)
        {
            yield return "S3_SIGNED_URL_TTL_SECONDS must be a number from 30 to 3600.";
        }

        foreach (var problem in IsS3 ? S3Problems(isProduction) : [])
        {
            yield return problem;
        }
    }

    private IEnumerable<string> S3Problems(bool isProduction)
    {
        foreach (var (name, value) in new[] { ("S3_BUCKET_PHOTOS", Bucket), ("S3_ACCESS_KEY", AccessKey), ("S3_SECRET_KEY", SecretKey) })
        {
            if (string.IsNullOrEmpty(value))
            {
                yield return $"{name} is not set; the storage driver s3 needs it.";
            }
        }

        if (Bucket is { Length: > 0 } && (Bucket.Length is < 3 or > 63 || !Bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.') || Bucket.Contains("..", StringComparison.Ordinal)))
        {
            yield return "S3_BUCKET_PHOTOS must have 3 to 63 small letters, digits, hyphens and points.";
        }

        if (PathStyleFlag is { Length: > 0 } && Flag(PathStyleFlag) is null)
        {
            yield return "S3_FORCE_PATH_STYLE must be true, false, 1, 0, yes or no.";
        }

        if (Encryption is not ("auto" or "off"))
        {
            yield return "S3_SERVER_SIDE_ENCRYPTION must be auto or off.";
        }

        foreach (var (name, value) in new[] { ("S3_ENDPOINT", Endpoint), ("S3_PUBLIC_ENDPOINT", PublicEndpoint) })
        {
            if (value is { Length: > 0 } && (Uri.TryCreate(value, UriKind.Absolute, out var uri)
                ? EndpointGuard.Problem(uri, Region, AllowedHosts, isProduction) : "must be https:// with a host and nothing behind it") is { } problem)
            {
                yield return $"{name} {problem}.";
            }
        }
    }

    private static int? Seconds(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 30 and <= 3600 ? seconds : null;

    private static bool? Flag(string? text) => text?.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => null,
    };
}

internal sealed class StorageOptionsRules(IHostEnvironment environment) : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        List<string> problems = [.. options.Problems(environment.IsProduction())];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
