namespace Panorama.Web.Account;

/// <summary>A device by the names its owner knows. Good enough to tell a phone from a desk, not to trust.</summary>
internal static class UserAgentName
{
    // Order matters: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static (string? Browser, string? System) Parse(string? userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent));

    public static bool IsPhone(string? userAgent) => Find(Systems, userAgent) is "Android" or "iPhone" or "iPad";

    private static string? Find((string Mark, string Name)[] names, string? userAgent) =>
        userAgent is null ? null : names.FirstOrDefault(n => userAgent.Contains(n.Mark, StringComparison.Ordinal)).Name;
}
