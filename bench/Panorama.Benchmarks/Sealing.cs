using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>Whether one sealer keeps up: rows sealed and verified a second, against rows that one writer inserts a second, each in a transaction of its own.</summary>
internal static class Sealing
{
    public static async Task RunAsync(TestDatabase database, int events)
    {
        var tenant = await TestTenant.CreateAsync(database);
        await using var worker = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        await using var connection = await worker.OpenConnectionAsync();

        var written = await PerSecondAsync(events, async () =>
        {
            for (var n = 0; n < events; n++)
            {
                await using var command = new NpgsqlCommand(
                    """
                    insert into audit_events (id, tenant_id, action, resource_type, resource_id, metadata)
                    values (gen_random_uuid(), $1, 'panorama.asset.updated', 'asset', $2, '{"fields": ["name", "status"]}')
                    """, connection);
                command.Parameters.Add(new() { Value = tenant.Id });
                command.Parameters.Add(new() { Value = tenant.ModelId.ToString() });
                await command.ExecuteNonQueryAsync();
            }
        });

        long rows = 0;
        var sealing = await PerSecondAsync(events, async () =>
        {
            AuditSealingPass pass;
            do
            {
                pass = await SealAudit.ExecuteAsync(worker, CancellationToken.None);
                rows += pass.Rows;
            }
            while (pass.Rows > 0);
        });
        if (rows < events)
        {
            throw new InvalidOperationException($"Only {rows} of {events} rows were sealed.");
        }

        var verifying = await PerSecondAsync(events, async () =>
        {
            var result = await VerifyAudit.ChainAsync(
                worker, tenant.Id, from: 1, strays: false, keys: null, sign: false, record: false, TimeProvider.System, CancellationToken.None);
            if (result.Findings.Count > 0 || result.Through != events)
            {
                throw new InvalidOperationException("The chain is not whole.");
            }
        });

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            audit, {events:N0} rows of one chain
              written by one writer, a row a transaction (baseline)   {written:N0} a second
              sealed by one sealer                                    {sealing:N0} a second, ratio {sealing / written:F2} (below 1 the tail grows)
              verified                                                {verifying:N0} a second, ratio {verifying / written:F2}
            """));
    }

    private static async Task<double> PerSecondAsync(int rows, Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
