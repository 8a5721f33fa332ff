using System.Text;
using System.Text.RegularExpressions;

namespace Panorama.AppHost.Tests.Publishing;

public sealed partial class CommittedDeploymentFiles
{
    private const string Mark = "Written by scripts/publish from Panorama.AppHost";

    public static TheoryData<string, string, string> Targets => new()
    {
        { "publish-compose", "Containers", "deploy/compose" },
        { "publish-fly", "External", "deploy/fly" },
        { "publish-kubernetes", "External", "deploy/kubernetes" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task They_are_what_the_model_writes(string step, string backing, string folder)
    {
        using var state = new StateOfATest();
        var written = await PublishAsync(step, backing, state.Folder);
        var committed = Committed(folder);

        Assert.Empty(Differences(committed, written));
        Assert.All(written.Where(f => !f.Key.EndsWith("secrets.template", StringComparison.Ordinal)), f => Assert.Contains(Mark, Encoding.UTF8.GetString(f.Value), StringComparison.Ordinal));

        // One changed byte, a file too many and one too few are found.
        foreach (var (name, bytes) in committed)
        {
            var changed = (byte[])bytes.Clone();
            changed[changed.Length / 2] ^= 1;
            Assert.Equal([name], Differences(new(committed) { [name] = changed }, written));
            Assert.Equal([name], Differences(committed.Where(f => f.Key != name).ToDictionary(), written));
        }

        Assert.Equal(["old.yaml"], Differences(new(committed) { ["old.yaml"] = [] }, written));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void They_say_nothing_of_a_machine_and_hold_no_secret(string step, string backing, string folder)
    {
        Assert.NotEmpty(step + backing);
        foreach (var (name, bytes) in Committed(folder))
        {
            var text = Encoding.UTF8.GetString(bytes);
            Assert.DoesNotContain(AppHostProcess.Repository, text, StringComparison.Ordinal);
            Assert.DoesNotMatch(MachinePath(), text);
            Assert.DoesNotContain("executable.v0", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', text);
            Assert.DoesNotMatch(LongSecret(), text);
            Assert.All(PasswordValue().Matches(text), m => Assert.True(m.Groups["value"].Value[0] is '{' or '%' or '/' or '$', $"{name}: {m.Value}"));
        }
    }

    [Theory]
    [InlineData("publish-compose", "External", "Containers")]
    [InlineData("publish-fly", "Containers", "External")]
    [InlineData("publish-kubernetes", "Containers", "External")]
    public async Task Files_of_another_backing_are_refused(string step, string backing, string wanted)
    {
        using var state = new StateOfATest();

        var result = await AppHostProcess.RunAsync(
            ["--operation", "publish", "--step", step, $"--Backing={backing}", "--output-path", state.Folder], TestContext.Current.CancellationToken);

        Assert.Equal((64, $"{step} writes files for Backing={wanted}; say --Backing={wanted}."), (result.ExitCode, result.Error));
        Assert.Empty(Directory.GetFileSystemEntries(state.Folder));
    }

    [Fact]
    [Trait("FieldCase", "DEP-04")]
    public async Task What_an_operator_put_beside_the_compose_file_stays_as_it_is()
    {
        using var state = new StateOfATest();
        Dictionary<string, string> own = new(StringComparer.Ordinal)
        {
            [".env"] = "PANORAMA_IMAGE_TAG=0.0.9 # pinned\r\nPANORAMA_WEB_BASE_URL=https://fleet.example.org\n",
            ["docker-compose.override.yaml"] = "services:\n  web:\n    cpus: 2\n",
            ["secrets/session-secret"] = "k3JmW9s0QxYbT7uVnC5eRzAh2LpGd8Fi",
        };
        Directory.CreateDirectory(Path.Combine(state.Folder, "secrets"));
        foreach (var (name, text) in own)
        {
            await File.WriteAllTextAsync(Path.Combine(state.Folder, name), text, TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(state.Folder, "docker-compose.yaml"), "services: {}\n", TestContext.Current.CancellationToken); // of an older release

        await PublishAsync("publish-compose", "Containers", state.Folder);

        Assert.All(own, o => Assert.Equal(o.Value, File.ReadAllText(Path.Combine(state.Folder, o.Key))));
        Assert.Equal(Deployment.Read("deploy/compose/docker-compose.yaml"), await File.ReadAllTextAsync(Path.Combine(state.Folder, "docker-compose.yaml"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_step_without_a_place_to_write_to_fails()
    {
        var result = await AppHostProcess.RunAsync(["--operation", "publish", "--step", "publish-compose"], TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ExitCode);
    }

    private static async Task<Dictionary<string, byte[]>> PublishAsync(string step, string backing, string folder)
    {
        var result = await AppHostProcess.RunAsync(
            ["--operation", "publish", "--step", step, $"--Backing={backing}", "--output-path", folder], TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return Read(Directory.GetFiles(folder));
    }

    /// <summary>Those that a step wrote; a file that somebody put beside them is no business of the model.</summary>
    private static Dictionary<string, byte[]> Committed(string folder) => Read(Directory.GetFiles(Path.Combine(AppHostProcess.Repository, folder))
        .Where(f => File.ReadAllText(f).Contains(Mark, StringComparison.Ordinal)));

    private static Dictionary<string, byte[]> Read(IEnumerable<string> files) => files.ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes, StringComparer.Ordinal);

    private static List<string> Differences(Dictionary<string, byte[]> committed, Dictionary<string, byte[]> written) => Deployment.Sorted(committed.Keys.Union(written.Keys)
        .Where(name => !committed.TryGetValue(name, out var one) || !written.TryGetValue(name, out var other) || !one.AsSpan().SequenceEqual(other)));

    [GeneratedRegex("(?<![\\w.~:-])/(?:home(?!/app\\b)|root|Users|work)/|[A-Z]:\\\\", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MachinePath();

    // 32 letters and digits in a row, or a key with its id: what the generators make.
    [GeneratedRegex("\\b(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]{32,}\\b|:[A-Za-z0-9_-]{43}\\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LongSecret();

    [GeneratedRegex("(?i:password|secret|key)=(?<value>[^;,\"\\s]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PasswordValue();
}
