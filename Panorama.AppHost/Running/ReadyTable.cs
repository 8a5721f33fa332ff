using Panorama.AppHost.Backing;

namespace Panorama.AppHost.Running;

/// <summary>What a newcomer needs when everything is up: where it is and how to sign in.</summary>
internal static class ReadyTable
{
    public static async Task PrintAsync(
        IReadOnlyList<(string Name, string Value)> addresses, StartOptions options, StateFolder? state, TimeSpan elapsed)
    {
        var rows = new List<(string Name, string Value)>(addresses);
        if (state is not null)
        {
            rows.Add(("Data folder", state.Path));
        }

        if (options.Backing is not BackingKind.External)
        {
            rows.Add(options.Demo ? ("Sign in", "owner@northwind.example, manager@, staff@, driver@; the same people @contoso.example") : ("First person", "scripts/panorama setup-link"));
            if (options.Demo)
            {
                rows.Add(("Password", "panorama-demo-2026"));
            }
        }

        rows.Add(("Stop", "Ctrl-C"));
        var width = rows.Max(r => r.Name.Length) + 2;
        await Console.Out.WriteLineAsync($"{Environment.NewLine}Panorama is ready after {Reporter.Seconds(elapsed)}.{Environment.NewLine}");
        foreach (var (name, value) in rows)
        {
            await Console.Out.WriteLineAsync($"  {name.PadRight(width)}{value}");
        }

        await Console.Out.WriteLineAsync();
        await Console.Out.FlushAsync();
    }
}
