using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

public sealed class MigratingADatabase(TestDatabase database)
{
    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        var result = await new MigrationRunner(database.ConnectionString(DatabaseRoles.Migrator)).RunAsync(null, TestContext.Current.CancellationToken);

        Assert.Empty(result.Applied);
        Assert.Equal(0, result.PartitionsMade);
    }

    [Fact]
    public async Task A_step_that_changed_after_it_was_applied_is_an_error()
    {
        var steps = MigrationStep.All.Select((s, i) => i == 0 ? s with { Statements = [.. s.Statements, "select 1"] } : s)
            .Select(s => new MigrationStep(s.Id, s.Statements, s.IsResumable)).ToList();

        var refused = await Assert.ThrowsAsync<MigrationException>(() => RunAsync(steps));

        Assert.Equal($"Step {steps[0].Id} was applied with another content than this program has; a released step is never edited.", refused.Message);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_an_error()
    {
        var refused = await Assert.ThrowsAsync<MigrationException>(() => RunAsync([]));

        Assert.EndsWith("it was migrated by a newer one.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_migrator_migrates()
    {
        var refused = await Assert.ThrowsAsync<MigrationException>(() => new MigrationRunner(database.ConnectionString(DatabaseRoles.App)).RunAsync(null, TestContext.Current.CancellationToken));

        Assert.Equal("'panorama_app' may not become panorama_migrator; run bootstrap-db and connect as panorama_migrator.", refused.Message);
    }

    [Fact]
    public async Task The_script_may_begin_at_a_step_that_exists()
    {
        Assert.StartsWith("-- Panorama ", MigrationScript.Write(MigrationStep.All[0].Id), StringComparison.Ordinal);
        Assert.Throws<MigrationException>(() => MigrationScript.Write("9999_missing"));
        await Task.CompletedTask;
    }

    private Task<MigrationResult> RunAsync(IReadOnlyList<MigrationStep> steps) =>
        new MigrationRunner(database.ConnectionString(DatabaseRoles.Migrator), steps).RunAsync(null, TestContext.Current.CancellationToken);
}

/// <summary>Steps that are taken back or fail: on a database of their own, since the others look at the history.</summary>
public sealed class FailingAStep
{
    [Fact]
    public async Task A_failed_step_leaves_nothing_and_a_resumable_one_goes_on()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        var migrator = database.ConnectionString(DatabaseRoles.Migrator);
        var broken = new MigrationStep("9001_broken", ["create table half (id int)", "select 1 / 0"], IsResumable: false);

        var failure = await Assert.ThrowsAsync<PostgresException>(() => new MigrationRunner(migrator, [.. MigrationStep.All, broken]).RunAsync(null, TestContext.Current.CancellationToken));

        Assert.Equal("22012", failure.SqlState);
        await using var connection = await database.AsAsync(DatabaseRoles.Migrator);
        Assert.False(await connection.OneAsync<bool>("select to_regclass('half') is not null"));

        var resumable = new MigrationStep("9001_index",
            ["drop index if exists assets_serial_idx", "create index concurrently assets_serial_idx on assets (tenant_id, serial)"], IsResumable: true);
        await connection.RunAsync("create index assets_serial_idx on assets (serial)"); // what an interrupted run left
        var result = await new MigrationRunner(migrator, [.. MigrationStep.All, resumable]).RunAsync(null, TestContext.Current.CancellationToken);
        var again = await new MigrationRunner(migrator, [.. MigrationStep.All, resumable]).RunAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(["9001_index"], result.Applied);
        Assert.Empty(again.Applied);
        Assert.Contains("(tenant_id, serial)", await connection.OneAsync<string>("select pg_get_indexdef('assets_serial_idx'::regclass)"), StringComparison.Ordinal);
        var script = MigrationScript.Write([.. MigrationStep.All, resumable], null);
        Assert.True(script.IndexOf("-- 9001_index: outside a transaction", StringComparison.Ordinal) > script.IndexOf("partitions_maintain(14)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_runs_at_once_apply_each_step_once()
    {
        await using var database = new TestDatabase();
        await database.BootstrapAsync(TestContext.Current.CancellationToken);
        var migrator = database.ConnectionString(DatabaseRoles.Migrator);

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new MigrationRunner(migrator).RunAsync(null, TestContext.Current.CancellationToken)));

        Assert.Equal(MigrationStep.All.Select(s => s.Id), results.SelectMany(r => r.Applied));
    }

    [Fact]
    public void The_newest_step_is_the_one_that_is_written_out() => Assert.Equal(MigrationStep.Newest, MigrationStep.All[^1].Id);
}
