using Panorama.Web.Localization;

namespace Panorama.Web.Notifications;

/// <summary>Api counts no further than a hundred: what is read with every page must stay cheap.</summary>
internal static class Tally
{
    public const int Most = 99;

    public static string Of(int count) => count > Most ? Formats.Number(Most) + "+" : Formats.Number(count);
}
