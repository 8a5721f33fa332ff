using Panorama.Web.Localization;

namespace Panorama.Web.Importing;

/// <summary>What a file may hold, as the address of the page says it: the choice works without script.</summary>
internal static class ImportKinds
{
    public const string Assets = "assets";

    public const string Locations = "locations";

    public static readonly string[] All = [Assets, "users", Locations];

    public static string Of(string? kind) => All.Contains(kind, StringComparer.Ordinal) ? kind! : Assets;

    public static string Page(string kind) => kind == Assets ? "/assets/import" : "/assets/import?kind=" + kind;

    public static string Upload(string kind) => kind == Assets ? "/assets/import/upload" : "/assets/import/upload?kind=" + kind;

    public static string Title(string kind, Texts texts) => texts[kind == Assets ? "import.title" : "import.title." + kind];
}
