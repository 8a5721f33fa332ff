using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panorama.Api;
using Panorama.Api.Tests;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>An organisation of one size, and what is asked of it.</summary>
/// <param name="NextToken">Of one of its sessions: the Api takes 300 requests a minute of each.</param>
/// <param name="PathsAsync">What to ask for, by name; it may ask the Api for what a path needs.</param>
internal sealed record Subject(int Size, Func<byte[]> NextToken, Func<Func<string, Task<string>>, Task<IReadOnlyList<(string Name, string Path)>>> PathsAsync);

/// <summary>
/// What the Api adds to its own SQL: requests over HTTP against the statements it sent, as one <see cref="NpgsqlBatch"/> of the same login. Both take
/// turns in one run, at 1 and 16 clients, in tenants of several sizes.
/// </summary>
internal static class Pages
{
    /// <summary>Sessions that a tenant needs.</summary>
    public const int Sessions = 400;

    private const string Secret = "k3JmW9s0QxYbT7uVnC5eRzAh2LpGd8Fi";
    private const int WarmUp = 200;
    private static readonly int[] Clients = [1, 16];

    /// <param name="things">What the sizes count, for the head of the table.</param>
    /// <param name="rounds">Requests a figure.</param>
    public static async Task RunAsync(TestDatabase database, string things, IReadOnlyList<Subject> subjects, int rounds)
    {
        await using (var owner = await database.OpenSuperuserAsync())
        await using (var analyze = new NpgsqlCommand("vacuum analyze", owner) { CommandTimeout = 3_600 })
        {
            await analyze.ExecuteNonQueryAsync();
        }

        using var statements = new Statements();
        var listening = await StartAsync(database, b => statements.Attach(b.Services, database.ConnectionString(DatabaseRoles.App)));
        var plans = new List<List<Case>>();
        foreach (var subject in subjects)
        {
            plans.Add(await CasesAsync(listening, statements, subject));
        }

        await listening.DisposeAsync();
        await using var api = await StartAsync(database, _ => { });
        await using var app = Open(database);
        using var http = new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 };
        var address = Address(api);
        Console.WriteLine($"| {things} | clients | request | raw p50 / p95 ms | Api p50 / p95 ms | ratio p50 / p95 | statements, bytes of SQL | bytes of rows, of JSON |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var test in plans[0])
        {
            // Compiled before the first figure: the code is hot for every request alike.
            await MeasureAsync(app, http, address, subjects[0], test, clients: 1, WarmUp);
        }

        var slowest = new Dictionary<(string Name, int Clients), List<double>>();
        for (var i = 0; i < subjects.Count; i++)
        {
            foreach (var test in plans[i])
            {
                foreach (var clients in Clients)
                {
                    var (raw, through) = await MeasureAsync(app, http, address, subjects[i], test, clients, Math.Max(20, rounds / (test.IsSearch ? 4 : 1)));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"| {subjects[i].Size:N0} | {clients} | {test.Name} | {raw.Median:F2} / {raw.P95:F2} | {through.Median:F2} / {through.P95:F2} | {through.Median / raw.Median:F2} / {through.P95 / raw.P95:F2} | {test.Batch.Count}, {test.Batch.Sum(s => s.Text.Length)} | {test.RowBytes}, {test.JsonBytes} |"));
                    if (!slowest.TryGetValue((test.Name, clients), out var p95))
                    {
                        slowest[(test.Name, clients)] = p95 = [];
                    }

                    p95.Add(through.P95);
                }
            }
        }

        foreach (var ((name, clients), p95) in slowest.Where(s => s.Value.Count > 1))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"growth of p95 from {subjects[0].Size:N0} to {subjects[^1].Size:N0}: {name}, {clients} clients: {p95[^1] / p95[0]:F2}"));
        }
    }

    public static byte[] Hash(byte[] token) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), token);

    public static Uri Address(WebApplication api) => new(api.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<WebApplication> StartAsync(TestDatabase database, Action<WebApplicationBuilder> configure)
    {
        var app = ApiHost.Build(
            [
                "--environment=Staging", "--FEATURE_INSPECTIONS=true", "--urls=http://127.0.0.1:0", $"--SESSION_SECRET={Secret}", "--DATA_KEY=k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                "--PANORAMA_WEB_BASE_URL=http://localhost:5080", "--TRUSTED_PROXIES=127.0.0.1", $"--ConnectionStrings:panorama={database.ConnectionString(DatabaseRoles.App)}",
                $"--ConnectionStrings:panorama_auth={database.ConnectionString(DatabaseRoles.Auth)}",
            ],
            builder =>
            {
                builder.Logging.ClearProviders();
                configure(builder);
            });
        await app.StartAsync();
        return app;
    }

    /// <summary>As the Api logs in, with a connection for each client.</summary>
    public static NpgsqlDataSource Open(TestDatabase database) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString(DatabaseRoles.App)) { MaxPoolSize = 16, NoResetOnClose = true });

    private static async Task<List<Case>> CasesAsync(WebApplication api, Statements statements, Subject subject)
    {
        using var client = new HttpClient { BaseAddress = Address(api) };
        var paths = await subject.PathsAsync(async path =>
        {
            using var answer = await SendAsync(client, subject.NextToken(), HttpMethod.Get, path);
            return await answer.Content.ReadAsStringAsync();
        });
        var cases = new List<Case>();
        foreach (var (name, path) in paths)
        {
            // A long list is counted once a minute; measured is what nearly every request does.
            using (await SendAsync(client, subject.NextToken(), HttpMethod.Get, path))
            {
                statements.Take();
            }

            using var answer = await SendAsync(client, subject.NextToken(), HttpMethod.Get, path);
            var body = await answer.Content.ReadAsByteArrayAsync();
            var sent = statements.Take().SelectMany(t => t).Where(s => !s.Text.Contains("session_open", StringComparison.Ordinal) && s.Text is not ("commit" or "COMMIT" or "BEGIN")).ToList();
            if (answer.StatusCode != HttpStatusCode.OK || sent.Count == 0)
            {
                throw new InvalidOperationException($"{path}: {(int)answer.StatusCode}, {sent.Count} statements.");
            }

            cases.Add(new Case(name, path, sent, body.Length));
        }

        return cases;
    }

    /// <param name="body">JSON; null for none.</param>
    public static Task<HttpResponseMessage> SendAsync(HttpClient client, byte[] token, HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Cookie", $"panorama_session={SecretToken.Format(token)}");
        request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"100.{token[0]}.{token[1]}.{token[2]}")); // a first request counts for its address
        return client.SendAsync(request);
    }

    private static async Task<(Samples Raw, Samples Api)> MeasureAsync(
        NpgsqlDataSource app, SocketsHttpHandler http, Uri address, Subject subject, Case test, int clients, int rounds)
    {
        Samples raw = new(), through = new(), warm = new();
        using var client = new HttpClient(http, disposeHandler: false) { BaseAddress = address };
        await TurnsAsync(Math.Max(5, rounds / 10 / clients), warm, warm);
        await TurnsAsync(Math.Max(5, rounds / clients), raw, through);
        return (raw, through);

        // In turns, all clients on the same side at a time: neither slows the other down, and a busy moment of the machine hits both.
        async Task TurnsAsync(int turns, Samples rawSamples, Samples apiSamples)
        {
            for (var turn = 0; turn < turns; turn++)
            {
                await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => rawSamples.MeasureAsync(() => ReadAsync(app, subject.NextToken(), test))));
                await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => apiSamples.MeasureAsync(async () =>
                {
                    using var answer = await SendAsync(client, subject.NextToken(), HttpMethod.Get, test.Path);
                    if ((await answer.Content.ReadAsByteArrayAsync()).Length != test.JsonBytes)
                    {
                        throw new InvalidOperationException($"{test.Path} answered {(int)answer.StatusCode} and another body than before.");
                    }
                })));
            }
        }
    }

    private static async Task ReadAsync(NpgsqlDataSource app, byte[] token, Case test)
    {
        await using var connection = await app.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("begin"));
        batch.BatchCommands.Add(new("select user_id, tenant_id, membership_id, role, is_vip, session_id, auth_level, provider from session_open($1)") { Parameters = { new() { Value = Hash(token) } } });
        foreach (var statement in test.Batch)
        {
            var (text, values) = Statements.Replay(statement);
            var command = new NpgsqlBatchCommand(text);
            foreach (var value in values)
            {
                command.Parameters.Add(new() { Value = value });
            }

            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands.Add(new("commit"));
        await using var reader = await batch.ExecuteReaderAsync();
        long bytes = 0;
        do
        {
            while (await reader.ReadAsync())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    bytes += reader.GetValue(i) switch
                    {
                        DBNull => 0,
                        string text => text.Length,
                        Guid => 16,
                        bool => 1,
                        _ => 8,
                    };
                }
            }
        }
        while (await reader.NextResultAsync());
        test.RowBytes = bytes;
    }

    private sealed record Case(string Name, string Path, IReadOnlyList<Statements.Statement> Batch, int JsonBytes)
    {
        public bool IsSearch => Name.StartsWith("search", StringComparison.Ordinal);

        public long RowBytes { get; set; }
    }
}
