using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Panorama.AppHost.Tests;

/// <summary>The steps of <c>scripts/compose-check</c>, run once: images, containers, upgrade and way back.</summary>
[Trait("Tier", "Full")]
[Collection(nameof(ComposeComesUp))]
public sealed partial class ComposeComesUp(ComposeCheck check) : IClassFixture<ComposeCheck>
{
    public static TheoryData<string> Steps =>
        [.. Step().Matches(File.ReadAllText(ComposeCheck.Script)).Select(m => m.Groups["name"].Value)];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Step_succeeds(string step) =>
        Assert.True(check.Lines.Any(l => l.StartsWith($"ok       {step} ", StringComparison.Ordinal)), string.Join('\n', check.Lines.TakeLast(120)));

    [Fact]
    [Trait("FieldCase", "DEP-02")]
    public void A_folder_of_somebody_else_is_named_and_mended() => Step_succeeds("a secret that belongs to somebody else");

    [Fact]
    [Trait("FieldCase", "DEP-03")]
    public void Health_is_asked_inside_the_images_also_while_a_server_is_away()
    {
        Step_succeeds("no rights, no shell, certificates, zones");
        Step_succeeds("health while Redis and PostgreSQL are away");
    }

    [Fact]
    [Trait("FieldCase", "L10N-04")]
    public void The_images_answer_alike_in_every_language_of_the_machine()
    {
        Step_succeeds("the same answers in Turkish");
        Step_succeeds("without zones none starts");
    }

    [Fact]
    public void All_of_them_and_nothing_is_left()
    {
        Assert.Equal((0, $"{Steps.Count} steps passed"), (check.ExitCode, check.Lines[^1].Split(',')[0]));
        Assert.Empty(check.Left);
    }

    [GeneratedRegex("^step \"(?<name>[^\"]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Step();
}

[CollectionDefinition(nameof(ComposeComesUp), DisableParallelization = true)]
public sealed class ComposeComesUpAlone;

public sealed class ComposeCheck() : ScriptCheck(Script)
{
    public static string Script { get; } = Path.Combine(AppHostProcess.Repository, "scripts", "compose-check");
}

/// <summary>One run of a script that prints a line a step and starts an engine of its own.</summary>
public abstract class ScriptCheck(string script) : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(60);

    public IReadOnlyList<string> Lines { get; private set; } = [];

    public int ExitCode { get; private set; }

    /// <summary>Folders of engines that it did not remove.</summary>
    public IReadOnlyList<string> Left { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var before = Engines();
        using var process = Process.Start(new ProcessStartInfo(script)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppHostProcess.Repository,
        })!;
        var lines = new List<string>();
        void Add(string? line)
        {
            lock (lines)
            {
                if (line is not null)
                {
                    lines.Add(line);
                }
            }
        }

        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked, not killed: it removes its containers.
            using var ask = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync();
        }

        (Lines, ExitCode, Left) = (lines, process.ExitCode, [.. Engines().Except(before, StringComparer.Ordinal)]);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static string[] Engines() => Directory.GetDirectories(Path.GetTempPath(), "panorama-engine-*");
}
