namespace Panorama.Api.Http;

/// <summary>A page of a list.</summary>
/// <param name="NextCursor">For the page after this one; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

internal static class PageLinks
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>RFC 8288: the same address with the next cursor.</summary>
    public static void Write(HttpContext context, string? nextCursor)
    {
        if (nextCursor is null)
        {
            return;
        }

        var query = QueryString.Create(
            context.Request.Query.Where(q => !string.Equals(q.Key, "cursor", StringComparison.OrdinalIgnoreCase))
                .SelectMany(q => q.Value, (q, value) => KeyValuePair.Create(q.Key, value))
                .Append(KeyValuePair.Create<string, string?>("cursor", nextCursor)));
        context.Response.Headers.Link = $"<{context.Request.Path}{query}>; rel=\"next\"";
    }
}
