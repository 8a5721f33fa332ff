using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>
/// The images in memory groups of 256 MB without swap: each service a minute under sixteen connections, against real PostgreSQL and Redis. The kernel says what each
/// was charged at most, and whether it killed anything.
/// </summary>
internal static class MemoryCheck
{
    private const int Connections = 16;
    private const int LimitMegabytes = 256;
    private const string Key = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    /// <param name="database">Of the host; the containers share its network.</param>
    /// <param name="tag">Of the images <c>panorama/api</c>, <c>panorama/worker</c> and <c>panorama/web</c>.</param>
    /// <param name="seconds">Under load, each service.</param>
    /// <param name="environment">What the containers get beside their settings, <c>NAME=VALUE</c>.</param>
    public static async Task<int> RunAsync(TestDatabase database, string tag, int seconds, IReadOnlyList<string> environment)
    {
        var tenant = await TestTenant.CreateAsync(database);
        await Footprint.SeedAsync(database, tenant);
        var (apiPort, webPort, workerPort, redisPort) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
        using var redis = new Redis(redisPort);
        var objects = Directory.CreateTempSubdirectory("panorama-memory-objects-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(objects, (UnixFileMode)0b111_111_111); // the images' account is not this one
        }

        var shared = environment.Select(e => e.Split('=', 2)).ToDictionary(p => p[0], p => p.ElementAtOrDefault(1) ?? "", StringComparer.Ordinal);
        await using var api = new Container("Api", tag, apiPort, new(shared, StringComparer.Ordinal)
        {
            ["SESSION_SECRET"] = Footprint.Secret,
            ["DATA_KEY"] = Key,
            ["PANORAMA_WEB_BASE_URL"] = Footprint.Url(webPort),
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["ConnectionStrings__panorama"] = database.ConnectionString(DatabaseRoles.App),
            ["ConnectionStrings__panorama_auth"] = database.ConnectionString(DatabaseRoles.Auth),
            ["ConnectionStrings__redis"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redisPort}"),
            ["STORAGE_DIRECTORY"] = ObjectsHome,
            ["PHOTO_RATE_USER_HOUR"] = "1000000",
            ["PHOTO_RATE_TENANT_HOUR"] = "1000000",
        })
        { Volume = $"{objects}:{ObjectsHome}" };
        await using var worker = new Container("Worker", tag, workerPort, new(shared, StringComparer.Ordinal)
        {
            ["DATA_KEY"] = Key,
            ["AUDIT_SIGNING_KEY"] = Key,
            ["ConnectionStrings__panorama_privileged"] = database.ConnectionString(DatabaseRoles.SuperAdmin),
        });
        await using var web = new Container("Web", tag, webPort, new(shared, StringComparer.Ordinal)
        {
            ["PANORAMA_WEB_BASE_URL"] = Footprint.Url(webPort),
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["services__api__http__0"] = Footprint.Url(apiPort),
        });
        Container[] all = [api, worker, web];
        foreach (var service in all)
        {
            await service.StartAsync();
        }

        var cookie = await Footprint.SignInAsync(webPort, tenant);
        var paths = await Footprint.PathsAsync(apiPort, cookie);
        var sessions = await Footprint.SessionsAsync(database, tenant);
        using var sampling = new CancellationTokenSource();
        var samples = Task.WhenAll(all.Select(s => s.SampleAsync(sampling.Token)));

        await LoadAsync("Api, reads", seconds, i => Footprint.GetAsync(apiPort, paths[i % paths.Length].Api, sessions[i % sessions.Length], i));
        await LoadAsync("Web, pages", seconds, i => Footprint.GetAsync(webPort, paths[i % paths.Length].Page, sessions[i % sessions.Length], i));
        // What the Worker has to do meanwhile: an import, and the audit rows and messages of sixteen people who write.
        var import = await StartImportAsync(apiPort, cookie);
        await LoadAsync("Worker, writes", seconds, i => NewAssetAsync(apiPort, tenant.ModelId, sessions[i % sessions.Length], i));
        var state = await FollowAsync(apiPort, cookie, import);
        var photo = PhotoDarkroom.MakePhoto();
        // What a phone of today takes, turned by its EXIF: more than two of them at once do not fit.
        var huge = await File.ReadAllBytesAsync("tests/Data/field/pho-06-48MP.jpg");
        var (shown, shownHuge) = (await NewAssetsAsync(), await NewAssetsAsync());
        await LoadAsync("Api, photos", seconds, i => UploadAsync(apiPort, shown[i / PhotosPerAsset % shown.Length], photo, sessions[i % sessions.Length], i), PhotosInFlight);
        var alive = await WatchAsync(apiPort, () => LoadAsync(
            "Api, 48 MP", seconds, i => UploadAsync(apiPort, shownHuge[i / PhotosPerAsset % shownHuge.Length], huge, sessions[i % sessions.Length], i), HugeInFlight));
        await sampling.CancelAsync();
        await samples;

        Console.WriteLine($"  the import of {ImportRows:N0} rows meanwhile: {state}");
        var killed = false;
        foreach (var service in all)
        {
            killed |= await service.PrintAsync();
        }

        Directory.Delete(objects, recursive: true);

        return killed || state != "DONE" || !alive ? 1 : 0;

        Task<Guid[]> NewAssetsAsync() => Task.WhenAll(
            Enumerable.Range(0, 1 + (PhotosInFlight * seconds / 4)).Select(i => NewAssetAsync(apiPort, tenant.ModelId, sessions[i % sessions.Length], i)));
    }

    private const int ImportRows = 10_000;
    private const int PhotosInFlight = 4;
    private const int HugeInFlight = 8;
    private const int PhotosPerAsset = 50;
    private const string ObjectsHome = "/home/app";

    /// <summary>Asks ten times a second whether the process is alive while something is under way, and says how long the slowest answer took.</summary>
    private static async Task<bool> WatchAsync(int port, Func<Task> work)
    {
        var (asked, missed, slowest) = (0, 0, TimeSpan.Zero);
        var working = work();
        while (!working.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await _client.GetAsync(new Uri(Footprint.Url(port) + "/alive"));
                missed += answer.IsSuccessStatusCode ? 0 : 1;
            }
            catch (HttpRequestException)
            {
                missed++;
            }

            asked++;
            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
            await Task.Delay(100);
        }

        await working;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  meanwhile       /alive asked {asked} times, {missed} times without an answer, the slowest after {slowest.TotalMilliseconds:0} ms"));
        return missed == 0;
    }

    private static async Task LoadAsync(string what, int seconds, Func<int, Task> request, int connections = Connections)
    {
        var started = Stopwatch.GetTimestamp();
        var (sent, refused, lost) = (0, 0, 0);
        var took = new System.Collections.Concurrent.ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async c =>
        {
            for (var i = c; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; i += connections)
            {
                var began = Stopwatch.GetTimestamp();
                try
                {
                    await request(i);
                }
                catch (InvalidOperationException busy) when (busy.Message.Contains(" 503 ", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref refused); // the machine is shared; what is asked here is what the kernel does
                    continue;
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref lost); // whoever was killed is named at the end
                    await Task.Delay(100);
                    continue;
                }

                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                Interlocked.Increment(ref sent);
            }
        }));
        var sorted = took.Append(0).Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {what,-15} {connections} connections, {seconds} s: {sent:N0} requests, p50 {sorted[sorted.Count / 2]:0} ms, p95 {sorted[sorted.Count * 95 / 100]:0} ms{(refused > 0 ? $", {refused} answered 503" : "")}{(lost > 0 ? $", {lost} WITHOUT AN ANSWER" : "")}"));
    }

    private static readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    private static async Task<Guid> NewAssetAsync(int port, Guid model, string cookie, int caller)
    {
        using var made = JsonDocument.Parse(await SendAsync(HttpMethod.Post, port, "/api/assets", cookie, caller, HttpStatusCode.Created, new StringContent(
            string.Create(CultureInfo.InvariantCulture, $$"""{"modelId":"{{model}}","name":"Written {{caller}}"}"""), Encoding.UTF8, "application/json")));
        return made.RootElement.GetProperty("id").GetGuid();
    }

    private static async Task UploadAsync(int port, Guid asset, byte[] photo, string cookie, int caller)
    {
        var form = new MultipartFormDataContent { { new StringContent(TestTenant.NewId().ToString()), "clientUploadKey" } };
        form.Add(new ByteArrayContent(photo), "file", "memory.jpg");
        await SendAsync(HttpMethod.Post, port, $"/api/assets/{asset}/photos", cookie, caller, HttpStatusCode.Created, form);
    }

    private static async Task<string> StartImportAsync(int port, string cookie)
    {
        var csv = new StringBuilder("Asset Tag,Name,Category,Model\r\n");
        for (var row = 0; row < ImportRows; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"M-{row},Imported {row},Vans,Transit Custom\r\n");
        }

        using var created = JsonDocument.Parse(await SendAsync(
            HttpMethod.Post, port, "/api/imports?fileName=memory.csv", cookie, 0, HttpStatusCode.Created, new StringContent(csv.ToString(), Encoding.UTF8, "text/csv")));
        var id = created.RootElement.GetProperty("id").GetString()!;
        await SendAsync(HttpMethod.Post, port, $"/api/imports/{id}/start", cookie, 0, HttpStatusCode.Accepted, null);
        return id;
    }

    private static async Task<string> FollowAsync(int port, string cookie, string import)
    {
        var state = "";
        for (var i = 0; i < 120; i++)
        {
            using var answer = JsonDocument.Parse(await Footprint.GetAsync(port, $"/api/imports/{import}", cookie, 1_000 + i));
            state = answer.RootElement.GetProperty("state").GetString()!;
            if (state is not ("QUEUED" or "RUNNING" or "PAUSED"))
            {
                break;
            }

            await Task.Delay(1_000);
        }

        return state;
    }

    private static async Task<byte[]> SendAsync(HttpMethod method, int port, string path, string cookie, int caller, HttpStatusCode expected, HttpContent? body)
    {
        using var request = new HttpRequestMessage(method, Footprint.Url(port) + path) { Content = body };
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"100.65.{caller / 250 % 250}.{caller % 250}"));
        using var answer = await _client.SendAsync(request);
        if (answer is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: null })
        {
            throw new InvalidOperationException($"{method} {path} does not say when to come again.");
        }

        return answer.StatusCode == expected
            ? await answer.Content.ReadAsByteArrayAsync()
            : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task<(int ExitCode, string Output)> DockerAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("docker", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output + await error).Trim());
    }

    private sealed class Redis : IDisposable
    {
        private readonly Process _process;

        public Redis(int port) => _process = Process.Start(new ProcessStartInfo(
            "redis-server", ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        { UseShellExecute = false, RedirectStandardOutput = true })!;

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }

    /// <summary>A service as compose runs it: read-only, without rights, in a group of its own.</summary>
    private sealed class Container(string name, string tag, int port, Dictionary<string, string> settings) : IAsyncDisposable
    {
        /// <summary>From the host, where it has one.</summary>
        public string? Volume { get; init; }

        private readonly string _container = string.Create(CultureInfo.InvariantCulture, $"panorama-memory-{name.ToLowerInvariant()}-{Environment.ProcessId}");
        private string _group = "";
        private bool _isSecondVersion;
        private long _own;
        private TimeSpan _start;
        private double _startProcessor;

        public async Task StartAsync()
        {
            List<string> arguments =
            [
                "run", "--detach", "--name", _container, "--network", "host", "--memory", $"{LimitMegabytes}m", "--memory-swap", $"{LimitMegabytes}m", "--pids-limit", "200",
                "--read-only", "--tmpfs", "/tmp:size=64m,mode=1777", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
            ];
            foreach (var (key, value) in settings.Append(new("HTTP_PORTS", port.ToString(CultureInfo.InvariantCulture))).Append(new("ASPNETCORE_ENVIRONMENT", "Staging")))
            {
                arguments.AddRange(["--env", $"{key}={value}"]);
            }

            if (Volume is not null)
            {
                arguments.AddRange(["--volume", Volume]);
            }

            arguments.Add($"panorama/{name.ToLowerInvariant()}:{tag}");
            var started = Stopwatch.GetTimestamp();
            var (code, output) = await DockerAsync([.. arguments]);
            if (code != 0)
            {
                throw new InvalidOperationException(output);
            }

            while (!await IsHealthyAsync())
            {
                if (Stopwatch.GetElapsedTime(started).TotalSeconds > 60)
                {
                    throw new InvalidOperationException($"{name} did not start: {(await DockerAsync("logs", _container)).Output}");
                }

                await Task.Delay(50);
            }

            _start = Stopwatch.GetElapsedTime(started);
            var process = (await DockerAsync("inspect", "--format", "{{.State.Pid}}", _container)).Output;
            foreach (var line in File.ReadLines($"/proc/{process}/cgroup"))
            {
                var parts = line.Split(':', 3);
                if (parts[1].Split(',').Contains("cpuacct", StringComparer.Ordinal))
                {
                    _startProcessor = long.Parse(await File.ReadAllTextAsync($"/sys/fs/cgroup/cpuacct{parts[2]}/cpuacct.usage"), CultureInfo.InvariantCulture) / 1e9;
                }
                else if (parts[1].Split(',').Contains("memory", StringComparer.Ordinal))
                {
                    _group = $"/sys/fs/cgroup/memory{parts[2]}";
                    _isSecondVersion = false;
                }
                else if (_group.Length == 0 && parts[0] == "0" && File.Exists($"/sys/fs/cgroup{parts[2]}/memory.peak"))
                {
                    (_group, _isSecondVersion) = ($"/sys/fs/cgroup{parts[2]}", true);
                    _startProcessor = Numbers("cpu.stat")["usage_usec"] / 1e6;
                }
            }

            if (_group.Length == 0)
            {
                throw new InvalidOperationException("This kernel accounts no memory to groups.");
            }
        }

        private async Task<bool> IsHealthyAsync()
        {
            try
            {
                using var answer = await _client.GetAsync(new Uri(Footprint.Url(port) + "/health"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        /// <summary>Anonymous and shared memory is what cannot be dropped; pages of files are charged, too, until something else needs the room. Each ten seconds the probe runs in the group.</summary>
        public async Task SampleAsync(CancellationToken cancellationToken)
        {
            for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
            {
                if (!Directory.Exists(_group))
                {
                    return; // it ended
                }

                var numbers = Statistics();
                _own = Math.Max(_own, _isSecondVersion ? numbers["anon"] + numbers["shmem"] : numbers["total_rss"] + numbers["total_shmem"]);
                if (i % 40 == 20 && await DockerAsync("exec", _container, $"/app/Panorama.{name}", "healthcheck") is { ExitCode: not 0 } ill)
                {
                    Console.WriteLine($"  {name}: the probe says {ill.Output}");
                }

                await Task.Delay(250, CancellationToken.None);
            }
        }

        /// <summary>True when the kernel had to kill.</summary>
        public async Task<bool> PrintAsync()
        {
            if (!Directory.Exists(_group))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-7} ENDED, as the kernel's log says for want of memory or its own says otherwise; anonymous + shared {_own >> 20} MB when last seen"));
                Console.WriteLine((await DockerAsync("logs", "--tail", "5", _container)).Output);
                return true;
            }

            var peak = long.Parse(await File.ReadAllTextAsync(Path.Combine(_group, _isSecondVersion ? "memory.peak" : "memory.max_usage_in_bytes")), CultureInfo.InvariantCulture);
            var kills = Numbers(_isSecondVersion ? "memory.events" : "memory.oom_control")["oom_kill"];
            var isRunning = (await DockerAsync("inspect", "--format", "{{.State.Running}} {{.State.OOMKilled}}", _container)).Output == "true false";
            var killed = kills > 0 || !isRunning;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-7} ready after {_start.TotalSeconds:0.0} s and {_startProcessor:0.0} s of processor   peak charged {peak >> 20,4} MB   of it anonymous + shared {_own >> 20,4} MB   {(killed ? "KILLED FOR WANT OF MEMORY" : "nothing killed")}"));
            return killed;
        }

        private Dictionary<string, long> Statistics() => Numbers("memory.stat");

        private Dictionary<string, long> Numbers(string file) => File.ReadLines(Path.Combine(_group, file)).Select(l => l.Split(' '))
            .Where(p => p.Length == 2).ToDictionary(p => p[0], p => long.Parse(p[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

        public async ValueTask DisposeAsync() => await DockerAsync("rm", "--force", _container);
    }
}
