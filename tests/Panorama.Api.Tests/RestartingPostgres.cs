using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Api.Tests;

/// <summary>A server that restarts under load: each answer is right or says "later", and nothing is written twice.</summary>
[Trait("FieldCase", "DB-03")]
public sealed class RestartingPostgres : IAsyncLifetime
{
    private const int Warm = 10;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private readonly TestDatabase _database = new() { Binaries = PostgresServer.BinaryFolder };
    private readonly ConcurrentQueue<(TimeSpan From, TimeSpan Until, string Outcome)> _answers = new();
    private readonly ErrorLog _log = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private RunningApi? _api;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _api = await RunningApi.StartAsync(ApiApp.Settings(_database,
            ("ConnectionStrings:panorama", new NpgsqlConnectionStringBuilder(_database.ConnectionString(DatabaseRoles.App)) { MaxPoolSize = Warm }.ConnectionString)),
            builder => builder.Logging.AddProvider(_log));
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    [Fact]
    public Task Answers_are_right_or_say_later_and_nothing_is_written_twice() =>
        RestartAsync(rounds: Environment.GetEnvironmentVariable("FULL") == "1" ? 10 : 2);

    [Fact]
    public async Task Connections_that_were_ended_cost_at_most_two_seconds()
    {
        var tenant = await TestTenant.CreateAsync(_database, ApiApp.Hash, TestContext.Current.CancellationToken);
        using var client = _api!.Client(tenant.Owner.Token);
        await WarmAsync(client);

        await using (var superuser = await _database.OpenSuperuserAsync(TestContext.Current.CancellationToken))
        {
            await using var end = new NpgsqlCommand("select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'panorama_app'", superuser);
            Assert.InRange((long)(await end.ExecuteScalarAsync(TestContext.Current.CancellationToken))!, 2, Warm);
        }

        var ended = _clock.Elapsed;
        for (var i = 0; i < 2 * Warm; i++)
        {
            var outcome = await client.GetOutcomeAsync("/api/assets");
            Assert.True(outcome == "200" || (outcome == "503 database_unavailable" && _clock.Elapsed - ended < Grace), $"{outcome} after {_clock.Elapsed - ended}");
            await Task.Delay(150, TestContext.Current.CancellationToken);
        }
    }

    private async Task RestartAsync(int rounds)
    {
        var tenant = await TestTenant.CreateAsync(_database, ApiApp.Hash, TestContext.Current.CancellationToken);
        TestPerson[] people = [tenant.Owner, tenant.FleetAdmin, tenant.Staff, tenant.Driver];
        using (var client = _api!.Client(tenant.Owner.Token))
        {
            await WarmAsync(client);
        }

        using var stop = new CancellationTokenSource();
        var made = 0;
        var readers = people.Select(async person =>
        {
            using var client = _api.Client(person.Token);
            while (!stop.IsCancellationRequested)
            {
                await AskAsync(() => client.GetAsync(new Uri("/api/assets", UriKind.Relative), CancellationToken.None));
                await Task.Delay(500, CancellationToken.None);
            }
        });
        var writers = people.Take(2).Select(async person =>
        {
            using var client = _api.Client(person.Token);
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref made);
                string outcome;
                do
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/assets", UriKind.Relative));
                    request.Headers.Add("Idempotency-Key", $"restart-{number}");
                    request.Content = JsonContent.Create(new { tag = $"R-{number}", name = $"Van {number}", modelId = tenant.ModelId });
                    outcome = await AskAsync(() => client.SendAsync(request, CancellationToken.None));
                    await Task.Delay(outcome == "201" ? 500 : 250, CancellationToken.None);
                }
                while (outcome[0] == '5');
                Assert.Equal("201", outcome);
            }
        });
        var load = Task.WhenAll([.. readers, .. writers]);
        var away = new List<(TimeSpan From, TimeSpan Until)>();
        for (var i = 0; i < rounds; i++)
        {
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            var from = _clock.Elapsed;
            await _database.RestartServerAsync(TestContext.Current.CancellationToken);
            away.Add((from, _clock.Elapsed + Grace));
            using var alive = _api.Client();
            Assert.Equal("200", await alive.GetOutcomeAsync("/alive"));
            await Task.Delay(3000, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await load;
        NpgsqlConnection.ClearAllPools(); // this process's own connections died as well
        var wrong = _answers.Where(a => a.Outcome is not ("200" or "201") && !(a.Outcome == "503 database_unavailable" && away.Exists(w => a.Until >= w.From && a.From <= w.Until)));
        Assert.Equal([], wrong);
        Assert.Contains(_answers, a => a.Outcome == "201");
        await using var connection = await _database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await using var count = new NpgsqlCommand("select count(*)::text || ' ' || count(distinct tag)::text from assets where tenant_id = $1", connection);
        count.Parameters.Add(new NpgsqlParameter { Value = tenant.Id });
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{made} {made}"), await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static async Task WarmAsync(HttpClient client)
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Warm * 2).Select(_ => client.GetOutcomeAsync("/api/assets")));
        Assert.All(outcomes, outcome => Assert.Equal("200", outcome));
    }

    private async Task<string> AskAsync(Func<Task<HttpResponseMessage>> ask)
    {
        var started = _clock.Elapsed;
        using var response = await ask();
        var outcome = await response.OutcomeAsync();
        Assert.True(outcome[0] != '5' || response.Headers.RetryAfter is not null, $"{outcome} without Retry-After: {string.Join('\n', _log.Errors)}");
        _answers.Enqueue((started, _clock.Elapsed, outcome));
        return outcome;
    }

    /// <summary>What the Api says of a bug, so that a failure of the test names it.</summary>
    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Errors.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
