using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>
/// Memory of the published services, started as they are deployed: after a sign-in and sixty requests, and then under sixteen connections. A limit of
/// a machine charges anonymous and shared memory; pages of files can be dropped.
/// </summary>
internal static class Footprint
{
    internal const string Secret = "k3JmW9s0QxYbT7uVnC5eRzAh2LpGd8Fi";
    private const string Password = "a long enough passphrase";
    private const int Connections = 16;
    private const int Few = 60;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20); // what starting and compiling left is given back when there is nothing to do
    private static readonly TimeSpan Loaded = TimeSpan.FromSeconds(30);

    /// <param name="published">Folder with one folder a service, as <c>scripts/footprint</c> makes it.</param>
    public static async Task<int> RunAsync(TestDatabase database, string published)
    {
        var tenant = await TestTenant.CreateAsync(database);
        await SeedAsync(database, tenant);
        var (apiPort, webPort, workerPort) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
        using var api = new Service("Api", published, apiPort, new(StringComparer.Ordinal)
        {
            ["SESSION_SECRET"] = Secret,
            ["DATA_KEY"] = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            ["PANORAMA_WEB_BASE_URL"] = Url(webPort),
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["ConnectionStrings__panorama"] = database.ConnectionString(DatabaseRoles.App),
            ["ConnectionStrings__panorama_auth"] = database.ConnectionString(DatabaseRoles.Auth),
        });
        using var worker = new Service("Worker", published, workerPort, new(StringComparer.Ordinal)
        {
            ["DATA_KEY"] = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            ["AUDIT_SIGNING_KEY"] = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            ["ConnectionStrings__panorama_privileged"] = database.ConnectionString(DatabaseRoles.SuperAdmin),
        });
        using var web = new Service("Web", published, webPort, new(StringComparer.Ordinal)
        {
            ["PANORAMA_WEB_BASE_URL"] = Url(webPort),
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["services__api__http__0"] = Url(apiPort),
        });
        Service[] all = [api, worker, web];
        foreach (var service in all)
        {
            await service.ReadyAsync();
        }

        // 60 requests for a person's pages, to Api and Web each; then as many as sixteen connections get through.
        var cookie = await SignInAsync(webPort, tenant);
        await GetAsync(webPort, "/home", cookie, 0); // where a sign-in leads
        var paths = await PathsAsync(apiPort, cookie);
        var sessions = await SessionsAsync(database, tenant);
        for (var i = 0; i < Few; i++)
        {
            // A page asks the Api several times, and sixty of them in a few seconds are more than one session may ask for.
            await GetAsync(apiPort, paths[i % paths.Length].Api, sessions[i % 3], 0);
            await GetAsync(webPort, paths[i % paths.Length].Page, sessions[i % 3], 0);
        }

        await Task.Delay(Rest);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after a sign-in, {Few} requests and {Rest.TotalSeconds} s (limits: 130 MB RSS, 60 MB anonymous + shared)"));
        var over = all.Where(s => s.Print(130, 60)).ToList();
        var sent = 0;
        foreach (var port in (int[])[apiPort, webPort])
        {
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(async c =>
            {
                for (var i = c; Stopwatch.GetElapsedTime(started) < Loaded; i += Connections)
                {
                    var path = paths[i % paths.Length];
                    await GetAsync(port, port == apiPort ? path.Api : path.Page, sessions[i % sessions.Length], i);
                    Interlocked.Increment(ref sent);
                }
            }));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"after {sent:N0} more over {Connections} connections, {Loaded.TotalSeconds} s each to Api and Web (limits: 200 MB RSS, 110 MB anonymous + shared)"));
        over.AddRange(all.Where(s => s.Print(200, 110)));
        return over.Count > 0 ? 1 : 0;
    }

    internal static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    internal static async Task SeedAsync(TestDatabase database, TestTenant tenant)
    {
        await using var owner = await database.OpenAsync(DatabaseRoles.Migrator);
        await using var insert = new NpgsqlCommand(
            """
            insert into assets (id, tenant_id, model_id, tag, name, search_text, created_at)
            select gen_random_uuid(), $1, $2, 'F-' || n, 'Van ' || n, 'f-' || n || ' van ' || n, date_trunc('milliseconds', now()) - n * interval '1 minute' from generate_series(1, 10000) n
            """, owner)
        { Parameters = { new() { Value = tenant.Id }, new() { Value = tenant.ModelId } } };
        await insert.ExecuteNonQueryAsync();
        await using var identity = new NpgsqlCommand(
            "insert into auth_identities (id, user_id, provider, subject, email_at_link, secret_hash) values (gen_random_uuid(), $1, 'password', $2, $2, $3)", owner)
        {
            Parameters = { new() { Value = tenant.FleetAdmin.UserId }, new() { Value = tenant.FleetAdmin.Email }, new() { Value = PasswordHasher.Hash(Password) } },
        };
        await identity.ExecuteNonQueryAsync();
    }

    internal static async Task<string> SignInAsync(int port, TestTenant tenant)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(Url(port)) };
        using var answer = await client.PostAsJsonAsync("/api/auth/login", new { email = tenant.FleetAdmin.Email, password = Password });
        answer.EnsureSuccessStatusCode();
        return answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];
    }

    internal static async Task<(string Api, string Page)[]> PathsAsync(int port, string cookie)
    {
        var list = await GetAsync(port, "/api/assets", cookie, 0);
        using var json = System.Text.Json.JsonDocument.Parse(list);
        var asset = json.RootElement.GetProperty("items")[0].GetProperty("id").GetString();
        return
        [
            ("/api/assets", "/assets"), ("/api/assets?q=van", "/assets?q=van"), ($"/api/assets/{asset}", $"/assets/{asset}"),
            ("/api/assets?sort=name", "/assets?sort=name"),
        ];
    }

    // The Api takes 300 requests a minute of a session; a first one counts for its address.
    internal static async Task<string[]> SessionsAsync(TestDatabase database, TestTenant tenant)
    {
        var tokens = Enumerable.Range(0, 400).Select(_ => System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)).ToArray();
        await using var owner = await database.OpenAsync(DatabaseRoles.Migrator);
        await using var insert = new NpgsqlCommand(
            """
            insert into sessions (id, token_hash, user_id, tenant_id, provider, auth_level, idle_seconds, created_at, last_seen_at, idle_expires_at, absolute_expires_at)
            select gen_random_uuid(), hash, $2, $3, 'password', 1, 43200, now(), now(), now() + interval '12 hours', now() + interval '7 days' from unnest($1::bytea[]) hash
            """, owner)
        {
            Parameters =
            {
                new() { Value = tokens.Select(t => System.Security.Cryptography.HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Secret), t)).ToArray() },
                new() { Value = tenant.FleetAdmin.UserId }, new() { Value = tenant.Id },
            },
        };
        await insert.ExecuteNonQueryAsync();
        return [.. tokens.Select(t => $"panorama_session={SecretToken.Format(t)}")];
    }

    private static readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    internal static async Task<byte[]> GetAsync(int port, string path, string cookie, int caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(port) + path);
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"100.64.{caller / 250 % 250}.{caller % 250}"));
        using var answer = await _client.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadAsByteArrayAsync()
            : throw new InvalidOperationException($"{path} on {port}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private sealed class Service : IDisposable
    {
        private readonly string _name;
        private readonly int _port;
        private readonly Process _process;

        public Service(string name, string published, int port, Dictionary<string, string> settings)
        {
            _name = name;
            _port = port;
            var start = new ProcessStartInfo("dotnet", [Path.Combine(published, name, $"Panorama.{name}.dll")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var (key, value) in settings)
            {
                start.Environment[key] = value;
            }

            start.Environment["ASPNETCORE_URLS"] = Url(port);
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Staging";
            start.Environment["DOTNET_GCgen0size"] = "0x400000"; // as the AppHost starts them
            _process = Process.Start(start)!;
            _process.OutputDataReceived += static (_, _) => { };
            _process.ErrorDataReceived += static (_, e) => Console.Error.WriteLine(e.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public async Task ReadyAsync()
        {
            for (var i = 0; i < 300; i++)
            {
                try
                {
                    using var answer = await _client.GetAsync(new Uri(Url(_port) + "/alive"));
                    if (answer.IsSuccessStatusCode)
                    {
                        return;
                    }
                }
                catch (HttpRequestException) when (!_process.HasExited)
                {
                    // Not listening yet.
                }

                await Task.Delay(100);
            }

            throw new InvalidOperationException($"{_name} did not start.");
        }

        /// <summary>True when it is over a limit.</summary>
        public bool Print(int rssLimit, int ownLimit)
        {
            var kilobytes = File.ReadLines($"/proc/{_process.Id}/status").Select(l => l.Split(':', 2)).Where(p => p[0] is "VmRSS" or "RssAnon" or "RssShmem")
                .ToDictionary(p => p[0], p => int.Parse(p[1].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture), StringComparer.Ordinal);
            var (rss, own) = (kilobytes["VmRSS"] / 1024, (kilobytes["RssAnon"] + kilobytes["RssShmem"]) / 1024);
            var isOver = rss > rssLimit || own > ownLimit;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {_name,-7} RSS {rss,4} MB   anonymous + shared {own,4} MB{(isOver ? "   OVER THE LIMIT" : "")}"));
            return isOver;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit();
            }

            _process.Dispose();
        }
    }
}
