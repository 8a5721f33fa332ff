namespace Panorama.Web.Http;

/// <summary>
/// Where pictures come from besides this address: with <c>PHOTO_DELIVERY=redirect</c> the Api sends a browser on to the store, by a link that it signed. The policy
/// of a page has to name that host, or nothing would be shown.
/// </summary>
internal static class PictureOrigins
{
    /// <summary>Behind <c>img-src</c>: each origin with a space before it, empty where the Api hands pictures on itself.</summary>
    public static string Of(IConfiguration configuration)
    {
        var bucket = Text("S3_BUCKET_PHOTOS");
        var isS3 = Text("STORAGE_DRIVER") is var driver && (driver == "s3" || (driver is null && bucket is not null));
        if (Text("PHOTO_DELIVERY") != "redirect" || !isS3 || bucket is null)
        {
            return "";
        }

        // A bucket is a host of its own, or the first part of the path; which of them the Api signs depends on settings that are its own.
        var store = Text("S3_PUBLIC_ENDPOINT") ?? Text("S3_ENDPOINT");
        string[] hosts = store is null ? ["https://s3.amazonaws.com", $"https://s3.{Text("S3_REGION") ?? "us-east-1"}.amazonaws.com"] : [store];
        return string.Concat(hosts.Select(h => Uri.TryCreate(h, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null).OfType<Uri>()
            .SelectMany(uri => (string[])[uri.GetLeftPart(UriPartial.Authority), $"{uri.Scheme}://{bucket}.{uri.Authority}"])
            .Where(IsPlain).Select(origin => " " + origin));

        string? Text(string name) => configuration[name]?.Trim() is { Length: > 0 } text ? text : null;
    }

    // Nothing of a setting may end the directive; the Api refuses such a setting by name.
    private static bool IsPlain(string origin) => origin.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '.' or '-' or '[' or ']');
}
