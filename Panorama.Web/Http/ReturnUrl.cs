namespace Panorama.Web.Http;

/// <summary>Where a form may send the browser next: a path of this site and nothing else.</summary>
internal static class ReturnUrl
{
    /// <summary>
    /// The path when it is relative with a single leading slash, else null. A browser reads <c>//host</c>, <c>/\host</c> and
    /// control characters as the start of another site's address.
    /// </summary>
    public static string? Safe(string? path)
    {
        if (path is null || path.Length is 0 or > 2000 || path[0] != '/' || (path.Length > 1 && path[1] is '/' or '\\'))
        {
            return null;
        }

        foreach (var c in path)
        {
            if (c is '\\' or > '~' or < '!')
            {
                return null;
            }
        }

        // The server answers such an address before any page can.
        if (path.Contains("%00", StringComparison.Ordinal))
        {
            return null;
        }

        // Going back to a page that only signs in or out would loop or surprise.
        return path.StartsWith("/login", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("/logout", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("/setup", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase) ? null : path;
    }

    public static string SafeOr(string? path, string otherwise) => Safe(path) ?? otherwise;

    /// <summary>The same page for another organisation: its section, since the record belongs to the one left.</summary>
    public static string Section(string? path)
    {
        var safe = SafeOr(path, "/home");
        var end = safe.AsSpan(1).IndexOfAny('/', '?', '#');
        var first = end < 0 ? safe : safe[..(end + 1)];
        if (first is "/q" or "/scan")
        {
            return safe; // the sticker is what the person switches for
        }

        return first is "/assets" or "/custody" or "/inspections" or "/more" or "/home" ? first : safe.StartsWith("/account/", StringComparison.Ordinal) ? safe : "/home";
    }

    public static string Login(HttpRequest request, string? notice = null)
    {
        var here = request.Path + request.QueryString;
        var next = HttpMethods.IsGet(request.Method) && here is not ("/" or "/home") ? Safe(here) : null;
        return "/login" + QueryString.Create(
            new KeyValuePair<string, string?>[] { new("next", next), new("notice", notice) }.Where(p => p.Value is not null));
    }
}
