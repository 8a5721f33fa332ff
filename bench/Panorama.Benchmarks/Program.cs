// Measures on a server of its own: dotnet run -c Release --project bench/Panorama.Benchmarks -- [walls] [sealing] [outbox] [assets] [inspections] [photos] [--rounds=2000] …
// scripts/footprint runs the case footprint, which needs published services; scripts/memory-check the case memory, which needs images.
// scripts/replicas-check starts it with --edge, which puts load on a front door and needs no server.
// Only ratios are worth comparing between machines: each figure stands beside a baseline of the same run.
using System.Globalization;
using Panorama.Benchmarks;
using Panorama.Testing;

if (args is [['-', '-', 'e', 'd', 'g', 'e', '=', .. var edge], ['-', '-', 'w', 'e', 'b', '=', .. var webs], ['-', '-', 'l', 'o', 'g', 'i', 'n', '=', .. var login]])
{
    return await Replicas.RunAsync(edge, webs.Split(','), login, Console.In.ReadLineAsync);
}

string? published = null, tag = null;
var environment = new List<string>();
var exitCode = 0;
var cases = new Dictionary<string, Func<TestDatabase, IReadOnlyDictionary<string, int>, Task>>(StringComparer.Ordinal)
{
    ["walls"] = (database, numbers) => ListPage.RunAsync(database, numbers["size"] / 10, numbers["rounds"]),
    ["sealing"] = (database, numbers) => Sealing.RunAsync(database, numbers["events"]),
    ["outbox"] = (database, numbers) => OutboxDrain.RunAsync(database, numbers["messages"], numbers["rounds"]),
    ["assets"] = (database, numbers) => AssetPages.RunAsync(database, [.. new[] { numbers["size"] / 1_000, numbers["size"] / 10, numbers["size"] }.Where(n => n > 0)], numbers["rounds"] / 5),
    ["inspections"] = async (database, numbers) =>
    {
        await InspectionRuns.RunAsync(database, numbers["rounds"] / 16);
        await InspectionPages.RunAsync(database, [.. new[] { numbers["size"] / 1_000, numbers["size"] / 10, numbers["size"] }.Where(n => n > 0)], numbers["rounds"] / 5);
    },
    ["photos"] = (_, numbers) => PhotoDarkroom.RunAsync(numbers["photos"]),
    ["memory"] = async (database, numbers) => exitCode = await MemoryCheck.RunAsync(
        database, tag ?? throw new InvalidOperationException("Start it by scripts/memory-check."), numbers["seconds"], environment),
    ["footprint"] = async (database, _) => exitCode = await Footprint.RunAsync(database, published ?? throw new InvalidOperationException("Start it by scripts/footprint.")),
};
var numbers = new Dictionary<string, int>(StringComparer.Ordinal) { ["size"] = 1_000_000, ["rounds"] = 2_000, ["events"] = 20_000, ["messages"] = 2_000, ["seconds"] = 60, ["photos"] = 80 };
var chosen = new List<string>();
foreach (var argument in args)
{
    var parts = argument.TrimStart('-').Split('=', 2);
    if (argument.StartsWith("--published=", StringComparison.Ordinal))
    {
        published = argument[12..];
    }
    else if (argument.StartsWith("--images=", StringComparison.Ordinal))
    {
        tag = argument[9..];
    }
    else if (argument.StartsWith("--env=", StringComparison.Ordinal))
    {
        environment.Add(argument[6..]);
    }
    else if (cases.ContainsKey(argument))
    {
        chosen.Add(argument);
    }
    else if (parts.Length == 2 && numbers.ContainsKey(parts[0]) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
    {
        numbers[parts[0]] = value;
    }
    else
    {
        await Console.Error.WriteLineAsync(
            $"'{argument}' is not understood; cases are {string.Join(", ", cases.Keys)}, options {string.Join(", ", numbers.Keys.Select(k => $"--{k}=N"))}.");
        return 64;
    }
}

foreach (var name in chosen.Count == 0 ? [.. cases.Keys.Where(k => k is not ("footprint" or "memory"))] : chosen)
{
    await using var database = new TestDatabase { IsDurable = name == "outbox" }; // what others wait for is a commit that reaches the disk
    await database.InitializeAsync();
    await cases[name](database, numbers);
}

return exitCode;
