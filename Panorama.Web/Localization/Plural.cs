namespace Panorama.Web.Localization;

/// <summary>Plural categories of whole numbers, as CLDR has them for our languages.</summary>
internal static class Plural
{
    public static IReadOnlyList<string> Categories(Locale locale) => locale == Locale.English ? ["one", "other"] : ["one", "many", "other"];

    public static string Category(Locale locale, long count)
    {
        if (locale == Locale.English)
        {
            return count == 1 ? "one" : "other";
        }

        // Spanish: 1. Portuguese: 0 and 1. Both say "1 000 000 de …" for whole millions.
        var one = locale == Locale.Portuguese ? count is 0 or 1 : count == 1;
        return one ? "one" : count != 0 && count % 1_000_000 == 0 ? "many" : "other";
    }
}
