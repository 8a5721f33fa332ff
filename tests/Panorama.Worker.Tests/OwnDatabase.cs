using System.Diagnostics;
using Npgsql;
using Panorama.Testing;

namespace Panorama.Worker.Tests;

/// <summary>
/// A server of a class's own: Workers of one database are one cluster, and take each other's firings. Its server is always started here, so that
/// it may be restarted.
/// </summary>
public sealed class OwnDatabase : IAsyncLifetime
{
    private static string Binaries => PostgresServer.BinaryFolder ?? throw new InvalidOperationException("No PostgreSQL server binaries: set PANORAMA_POSTGRES_BIN.");

    public TestDatabase Database { get; } = new() { Binaries = Binaries };

    public ValueTask InitializeAsync() => Database.InitializeAsync();

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>Stops the server as an operator does and starts it on the same port.</summary>
    public async Task RestartServerAsync(CancellationToken cancellationToken)
    {
        await using var connection = await Database.OpenSuperuserAsync(cancellationToken);
        await using var command = new NpgsqlCommand("show data_directory", connection);
        var folder = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        await connection.CloseAsync();
        string[] restart = [Path.Combine(Binaries, "pg_ctl"), "restart", "-D", folder, "-m", "fast", "-w", "-l", folder + ".restart.log"];
        string[] line = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", .. restart] : restart;
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", .. line]) { WorkingDirectory = Path.GetTempPath() };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
