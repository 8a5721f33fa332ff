using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Panorama.AppHost.Tests;

public sealed partial class PublishedManifests
{
    private static readonly string[] Services = ["api", "migrate", "web", "worker"];

    public static TheoryData<string, string> Committed => new()
    {
        { "Containers", "aspire-manifest.json" },
        { "External", "deploy/external/aspire-manifest.json" },
    };

    [Theory]
    [MemberData(nameof(Committed))]
    public async Task The_committed_manifest_is_what_the_model_writes(string backing, string file)
    {
        var written = await PublishAsync(backing, file, TestContext.Current.CancellationToken);

        Assert.Null(Difference(await CommittedAsync(file), written));
    }

    [Theory]
    [MemberData(nameof(Committed))]
    public async Task One_changed_byte_is_found(string backing, string file)
    {
        var written = await PublishAsync(backing, file, TestContext.Current.CancellationToken);
        var committed = await CommittedAsync(file);

        foreach (var place in new[] { 0, committed.Length / 2, committed.Length - 1 })
        {
            var changed = (byte[])committed.Clone();
            changed[place] ^= 1;
            Assert.NotNull(Difference(changed, written));
        }

        Assert.NotNull(Difference([.. committed, (byte)'\n'], written));
    }

    [Theory]
    [MemberData(nameof(Committed))]
    public async Task It_says_nothing_of_the_machine_that_wrote_it(string backing, string file)
    {
        var text = Encoding.UTF8.GetString(await CommittedAsync(file));

        Assert.DoesNotContain(AppHostProcess.Repository, text, StringComparison.Ordinal);
        Assert.DoesNotMatch(MachinePath(), text);
        Assert.DoesNotContain("executable.v0", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".panorama/", text, StringComparison.Ordinal);
        Assert.All(PasswordValue().Matches(text), match => Assert.StartsWith("{", match.Groups["value"].Value, StringComparison.Ordinal));
        Assert.Equal(backing == "Containers", text.Contains("container.v0", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Committed))]
    [Trait("FieldCase", "DEP-04")]
    public async Task It_has_every_service_and_no_value_for_a_secret(string backing, string file)
    {
        var resources = JsonNode.Parse(await CommittedAsync(file))!["resources"]!.AsObject();

        var projects = resources.Where(r => r.Value!["type"]!.GetValue<string>() == "project.v0").Select(r => r.Key).Order().ToList();
        Assert.Equal(backing == "Containers" ? ["api", "bootstrap", "migrate", "web", "worker"] : Services, projects);
        foreach (var (name, resource) in resources.Where(r => r.Value!["type"]!.GetValue<string>() == "parameter.v0"))
        {
            var input = resource!["inputs"]!["value"]!;
            Assert.False(input["secret"]?.GetValue<bool>() == true && input["default"]?["value"] is not null, name);
        }
    }

    [Fact]
    public async Task A_service_has_the_same_variables_whatever_stands_behind_it()
    {
        var containers = await VariablesAsync("aspire-manifest.json");
        var external = await VariablesAsync("deploy/external/aspire-manifest.json");

        foreach (var service in Services)
        {
            Assert.Equal(containers[service], external[service]);
        }

        Assert.DoesNotContain("ConnectionStrings__panorama_privileged", containers["api"]);
        Assert.DoesNotContain(containers["web"], name => name.StartsWith("ConnectionStrings__", StringComparison.Ordinal));
    }

    /// <summary>Names of the variables of each project in a committed manifest.</summary>
    internal static async Task<Dictionary<string, List<string>>> VariablesAsync(string file) =>
        JsonNode.Parse(await CommittedAsync(file))!["resources"]!.AsObject()
            .Where(r => r.Value!["type"]!.GetValue<string>() == "project.v0")
            .ToDictionary(r => r.Key, r => r.Value!["env"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal).ToList());

    private static string? Difference(byte[] committed, byte[] written)
    {
        var same = committed.AsSpan().CommonPrefixLength(written);
        return same == committed.Length && same == written.Length
            ? null
            : $"They differ at byte {same}: {Encoding.UTF8.GetString(written.AsSpan(same, Math.Min(80, written.Length - same)))}";
    }

    private static Task<byte[]> CommittedAsync(string file) =>
        File.ReadAllBytesAsync(Path.Combine(AppHostProcess.Repository, file), TestContext.Current.CancellationToken);

    private static async Task<byte[]> PublishAsync(string backing, string file, CancellationToken cancellationToken)
    {
        using var state = new StateOfATest();
        var path = Path.Combine(state.Folder, "aspire-manifest.json");

        var result = await AppHostProcess.RunAsync(
            ["--operation", "publish", "--step", "publish-manifest", $"--Backing={backing}", "--output-path", path], cancellationToken);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);

        // A manifest names projects from where it lies: the same project, seen from the place of the committed one.
        var home = Path.GetDirectoryName(Path.Combine(AppHostProcess.Repository, file))!;
        var text = ProjectPath().Replace(
            await File.ReadAllTextAsync(path, cancellationToken),
            match => $"\"path\": {JsonSerializer.Serialize(Path.GetRelativePath(home, Path.GetFullPath(match.Groups["path"].Value, state.Folder)))}");
        return Encoding.UTF8.GetBytes(text);
    }

    [GeneratedRegex("\"path\": \"(?<path>[^\"]+\\.csproj)\"", RegexOptions.None, 1000)]
    private static partial Regex ProjectPath();

    [GeneratedRegex("[Pp]assword=(?<value>[^;,\"]*)", RegexOptions.None, 1000)]
    private static partial Regex PasswordValue();

    [GeneratedRegex("\"(?:/home/|/root/|/Users/|/work/|/tmp/|[A-Z]:\\\\)|localhost|127\\.0\\.0\\.1", RegexOptions.None, 1000)]
    private static partial Regex MachinePath();
}
