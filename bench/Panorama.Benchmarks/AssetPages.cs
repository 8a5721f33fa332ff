using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>Each list, filter, sort, search and the page of an asset, in tenants of three sizes.</summary>
internal static class AssetPages
{
    public static async Task RunAsync(TestDatabase database, IReadOnlyList<int> sizes, int rounds)
    {
        var subjects = new List<Subject>();
        foreach (var size in sizes)
        {
            var fleet = await Fleet.SeedAsync(database, size, Pages.Sessions, Pages.Hash);
            subjects.Add(new Subject(size, fleet.NextToken, ask => PathsAsync(fleet, ask)));
        }

        await Pages.RunAsync(database, "assets", subjects, rounds);
    }

    private static async Task<IReadOnlyList<(string Name, string Path)>> PathsAsync(Fleet fleet, Func<string, Task<string>> ask)
    {
        using var first = JsonDocument.Parse(await ask("/api/assets"));
        return
        [
            ("list, first page", "/api/assets"), ("list, second page", $"/api/assets?cursor={first.RootElement.GetProperty("nextCursor").GetString()}"),
            ("status", "/api/assets?status=MAINTENANCE"), ("category", $"/api/assets?categoryId={fleet.Category}"),
            ("model", $"/api/assets?modelId={fleet.Model}"), ("location", $"/api/assets?locationId={fleet.Location}"), ("bookable", "/api/assets?bookable=true"),
            ("not archived", "/api/assets?includeArchived=false"), ("sort by tag", "/api/assets?sort=tag"), ("sort by name", "/api/assets?sort=name"),
            ("sort by status", "/api/assets?sort=status"), ("sort by purchase date", "/api/assets?sort=purchaseDate"),
            ("search two common words", "/api/assets?q=van%20transit"), ("search a serial", $"/api/assets?q={fleet.Serial}"), ("search a tag", $"/api/assets?q={fleet.Tag}"),
            ("exact tag", $"/api/assets?tag={fleet.Tag}"), ("asset page", $"/api/assets/{fleet.Asset}"),
        ];
    }
}
