using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Panorama.AppHost.Running;

namespace Panorama.AppHost.Backing;

/// <summary>Where a local system keeps its database, its secrets and its logs: <c>.panorama/</c>. One AppHost at a time.</summary>
internal sealed class StateFolder : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly FileStream _lock;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _secrets;

    private StateFolder(string path, FileStream heldLock, bool leftRunning)
    {
        Path = path;
        _lock = heldLock;
        WasLeftRunning = leftRunning;
        _secrets = File.Exists(SecretsFile) ? ReadSecrets() : [];
    }

    public string Path { get; }

    /// <summary>Whether the AppHost before this one was killed, so that what it started may still be on its way out.</summary>
    public bool WasLeftRunning { get; }

    public string LocalEnvironmentFile => In("local.env");

    private string SecretsFile => In("secrets.json");

    private string Marker => In("running");

    /// <exception cref="StartException">The folder cannot be used, or another AppHost uses it.</exception>
    public static StateFolder Open(string path, bool reset)
    {
        FileStream held;
        try
        {
            if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path);
                Protect(path, Processes.IsRoot ? ReadableFolder : PrivateFolder);
            }

            // The system lets go of the lock when the process ends, however it ends.
            held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(System.IO.Path.Combine(path, "lock")))
        {
            throw new StartException(StartException.Machine, $"Panorama is already running with the data folder {path}; stop it, or choose another with --DataDir=….");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException(StartException.Machine, $"The data folder {path} cannot be written; choose another with --DataDir=….");
        }

        try
        {
            var marker = System.IO.Path.Combine(path, "running");
            var leftRunning = File.Exists(marker);
            if (!leftRunning)
            {
                File.WriteAllText(marker, "");
            }

            if (reset)
            {
                LocalPostgres.StopLeftOvers(path);
                DeleteState(path);
            }

            return new StateFolder(path, held, leftRunning);
        }
        catch (Exception exception)
        {
            held.Dispose();
            throw exception is IOException or UnauthorizedAccessException
                ? new StartException(StartException.Machine, $"The data folder {path} cannot be written; choose another with --DataDir=….")
                : exception;
        }
    }

    /// <summary>Letters and digits, about six bits each.</summary>
    public static string Letters(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length);

    /// <summary>A new key of 32 bytes with its id.</summary>
    public static string Key() => $"local1:{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    public string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    public bool HasSecret(string name) => _secrets.ContainsKey(name);

    /// <summary>The secret of that name, made and kept on first use.</summary>
    public string Secret(string name, Func<string> create)
    {
        lock (_gate)
        {
            if (!_secrets.TryGetValue(name, out var value))
            {
                _secrets[name] = value = create();
                WritePrivate(SecretsFile, JsonSerializer.Serialize(_secrets.OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary(), Indented));
            }

            return value;
        }
    }

    /// <summary>Writes a file that only its owner may read, never a half of it.</summary>
    public static void WritePrivate(string path, string text)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text);
            writer.Write('\n');
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Forgets that this run was here; after a kill it is still written, and the next start knows that it must wait.</summary>
    public void Dispose()
    {
        File.Delete(LocalEnvironmentFile);
        File.Delete(Marker);
        _lock.Dispose();
    }

    private const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ReadableFolder = PrivateFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static void Protect(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    /// <summary>Only what Panorama made: the folder may be one that holds other things as well.</summary>
    private static void DeleteState(string path)
    {
        foreach (var folder in Directory.GetDirectories(path, "postgres-*").Append(System.IO.Path.Combine(path, "redis")).Append(System.IO.Path.Combine(path, "logs")))
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        File.Delete(System.IO.Path.Combine(path, "secrets.json"));
        File.Delete(System.IO.Path.Combine(path, "local.env"));
    }

    private Dictionary<string, string> ReadSecrets()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(SecretsFile)) ?? [];
        }
        catch (JsonException)
        {
            throw new StartException(StartException.Machine, $"{SecretsFile} is not what Panorama wrote; put it back, or start afresh with --Reset=true.");
        }
    }
}
