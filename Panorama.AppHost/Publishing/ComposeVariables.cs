using System.Globalization;
using System.Text;

namespace Panorama.AppHost.Publishing;

/// <summary>The variables that a compose file takes from <c>.env</c>, and that file's example.</summary>
internal sealed class ComposeVariables : Expressions
{
    // Read by docker-compose itself.
    private const string ProjectName = "COMPOSE_PROJECT_NAME";

    // What no process reads: these choose parts, images, ports and networks. The two networks are of no range that the engine, a cloud or a home gives out by itself.
    private static readonly (string Name, string? Default, string Meaning)[] ComposeOnly =
    [
        ("PANORAMA_IMAGE_TAG", null, "Released version of the images, such as 0.1.0. Never latest: an upgrade is a decision."),
        (ProjectName, "panorama", "Name of the installation on this machine: volumes and networks begin with it."),
        ("COMPOSE_PROFILES", "", "Parts that are started beside Panorama's own, comma list: edge is a front door with TLS, s3 a store of photos and files on this machine."),
        ("PANORAMA_IMAGES", "panorama", "Where the images come from: a registry with its path, or the prefix of images built here."),
        ("WEB_PORT", "8080", "Port of this machine, on loopback alone, where a proxy of your own finds Panorama; a range such as 8080-8081 for several Web."),
        ("API_REPLICAS", "1", "How many Api run side by side."),
        ("WEB_REPLICAS", "1", "How many Web run side by side, each on a port of the range WEB_PORT."),
        ("FRONT_SUBNET", "10.213.77.0/28", "Addresses between the front door and Web: whose word about a caller's address Web believes."),
        ("APP_SUBNET", "10.213.77.16/28", "Addresses between Web and Api, for the same reason."),
    ];

    private readonly SortedDictionary<string, (string? Default, string Meaning)> _used = new(StringComparer.Ordinal);

    /// <summary>Reference to a variable of the compose file's own, or to one that a service has as well.</summary>
    public string Own(string name) => Array.Find(ComposeOnly, v => v.Name == name) is { Name: not null } own
        ? Reference(name, own.Default)
        : Reference(name, _used[name].Default);

    /// <summary>Text of a variable of a service: a parameter of the model is asked for under the variable's own name.</summary>
    /// <param name="here">What this file says where nothing is chosen, in place of the model's.</param>
    public string Of(string name, object? value, string? here = null)
    {
        if (ParameterOf(value) is not { } parameter)
        {
            return Text(value);
        }

        var otherwise = here ?? parameter.Default?.GetDefaultValue();
        _used[name] = (otherwise, parameter.Description ?? throw new InvalidOperationException($"The parameter {parameter.Name} has no description."));
        return Reference(name, otherwise);
    }

    /// <summary>Reference to the file of a secret that may be missing.</summary>
    public string OptionalFile(string name)
    {
        _used[$"{name}_FILE"] = ("", $"/run/secrets/{Kebab(name)} when the file secrets/{Kebab(name)} has a value in it.");
        return Reference($"{name}_FILE", "");
    }

    public string Write()
    {
        var text = new StringBuilder($"# {DeploymentFiles.Header}\n# Copy it to .env (mode 0600), or let 'panorama init' write that with the secrets. What is left as it stands is the default.\n");
        foreach (var (name, otherwise, meaning) in ComposeOnly.Take(1)
            .Concat(_used.Where(v => v.Value.Default is null).Select(v => (v.Key, v.Value.Default, v.Value.Meaning)))
            .Concat(ComposeOnly.Skip(1))
            .Concat(_used.Where(v => v.Value.Default is not null).Select(v => (v.Key, v.Value.Default, v.Value.Meaning))))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n# {(otherwise is null ? "Needed. " : "")}{meaning}\n{name}={otherwise}\n");
        }

        return text.ToString();
    }

    // Compose reads $ as the beginning of a variable.
    protected override string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    protected override string Parameter(ParameterResource parameter) =>
        throw new InvalidOperationException($"The parameter {parameter.Name} is a part of a value; only as a whole can it come from .env.");

    private static string Reference(string name, string? otherwise) => otherwise is null ? $"${{{name}:?is missing in .env}}" : $"${{{name}:-{otherwise}}}";

#pragma warning disable CA1308 // names of files are lower case
    private static string Kebab(string name) => name.ToLowerInvariant().Replace('_', '-');
#pragma warning restore CA1308
}
