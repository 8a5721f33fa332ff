using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Admin;

/// <summary>The sentences about entries of the catalogue.</summary>
internal static class CatalogueTexts
{
    // Api counts no further; the number means more than one less.
    private const int CountedUpTo = 1_001;

    private static readonly string[] DoneTexts = ["created", "saved", "archived", "restored", "deleted"];

    /// <summary>Whether there is something to say after a redirect: the address may hold anything.</summary>
    public static bool IsDone(string? done) => DoneTexts.Contains(done, StringComparer.Ordinal);

    public static string Uses(CatalogueKind kind, CatalogueEntry entry, Texts texts) =>
        kind.UsesKey is { } key && entry.Uses is { } uses ? Count(key, uses, texts) : "";

    /// <summary>Says what refers to an entry that cannot be deleted.</summary>
    public static string References(ApiProblem problem, Texts texts) => string.Join(", ", (problem.Args ?? new Dictionary<string, System.Text.Json.JsonElement>())
        .Select(a => a.Value.TryGetInt32(out var count) ? (Key: UsesKey(a.Key), Count: count) : (Key: null, Count: 0))
        .Where(a => a.Key is not null).Select(a => Count(a.Key!, a.Count, texts)));

    /// <summary>What a list says about an entry beside its name.</summary>
    public static string About(CatalogueKind kind, CatalogueEntry entry, Texts texts) => kind.Path switch
    {
        "categories" => texts["asset.kind." + entry.Text("kind")],
        "manufacturers" => Join(entry.Text("url"), entry.Text("supportEmail"), entry.Text("supportPhone")),
        "asset-models" => Join(entry.Text("manufacturerName"), entry.Text("modelNumber"), entry.Text("categoryName")),
        "locations" => Join(entry.Text("parentName"), entry.Text("timeZone")),
        "status-labels" => Join(texts["badge.asset." + entry.Text("mapsTo")], texts["catalogue.label_type." + entry.Text("type")]),
        "custom-fields" => Join(texts["catalogue.field_type." + entry.Text("type")], entry.Text("required") is null ? null : texts["catalogue.field.required"]),
        "depreciations" => Join(
            int.TryParse(entry.Text("months"), System.Globalization.CultureInfo.InvariantCulture, out var months) ? texts.Count("catalogue.months", months) : null,
            entry.Text("floorPercent") is { } floor and not "0" ? texts["catalogue.floor", ("percent", floor)] : null),
        "fieldsets" => string.Join(", ", entry.Fields.Select(f => f.Name)),
        _ => "",
    };

    private static string Count(string key, int count, Texts texts) =>
        count < CountedUpTo ? texts.Count(key, count) : texts["catalogue.more_than", ("text", texts.Count(key, count - 1))];

    private static string? UsesKey(string what) => what switch
    {
        "models" => "catalogue.uses.models",
        "assets" => "catalogue.uses.assets",
        "fieldsets" => "catalogue.uses.sets",
        "locations" => "catalogue.uses.places",
        "assignments" => "catalogue.uses.custody",
        _ => null,
    };

    private static string Join(params ReadOnlySpan<string?> parts) => string.Join(", ", parts.ToArray().Where(p => !string.IsNullOrEmpty(p)));
}
