using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Panorama.AppHost.Tests.Publishing;

/// <summary>What one file says of a service, in words that every kind of file shares.</summary>
/// <param name="Variables">Names, without the spelling with a dash and without <c>_FILE</c>.</param>
/// <param name="Secrets">Those whose value comes from a secret.</param>
/// <param name="After">What must be there first.</param>
/// <param name="Published">Port that is reached from outside.</param>
internal sealed record Deployed(
    IReadOnlyList<string> Variables,
    IReadOnlyList<string> Secrets,
    IReadOnlyList<string> After,
    string? Published,
    IReadOnlyList<string> Volumes,
    string Arguments);

/// <summary>The committed deployment files, read the way their users' programs read them.</summary>
internal static class Deployment
{
    // Aspire's, for an exporter that these files have no address for.
    private const string ExporterRetry = "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY";

    public static readonly IReadOnlyList<string> Ours = ["bootstrap", "migrate", "api", "worker", "web"];

    public static string Read(string file) => File.ReadAllText(Path.Combine(AppHostProcess.Repository, file));

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(AppHostProcess.Repository, folder), pattern).Select(f => Path.GetRelativePath(AppHostProcess.Repository, f)).Order(StringComparer.Ordinal);

    public static Dictionary<string, Deployed> Manifest(string file)
    {
        var resources = JsonNode.Parse(Read(file))!["resources"]!.AsObject();
        var secret = resources.Where(r => r.Value!["inputs"]?["value"]?["secret"]?.GetValue<bool>() == true).Select(r => r.Key).ToHashSet(StringComparer.Ordinal);
        return resources.Where(r => r.Value!["type"]!.GetValue<string>() is "project.v0" or "container.v0").ToDictionary(r => r.Key, r =>
        {
            var variables = r.Value!["env"]?.AsObject().Where(v => v.Key != ExporterRetry && !v.Key.Contains('-', StringComparison.Ordinal)).ToList() ?? [];
            var bindings = r.Value["bindings"]?.AsObject().Where(b => b.Value!["external"]?.GetValue<bool>() == true).Select(b => b.Value!["targetPort"]!.ToString());
            return new Deployed(
                Sorted(variables.Select(v => v.Key)),
                Sorted(variables.Where(v => v.Value!.GetValue<string>() is var text
                    && (text.EndsWith(".connectionString}", StringComparison.Ordinal) || secret.Any(s => text == $"{{{s}.value}}"))).Select(v => v.Key)),
                [],
                bindings?.SingleOrDefault(),
                Sorted(r.Value["volumes"]?.AsArray().Select(v => $"{v!["name"]}:{v["target"]}") ?? []),
                string.Join(' ', r.Value["args"]?.AsArray().Select(a => a!.GetValue<string>()) ?? []));
        }, StringComparer.Ordinal);
    }

    public static Dictionary<string, object?> Yaml(string text) => (Dictionary<string, object?>)Plain(new DeserializerBuilder().Build().Deserialize(text))!;

    public static Dictionary<string, Deployed> Compose() => Map(Yaml(Read("deploy/compose/docker-compose.yaml"))["services"]).ToDictionary(s => s.Key, s =>
    {
        var service = Map(s.Value);
        var environment = Map(service.GetValueOrDefault("environment"));
        return new Deployed(
            Sorted(environment.Keys.Select(WithoutFile)),
            Sorted(environment.Keys.Where(n => n != WithoutFile(n)).Select(WithoutFile)),
            Sorted(Map(service.GetValueOrDefault("depends_on")).Keys),
            List(service.GetValueOrDefault("ports")).SingleOrDefault(p => p.StartsWith("127.0.0.1:", StringComparison.Ordinal))?.Split(':')[^1],
            Sorted(List(service.GetValueOrDefault("volumes")).Where(v => v[0] != '.')),
            string.Join(' ', List(service.GetValueOrDefault("command"))));
    }, StringComparer.Ordinal);

    /// <summary>Values by table: <c>env.HTTP_PORTS</c>. Only what our files use is understood; anything else fails.</summary>
    public static Dictionary<string, string> Toml(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var table = "";
        foreach (var line in text.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line[0] == '[')
            {
                table = line.Trim('[', ']') + '.';
                continue;
            }

            var pair = line.Split(" = ", 2);
            var value = pair[1] is ['"', .. var quoted, '"'] ? quoted.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
                : pair[1] is "true" or "false" || int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out _) ? pair[1]
                : throw new FormatException(line);
            values.Add(table + pair[0].Trim('"'), value);
        }

        return values;
    }

    public static Dictionary<string, Deployed> Fly()
    {
        var readMe = Read("deploy/fly/README.md");
        var order = readMe.Split('\n').Where(l => l.StartsWith("fly deploy --config ", StringComparison.Ordinal)).Select(l => l.Split(' ')[3].Replace(".toml", "", StringComparison.Ordinal)).ToList();
        return Files("deploy/fly", "*.toml").ToDictionary(f => Path.GetFileNameWithoutExtension(f), f =>
        {
            var name = Path.GetFileNameWithoutExtension(f);
            var values = Toml(Read(f));
            var secrets = readMe.Split('\n').Single(l => l.StartsWith($"- `{values["app"]}`: ", StringComparison.Ordinal)).Split(": ", 2)[1].Split('`').Where((_, i) => i % 2 == 1).ToList();
            return new Deployed(
                Sorted(values.Keys.Where(k => k.StartsWith("env.", StringComparison.Ordinal)).Select(k => k[4..]).Concat(secrets)),
                Sorted(secrets),
                Sorted(order.TakeWhile(o => o != name)),
                values.GetValueOrDefault("http_service.internal_port"),
                Sorted(values.Keys.Where(k => k.StartsWith("mounts", StringComparison.Ordinal))),
                values.GetValueOrDefault("deploy.release_command") ?? "");
        }, StringComparer.Ordinal);
    }

    public static string WithoutFile(string name) => name.EndsWith("_FILE", StringComparison.Ordinal) ? name[..^"_FILE".Length] : name;

    public static Dictionary<string, object?> Map(object? value) => value as Dictionary<string, object?> ?? [];

    public static IReadOnlyList<string> List(object? value) => [.. (value as List<object?> ?? []).Select(v => (string)v!)];

    public static List<string> Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    private static object? Plain(object? value) => value switch
    {
        IDictionary<object, object?> map => map.ToDictionary(e => (string)e.Key, e => Plain(e.Value), StringComparer.Ordinal),
        IList<object?> list => list.Select(Plain).ToList(),
        _ => value,
    };
}
