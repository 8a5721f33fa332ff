using System.Diagnostics;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

/// <summary>The order of <c>docs/en/self-hosting.md</c>: a dump names the roles that bootstrap makes, and goes into a database that nobody migrated.</summary>
[Trait("Tier", "Full")]
public sealed class RestoringADump
{
    private const string Counts = "select array[(select count(*) from tenants), (select count(*) from assets), (select count(*) from audit_events), (select count(*) from schema_history)]::bigint[]";

    [Fact]
    public async Task Bootstrap_then_the_dump_then_everything_is_there_and_as_it_must_be()
    {
        var token = TestContext.Current.CancellationToken;
        var binaries = PostgresServer.BinaryFolder;
        await using var database = new TestDatabase { Binaries = binaries };
        await database.InitializeAsync();
        await (await TestTenant.CreateAsync(database, cancellationToken: token)).AddAssetAsync(cancellationToken: token);
        await using var elsewhere = await PostgresServer.StartAsync(binaries, cancellationToken: token);
        var file = Path.Combine(Path.GetTempPath(), $"{database.Name}.dump");
        try
        {
            Assert.Equal((0, ""), await RunAsync("pg_dump", database.Superuser, "-Fc", "-f", file, database.Name));
            await DatabaseBootstrap.RunAsync(elsewhere.SuperuserConnectionString, new BootstrapOptions { Database = database.Name }, token);

            Assert.Equal((0, ""), await RunAsync("pg_restore", elsewhere.SuperuserConnectionString, "--exit-on-error", "-d", database.Name, file));

            var restored = new NpgsqlConnectionStringBuilder(elsewhere.SuperuserConnectionString) { Database = database.Name }.ConnectionString;
            Assert.Equal(await ReadAsync<long[]>(database.Superuser, Counts), await ReadAsync<long[]>(restored, Counts));
            await using var migrator = new NpgsqlConnection(restored);
            await migrator.OpenAsync(token);
            await using (var become = new NpgsqlCommand($"set session authorization {DatabaseRoles.Migrator}", migrator))
            {
                await become.ExecuteNonQueryAsync(token);
            }

            Assert.Empty(await Doctor.ExamineAsync(migrator, TimeProvider.System, token));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_bootstrap_the_restore_says_which_role_is_missing()
    {
        var token = TestContext.Current.CancellationToken;
        var binaries = PostgresServer.BinaryFolder;
        await using var database = new TestDatabase { Binaries = binaries };
        await database.InitializeAsync();
        await using var elsewhere = await PostgresServer.StartAsync(binaries, cancellationToken: token);
        var file = Path.Combine(Path.GetTempPath(), $"{database.Name}.dump");
        try
        {
            Assert.Equal((0, ""), await RunAsync("pg_dump", database.Superuser, "-Fc", "-f", file, database.Name));

            var (exitCode, error) = await RunAsync("pg_restore", elsewhere.SuperuserConnectionString, "--exit-on-error", "-d", "postgres", file);

            Assert.Equal(1, exitCode);
            Assert.Matches("role \"panorama_[a-z_]+\" does not exist", error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<T> ReadAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // a literal of this file
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    // Of the server's own version where it brings its tools, or the machine's.
    private static async Task<(int ExitCode, string Error)> RunAsync(string tool, string connectionString, params string[] arguments)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var path = Path.Combine(PostgresServer.BinaryFolder ?? "", tool);
        using var process = Process.Start(new ProcessStartInfo(File.Exists(path) ? path : tool, ["-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = server.Password },
        })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error.Trim());
    }
}
