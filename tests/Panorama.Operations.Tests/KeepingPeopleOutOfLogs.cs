using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Identity;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>
/// What the three processes write and send while people sign in, search, import, are mailed and meet a fault: where it was, never who or what.
/// Every value that a person gave carries a word that stands nowhere else.
/// </summary>
public sealed class KeepingPeopleOutOfLogs(TestDatabase database) : IDisposable
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 10).Select(_ => "zq" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)))];

    private static readonly (string Email, string Password, string Name, string Serial, string Search, string Agent, string Fault, string Bounce, string Cell, string Caption) Marked =
        (Words[0], Words[1], Words[2], Words[3], Words[4], Words[5], Words[6], Words[7], Words[8], Words[9]);

    // What the camera wrote into the pictures of the field case, and the name they are sent with.
    private static readonly string[] OfTheCamera = ["QAMARKER", "12.34567", "Nina-home"];

    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-test-people-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("FieldCase", "PHO-04")]
    public async Task Neither_logs_nor_traces_nor_metrics_of_any_process_hold_a_value_of_a_person()
    {
        var tenant = await database.CreateTenantAsync();
        await RunAsync("update users set display_name = $1 where id = $2", $"Ada {Marked.Name}", tenant.Driver.UserId);
        await RunAsync("update users set email = $1 where id = $2", $"bounce.{Marked.Bounce}@fleet.example", tenant.Staff.UserId);
        await RunAsync("alter table assets add constraint boom check (notes not like '%" + Marked.Fault + "%') not valid");
        await using var collector = await OtlpReceiver.StartAsync();
        await using var relay = new Relay();
        await using var api = await ServiceProcess.Start("Api", [.. Installation.Api(database.ConnectionString), .. collector.Settings("api"), ("LOG_FORMAT", "json"), .. Store()]).WaitUntilHealthyAsync();
        await using var web = await ServiceProcess.Start("Web", [.. Installation.Web(api.Address), .. collector.Settings("web")]).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker",
        [
            .. Installation.Worker(database.ConnectionString), .. collector.Settings("worker"), ("LOG_FORMAT", "json"), ("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", $"{relay.Port}"),
            ("SMTP_SECURE", "none"), ("ALLOW_PLAINTEXT_SMTP", "true"), ("MAIL_FROM", "fleet@panorama.example"),
        ]).WaitUntilHealthyAsync();
        using var client = web.Browser(tenant.Owner);
        client.DefaultRequestHeaders.Add("User-Agent", $"Browser/1.0 ({Marked.Agent})");
        try
        {
            using var door = web.Browser();
            Assert.Equal(401, (await door.SendAsync(HttpMethod.Post, "/api/auth/login", new { email = $"{Marked.Email}@fleet.example", password = Marked.Password })).Status);
            Assert.Equal(200, (await door.SendAsync(HttpMethod.Post, "/api/auth/login", new { email = tenant.Owner.Email, password = Installation.Password })).Status);
            await UseAsync(client, tenant);
        }
        finally
        {
            await RunAsync("alter table assets drop constraint boom");
        }

        await UntilAsync(() => relay.Taken.Any(m => m.Contains(tenant.Driver.Email, StringComparison.Ordinal)));
        await collector.ContainsAsync("traces", "session_open");
        await collector.ContainsAsync("logs", tenant.Owner.UserId.ToString());
        await Task.WhenAll(web.StopAsync(), api.StopAsync(), worker.StopAsync());

        string[] processes = ["panorama-api", "panorama-web", "panorama-worker"];
        Assert.Equal(["logs", "metrics", "traces"], collector.Signals.Order(StringComparer.Ordinal));
        Assert.All(processes, p => Assert.Contains(p, collector.Text("traces"), StringComparison.Ordinal));
        Assert.All(processes, p => Assert.Contains(p, collector.Text("metrics"), StringComparison.Ordinal));
        Assert.Contains("23514", api.Output, StringComparison.Ordinal); // the fault is told, without the row
        var everything = string.Join('\n', api.Output, web.Output, worker.Output, collector.Text());
        string[] secrets = [.. Words, .. OfTheCamera, SecretToken.Format(tenant.Owner.Token), client.DefaultRequestHeaders.GetValues("X-Forwarded-For").Single(), tenant.Owner.Email, tenant.Driver.Email, Installation.Password];
        Assert.All(secrets, w => Assert.True(!everything.Contains(w, StringComparison.OrdinalIgnoreCase), Around(everything, w)));
    }

    // Without a counter of uploads, which only a system on the own machine may lack.
    private IEnumerable<(string Name, string? Value)> Store() => [("ASPNETCORE_ENVIRONMENT", "Development"), ("ConnectionStrings__redis", null), ("STORAGE_DIRECTORY", _folder)];

    private static async Task PhotographAsync(HttpClient client, string asset)
    {
        foreach (var (file, expected) in new[] { ("pho-04-metadata.jpg", 201), ("pho-04-metadata.png", 201), ("pho-04-metadata.webp", 201), ("pho-04-motion-photo.jpg", 201), ("pho-07-html.jpg", 415) })
        {
            using var form = new MultipartFormDataContent { { new StringContent(TestTenant.NewId().ToString()), "clientUploadKey" }, { new StringContent($"At {Marked.Caption}"), "caption" } };
            using var picture = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "tests/Data/field", file), TestContext.Current.CancellationToken));
            picture.Headers.ContentType = new("image/jpeg");
            form.Add(picture, "file", "Nina-home.jpg");
            using var answer = await client.PostAsync(new Uri($"/api/assets/{asset}/photos", UriKind.Relative), form, TestContext.Current.CancellationToken);
            Assert.Equal(expected, (int)answer.StatusCode);
        }
    }

    private static async Task UseAsync(HttpClient client, TestTenant tenant)
    {
        var created = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = $"Van {Marked.Name}", serial = Marked.Serial });
        Assert.Equal(201, created.Status);
        await PhotographAsync(client, created.Body.GetProperty("id").GetString()!);
        Assert.Equal(200, (await client.SendAsync(HttpMethod.Get, $"/api/assets?q={Marked.Search}")).Status);
        Assert.Equal(200, (await client.SendAsync(HttpMethod.Get, $"/assets?q={Marked.Search}")).Status);
        Assert.Equal(400, (await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, nickname = Marked.Name })).Status);
        foreach (var person in new[] { tenant.Driver, tenant.Staff })
        {
            var (status, body) = await LendAsync(client, tenant, person);
            Assert.True(status == 201, $"{status} {body}");
        }

        var fault = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = Marked.Name, notes = $"Hit by {Marked.Fault}" });
        Assert.Equal((500, "server_error"), (fault.Status, fault.Body.GetProperty("code").GetString()));

        using var file = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes($"Asset Tag,Name,Serial,Purchase Date\nI-1,Van {Marked.Cell},{Marked.Cell},2024-01-31\nI-2,{Marked.Cell},,{Marked.Cell}\n"));
        file.Headers.ContentType = new("text/csv");
        using var upload = await client.PostAsync(new Uri($"/api/imports?fileName={Marked.Cell}.csv", UriKind.Relative), file, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)upload.StatusCode);
        var import = System.Text.Json.JsonDocument.Parse(await upload.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        using var choose = new HttpRequestMessage(HttpMethod.Patch, new Uri($"/api/imports/{import.GetProperty("id").GetString()}", UriKind.Relative));
        choose.Headers.TryAddWithoutValidation("If-Match", $"\"{import.GetProperty("version").GetInt32()}\"");
        choose.Content = System.Net.Http.Json.JsonContent.Create(new { mode = "skip-bad", dates = "iso" });
        using var chosen = await client.SendAsync(choose, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)chosen.StatusCode);
        Assert.Equal(202, (await client.SendAsync(HttpMethod.Post, $"/api/imports/{import.GetProperty("id").GetString()}/start")).Status);
        await UntilAsync(async () => (await client.SendAsync(HttpMethod.Get, $"/api/imports/{import.GetProperty("id").GetString()}")).Body.GetProperty("state").GetString() == "DONE");
    }

    private static async Task<(int Status, System.Text.Json.JsonElement Body)> LendAsync(HttpClient client, TestTenant tenant, TestPerson person)
    {
        var created = await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = $"Van {Marked.Name} of {person.Role}" });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/assets/{created.Body.GetProperty("id").GetString()}/checkout", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{created.Body.GetProperty("version").GetInt32()}\"");
        request.Content = System.Net.Http.Json.JsonContent.Create(new { targetType = "user", targetId = person.UserId, note = $"For {Marked.Name}" });
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, System.Text.Json.JsonDocument.Parse(text).RootElement);
    }

    private async Task RunAsync(string sql, params object[] values)
    {
        await using var connection = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of this test
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static Task UntilAsync(Func<bool> isTrue) => UntilAsync(() => Task.FromResult(isTrue()));

    private static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await isTrue())
            {
                return;
            }

            await Task.Delay(150, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It did not come to be within a minute.");
    }

    private static string Around(string text, string word)
    {
        var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 100)];
    }
}
