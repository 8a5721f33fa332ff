using System.Diagnostics;

namespace Panorama.Architecture.Tests;

/// <summary>The files of this repository as they would be committed.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Relative paths, with forward slashes, of every file that git tracks or would add.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>C# of the shipped projects, without tests.</summary>
    public static IEnumerable<string> Sources => Files.Where(f => f.StartsWith("Panorama.", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    private static string FindRoot(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Panorama.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Panorama.sln is in no folder above the tests.");
        }

        return folder;
    }

    private static string[] ListFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. files.Where(f => File.Exists(Path.Combine(Root, f))).Order(StringComparer.Ordinal)];
    }
}
