using System.Globalization;

namespace Panorama.Web.Localization;

/// <summary>A language of the product: its name on the wire, its culture for texts and for dates and numbers.</summary>
internal sealed class Locale
{
    public static readonly Locale English = new("en", "en", "English", Formats("en-GB"));
    public static readonly Locale Portuguese = new("pt-br", "pt-BR", "Português (Brasil)", Formats("pt-BR"));
    public static readonly Locale Spanish = new("es", "es", "Español", SpanishFormats());
    public static readonly IReadOnlyList<Locale> All = [English, Portuguese, Spanish];

    private Locale(string wire, string tag, string name, CultureInfo formats)
    {
        (Wire, Tag, Name, Culture) = (wire, tag, name, formats);
        Texts = CultureInfo.GetCultureInfo(tag);
    }

    /// <summary>Value in cookies, sessions and JSON.</summary>
    public string Wire { get; }

    /// <summary>Value of <c>lang</c>.</summary>
    public string Tag { get; }

    /// <summary>Its own name for itself; the same in every language.</summary>
    public string Name { get; }

    public CultureInfo Culture { get; }

    public CultureInfo Texts { get; }

    public static Locale Current => Of(CultureInfo.CurrentUICulture.Name) ?? English;

    /// <summary>Any <c>pt*</c>, <c>es*</c>, <c>en*</c>; null for anything else.</summary>
    public static Locale? Of(string? tag) => tag switch
    {
        null => null,
        _ when tag.StartsWith("pt", StringComparison.OrdinalIgnoreCase) => Portuguese,
        _ when tag.StartsWith("es", StringComparison.OrdinalIgnoreCase) => Spanish,
        _ when tag.StartsWith("en", StringComparison.OrdinalIgnoreCase) => English,
        _ => null,
    };

    /// <summary>What was chosen on this device since signing in, else the person's or the organisation's, else the browser's first that we have.</summary>
    public static Locale Choose(HttpRequest request, string? profile) =>
        Of(request.Cookies[Http.Preferences.LocaleCookieName])
        ?? Of(profile)
        ?? request.Headers.AcceptLanguage.ToString().Split(',').Select(tag => Of(tag.Trim())).FirstOrDefault(l => l is not null)
        ?? English;

    public void Use()
    {
        CultureInfo.CurrentCulture = Culture;
        CultureInfo.CurrentUICulture = Texts;
    }

    private static CultureInfo Formats(string name) => CultureInfo.GetCultureInfo(name);

    private static CultureInfo SpanishFormats()
    {
        // Digits are grouped by a space as the academy asks; money keeps the dot that invoices have.
        var culture = (CultureInfo)CultureInfo.GetCultureInfo("es-ES").Clone();
        culture.NumberFormat.NumberGroupSeparator = "\u00a0";
        return CultureInfo.ReadOnly(culture);
    }
}
