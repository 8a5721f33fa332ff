using System.Globalization;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>Whose rights a process has; in a container the number is what the outside needs to know.</summary>
public static class ProcessOwner
{
    // Uid:	1654	1654	1654	1654
    private const string Line = "Uid:";

    /// <summary>The number of the user, or a name where the system does not tell numbers.</summary>
    public static string Id { get; } = Read();

    /// <summary>Completes a sentence about a file or folder that another user has: the command that mends it.</summary>
    /// <param name="recursive">A folder with what is in it.</param>
    public static string Mend(string path, bool recursive = false) =>
        string.Create(CultureInfo.InvariantCulture, $"It must belong to user {Id}: run 'chown {(recursive ? "-R " : "")}{Id} PATH' outside, PATH being what is mounted at {path}");

    private static string Read()
    {
        try
        {
            return File.ReadLines("/proc/self/status").First(l => l.StartsWith(Line, StringComparison.Ordinal)).Split('\t')[2];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return Environment.UserName;
        }
    }
}
