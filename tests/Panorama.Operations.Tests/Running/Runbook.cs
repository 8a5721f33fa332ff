using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Panorama.Operations.Tests.Running;

/// <summary>A block of commands of a runbook.</summary>
/// <param name="Page">The file.</param>
/// <param name="Mark">What stands above it: <c>run by: …</c> or <c>needs: …</c>; empty when nothing does.</param>
internal sealed partial record Runbook(string Page, string Mark, string Commands)
{
    private const string RunBy = "run by: ";

    public static IEnumerable<Runbook> All() => Directory.GetFiles(Path.Combine(Repository.Root, "docs", "runbooks"), "*.md")
        .Select(f => Path.GetRelativePath(Repository.Root, f)).Order(StringComparer.Ordinal).SelectMany(Read);

    public static IEnumerable<Runbook> RunIn(Type test) => All().Where(b => b.Mark == RunBy + test.Name);

    /// <summary>Whether a class of tests of this project runs it, or it says what it needs.</summary>
    public bool IsAccountedFor() => Mark.StartsWith(RunBy, StringComparison.Ordinal)
        ? typeof(Runbook).Assembly.GetType($"Panorama.Operations.Tests.{Mark[RunBy.Length..]}") is not null
        : NeedsSomething().IsMatch(Mark);

    /// <summary>Runs it as an operator does, in a shell that knows <c>panorama</c>.</summary>
    public async Task<string> RunAsync(IEnumerable<(string Name, string? Value)> settings, string folder, bool isStrict = true)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        var panorama = Path.Combine(bin, "panorama");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        await File.WriteAllTextAsync(panorama, $"#!/bin/sh\nexec dotnet '{Path.Combine(Repository.Root, "Panorama.Cli", "bin", configuration, "net10.0", "panorama.dll")}' \"$@\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(panorama, (UnixFileMode)0b111_101_101);
        }

        var start = new ProcessStartInfo("bash", [isStrict ? "-euo" : "-uo", "pipefail", "-c", $"exec 2>&1\n{Commands}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        start.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(!isStrict || process.ExitCode == 0, $"{Page}:\n{Commands}\nended with {process.ExitCode}:\n{output}");
        return output;
    }

    private static IEnumerable<Runbook> Read(string page) => Block().Matches(Repository.Read(page))
        .Select(m => new Runbook(page, m.Groups["mark"].Value, m.Groups["commands"].Value));

    [GeneratedRegex(@"^(?:<!-- (?<mark>.+?) -->\n)?```(?:sh|bash|sql|shell)\n(?<commands>.*?)^```$", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Block();

    [GeneratedRegex("^needs: .{5,}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NeedsSomething();
}
