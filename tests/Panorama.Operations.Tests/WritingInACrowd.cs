using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>More people write than there are connections: each is served, or told at once to try again.</summary>
public sealed class WritingInACrowd(TestDatabase database, ITestOutputHelper output)
{
    private const int Writers = 16;
    private const int Connections = 10;
    private const int ImportRows = 10_000;

    [Fact]
    public async Task Who_waits_too_long_for_a_connection_is_told_to_try_again_and_who_has_one_is_served()
    {
        var tenant = await database.CreateTenantAsync();
        await using var api = await ServiceProcess.Start("Api", Installation.Api(database.ConnectionString)).WaitUntilHealthyAsync();
        using var client = api.Browser(tenant.Owner);
        Assert.Equal("201", (await CreateAsync(client, tenant, Writers)).Answer); // what is run first is compiled first, and the lock is waited for no longer than five seconds
        await using var connection = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand("select from tenants where id = $1 for update", connection, transaction))
        {
            hold.Parameters.Add(new NpgsqlParameter { Value = tenant.Id });
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var writing = Enumerable.Range(0, Writers).Select(i => CreateAsync(client, tenant, i)).ToList();
        var told = new List<(string Answer, double Seconds)>();
        for (var waiting = writing.ToList(); told.Count < Writers - Connections;)
        {
            var first = await Task.WhenAny(waiting);
            waiting.Remove(first);
            told.Add(await first);
        }

        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        var answers = (await Task.WhenAll(writing)).Select(a => a.Answer).Order(StringComparer.Ordinal);

        Assert.Equal([.. Enumerable.Repeat("201", Connections), .. Enumerable.Repeat("503 try_again after 1", Writers - Connections)], answers);
        Assert.All(told, t => Assert.InRange(t.Seconds, 1.5, 4.5));
        Assert.Contains($"panorama_database_busy_total{{", await api.ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Tier", "Full")]
    public async Task Sixteen_write_while_ten_thousand_rows_are_imported_and_nothing_is_lost_or_made_twice()
    {
        var tenant = await database.CreateTenantAsync();
        await using var api = await ServiceProcess.Start("Api", Installation.Api(database.ConnectionString)).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker", Installation.Worker(database.ConnectionString)).WaitUntilHealthyAsync();
        using var client = api.Browser(tenant.Owner);
        var import = await StartImportAsync(client);
        var answers = new ConcurrentBag<(string Answer, double Seconds)>();
        var watch = Stopwatch.StartNew();
        var state = "";
        using var end = new CancellationTokenSource();
        var writers = new List<HttpClient>();
        for (var i = 0; i < 4 * Writers; i++)
        {
            writers.Add(api.Browser(await tenant.AddSignedInAsync(database))); // one person alone would soon be told that it is too much
            writers[^1].DefaultRequestHeaders.Remove("X-Forwarded-For");
        }

        var writing = Enumerable.Range(0, Writers).Select(async w =>
        {
            for (var i = w; !end.IsCancellationRequested; i += Writers)
            {
                answers.Add(await CreateAsync(writers[i % writers.Count], tenant, i));
            }
        }).ToList();
        while (watch.Elapsed < TimeSpan.FromMinutes(3) && (state is "" or "QUEUED" or "RUNNING" || watch.Elapsed < TimeSpan.FromSeconds(20)))
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            var (_, answer) = await client.SendAsync(HttpMethod.Get, $"/api/imports/{import}");
            state = answer.TryGetProperty("state", out var said) ? said.GetString()! : state; // a busy moment says nothing of the import
        }

        await end.CancelAsync();
        await Task.WhenAll(writing);
        writers.ForEach(w => w.Dispose());
        var counts = answers.GroupBy(a => a.Answer).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        output.WriteLine($"{state} after {watch.Elapsed.TotalSeconds:0} s: {string.Join(", ", counts.Select(c => $"{c.Value} × {c.Key}"))}; longest {answers.Max(a => a.Seconds):0.0} s");

        Assert.Equal("DONE", state);
        Assert.Empty(counts.Keys.Except(["201", "503 try_again after 1"]));
        Assert.InRange(answers.Max(a => a.Seconds), 0, 15);
        await using var connection = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await using var count = new NpgsqlCommand("select count(*) from assets where tenant_id = $1", connection);
        count.Parameters.Add(new NpgsqlParameter { Value = tenant.Id });
        Assert.Equal(counts["201"] + (long)ImportRows, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(string Answer, double Seconds)> CreateAsync(HttpClient client, TestTenant tenant, int number)
    {
        var watch = Stopwatch.StartNew();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/assets", UriKind.Relative));
        request.Content = System.Net.Http.Json.JsonContent.Create(new { modelId = tenant.ModelId, name = $"Written {number}" });
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"100.66.{number / 250 % 250}.{number % 250}"));
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var status = (int)response.StatusCode;
        return (status == 201 ? "201" : $"{status} {JsonDocument.Parse(text).RootElement.GetProperty("code").GetString()} after {response.Headers.RetryAfter}", watch.Elapsed.TotalSeconds);
    }

    private static async Task<string> StartImportAsync(HttpClient client)
    {
        var csv = new StringBuilder("Asset Tag,Name,Category,Model\r\n");
        for (var row = 0; row < ImportRows; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"M-{row},Imported {row},Vans,Transit Custom\r\n");
        }

        using var file = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var upload = await client.PostAsync(new Uri("/api/imports?fileName=crowd.csv", UriKind.Relative), file, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)upload.StatusCode);
        var id = JsonDocument.Parse(await upload.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("id").GetString()!;
        Assert.Equal(202, (await client.SendAsync(HttpMethod.Post, $"/api/imports/{id}/start")).Status);
        return id;
    }
}
