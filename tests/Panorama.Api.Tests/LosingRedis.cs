using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Panorama.Api.Http;
using Panorama.Api.Tests.Photos;

namespace Panorama.Api.Tests;

/// <summary>Redis holds what may be lost and costs by the command: what an Api sends while nobody works, and what it does without.</summary>
public sealed class LosingRedis(ApiApp app)
{
    private const string Password = "correct horse 9 battery";

    [Fact]
    [Trait("FieldCase", "RED-01")]
    public async Task Nobody_working_costs_no_command_however_often_health_is_asked()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new RedisWire(redis.Port);
        await using var api = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", wire.ConnectionString)));
        using var client = api.Client();
        Assert.Equal("401 invalid_credentials", await WrongAsync(client));
        await SettledAsync(wire);
        var before = wire.Commands.Count;

        var until = Stopwatch.StartNew();
        while (until.Elapsed < TimeSpan.FromSeconds(12))
        {
            Assert.Equal("200", await client.GetOutcomeAsync("/health"));
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.Equal([], wire.Commands.Skip(before));
    }

    [Fact]
    public async Task It_is_connected_to_before_anybody_waits_for_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new RedisWire(redis.Port);
        await using var api = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", wire.ConnectionString)));

        for (var watch = Stopwatch.StartNew(); wire.Commands.IsEmpty && watch.Elapsed < TimeSpan.FromSeconds(20);)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.NotEmpty(wire.Commands);
    }

    [Fact]
    [Trait("FieldCase", "RED-01")]
    public async Task Over_its_quota_uploads_are_refused_within_a_second_and_photos_are_shown()
    {
        var folder = Directory.CreateTempSubdirectory("panorama-test-quota-").FullName;
        await using (var redis = await RedisServer.StartAsync())
        await using (var wire = new RedisWire(redis.Port))
        await using (var api = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", wire.ConnectionString), ("STORAGE_DIRECTORY", folder))))
        {
            var tenant = await app.CreateTenantAsync();
            var asset = await tenant.AssetAsync();
            using var client = api.Client(tenant.Staff.Token);
            var id = (await client.TakeAsync(asset)).Text("id");
            wire.Mode = WireMode.OverQuota;
            var before = wire.Commands.Count;

            for (var i = 0; i < 5; i++)
            {
                var started = Stopwatch.GetTimestamp();
                Assert.Equal("503 rate_limiter_unavailable", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
                Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 1);
            }

            Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
            Assert.InRange(wire.Commands.Count - before, 1, 2); // it is asked again only half a minute later
            Assert.Equal(1L, await app.RunAsync("select count(*) from photos where asset_id = $1", asset));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("FieldCase", "RED-01")]
    public async Task Over_its_quota_Redis_is_left_alone_and_sign_in_goes_on()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new RedisWire(redis.Port);
        await using var api = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", wire.ConnectionString)));
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        using var client = api.Client();
        Assert.Equal("401 invalid_credentials", await WrongAsync(client));
        await SettledAsync(wire);

        wire.Mode = WireMode.OverQuota;
        var before = wire.Commands.Count;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            using var person = api.Client();
            var started = Stopwatch.GetTimestamp();
            Assert.Equal("200", await person.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = Password }));
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 3);
        }

        await BecomesAsync(client, "200 degraded");
        var redisWindows = api.Services.GetRequiredService<RedisWindows>();
        Assert.Equal("over its quota", redisWindows.Failure);
        Assert.InRange(wire.Commands.Count - before, 1, 3 * (1 + (int)watch.Elapsed.TotalSeconds));

        wire.Mode = WireMode.Open;
        await ReturnsAsync(client);
    }

    [Theory]
    [InlineData(WireMode.Swallowing)]
    [InlineData(WireMode.Closed)]
    [Trait("FieldCase", "RED-02")]
    public async Task Packets_that_vanish_or_a_server_that_moved_hold_nobody_up_and_it_comes_back_by_itself(WireMode mode)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var wire = new RedisWire(redis.Port) { Mode = WireMode.Closed };
        await using var api = await RunningApi.StartAsync(app.Settings(("ConnectionStrings:redis", wire.ConnectionString)));
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        using var client = api.Client(tenant.Owner.Token);
        Assert.Equal("401 invalid_credentials", await WrongAsync(client));
        await BecomesAsync(client, "200 degraded");
        wire.Mode = WireMode.Open;
        await ReturnsAsync(client);

        wire.Mode = mode;
        for (var i = 0; i < 8; i++)
        {
            using var person = api.Client();
            Assert.Equal("200", await TimelyAsync(() => person.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = Password })));
            Assert.Equal("200", await TimelyAsync(() => client.GetOutcomeAsync("/api/assets")));
            Assert.Equal("200", await TimelyAsync(() => client.GetOutcomeAsync("/alive")));
        }

        await BecomesAsync(client, "200 degraded");
        wire.Target = other.Port;
        wire.Mode = WireMode.Open;
        await ReturnsAsync(client);
    }

    // On a machine that is busy with other tests a hash alone takes its time; what waits for TCP takes minutes.
    private static async Task<string> TimelyAsync(Func<Task<string>> call)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await call();
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 3);
        return outcome;
    }

    // Each from an address of its own, so that no limit is in the way; nobody waits longer than the minute that is allowed.
    private static async Task ReturnsAsync(HttpClient client)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(500, TestContext.Current.CancellationToken))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(client.BaseAddress!, "/api/auth/login"));
            using var body = System.Net.Http.Json.JsonContent.Create(new { email = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}@example.com", password = "wrong" });
            request.Content = body;
            request.Headers.Add("X-Forwarded-For", RunningApi.RandomAddress());
            using var fresh = new HttpClient();
            using var response = await fresh.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            if (await HealthAsync(client) == "200 ok")
            {
                return;
            }
        }

        Assert.Fail("A minute later Redis is still not used.");
    }

    // Health is kept for five seconds.
    private static async Task BecomesAsync(HttpClient client, string expected)
    {
        var health = await HealthAsync(client);
        for (var watch = Stopwatch.StartNew(); health != expected && watch.Elapsed < TimeSpan.FromSeconds(10); health = await HealthAsync(client))
        {
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, health);
    }

    private static async Task<string> HealthAsync(HttpClient client)
    {
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        return $"{(int)health.StatusCode} {(await health.ReadJsonAsync()).GetProperty("status").GetString()}";
    }

    // What belongs to a new connection has been sent.
    private static async Task SettledAsync(RedisWire wire)
    {
        for (int count; ;)
        {
            count = wire.Commands.Count;
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            if (count == wire.Commands.Count)
            {
                return;
            }
        }
    }

    private static Task<string> WrongAsync(HttpClient client) => client.PostOutcomeAsync("/api/auth/login", new { email = "nobody@example.com", password = "wrong" });

    public enum WireMode
    {
        Open,

        /// <summary>Nothing listens, and what was open is reset.</summary>
        Closed,

        /// <summary>Packets are taken and go nowhere.</summary>
        Swallowing,

        /// <summary>Every command is answered as a metered service answers one too many.</summary>
        OverQuota,
    }

    /// <summary>A wire to a real Redis that sees each command, and what becomes of it is chosen.</summary>
    private sealed class RedisWire : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
        private readonly Task _accepting;

        public RedisWire(int target)
        {
            Target = target;
            _listener.Start();
            ConnectionString = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
            _accepting = AcceptAsync();
        }

        public string ConnectionString { get; }

        public int Target { get; set; }

        public ConcurrentQueue<string> Commands { get; } = new();

        public WireMode Mode
        {
            get;
            set
            {
                field = value;
                if (value == WireMode.Closed)
                {
                    CloseAll();
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            _listener.Dispose();
            CloseAll();
            await _accepting;
            _end.Dispose();
        }

        private void CloseAll()
        {
            foreach (var client in _open.Keys)
            {
                client.Close();
            }
        }

        private async Task AcceptAsync()
        {
            var carried = new List<Task>();
            try
            {
                while (true)
                {
                    var from = await _listener.AcceptTcpClientAsync(_end.Token);
                    if (Mode == WireMode.Closed)
                    {
                        from.Close();
                        continue;
                    }

                    carried.Add(CarryAsync(from));
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                await Task.WhenAll(carried);
            }
        }

        private async Task CarryAsync(TcpClient from)
        {
            using (from)
            using (var to = new TcpClient())
            {
                _open[from] = true;
                _open[to] = true;
                try
                {
                    await to.ConnectAsync(IPAddress.Loopback, Target, _end.Token);
                    var back = BackAsync(to.GetStream(), from.GetStream());
                    await ForthAsync(from.GetStream(), to.GetStream());
                    to.Close();
                    await back;
                }
                catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException or InvalidOperationException)
                {
                    // Closed.
                }

                _open.TryRemove(from, out _);
                _open.TryRemove(to, out _);
            }
        }

        private async Task BackAsync(NetworkStream server, NetworkStream client)
        {
            var buffer = new byte[8192];
            try
            {
                while (await server.ReadAsync(buffer, _end.Token) is > 0 and var read)
                {
                    if (Mode == WireMode.Open)
                    {
                        await client.WriteAsync(buffer.AsMemory(0, read), _end.Token);
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // Closed.
            }
        }

        private async Task ForthAsync(NetworkStream client, NetworkStream server)
        {
            var pending = new List<byte>();
            var buffer = new byte[8192];
            while (await client.ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                pending.AddRange(buffer.AsSpan(0, read));
                while (TakeCommand(pending) is { } command)
                {
                    Commands.Enqueue(command.Name);
                    switch (Mode)
                    {
                        case WireMode.OverQuota:
                            await client.WriteAsync("-ERR max daily request limit exceeded. Limit: 10000, Usage: 10000.\r\n"u8.ToArray(), _end.Token);
                            break;
                        case WireMode.Open:
                            await server.WriteAsync(command.Bytes, _end.Token);
                            break;
                    }
                }
            }
        }

        // *2\r\n$4\r\nPING\r\n$1\r\nx\r\n
        private static (string Name, byte[] Bytes)? TakeCommand(List<byte> pending)
        {
            var bytes = pending.ToArray();
            var at = 0;
            if (Number(bytes, ref at, '*') is not { } parts)
            {
                return null;
            }

            var name = "";
            for (var i = 0; i < parts; i++)
            {
                if (Number(bytes, ref at, '$') is not { } length || at + length + 2 > bytes.Length)
                {
                    return null;
                }

                name = i == 0 ? Encoding.ASCII.GetString(bytes, at, length) : name;
                at += length + 2;
            }

            pending.RemoveRange(0, at);
            return (name, bytes[..at]);
        }

        private static int? Number(byte[] bytes, ref int at, char mark)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            if (end < 0)
            {
                return null;
            }

            Assert.Equal(mark, (char)bytes[at]);
            var number = int.Parse(Encoding.ASCII.GetString(bytes, at + 1, end - at - 2), CultureInfo.InvariantCulture);
            at = end + 1;
            return number;
        }
    }
}
