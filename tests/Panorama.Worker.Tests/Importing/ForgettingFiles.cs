using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Core.Jobs;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Importing;

public sealed class ForgettingFiles(TestDatabase database)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_file_and_the_cells_of_what_was_left_out_go_thirty_days_after_the_end()
    {
        var token = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: token);
        var asset = await tenant.AddAssetAsync(cancellationToken: token);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        await AddAsync("done", "DONE", Now.AddDays(-30).AddMilliseconds(-1));
        await AddAsync("failed", "FAILED", Now.AddDays(-90));
        await AddAsync("kept", "DONE", Now.AddDays(-30));
        await AddAsync("paused", "PAUSED", null);
        await AddAsync("draft", "DRAFT", null);
        await AddAsync("young draft", "DRAFT", null, Now.AddDays(-29));

        var emptied = await ForgetImportedFiles.ExecuteAsync(source, Now, batchRows: 1, JobTurn.Unlimited, token);
        var again = await ForgetImportedFiles.ExecuteAsync(source, Now, batchRows: 100, JobTurn.Unlimited, token);

        Assert.Equal((1 + 2 + 6L, 0L), (emptied, again)); // the draft's own rows follow when it, too, has ended for so long
        Assert.Equal(
            "done DONE false 0 1|draft CANCELLED false 3 1|failed FAILED false 0 1|kept DONE true 3 1|paused PAUSED true 3 1|young draft DRAFT true 3 1",
            await database.ReadAsync<string>(
                """
                select string_agg(concat_ws(' ', file_name, state, (file is not null)::text, (select count(cells) from import_rows r where r.import_id = i.id),
                                            (select count(asset_id) from import_rows r where r.import_id = i.id)), '|' order by file_name) from imports i where tenant_id = $1
                """, token, tenant.Id));

        async Task AddAsync(string name, string state, DateTimeOffset? finishedAt, DateTimeOffset? updatedAt = null)
        {
            var id = TestTenant.NewId();
            await database.DamageAsync(
                """
                insert into imports (id, tenant_id, kind, file_name, file, size_bytes, sha256, state, finished_at, created_at, updated_at)
                values ($1, $2, 'assets', $3, 'x', 1, 'x', $4, $5, $6, $6)
                """,
                token, id, tenant.Id, name, state, (object?)finishedAt ?? DBNull.Value, updatedAt ?? Now.AddDays(-100));
            await database.DamageAsync(
                """
                insert into import_rows (tenant_id, import_id, line, outcome, cells) select $1, $2, n, 'REJECTED', '["a"]' from generate_series(2, 4) n
                """, token, tenant.Id, id);
            await database.DamageAsync("insert into import_rows (tenant_id, import_id, line, outcome, asset_id) values ($1, $2, 9, 'CREATED', $3)", token, tenant.Id, id, asset);
        }
    }
}
