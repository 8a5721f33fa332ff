using System.Text.RegularExpressions;

namespace Panorama.AppHost.Tests;

/// <summary>The steps of <c>scripts/replicas-check</c>, run once: two Api and two Web, each restarted while people work.</summary>
[Trait("Tier", "Full")]
[Collection(nameof(ComposeComesUp))]
public sealed partial class ReplicasAreRestarted(ReplicasCheck check) : IClassFixture<ReplicasCheck>
{
    [Fact]
    public void No_request_failed_and_nothing_is_left()
    {
        var steps = Step().Count(File.ReadAllText(ReplicasCheck.Script));

        Assert.True(check.ExitCode == 0, string.Join('\n', check.Lines.TakeLast(120)));
        Assert.Equal($"{steps} steps passed", check.Lines[^1].Split(',')[0]);
        Assert.Empty(check.Left);
    }

    [GeneratedRegex("^ *step \"", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex Step();
}

public sealed class ReplicasCheck() : ScriptCheck(Script)
{
    public static string Script { get; } = Path.Combine(AppHostProcess.Repository, "scripts", "replicas-check");
}
