using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Http;

/// <summary>How this browser wants the pages to look, from one cookie; the server writes it on <c>html</c>, so nothing flashes.</summary>
/// <param name="Theme"><c>light</c>, <c>dark</c> or null for as the device says.</param>
/// <param name="Contrast"><c>more</c> or null.</param>
/// <param name="Density"><c>compact</c> or null.</param>
internal sealed record Preferences(string? Theme, string? Contrast, string? Density)
{
    public const string CookieName = "panorama_look";
    public const string LocaleCookieName = "panorama_locale";

    public static Preferences Read(HttpRequest request) => Parse(request.Cookies[CookieName]);

    public static Preferences Parse(string? cookie)
    {
        var words = (cookie ?? "").Split('.');
        return new Preferences(
            words.FirstOrDefault(w => w is "light" or "dark"),
            words.FirstOrDefault(w => w is "more"),
            words.FirstOrDefault(w => w is "compact"));
    }

    /// <summary>Takes over each field the form names; an empty or unknown value means as the device says.</summary>
    public Preferences With(IFormCollection form) => new(
        form.ContainsKey("theme") ? Known(form["theme"], "light", "dark") : Theme,
        form.ContainsKey("contrast") ? Known(form["contrast"], "more") : Contrast,
        form.ContainsKey("density") ? Known(form["density"], "compact") : Density);

    public void Write(HttpContext context, WebOptions options)
    {
        var value = string.Join('.', new[] { Theme, Contrast, Density }.Where(w => w is not null));
        context.Response.Cookies.Append(CookieName, value.Length == 0 ? "device" : value, Lasting(options));
    }

    /// <summary>
    /// Whoever signs in reads the pages in the language of the profile: what was chosen here before is forgotten, and what is chosen from
    /// now on counts until the next sign-in.
    /// </summary>
    public static void SignedIn(HttpContext context, WebOptions options, Viewer? person)
    {
        if (Locale.Of(person?.Locale) is not null && context.Request.Cookies.ContainsKey(LocaleCookieName))
        {
            context.Response.Cookies.Delete(LocaleCookieName, Lasting(options));
        }
    }

    public static CookieOptions Lasting(WebOptions options) => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = options.IsHttps,
        SameSite = SameSiteMode.Lax,
        IsEssential = true,
        MaxAge = TimeSpan.FromDays(365),
    };

    private static string? Known(string? value, params ReadOnlySpan<string> known) => known.Contains(value ?? "") ? value : null;
}
