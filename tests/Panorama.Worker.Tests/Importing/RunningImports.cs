using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Importing;

/// <summary>Files that the Worker imports, and what becomes of them when it is stopped or killed.</summary>
public sealed class RunningImports(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private const int Rows = 10_000;

    private static readonly byte[] Many = Encoding.UTF8.GetBytes(
        "Asset Tag,Name,Category,Model,Location,Notes\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => i == 7_000
            ? "T-1,again,Cars,M,L,\n"
            : string.Create(CultureInfo.InvariantCulture, $"T-{i},Asset {i},Cars,Model {i % 40},Place {i % 60},note {i}\n"))));

    private TestDatabase Database => own.Database;

    [Theory]
    [InlineData("skip-bad", false)]
    [InlineData("all-or-nothing", true)]
    public async Task Ten_thousand_rows_take_less_than_a_minute_and_a_quarter_of_a_gigabyte(string mode, bool dryRun)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: cancellationToken);
        await using var worker = WorkerProcess.Start(Database);
        await worker.WaitUntilHealthyAsync(cancellationToken);

        var id = await QueueAsync(tenant, Many, mode, dryRun);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var row = await EndAsync(worker, id);
        watch.Stop();
        var peak = PeakMegabytes(worker.ProcessId);
        TestContext.Current.SendDiagnosticMessage($"{mode}, dry run {dryRun}: {watch.Elapsed.TotalSeconds:0.0} s, peak {peak} MB");

        Assert.Equal((dryRun ? "DRAFT" : "DONE", Rows - 1, 1, Rows), row);
        Assert.Equal(dryRun ? 0 : Rows - 1, await CountAsync("assets", tenant));
        Assert.Equal(1, await CountAsync("import_findings", tenant));
        Assert.Equal(dryRun ? 1 : Rows, await CountAsync("import_rows", tenant));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"It took {watch.Elapsed}.");
        Assert.True(peak <= 256, $"The Worker took {peak} MB.");
    }

    [Theory]
    [InlineData("skip-bad")]
    [InlineData("all-or-nothing")]
    public async Task Killed_three_times_it_stores_each_row_once(string mode)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: cancellationToken);
        var id = await QueueAsync(tenant, mode == "skip-bad" ? Many : Good(), mode, dryRun: false);
        for (var kill = 1; kill <= 3; kill++)
        {
            await using var victim = WorkerProcess.Start(Database);
            var least = mode == "skip-bad" ? kill * 1_500 : 1_000;
            await Eventually.TrueAsync(async () => await DoneAsync(id) is ("RUNNING", var done) && done >= least && done < Rows, () => victim.Output, cancellationToken);
            await victim.KillAsync(cancellationToken);
        }

        await using var worker = WorkerProcess.Start(Database);
        var row = await EndAsync(worker, id);

        var bad = mode == "skip-bad" ? 1 : 0;
        Assert.Equal(("DONE", Rows - bad, bad, Rows), row);
        Assert.Equal(Rows - bad, await CountAsync("assets", tenant));
        Assert.Equal(Rows - bad, await CountAsync("audit_events", tenant, "action = 'panorama.asset.created'"));
        Assert.Equal(1, await CountAsync("audit_events", tenant, "action = 'panorama.import.completed'"));
        Assert.Equal(bad, await CountAsync("import_findings", tenant, "code = 'tag_twice' and line = 7001"));
        Assert.Equal(60, await CountAsync("locations", tenant));
    }

    [Fact]
    public async Task Stopped_it_pauses_within_ten_seconds_and_the_next_worker_goes_on()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: cancellationToken);
        var id = await QueueAsync(tenant, Many, "skip-bad", dryRun: false);
        TimeSpan took;
        string output;
        await using (var first = WorkerProcess.Start(Database))
        {
            await Eventually.TrueAsync(async () => (await DoneAsync(id)).Done is >= 1_000 and < 9_000, () => first.Output, cancellationToken);
            took = await first.StopAsync(cancellationToken);
            output = first.Output;
        }

        var (state, done) = await DoneAsync(id);
        await using var second = WorkerProcess.Start(Database);
        var row = await EndAsync(second, id);

        Assert.True(state == "PAUSED" && done is >= 1_000 and < Rows, $"{state} with {done} rows after {took}.\n{output}");
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took}.");
        Assert.Equal(("DONE", Rows - 1, 1, Rows), row);
        Assert.Equal(Rows - 1, await CountAsync("assets", tenant));
    }

    [Fact]
    public async Task Stopped_while_the_rest_of_the_Worker_still_starts_it_pauses_as_well()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: cancellationToken);
        var id = await QueueAsync(tenant, Many, "skip-bad", dryRun: false);
        await using var source = NpgsqlDataSource.Create(Database.Superuser);
        await using var holder = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(cancellationToken);
        await using (var hold = new NpgsqlCommand("lock table quartz.qrtz_locks, quartz.qrtz_job_details in exclusive mode", holder, transaction))
        {
            await hold.ExecuteNonQueryAsync(cancellationToken); // the scheduler waits for it
        }

        await using var worker = WorkerProcess.Start(Database);
        await Eventually.TrueAsync(async () => (await DoneAsync(id)).Done is >= 500 and < 9_000, () => worker.Output, cancellationToken);
        var took = await worker.StopAsync(cancellationToken);

        Assert.True((await DoneAsync(id)).State == "PAUSED", worker.Output);
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took}.");
    }

    [Fact]
    public async Task Asked_to_stop_it_keeps_what_is_stored_and_can_be_gone_on_with()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: cancellationToken);
        await using var worker = WorkerProcess.Start(Database);
        var id = await QueueAsync(tenant, Many, "skip-bad", dryRun: false);

        await Eventually.TrueAsync(async () => (await DoneAsync(id)).Done >= 500, () => worker.Output, cancellationToken);
        await RunAsync("update imports set cancel_requested = true where id = $1", id);
        await Eventually.TrueAsync(async () => (await DoneAsync(id)).State == "CANCELLED", () => worker.Output, cancellationToken);
        var kept = await CountAsync("assets", tenant);
        await RunAsync("update imports set state = 'QUEUED', finished_at = null where id = $1", id);
        await RunAsync("select pg_notify('panorama_work', 'imports')");
        var row = await EndAsync(worker, id);

        Assert.InRange(kept, 500, Rows - 2);
        Assert.Equal(("DONE", Rows - 1, 1, Rows), row);
        Assert.Equal(Rows - 1, await CountAsync("assets", tenant));
    }

    [Fact]
    public async Task What_can_never_work_ends_with_its_reason()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: cancellationToken);
        await using var worker = WorkerProcess.Start(Database);

        var id = await QueueAsync(tenant, "Name\nx\n"u8.ToArray(), "skip-bad", dryRun: false);
        await Eventually.TrueAsync(async () => (await DoneAsync(id)).State == "FAILED", () => worker.Output, cancellationToken);
        var worn = await QueueAsync(tenant, "Asset Tag\nx\n"u8.ToArray(), "skip-bad", dryRun: false, "attempts = 6, started_at = now()");
        await Eventually.TrueAsync(async () => (await DoneAsync(worn)).State == "FAILED", () => worker.Output, cancellationToken);

        Assert.Equal(("column_missing", "import_gave_up"), ((string?)await RunAsync("select error_code from imports where id = $1", id), (string?)await RunAsync("select error_code from imports where id = $1", worn)));
    }

    private static byte[] Good() => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Many).Replace("T-1,again,Cars,M,L,\n", "T-7000,good,Cars,Model 0,Place 0,\n", StringComparison.Ordinal));

    private static long PeakMegabytes(int processId) => long.Parse(
        File.ReadLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    private async Task<(string State, int Created, int Rejected, int Done)> EndAsync(WorkerProcess worker, Guid id)
    {
        await Eventually.TrueAsync(async () => (await DoneAsync(id)).State is "DONE" or "DRAFT" or "FAILED", () => worker.Output, TestContext.Current.CancellationToken);
        await using var connection = await Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select state, created, rejected, rows_done from imports where id = $1", connection) { Parameters = { new() { Value = id } } };
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        return (reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
    }

    private async Task<(string State, int Done)> DoneAsync(Guid id)
    {
        var row = ((string)(await RunAsync("select state || ' ' || rows_done from imports where id = $1", id))!).Split(' ');
        return (row[0], int.Parse(row[1], CultureInfo.InvariantCulture));
    }

    private async Task<long> CountAsync(string table, TestTenant tenant, string where = "true") =>
        (long)(await RunAsync($"select count(*) from {table} where tenant_id = $1 and {where}", tenant.Id))!;

    private async Task<Guid> QueueAsync(TestTenant tenant, byte[] file, string mode, bool dryRun, string more = "version = 1")
    {
        var id = TestTenant.NewId();
        await using var connection = await Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // the test's own words
        await using var command = new NpgsqlCommand(
            $"""
            insert into imports (id, tenant_id, kind, file_name, file, size_bytes, sha256, options, state, dry_run, inspection, started_by_user_id)
            values ($1, $2, 'assets', 'many.csv', $3, $4, $5, $6, 'DRAFT', $7, $8, $9);
            """, connection);
#pragma warning restore CA2100
        foreach (var value in (object[])[id, tenant.Id, file, file.Length, SHA256.HashData(file)])
        {
            command.Parameters.Add(new() { Value = value });
        }

        command.Parameters.Add(new() { Value = (new StoredImportOptions() with { Mode = mode }).ToJson(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = dryRun });
        command.Parameters.Add(new() { Value = "{}", NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = tenant.FleetAdmin.UserId });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await RunAsync($"update imports set state = 'QUEUED', {more} where id = $1", id);
        await RunAsync("select pg_notify('panorama_work', 'imports')");
        return id;
    }

    private async Task<object?> RunAsync(string sql, params object[] values)
    {
        await using var connection = await Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // the test's own words
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
