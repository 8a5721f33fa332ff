using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Tests;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>
/// Inspections from beginning to end, of sixteen drivers at once: begun, twenty answers in one request, completed. Against the statements that the Api sent
/// for one, with other ids each time, as three batches of the same login.
/// </summary>
internal static class InspectionRuns
{
    private const int Clients = 16;
    private const int WarmUp = 5;

    private static readonly string[] Steps = ["begin", "20 answers", "complete"];

    /// <param name="turns">Inspections of each driver and side.</param>
    public static async Task RunAsync(TestDatabase database, int turns)
    {
        var fleet = await Fleet.SeedAsync(database, 400, Pages.Sessions, Pages.Hash);
        await InspectionHistory.AddChecklistAsync(database, fleet.Tenant);
        await InspectionHistory.AddRunsAsync(database, fleet.Tenant, 1_000);
        var assets = await AssetsAsync(database, fleet);
        var items = await ItemsAsync(database, fleet);
        var recorded = await RecordAsync(database, fleet, assets[^1], items);
        await using var api = await Pages.StartAsync(database, _ => { });
        await using var app = Pages.Open(database);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 }) { BaseAddress = Pages.Address(api) };
        await TurnsAsync(WarmUp, new Side(), new Side());
        Side raw = new(), through = new();
        await TurnsAsync(turns, raw, through);

        Console.WriteLine($"{Clients} drivers, {InspectionHistory.Items} items; statements of an inspection: {string.Join(", ", recorded.Steps.Select((s, i) => $"{Steps[i]} {s.Count} ({s.Sum(x => x.Text.Length)} bytes of SQL)"))}");
        Console.WriteLine("| | raw | Api | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Line("whole inspections a second", raw.PerSecond, through.PerSecond, raw.PerSecond / through.PerSecond);
        Line("an inspection, p50 ms", raw.Whole.Median, through.Whole.Median, through.Whole.Median / raw.Whole.Median);
        Line("an inspection, p95 ms", raw.Whole.P95, through.Whole.P95, through.Whole.P95 / raw.Whole.P95);

        async Task TurnsAsync(int count, Side rawSide, Side apiSide)
        {
            for (var turn = 0; turn < count; turn++)
            {
                await rawSide.TakeAsync(c => ReplayAsync(app, fleet, recorded, assets[c], items));
                await apiSide.TakeAsync(c => InspectAsync(client, fleet, assets[c], items));
            }
        }

        static void Line(string what, double raw, double through, double ratio) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {raw:F1} | {through:F1} | {ratio:F2} |"));
    }

    private static async Task<Guid[]> AssetsAsync(TestDatabase database, Fleet fleet)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator);
        await using var command = new NpgsqlCommand(
            """
            select array_agg(a.id order by a.id) from assets a join asset_models m on m.id = a.model_id join categories c on c.id = m.category_id
             where a.tenant_id = $1 and a.archived_at is null and c.kind = 'VEHICLE'
            """, connection)
        { Parameters = { new() { Value = fleet.Tenant.Id } } };
        return [.. ((Guid[])(await command.ExecuteScalarAsync())!).Take(Clients + 1)];
    }

    // A run's copy has the ids of its checklist.
    private static async Task<List<(Guid Id, bool IsNumber)>> ItemsAsync(TestDatabase database, Fleet fleet)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator);
        await using var command = new NpgsqlCommand("select id, item_type = 'NUMBER' from inspection_template_items where tenant_id = $1 order by position", connection)
        { Parameters = { new() { Value = fleet.Tenant.Id } } };
        await using var reader = await command.ExecuteReaderAsync();
        var items = new List<(Guid, bool)>();
        while (await reader.ReadAsync())
        {
            items.Add((reader.GetGuid(0), reader.GetBoolean(1)));
        }

        return items;
    }

    private static async Task<Recording> RecordAsync(TestDatabase database, Fleet fleet, Guid asset, IReadOnlyList<(Guid Id, bool IsNumber)> items)
    {
        using var statements = new Statements();
        await using var api = await Pages.StartAsync(database, b => statements.Attach(b.Services, database.ConnectionString(DatabaseRoles.App)));
        using var client = new HttpClient { BaseAddress = Pages.Address(api) };
        await InspectAsync(client, fleet, asset, items); // what a process asks once
        statements.Take();
        var since = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var steps = new List<List<Statements.Statement>>();
        await InspectAsync(client, fleet, asset, items, () => steps.Add(
            [.. statements.Take().SelectMany(t => t).Where(s => !s.Text.Contains("session_open", StringComparison.Ordinal) && s.Text is not ("commit" or "COMMIT" or "BEGIN"))]));
        return new Recording(steps, asset, since);
    }

    /// <param name="afterStep">Called when one of the three requests is answered.</param>
    private static async Task InspectAsync(HttpClient client, Fleet fleet, Guid asset, IReadOnlyList<(Guid Id, bool IsNumber)> items, Action? afterStep = null)
    {
        using var run = await SendAsync("/api/inspections", $$"""{"assetId":"{{asset}}"}""");
        var id = run.RootElement.GetProperty("id").GetGuid();
        using (await SendAsync($"/api/inspections/{id}/responses", $$"""{"responses":[{{string.Join(',', items.Select(Answer))}}]}"""))
        using (await SendAsync($"/api/inspections/{id}/complete", """{"outcome":"PASS"}"""))
        {
            // Both are answered.
        }

        async Task<JsonDocument> SendAsync(string path, string body)
        {
            using var answer = await Pages.SendAsync(client, fleet.NextToken(), HttpMethod.Post, path, body);
            var text = await answer.Content.ReadAsStringAsync();
            afterStep?.Invoke();
            return answer.IsSuccessStatusCode ? JsonDocument.Parse(text) : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
        }

        static string Answer((Guid Id, bool IsNumber) item) => item.IsNumber
            ? $$"""{"snapshotItemId":"{{item.Id}}","numberValue":42.5}"""
            : $$"""{"snapshotItemId":"{{item.Id}}","booleanValue":true}""";
    }

    private static async Task ReplayAsync(NpgsqlDataSource app, Fleet fleet, Recording recorded, Guid asset, IReadOnlyList<(Guid Id, bool IsNumber)> items)
    {
        var ids = new Dictionary<Guid, Guid> { [recorded.Asset] = asset };
        await using var connection = await app.OpenConnectionAsync();
        foreach (var step in recorded.Steps)
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new("begin"));
            batch.BatchCommands.Add(new("select user_id, tenant_id, membership_id, role, is_vip, session_id, auth_level, provider from session_open($1)") { Parameters = { new() { Value = Pages.Hash(fleet.NextToken()) } } });
            foreach (var statement in step)
            {
                var (text, values) = Statements.Replay(statement with { Values = [.. Values(statement, items).Select(Renew)] });
                var command = new NpgsqlBatchCommand(text);
                foreach (var value in values)
                {
                    // The log does not say whether a text was JSON: the server knows what the column takes.
                    command.Parameters.Add(value is string ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown } : new NpgsqlParameter { Value = value });
                }

                batch.BatchCommands.Add(command);
            }

            batch.BatchCommands.Add(new("commit"));
            await batch.ExecuteNonQueryAsync();
        }

        object? Renew(object? value) => value switch
        {
            Guid id => NewOf(id),
            string text => ids.Aggregate(text, (t, pair) => t.Replace(pair.Key.ToString(), pair.Value.ToString(), StringComparison.Ordinal)),
            _ => value,
        };

        // An id that the recorded inspection made is made anew, and once.
        Guid NewOf(Guid id)
        {
            if (!ids.TryGetValue(id, out var other))
            {
                ids[id] = other = id.Version == 7 && string.CompareOrdinal(id.ToString(), recorded.Since.ToString()) > 0 ? Guid.CreateVersion7(TimeProvider.System.GetUtcNow()) : id;
            }

            return other;
        }
    }

    // The log cuts an array after its tenth element.
    private static IEnumerable<object?> Values(Statements.Statement statement, IReadOnlyList<(Guid Id, bool IsNumber)> items)
    {
        if (!statement.Text.Contains("insert into inspection_responses", StringComparison.Ordinal))
        {
            return statement.Values;
        }

        var values = statement.Values.ToArray();
        values[2] = items.Select(_ => Guid.CreateVersion7(TimeProvider.System.GetUtcNow())).ToArray();
        values[3] = items.Select(i => i.Id).ToArray();
        values[4] = items.Select(i => i.IsNumber ? (bool?)null : true).ToArray();
        values[5] = new string?[items.Count];
        values[6] = items.Select(i => i.IsNumber ? 42.5 : (double?)null).ToArray();
        values[7] = new string?[items.Count];
        return values;
    }

    /// <param name="Steps">The statements of each of the three requests, without the opening and the end of their transactions.</param>
    /// <param name="Since">Ids behind it are the inspection's own.</param>
    private sealed record Recording(List<List<Statements.Statement>> Steps, Guid Asset, Guid Since);

    /// <summary>All drivers at once, again and again.</summary>
    private sealed class Side
    {
        private TimeSpan _spent;
        private int _done;

        public Samples Whole { get; } = new();

        public double PerSecond => _done / _spent.TotalSeconds;

        public async Task TakeAsync(Func<int, Task> inspect)
        {
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => Whole.MeasureAsync(() => inspect(c))));
            _spent += Stopwatch.GetElapsedTime(started);
            _done += Clients;
        }
    }
}
