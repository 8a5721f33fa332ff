using System.Text;

namespace Panorama.Cli.Installing;

/// <summary>One line of <c>.env</c>.</summary>
/// <param name="Option">How <c>panorama init</c> takes it; null for what it sets itself.</param>
internal sealed record EnvironmentSetting(string Name, string Default, string Meaning, string? Option);

/// <summary><c>.env.example</c> of the compose file, which is written from the model and travels inside this program.</summary>
internal static class EnvironmentExample
{
    private const string FileSuffix = "_FILE";
    private const string OwnPrefix = "panorama-";

    private static readonly string Text = Embedded.Read(".env.example");

    public static IReadOnlyList<EnvironmentSetting> Settings { get; } = [.. Read()];

    /// <summary>The lines that say where a secret lies which an installation may do without, with the name of its file.</summary>
    public static IEnumerable<(string Name, string File)> OptionalFiles => Settings.Where(s => s.Option is null)
#pragma warning disable CA1308 // files are lower case
        .Select(s => (s.Name, s.Name[..^FileSuffix.Length].ToLowerInvariant().Replace('_', '-')));
#pragma warning restore CA1308

    public static string NameOf(string option) => Settings.Single(s => s.Option == option).Name;

    /// <summary>The example with values in it, and without the words for whoever fills it in by hand.</summary>
    public static string Fill(IReadOnlyDictionary<string, string> values)
    {
        var filled = new StringBuilder("# Written by 'panorama init', and yours from now on. The secrets are in secrets/.\n");
        foreach (var line in Text.Split('\n').SkipWhile(line => line.StartsWith('#')))
        {
            filled.Append(line.Split('=', 2) is [var name, _] && values.TryGetValue(name, out var value) ? $"{name}={value}" : line).Append('\n');
        }

        return filled.ToString().TrimEnd('\n') + '\n';
    }

    private static IEnumerable<EnvironmentSetting> Read()
    {
        var meaning = "";
        foreach (var line in Text.Split('\n'))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                meaning = line[2..];
            }
            else if (line.Split('=', 2) is [var name, var value])
            {
                yield return new EnvironmentSetting(name, value, meaning, OptionOf(name));
            }
        }
    }

    /// <summary>SMTP_HOST → --smtp-host, PANORAMA_IMAGE_TAG → --image-tag.</summary>
    private static string? OptionOf(string name)
    {
#pragma warning disable CA1308 // options are lower case
        var kebab = name.ToLowerInvariant().Replace('_', '-');
#pragma warning restore CA1308
        kebab = kebab.StartsWith(OwnPrefix, StringComparison.Ordinal) ? kebab[OwnPrefix.Length..] : kebab;
        return name.EndsWith(FileSuffix, StringComparison.Ordinal) ? null : kebab == "web-base-url" ? "--web-url" : $"--{kebab}";
    }
}
