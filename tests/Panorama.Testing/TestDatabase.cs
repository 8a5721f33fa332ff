using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Xunit;

namespace Panorama.Testing;

/// <summary>
/// The database of a test assembly, installed by an installer with CREATEROLE and CREATEDB only, migrated as <c>panorama migrate</c> does.
/// Tests run in parallel and make a tenant each; nothing is reset. Use: <c>[assembly: AssemblyFixture(typeof(TestDatabase))]</c>.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private readonly Dictionary<string, string> _passwords = DatabaseRoles.Logins.ToDictionary(
        r => r, _ => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), StringComparer.Ordinal);

    private readonly Dictionary<string, NpgsqlDataSource> _sources = new(StringComparer.Ordinal);
    private PostgresServer? _server;
    private TestTls? _tls;
    private Pooler? _pooler;

    // What a whole run of a project can be sent through, as an installation on a managed service is.
    private static readonly bool IsPooled = Environment.GetEnvironmentVariable("PANORAMA_TEST_POOLER") == "1";
    private static readonly string[] PooledLogins = [DatabaseRoles.App, DatabaseRoles.Auth, DatabaseRoles.SuperAdmin];

    /// <summary>The installer is like a managed service's: BYPASSRLS, and the database is given.</summary>
    public bool BypassRowSecurity { get; init; }

    /// <summary>Folder of the server binaries; null takes what the machine has.</summary>
    public string? Binaries { get; init; }

    /// <summary>A commit waits for the disk; for measuring alone.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Name of the database.</summary>
    public string Name { get; } = "panorama_test_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>The server it stands on.</summary>
    public PostgresServer Server => _server ?? throw new InvalidOperationException("The database has not been started.");

    /// <summary>Connection string of the installer.</summary>
    public string Installer { get; private set; } = "";

    /// <summary>A superuser in this database: only to damage what no login can.</summary>
    public string Superuser => new NpgsqlConnectionStringBuilder(Server.SuperuserConnectionString) { Database = Name }.ConnectionString;

    /// <summary>
    /// Connection string of a login, see <see cref="DatabaseRoles"/>. With <c>PANORAMA_TEST_POOLER=1</c> the logins of services go through a pooler in
    /// transaction mode, with TLS and the certificate verified on both ways.
    /// </summary>
    public string ConnectionString(string role) => _pooler is not null && PooledLogins.Contains(role) ? _pooler.ConnectionString(role) : DirectConnectionString(role);

    /// <summary>The same by the server's own address.</summary>
    public string DirectConnectionString(string role) => new NpgsqlConnectionStringBuilder(Server.SuperuserConnectionString)
    {
        Database = Name,
        Username = role,
        Password = _passwords[role],
        Pooling = true,
        MaxPoolSize = 20,
    }.ConnectionString;

    /// <summary>The settings that a process of Panorama needs to find this database.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ConnectionSettings => DatabaseRoles.ConnectionNames
        .Select(n => KeyValuePair.Create($"ConnectionStrings:{n.Value}", (string?)ConnectionString(n.Key)));

    /// <summary>An open connection of a login.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string role, CancellationToken cancellationToken = default)
    {
        NpgsqlDataSource? source;
        lock (_sources)
        {
            if (!_sources.TryGetValue(role, out source))
            {
                source = NpgsqlDataSource.Create(role == nameof(Superuser) ? Superuser : ConnectionString(role));
                _sources.Add(role, source);
            }
        }

        return await source.OpenConnectionAsync(cancellationToken);
    }

    /// <summary>An open connection of a superuser.</summary>
    public Task<NpgsqlConnection> OpenSuperuserAsync(CancellationToken cancellationToken = default) => OpenAsync(nameof(Superuser), cancellationToken);

    /// <summary>Stops the server as an operator does and starts it on the same port. Only with <see cref="Binaries"/>: a given server is not ours to stop.</summary>
    public async Task RestartServerAsync(CancellationToken cancellationToken = default)
    {
        var binaries = Binaries ?? throw new InvalidOperationException("This server may be somebody else's.");
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Superuser) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("show data_directory", connection);
        var folder = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        await connection.CloseAsync();
        string[] restart = [Path.Combine(binaries, "pg_ctl"), "restart", "-D", folder, "-m", "fast", "-w", "-l", folder + ".restart.log"];
        string[] line = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", .. restart] : restart;
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", .. line]) { WorkingDirectory = Path.GetTempPath() };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"pg_ctl restart ended with {process.ExitCode}.");
        }
    }

    /// <summary>Makes roles and database without migrating it.</summary>
    public async Task BootstrapAsync(CancellationToken cancellationToken = default)
    {
        await StartServerAsync(cancellationToken);
        await DatabaseBootstrap.RunAsync(Installer, new BootstrapOptions { Database = Name, Passwords = _passwords }, cancellationToken);
    }

    /// <summary>A server with an installer, as a managed service hands it over; of Panorama there is nothing yet.</summary>
    public async Task StartServerAsync(CancellationToken cancellationToken = default)
    {
        _server = await PostgresServer.StartAsync(Binaries, IsDurable, cancellationToken);
        Installer = await _server.MakeInstallerAsync(BypassRowSecurity, cancellationToken);
        if (BypassRowSecurity)
        {
            // A managed service gives a database that its own postgres login owns.
            await using var connection = new NpgsqlConnection(Installer);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand($"create database {Name}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await BootstrapAsync();
        await new MigrationRunner(ConnectionString(DatabaseRoles.Migrator)).RunAsync(null, CancellationToken.None);
        if (IsPooled)
        {
            _tls = new TestTls();
            await _tls.TurnOnAsync(Server, CancellationToken.None);
            _pooler = await Pooler.StartAsync(this, CancellationToken.None, _tls, connections: 40);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values)
        {
            await source.DisposeAsync();
        }

        if (_server is null)
        {
            return;
        }

        NpgsqlConnection.ClearAllPools();
        if (_pooler is not null)
        {
            await _pooler.DisposeAsync();
        }

        _tls?.Dispose();
        if (Environment.GetEnvironmentVariable("PANORAMA_TEST_POSTGRES") is { Length: > 0 })
        {
            await using var connection = new NpgsqlConnection(_server.SuperuserConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"drop database if exists {Name} with (force)", connection);
            await command.ExecuteNonQueryAsync();
        }

        await _server.DisposeAsync();
    }
}
