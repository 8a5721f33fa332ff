using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>A disk that is full and a plan that is used up: reading goes on, writing is refused in words, and nothing that was to be told is lost.</summary>
public sealed class WhenTheDatabaseTakesNoMore
{
    private const int Megabytes = 64;

    [Fact]
    [Trait("Tier", "Full")]
    public async Task A_full_disk_is_said_and_what_waits_is_done_when_there_is_room_again()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes); // gone after the server that holds it
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        await disk.MoveAsync(database);
        var tenant = await database.CreateTenantAsync();
        await using var relay = new Relay();
        await using var api = await ServiceProcess.Start("Api", Installation.Api(database.ConnectionString)).WaitUntilHealthyAsync();
        await using var web = await ServiceProcess.Start("Web", Installation.Web(api.Address)).WaitUntilHealthyAsync();
        using var client = web.Browser(tenant.Owner);
        (string, string?)[] settings =
        [
            .. Installation.Worker(database.ConnectionString), ("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", $"{relay.Port}"),
            ("SMTP_SECURE", "none"), ("ALLOW_PLAINTEXT_SMTP", "true"), ("MAIL_FROM", "fleet@panorama.example"),
        ];
        await using (var before = await ServiceProcess.Start("Worker", settings).WaitUntilHealthyAsync())
        {
            await before.StopAsync(); // it has been there
        }

        await LendAsync(client, tenant);
        await disk.FillAsync();

        // Until the room in half-filled pages is used up, too.
        (int Status, JsonElement Body) refused = default;
        var made = 1;
        for (var i = 0; i < 2_000 && refused.Status is 0 or 201; i++)
        {
            refused = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = $"Van {i}", notes = new string('n', 4_000) });
            made += refused.Status == 201 ? 1 : 0;
        }

        Assert.Equal((507, "storage_full"), (refused.Status, refused.Body.GetProperty("code").GetString()));
        var (listed, list) = await client.SendAsync(HttpMethod.Get, "/api/assets?limit=1");
        Assert.Equal((200, made), (listed, list.GetProperty("totalCount").GetInt32()));
        await ReadsAreServedAndFormsKeepWhatWasTypedAsync(client, tenant);
        await UntilAsync(async () => await HealthAsync(api, "database") == ("degraded", StorageWatch.Message), 10, () => api.Output);

        // The Worker begins on the full disk with a mail to send: it stays, says so, and loses nothing.
        await using var worker = ServiceProcess.Start("Worker", settings);
        await UntilAsync(async () => await HealthAsync(worker, "db") == ("degraded", StorageWatch.Message), 60, () => worker.Output);
        Assert.Empty(relay.Taken);

        disk.Free();
        await UntilAsync(() => Task.FromResult(relay.Taken.Any(m => m.Contains(tenant.Driver.Email, StringComparison.Ordinal))), 120, () => worker.Output);
        Assert.Single(relay.Taken, m => m.Contains(tenant.Driver.Email, StringComparison.Ordinal));
        Assert.Equal(201, (await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = "Van with room" })).Status);
        await UntilAsync(async () => (await HealthAsync(api, "database")).Status == "ok" && (await HealthAsync(worker, "db")).Status == "ok", 90, () => worker.Output);
        await Task.WhenAll(worker.StopAsync(), web.StopAsync(), api.StopAsync());
    }

    [Fact]
    public async Task A_database_that_was_made_read_only_is_said_the_same_way()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        var tenant = await database.CreateTenantAsync();
        await using var api = await ServiceProcess.Start("Api", Installation.Api(database.ConnectionString)).WaitUntilHealthyAsync();
        await using var web = await ServiceProcess.Start("Web", Installation.Web(api.Address)).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker", Installation.Worker(database.ConnectionString)).WaitUntilHealthyAsync();
        using var client = web.Browser(tenant.Owner);
        await ReadOnlyAsync(database, "on");

        var refused = await OnNewConnectionsAsync(() => client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = "Van" }));
        var login = await OnNewConnectionsAsync(() => client.SendAsync(HttpMethod.Post, "/api/auth/login", new { email = tenant.Owner.Email, password = Installation.Password }));

        Assert.Equal((507, "storage_full"), (refused.Status, refused.Body.GetProperty("code").GetString()));
        Assert.Equal((507, "storage_full"), (login.Status, login.Body.GetProperty("code").GetString()));
        await ReadsAreServedAndFormsKeepWhatWasTypedAsync(client, tenant);
        await UntilAsync(async () => await HealthAsync(api, "database") == ("degraded", StorageWatch.Message), 10, () => api.Output);
        await UntilAsync(async () => await HealthAsync(worker, "db") == ("degraded", StorageWatch.Message), 30, () => worker.Output);
        var (exitCode, output) = await ServiceProcess.RunAsync(
            "Cli", Installation.Cli(database.ConnectionString), "tenant", "create", "--slug=more", "--name=More", "--owner-email=more@qa.example");
        Assert.Equal(1, exitCode);
        Assert.Contains("The database takes no more data", output, StringComparison.Ordinal);

        await ReadOnlyAsync(database, "off");
        await UntilAsync(async () => (await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = "Van" })).Status == 201, 10, () => api.Output);
        await Task.WhenAll(worker.StopAsync(), web.StopAsync(), api.StopAsync());
    }

    // The old ones were cut off.
    private static async Task<(int Status, JsonElement Body)> OnNewConnectionsAsync(Func<Task<(int Status, JsonElement Body)>> send)
    {
        for (var i = 0; ; i++)
        {
            var answer = await send();
            if (answer.Status != 503 || i == 20)
            {
                return answer;
            }
        }
    }

    private static async Task ReadsAreServedAndFormsKeepWhatWasTypedAsync(HttpClient client, TestTenant tenant)
    {
        using var page = await client.GetAsync(new Uri("/assets", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var empty = await client.GetStringAsync(new Uri($"/assets/new?modelId={tenant.ModelId}", UriKind.Relative), TestContext.Current.CancellationToken);
        var key = Regex.Match(empty, "name=\"key\" value=\"(?<key>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["key"].Value;
        using var form = new FormUrlEncodedContent([new("_handler", "asset"), new("key", key), new("modelId", tenant.ModelId.ToString()), new("name", "Typed with care")]);
        using var shown = await client.PostAsync(new Uri("/assets/new", UriKind.Relative), form, TestContext.Current.CancellationToken);
        var html = WebUtility.HtmlDecode(await shown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True((int)shown.StatusCode == 507, $"{(int)shown.StatusCode}: {html}");
        Assert.Contains("value=\"Typed with care\"", html, StringComparison.Ordinal);
        Assert.Contains("The database takes no more data, so nothing was saved.", html, StringComparison.Ordinal);
    }

    private static async Task LendAsync(HttpClient client, TestTenant tenant)
    {
        var created = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = "Van to lend" });
        var id = created.Body.GetProperty("id").GetGuid();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/assets/{id}/checkout", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{created.Body.GetProperty("version").GetInt32()}\"");
        request.Content = System.Net.Http.Json.JsonContent.Create(new { targetType = "user", targetId = tenant.Driver.UserId });
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private static async Task<(string? Status, string? Message)> HealthAsync(ServiceProcess process, string check)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = process.Management };
            using var response = await http.GetAsync(new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken);
            var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal("up", body.GetProperty("db").GetString());
            var found = body.GetProperty("checks").GetProperty(check);
            return (found.GetProperty("status").GetString(), found.GetProperty("message").GetString());
        }
        catch (HttpRequestException)
        {
            return default; // not yet
        }
    }

    private static async Task ReadOnlyAsync(TestDatabase database, string value)
    {
        await using var connection = new NpgsqlConnection(database.Server.SuperuserConnectionString); // in another database
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of this test
        await using var command = new NpgsqlCommand(
            $"alter database {database.Name} set default_transaction_read_only = {value}; select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = '{database.Name}'",
            connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(Func<Task<bool>> isTrue, int seconds, Func<string> otherwise)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds; await Task.Delay(250, TestContext.Current.CancellationToken))
        {
            if (await isTrue())
            {
                return;
            }
        }

        Assert.Fail(otherwise());
    }

    /// <summary>A file system of its own that a database lies on, and that can be filled to the last byte. Mounting takes root.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("panorama-small-disk-").FullName;

        private string Ballast => Path.Combine(_folder, "ballast");

        public static async Task<SmallDisk> MountAsync(int megabytes)
        {
            var disk = new SmallDisk();
            await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "panorama-small-disk", disk._folder);
            await RunAsync("chown", "postgres", disk._folder);
            return disk;
        }

        /// <summary>The tables alone: a server whose log is on the full disk as well ends, which is another case.</summary>
        public async Task MoveAsync(TestDatabase database)
        {
            var place = Path.Combine(_folder, "tables");
            await RunAsync("install", "-d", "-o", "postgres", "-m", "700", place);
            await using var connection = new NpgsqlConnection(database.Server.SuperuserConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            foreach (var sql in new[]
            {
                $"create tablespace small_disk location '{place}'",
                $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Name}'",
                $"alter database {database.Name} set tablespace small_disk",
            })
            {
#pragma warning disable CA2100 // literals of this test
                await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            NpgsqlConnection.ClearAllPools();
        }

        public async Task FillAsync()
        {
            await using var file = File.Create(Ballast, 1);
            var block = new byte[4096];
            try
            {
                while (true)
                {
                    await file.WriteAsync(block, TestContext.Current.CancellationToken);
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Free() => File.Delete(Ballast);

        public async ValueTask DisposeAsync()
        {
            await RunAsync("umount", _folder);
            Directory.Delete(_folder);
        }

        private static async Task RunAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var error = await process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
        }
    }
}
