namespace Panorama.Web.Http;

/// <summary>The browser's session cookie. Api makes and ends it; Web only passes it on, and removes one that Api no longer knows.</summary>
internal static class SessionCookie
{
    public static string? Read(HttpContext context, WebOptions options) =>
        context.Request.Cookies.TryGetValue(options.SessionCookieName, out var value) && value.Length > 0 ? value : null;

    public static void Clear(HttpContext context, WebOptions options) =>
        context.Response.Cookies.Delete(
            options.SessionCookieName,
            new CookieOptions { Path = "/", HttpOnly = true, Secure = options.IsHttps, SameSite = SameSiteMode.Lax });

    /// <summary>Hands the browser what Api set, byte for byte, and no cookie of any other name.</summary>
    public static void Copy(HttpResponseMessage from, HttpContext context, WebOptions options)
    {
        if (!from.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            return;
        }

        foreach (var cookie in cookies.Where(c => c.StartsWith(options.SessionCookieName + "=", StringComparison.Ordinal)))
        {
            context.Response.Headers.Append("Set-Cookie", cookie);
        }
    }
}
