// Measures on a server of its own: dotnet run -c Release --project bench/Panorama.Benchmarks -- [--assets=100000] [--rounds=2000] [--events=20000]
// Only ratios are worth comparing between machines: each figure stands beside a baseline of the same run.
using System.Globalization;
using Panorama.Benchmarks;
using Panorama.Testing;

var known = new Dictionary<string, int>(StringComparer.Ordinal) { ["assets"] = 100_000, ["rounds"] = 2_000, ["events"] = 20_000 };
foreach (var argument in args)
{
    var parts = argument.TrimStart('-').Split('=', 2);
    if (parts.Length != 2 || !known.ContainsKey(parts[0]) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1)
    {
        await Console.Error.WriteLineAsync($"'{argument}' is not understood; options are {string.Join(", ", known.Keys.Select(k => $"--{k}=N"))}.");
        return 64;
    }

    known[parts[0]] = value;
}

var database = new TestDatabase();
try
{
    await database.InitializeAsync();
    await ListPage.RunAsync(database, known["assets"], known["rounds"]);
    await Sealing.RunAsync(database, known["events"]);
    return 0;
}
finally
{
    await database.DisposeAsync();
}
