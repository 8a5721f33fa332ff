namespace Panorama.AppHost.Backing;

/// <summary>Finds the PostgreSQL server binaries that Backing=Local and the tests start.</summary>
internal static class PostgresBinaries
{
    /// <summary>Folder with <c>postgres</c> and <c>initdb</c>: <c>PANORAMA_POSTGRES_BIN</c>, the newest Debian folder or the PATH; null when there is none.</summary>
    public static string? Find()
    {
        var candidates = new List<string?> { Environment.GetEnvironmentVariable("PANORAMA_POSTGRES_BIN") };
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            candidates.AddRange(Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(d => int.TryParse(Path.GetFileName(d), System.Globalization.CultureInfo.InvariantCulture, out var major) ? major : 0)
                .Select(d => Path.Combine(d, "bin")));
        }

        candidates.AddRange((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return candidates.FirstOrDefault(d => !string.IsNullOrEmpty(d) && File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "postgres")));
    }
}
