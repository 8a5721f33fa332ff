using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>Lists of inspections, the queue of reviews and the page of one, as a fleet manager asks for them, in tenants of three sizes.</summary>
internal static class InspectionPages
{
    private const int Assets = 200;

    public static async Task RunAsync(TestDatabase database, IReadOnlyList<int> sizes, int rounds)
    {
        var subjects = new List<Subject>();
        foreach (var size in sizes)
        {
            var fleet = await Fleet.SeedAsync(database, Assets, Pages.Sessions, Pages.Hash, tenant => tenant.FleetAdmin);
            await InspectionHistory.AddChecklistAsync(database, fleet.Tenant);
            await InspectionHistory.AddRunsAsync(database, fleet.Tenant, size);
            subjects.Add(new Subject(size, fleet.NextToken, ask => PathsAsync(fleet, ask)));
        }

        await Pages.RunAsync(database, "inspections", subjects, rounds);
    }

    private static async Task<IReadOnlyList<(string Name, string Path)>> PathsAsync(Fleet fleet, Func<string, Task<string>> ask)
    {
        const string All = "/api/inspections?scope=tenant";
        using var first = JsonDocument.Parse(await ask(All));
        return
        [
            ("all, first page", All), ("all, second page", $"{All}&cursor={first.RootElement.GetProperty("nextCursor").GetString()}"), ("completed", $"{All}&status=COMPLETED"),
            ("failed", $"{All}&outcome=FAIL"), ("waiting for review", $"{All}&needsReview=true"), ("of one asset", $"{All}&assetId={fleet.Asset}"),
            ("one's own", "/api/inspections"), ("inspection page", $"/api/inspections/{first.RootElement.GetProperty("items")[0].GetProperty("id").GetString()}"),
        ];
    }
}
