using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Testing;

/// <summary>PgBouncer in transaction mode in front of a test's database, as Supabase and others put a pooler there.</summary>
public sealed class Pooler : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly TestTls? _tls;
    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-test-pooler-").FullName;
    private readonly int _port = FreePorts.Next();
    private Process? _process;

    private Pooler(TestDatabase database, TestTls? tls) => (_database, _tls) = (database, tls);

    /// <summary>Path of the program; null when this machine has none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Select(f => Path.Combine(f, "pgbouncer")).FirstOrDefault(File.Exists);

    /// <param name="tls">The pooler verifies the server with it and shows its certificate to clients; null speaks in the clear.</param>
    /// <param name="connections">To the server, for each login.</param>
    public static async Task<Pooler> StartAsync(TestDatabase database, CancellationToken cancellationToken, TestTls? tls = null, int connections = 10)
    {
        var pooler = new Pooler(database, tls);
        var server = new NpgsqlConnectionStringBuilder(database.Server.SuperuserConnectionString);
        await File.WriteAllLinesAsync(
            Path.Combine(pooler._folder, "users.txt"),
            DatabaseRoles.Logins.Select(role => $"\"{role}\" \"{new NpgsqlConnectionStringBuilder(database.DirectConnectionString(role)).Password}\""), cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(pooler._folder, "pgbouncer.ini"),
            string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={(tls is null ? server.Host : "localhost")} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {pooler._port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {pooler._folder}/users.txt
            pool_mode = transaction
            default_pool_size = {connections}
            max_client_conn = 1000
            server_login_retry = 1
            ignore_startup_parameters = extra_float_digits,search_path
            {(tls is null ? "" : Secured(pooler._folder, tls))}
            """), cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(pooler._folder, (UnixFileMode)0b111_101_101); // it runs as another user where we are root
        }

        await pooler.StartProcessAsync(cancellationToken);
        return pooler;
    }

    /// <summary>The same login and database by the pooler.</summary>
    public string ConnectionString(string role) =>
        Own(new NpgsqlConnectionStringBuilder(_database.DirectConnectionString(role)) { Host = "127.0.0.1", Port = _port, NoResetOnClose = true }.ConnectionString);

    private string Own(string connectionString) => _tls?.Verified(connectionString) ?? connectionString;

    // A copy of the key that the pooler's account may read.
    private static string Secured(string folder, TestTls tls)
    {
        var key = Path.Combine(folder, "pooler.key");
        File.Copy(tls.KeyFile, key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, (UnixFileMode)0b110_100_100);
        }

        return $"""
            server_tls_sslmode = verify-full
            server_tls_ca_file = {tls.AuthorityFile}
            client_tls_sslmode = require
            client_tls_key_file = {key}
            client_tls_cert_file = {tls.CertificateFile}
            """;
    }

    /// <summary>Ends it as a machine does that goes away, and starts it again on its port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync(cancellationToken);
        await StartProcessAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        var program = Find() ?? throw new InvalidOperationException("No pgbouncer: apt-get install pgbouncer.");
        var configuration = Path.Combine(_folder, "pgbouncer.ini");
        // It refuses to run as root.
        _process = Process.Start(Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", program, "-q", configuration]) { UseShellExecute = false }
            : new ProcessStartInfo(program, ["-q", configuration]) { UseShellExecute = false })!;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString(DatabaseRoles.SuperAdmin)) { Pooling = false }.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited && watch.Elapsed < TimeSpan.FromSeconds(15))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }

    private async Task KillAsync(CancellationToken cancellationToken)
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync(cancellationToken);
        }

        _process?.Dispose();
    }
}
