using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Panorama.AppHost.Backing;

namespace Panorama.Testing;

/// <summary>
/// A real PostgreSQL server: the one of <c>PANORAMA_TEST_POSTGRES</c> (a superuser's connection string), or one that is started on a free port
/// with a data folder of its own and stopped at the end.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Superuser = "panorama_test_root";
    private const string Forgetful = " -c fsync=off -c full_page_writes=off -c synchronous_commit=off";
    private const string FolderPrefix = "panorama-test-pg-";

    private static readonly SemaphoreSlim TemplateGate = new(1, 1);
    private static readonly Dictionary<string, Template> Templates = new(StringComparer.Ordinal);

    private readonly string? _folder;
    private readonly string? _binaries;

    private PostgresServer(string superuser, string? folder, string? binaries)
    {
        SuperuserConnectionString = superuser;
        _folder = folder;
        _binaries = binaries;
    }

    /// <summary>Folder of the server binaries, or null when this machine has none.</summary>
    public static string? BinaryFolder => PostgresBinaries.Find();

    /// <summary>Only to make what no installer may make, and to damage what no login can.</summary>
    public string SuperuserConnectionString { get; }

    /// <summary>Starts a server, or connects to the one that is given.</summary>
    /// <param name="binaries">Folder of the binaries of a certain version; null takes what the machine has.</param>
    /// <param name="isDurable">A commit waits for the disk, as it does for real; for measuring alone.</param>
    public static async Task<PostgresServer> StartAsync(string? binaries = null, bool isDurable = false, CancellationToken cancellationToken = default)
    {
        if (binaries is null && Environment.GetEnvironmentVariable("PANORAMA_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return new PostgresServer(given, null, null);
        }

        binaries ??= BinaryFolder
            ?? throw new InvalidOperationException("No PostgreSQL server binaries: set PANORAMA_POSTGRES_BIN, or PANORAMA_TEST_POSTGRES to a superuser's connection string.");
        await StopOrphansAsync(binaries, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StartOnFreePortAsync(binaries, isDurable, cancellationToken);
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Somebody took the port between looking and binding.
            }
        }
    }

    /// <summary>Makes a login that may install: CREATEROLE and CREATEDB, with BYPASSRLS as managed services give it, or without.</summary>
    public async Task<string> MakeInstallerAsync(bool bypassRowSecurity, CancellationToken cancellationToken = default)
    {
        var name = bypassRowSecurity ? "panorama_test_managed" : "panorama_test_installer";
        var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        await using var connection = new NpgsqlConnection(SuperuserConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"""
            do $$ begin
              if not exists (select 1 from pg_roles where rolname = '{name}') then
                create role {name} login createrole createdb {(bypassRowSecurity ? "replication bypassrls" : "nobypassrls")};
              end if;
            end $$;
            alter role {name} password '{secret}';
            """, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new NpgsqlConnectionStringBuilder(SuperuserConnectionString) { Username = name, Password = secret, Database = "postgres" }.ConnectionString;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_folder is null)
        {
            return;
        }

        NpgsqlConnection.ClearAllPools();
        await RunAsPostgresAsync(_binaries!, "pg_ctl", ["stop", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w"], CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<PostgresServer> StartOnFreePortAsync(string binaries, bool isDurable, CancellationToken cancellationToken)
    {
        var template = await MakeTemplateAsync(binaries, cancellationToken);
        var folder = NewFolder();
        var data = Path.Combine(folder, "data");
        await RunAsync("cp", ["-a", template.Folder, folder], cancellationToken);
        var port = FreePorts.Next();
        await RunAsPostgresAsync(binaries, "pg_ctl",
            ["start", "-D", data, "-w", "-l", Path.Combine(folder, "log"), "-o",
             $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200{(isDurable ? "" : Forgetful)}"],
            cancellationToken);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = Superuser,
            Password = template.Secret,
            Database = "postgres",
            Pooling = false,
        };
        return new PostgresServer(builder.ConnectionString, folder, binaries);
    }

    /// <summary>initdb takes seconds, a copy of what it made does not.</summary>
    private static async Task<Template> MakeTemplateAsync(string binaries, CancellationToken cancellationToken)
    {
        await TemplateGate.WaitAsync(cancellationToken);
        try
        {
            if (!Templates.TryGetValue(binaries, out var template))
            {
                template = new Template(NewFolder(), Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(template.Folder, recursive: true);
                Directory.CreateDirectory(template.Folder);
                var secretFile = Path.Combine(template.Folder, "secret");
                await File.WriteAllTextAsync(secretFile, template.Secret, cancellationToken);
                if (IsRoot)
                {
                    await RunAsync("chown", ["-R", "postgres", template.Folder], cancellationToken);
                }

                await RunAsPostgresAsync(binaries, "initdb",
                    ["-D", Path.Combine(template.Folder, "data"), "-U", Superuser, "--auth-host=scram-sha-256", "--auth-local=trust", $"--pwfile={secretFile}",
                     "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], cancellationToken);
                Templates.Add(binaries, template);
            }

            return template;
        }
        finally
        {
            TemplateGate.Release();
        }
    }

    private static string NewFolder() => Path.Combine(Path.GetTempPath(),
        $"{FolderPrefix}{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");

    /// <summary>A run that was killed could not stop its server: its folder names a process that is gone.</summary>
    private static async Task StopOrphansAsync(string binaries, CancellationToken cancellationToken)
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            var owner = int.Parse(Path.GetFileName(folder)[FolderPrefix.Length..].Split('-')[0], CultureInfo.InvariantCulture);
            if (Directory.Exists($"/proc/{owner}") || !Directory.Exists("/proc"))
            {
                continue;
            }

            try
            {
                if (File.Exists(Path.Combine(folder, "data", "postmaster.pid")))
                {
                    await RunAsPostgresAsync(binaries, "pg_ctl", ["stop", "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w"], cancellationToken);
                }

                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                // Another run is at it, or it belongs to somebody else.
            }
        }
    }

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static Task RunAsPostgresAsync(string binaries, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var path = Path.Combine(binaries, program);
        return IsRoot
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments], cancellationToken)
            : RunAsync(path, arguments, cancellationToken);
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        // Output goes nowhere: the server inherits these handles and would keep a pipe open for as long as it runs.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }

    private sealed record Template(string Folder, string Secret);
}
