using System.Globalization;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>What the walls cost: opening the session and reading a page under row security, against the same page by the owner's login without either.</summary>
internal static class ListPage
{
    private const int WarmUp = 200;

    private const string Page = """
        select a.id, a.tag, a.name, a.status, m.name, a.created_at
          from assets a join asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id
         where a.tenant_id = $1 and a.archived_at is null
         order by a.created_at desc, a.id desc limit 51
        """;

    public static async Task RunAsync(TestDatabase database, int assets, int rounds)
    {
        var one = await TestTenant.CreateAsync(database);
        await SeedAsync(database, one, assets);
        await SeedAsync(database, await TestTenant.CreateAsync(database), assets);
        await using var app = await database.OpenAsync(DatabaseRoles.App);
        await using var owner = await database.OpenAsync(DatabaseRoles.Migrator);
        await using (var analyze = new NpgsqlCommand("analyze assets, asset_models, sessions, tenant_memberships", owner))
        {
            await analyze.ExecuteNonQueryAsync();
        }

        Samples walled = new(), bare = new(), warm = new();
        for (var round = -WarmUp; round < rounds; round++)
        {
            // Taken in turns: a busy moment of the machine hits both.
            await (round < 0 ? warm : walled).MeasureAsync(() => ReadAsync(app, one.Id, one.Owner.SessionHash));
            await (round < 0 ? warm : bare).MeasureAsync(() => ReadAsync(owner, one.Id, session: null));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            list page of 51 of {assets:N0} assets, two tenants, {rounds:N0} rounds
              session_open + page under row security   median {walled.Median:F2} ms   p95 {walled.P95:F2} ms
              the page alone (baseline)                median {bare.Median:F2} ms   p95 {bare.P95:F2} ms
              ratio of medians {walled.Median / bare.Median:F2} (budget 3 on an idle machine), difference {walled.Median - bare.Median:F2} ms (budget 1 ms at p95: {walled.P95 - bare.P95:F2} ms)
            """));
    }

    private static async Task ReadAsync(NpgsqlConnection connection, Guid tenant, byte[]? session)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        if (session is not null)
        {
            await using var open = new NpgsqlCommand("select tenant_id from session_open($1)", connection, transaction);
            open.Parameters.Add(new() { Value = session });
            if (await open.ExecuteScalarAsync() is not Guid opened || opened != tenant)
            {
                throw new InvalidOperationException("The session did not open.");
            }
        }

        await using var command = new NpgsqlCommand(Page, connection, transaction);
        command.Parameters.Add(new() { Value = tenant });
        var rows = 0;
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                rows++;
            }
        }

        if (rows == 0)
        {
            throw new InvalidOperationException("The page is empty: nothing was measured.");
        }

        await transaction.CommitAsync();
    }

    private static async Task SeedAsync(TestDatabase database, TestTenant tenant, int assets)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator);
        await using var command = new NpgsqlCommand(
            """
            insert into assets (id, tenant_id, model_id, tag, name, search_text, created_at)
            select gen_random_uuid(), $1, $2, 'B-' || n, 'Van ' || n, 'b-' || n || ' van ' || n, date_trunc('milliseconds', now()) - n * interval '1 minute'
              from generate_series(1, $3) n
            """, connection)
        { CommandTimeout = 600 };
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = tenant.ModelId });
        command.Parameters.Add(new() { Value = assets });
        await command.ExecuteNonQueryAsync();
    }
}
