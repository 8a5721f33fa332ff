using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>What the runbooks tell an operator to type is typed here, or says what it needs.</summary>
public sealed class RunningTheRunbooks
{
    [Fact]
    public void Each_block_of_commands_is_run_by_a_test_or_says_what_it_needs()
    {
        var blocks = Runbook.All().ToList();

        Assert.True(blocks.Count > 10);
        Assert.Equal([], blocks.Where(b => !b.IsAccountedFor()).Select(b => $"{b.Page}: {b.Commands.Split('\n')[0]}"));
    }

    [Fact]
    public async Task New_secrets_are_ones_that_the_processes_take_and_a_login_gets_the_password_of_its_connection()
    {
        var token = TestContext.Current.CancellationToken;
        await using var database = new TestDatabase { Binaries = PostgresServer.BinaryFolder };
        await database.InitializeAsync();
        var folder = Directory.CreateTempSubdirectory("panorama-test-runbook-").FullName;
        var blocks = Runbook.RunIn(typeof(RunningTheRunbooks)).ToList();
        const string NewPassword = "Regenpfeifer-4711-Watt";
        var settings = Installation.Cli(database.ConnectionString).Append(("ConnectionStrings__panorama_bootstrap", database.Installer))
            .Select(s => s.Item1 == "ConnectionStrings__panorama" ? (s.Item1, new NpgsqlConnectionStringBuilder(s.Item2) { Password = NewPassword }.ConnectionString) : s).ToList();

        var secrets = (await blocks[0].RunAsync([], folder)).Trim();
        var said = await blocks[1].RunAsync(settings, folder);

        Assert.Equal(2, blocks.Count);
        Assert.Matches("^[A-Za-z0-9+/]{64}k2:[A-Za-z0-9_-]{43}$", secrets);
        Assert.True(AuditSigningKey.TryParse(secrets[64..], out var key, out _));
        key.Dispose();
        Assert.Contains("secret of panorama_app set", said, StringComparison.Ordinal);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString(DatabaseRoles.App)) { Password = NewPassword, Pooling = false }.ConnectionString);
        await connection.OpenAsync(token);
        await using var old = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString(DatabaseRoles.App)) { Pooling = false }.ConnectionString);
        Assert.Equal(PostgresErrorCodes.InvalidPassword, (await Assert.ThrowsAsync<PostgresException>(() => old.OpenAsync(token))).SqlState);
        Directory.Delete(folder, recursive: true);
    }
}
