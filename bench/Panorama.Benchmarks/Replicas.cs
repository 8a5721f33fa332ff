using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Panorama.Benchmarks;

/// <summary>
/// Several people at work behind a front door while somebody restarts what stands behind it: reads, pages, JSON and form writes, exports, uploads of ten seconds, over
/// kept connections and over new ones. Each answer that is not the expected one is a failure, and in the end each row that was answered for is there once.
/// </summary>
internal static class Replicas
{
    private const string Address = "https://localhost";
    private static readonly TimeSpan UploadTime = TimeSpan.FromSeconds(10);

    private static readonly ConcurrentQueue<Answer> _answers = [];
    private static readonly ConcurrentQueue<string> _assets = [], _views = [], _files = [];

    /// <param name="edge">Address of the front door, port 443.</param>
    /// <param name="webs">Addresses of each Web, port 8080.</param>
    /// <param name="login">Of an owner; the password is <c>PANORAMA_SMOKE_PASSWORD</c>.</param>
    /// <param name="until">Ends the load.</param>
    public static async Task<int> RunAsync(string edge, IReadOnlyList<string> webs, string login, Func<Task> until)
    {
        using var door = Door(edge);
        var sessions = new List<string>();
        var clients = webs.Select(Web).ToList();
        var model = await AcrossAsync(clients, login, sessions);
        sessions.Add(await SignInAsync(door, login));
        sessions.Add(await SignInAsync(door, login));
        Console.WriteLine("ready");

        using var stop = new CancellationTokenSource();
        var began = Stopwatch.GetTimestamp();
        var load = Task.WhenAll(
            RepeatAsync(0.25, i => SendAsync(door, "read list", HttpMethod.Get, $"/api/assets?limit=25&sort=createdAt&order={(i % 2 == 0 ? "asc" : "desc")}", sessions[0], 200), stop.Token),
            RepeatAsync(0.35, i => WriteAsync(door, model, i, sessions[1]), stop.Token),
            RepeatAsync(1.5, _ => SendAsync(door, "read page", HttpMethod.Get, "/assets", sessions[2], 200), stop.Token),
            RepeatAsync(0.5, _ => SendAsync(door, "new connection", HttpMethod.Get, "/login", null, 200, close: true), stop.Token),
            RepeatAsync(3, i => SaveViewAsync(door, i, sessions[3]), stop.Token),
            RepeatAsync(4, _ => SendAsync(door, "export", HttpMethod.Get, "/api/assets/export?format=csv", sessions[3], 200), stop.Token),
            RepeatAsync(1, i => UploadAsync(door, i, sessions[3]), stop.Token));
        await until();
        await stop.CancelAsync();
        await load;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;

        var failed = Print(seconds);
        // What is there is counted past the front door, at each Web.
        foreach (var client in clients)
        {
            failed |= !await CompareAsync("assets", _assets, await NamesAsync(client, "/api/assets?limit=200&includeArchived=true", "name", "Written ", sessions[1]));
            failed |= !await CompareAsync("views", _views, await NamesAsync(client, "/api/saved-views?list=assets&limit=200", "name", "View ", sessions[3]));
            failed |= !await CompareAsync("uploads", _files, await NamesAsync(client, "/api/imports?limit=200", "fileName", "slow-", sessions[3]));
            client.Dispose();
        }

        return failed ? 1 : 0;
    }

    /// <summary>A session that begins at one Web does its work at each other one.</summary>
    private static async Task<string> AcrossAsync(List<HttpClient> webs, string login, List<string> sessions)
    {
        var model = "";
        for (var from = 0; from < webs.Count; from++)
        {
            var cookie = await SignInAsync(webs[from], login);
            var session = cookie;
            sessions.Add(session);
            foreach (var (other, to) in webs.Select((w, i) => (w, i)).Where(w => w.i != from))
            {
                using var me = await JsonAsync(other, HttpMethod.Get, "/api/auth/me", session, null, HttpStatusCode.OK);
                using var category = await JsonAsync(other, HttpMethod.Post, "/api/categories", session, $$"""{"name":"Replicas {{from}}{{to}}","kind":"HARDWARE"}""", HttpStatusCode.Created);
                using var made = await JsonAsync(
                    webs[from], HttpMethod.Post, "/api/asset-models", session,
                    $$"""{"name":"Replicas {{from}}{{to}}","categoryId":"{{category.RootElement.GetProperty("id").GetString()}}"}""", HttpStatusCode.Created);
                using var page = await other.SendAsync(Request(HttpMethod.Get, "/assets", session));
                if (page.StatusCode != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"Web {to + 1} answers {(int)page.StatusCode} to a session of Web {from + 1}.");
                }

                model = made.RootElement.GetProperty("id").GetString()!;
                Console.WriteLine($"  signed in at Web {from + 1}; at Web {to + 1} {me.RootElement.GetProperty("email").GetString()} sees the list and makes a category, which Web {from + 1} uses");
            }
        }

        return model;
    }

    private static async Task RepeatAsync(double everySeconds, Func<int, Task> send, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(everySeconds));
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await send(i); // to its end: what has begun is counted
            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task WriteAsync(HttpClient door, string model, int number, string session)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"Written {number}");
        var sent = await SendAsync(
            door, "write JSON", HttpMethod.Post, "/api/assets", session, 201, new StringContent($$"""{"modelId":"{{model}}","name":"{{name}}"}""", Encoding.UTF8, "application/json"));
        if (sent)
        {
            _assets.Enqueue(name);
        }
    }

    private static async Task SaveViewAsync(HttpClient door, int number, string session)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"View {number}");
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", name), KeyValuePair.Create("search", "?status=READY")]);
        if (await SendAsync(door, "write form", HttpMethod.Post, "/assets/views", session, 303, form))
        {
            _views.Enqueue(name);
        }
    }

    private static async Task UploadAsync(HttpClient door, int number, string session)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"slow-{number}.csv");
        using var file = new SlowFile();
        file.Headers.ContentType = new("text/csv");
        if (await SendAsync(door, "upload of 10 s", HttpMethod.Post, $"/api/imports?fileName={name}", session, 201, file))
        {
            _files.Enqueue(name);
        }
    }

    private static async Task<bool> SendAsync(
        HttpClient door, string kind, HttpMethod method, string path, string? session, int expected, HttpContent? body = null, bool close = false)
    {
        using var request = Request(method, path, session, body);
        request.Headers.ConnectionClose = close ? true : null;
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var response = await door.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var text = await response.Content.ReadAsStringAsync();
            var status = (int)response.StatusCode;
            var good = status == expected && !(response.Headers.Location?.OriginalString.Contains("error", StringComparison.Ordinal) ?? false);
            _answers.Enqueue(new(
                kind, status, Stopwatch.GetElapsedTime(began),
                good ? null : $"{status} {response.Headers.Location} {text[..Math.Min(text.Length, 300)]}"));
            return good;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            _answers.Enqueue(new(kind, 0, Stopwatch.GetElapsedTime(began), exception.GetBaseException().Message));
            return false;
        }
    }

    private static bool Print(double seconds)
    {
        var answers = _answers.ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"kind",-15} {"sent",6} {"2xx",6} {"3xx",5} {"4xx",5} {"5xx",5} {"none",5} {"failed",7} {"median",9} {"longest",9}"));
        foreach (var kind in answers.GroupBy(a => a.Kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (Name: g.Key, Answers: g.ToList())).Append((Name: "all", Answers: answers)))
        {
            int Of(int hundred) => kind.Answers.Count(a => a.Status / 100 == hundred);
            var took = kind.Answers.Select(a => a.Took.TotalMilliseconds).Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {kind.Name,-15} {kind.Answers.Count,6} {Of(2),6} {Of(3),5} {Of(4),5} {Of(5),5} {Of(0),5} {kind.Answers.Count(a => a.Failure is not null),7} {took[took.Count / 2],6:0} ms {took[^1],6:0} ms"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  in {seconds:0} s"));
        var failures = answers.Where(a => a.Failure is not null).ToList();
        foreach (var failure in failures.Take(20))
        {
            Console.WriteLine($"  failed: {failure.Kind} after {failure.Took.TotalMilliseconds:0} ms: {failure.Failure}");
        }

        return failures.Count > 0 || answers.Count == 0;
    }

    private static async Task<bool> CompareAsync(string what, IEnumerable<string> written, List<string> found)
    {
        var expected = written.Order(StringComparer.Ordinal).ToList();
        found.Sort(StringComparer.Ordinal);
        var (missing, more) = (expected.Except(found, StringComparer.Ordinal).Count(), found.Count - found.Distinct(StringComparer.Ordinal).Count());
        var unknown = found.Except(expected, StringComparer.Ordinal).Count();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {what}: {expected.Count} answered for, {found.Count} there, {missing} missing, {more} twice, {unknown} not answered for"));
        return expected.Count > 0 && missing == 0 && more == 0 && unknown == 0;
    }

    private static async Task<List<string>> NamesAsync(HttpClient web, string path, string member, string prefix, string session)
    {
        var names = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            using var page = await JsonAsync(web, HttpMethod.Get, cursor.Length == 0 ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}", session, null, HttpStatusCode.OK);
            names.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty(member).GetString()!).Where(n => n.StartsWith(prefix, StringComparison.Ordinal)));
            cursor = page.RootElement.GetProperty("nextCursor").GetString();
        }

        return names;
    }

    private static async Task<string> SignInAsync(HttpClient client, string login)
    {
        using var request = Request(HttpMethod.Post, "/api/auth/login", null, JsonContent.Create(new { email = login, password = Environment.GetEnvironmentVariable("PANORAMA_SMOKE_PASSWORD") }));
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];
    }

    private static async Task<JsonDocument> JsonAsync(HttpClient client, HttpMethod method, string path, string session, string? body, HttpStatusCode expected)
    {
        using var request = Request(method, path, session, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == expected ? JsonDocument.Parse(text) : throw new InvalidOperationException($"{method} {path} answers {(int)answer.StatusCode}: {text}");
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? session, HttpContent? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Host = "localhost";
        request.Headers.Add("Origin", Address);
        if (session is not null)
        {
            request.Headers.Add("Cookie", session);
        }

        return request;
    }

    private static HttpClient Web(string address) =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri($"http://{address}:8080") };

    private static HttpClient Door(string address) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
#pragma warning disable CA5359 // the front door's own authority, made a minute ago
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        },
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Parse(address), 443, token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(60) };

    private sealed record Answer(string Kind, int Status, TimeSpan Took, string? Failure);

    /// <summary>A file that takes its time, but not so much that the server takes its sender for one who wants to keep it busy (240 bytes a second).</summary>
    private sealed class SlowFile : HttpContent
    {
        private const int Pieces = 20;
        private const int RowsOfPiece = 20;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("Asset Tag,Name,Category,Model\r\n"u8.ToArray());
            for (var piece = 0; piece < Pieces; piece++)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, RowsOfPiece).Select(row => string.Create(
                    CultureInfo.InvariantCulture, $"SLOW-{piece}-{row},Row {row} of piece {piece},Replicas,Replicas\r\n")))));
                await stream.FlushAsync();
                await Task.Delay(UploadTime / Pieces);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
