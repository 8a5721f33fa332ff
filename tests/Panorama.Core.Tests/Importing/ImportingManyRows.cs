using System.Text;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Core.Tests.Importing;

/// <summary>Three batches: what is seen while a run goes on, and what a stop leaves.</summary>
public sealed class ImportingManyRows(TestDatabase database)
{
    private static readonly byte[] File = Encoding.UTF8.GetBytes(
        "Asset Tag,Name,Model,Category,Location,VIN\n" + string.Concat(Enumerable.Range(1, 1200).Select(i => $"M-{i:0000},asset {i},Model {i % 7},Vans,Site {i % 20},VIN{(i == 900 ? 3 : i):00000}\n")));

    [Fact]
    public async Task A_bad_row_of_a_later_batch_is_left_out_and_the_counts_are_kept_as_it_goes()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        var seen = new Steps();

        var result = await RunAsync(tenant, ImportMode.SkipBad, seen);

        Assert.Equal((1200, 1199, 1), (result.RowsTotal, result.Created, result.Rejected));
        Assert.Equal([500, 1000, 1200], seen.Select(step => step.RowsDone));
        var finding = Assert.Single(result.Findings);
        Assert.Equal((901, "VIN", "value_taken", "M-0003"), (finding.Line, finding.Column, finding.Code, finding.Args["tag"]));
        Assert.Equal((1199, 20, 7), (await database.CountAsync(tenant, "custom_values"), await database.CountAsync(tenant, "locations"),
            await database.CountAsync(tenant, "asset_models", "name like 'Model %'")));
        Assert.Equal(1, await database.CountAsync(tenant, "imports", "state = 'DONE' and rows_done = 1200 and created = 1199 and rejected = 1"));
    }

    [Fact]
    public async Task All_or_nothing_stores_nothing_of_the_batches_before_the_bad_row()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        var result = await RunAsync(tenant, ImportMode.AllOrNothing, new Steps());

        Assert.Equal((false, 1), (result.Stored, result.Rejected));
        Assert.Equal((0, 0, 0), (await database.CountAsync(tenant, "assets"), await database.CountAsync(tenant, "locations"), await database.CountAsync(tenant, "audit_events")));
        Assert.Equal(1, await database.CountAsync(tenant, "imports", "state = 'FAILED' and error_code = 'rows_rejected' and rows_done = 1200 and created = 0"));
        Assert.Equal(1, await database.CountAsync(tenant, "import_findings", "severity = 'reject' and line = 901"));
    }

    [Theory]
    [InlineData(ImportMode.AllOrNothing, 0)]
    [InlineData(ImportMode.SkipBad, 500)]
    public async Task A_stop_that_is_asked_for_is_seen_after_the_batch(ImportMode mode, int kept)
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        var stop = new Steps(_ =>
        {
            using var command = new NpgsqlCommand("update imports set cancel_requested = true where tenant_id = $1", connection);
            command.Parameters.Add(new() { Value = tenant.Id });
            command.ExecuteNonQuery();
        });

        var result = await RunAsync(tenant, mode, stop);
        var again = await RunAsync(tenant, ImportMode.SkipBad, new Steps());

        Assert.Equal((true, false), (result.Cancelled, result.Stored));
        Assert.Equal((1199 - kept, kept), (again.Created, again.Matched));
        Assert.Equal(1, await database.CountAsync(tenant, "imports", $"state = 'CANCELLED' and rows_done = 500 and created = {kept}"));
    }

    [Fact]
    public async Task Two_runs_at_once_make_every_asset_once()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        var results = await Task.WhenAll(RunAsync(tenant, ImportMode.SkipBad, new Steps()), RunAsync(tenant, ImportMode.SkipBad, new Steps()));

        Assert.Equal(1199, results.Sum(result => result.Created));
        Assert.Equal((1199, 20), (await database.CountAsync(tenant, "assets"), await database.CountAsync(tenant, "locations")));
    }

    private async Task<AssetImportResult> RunAsync(TestTenant tenant, ImportMode mode, IProgress<ImportProgress> progress)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        return await new AssetImport(source, TimeProvider.System).RunAsync(
            tenant.Id, null, File, new AssetImportOptions { Mode = mode },
            token => ImportLedger.StartAsync(source, tenant.Id, ImportKind.Assets, "many.csv", File, "{}", null, TimeProvider.System.GetUtcNow(), token),
            progress, onStored: null, TestContext.Current.CancellationToken);
    }

    private sealed class Steps(Action<ImportProgress>? then = null) : List<ImportProgress>, IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            Add(value);
            then?.Invoke(value);
        }
    }
}
