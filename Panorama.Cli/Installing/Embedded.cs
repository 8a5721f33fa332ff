namespace Panorama.Cli.Installing;

/// <summary>Generated files of deploy/compose that this program carries.</summary>
internal static class Embedded
{
    public static string Read(string name)
    {
        using var stream = typeof(Embedded).Assembly.GetManifestResourceStream($"compose/{name}")
            ?? throw new InvalidOperationException($"{name} is not in this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
