using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Panorama.Core.Identity;
using Panorama.Testing;
using Panorama.Web.Tests.Labels;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>Photos from where there is hardly a network, through Web and Api.</summary>
[Trait("FieldCase", "PHO-08")]
public sealed class SendingSlowly(WholeSystem system) : IClassFixture<WholeSystem>
{
    private const string Checklist = """{"name":"Pre-trip","categoryKind":"VEHICLE","items":[{"label":"Front with plate","itemType":"PHOTO","required":true}]}""";
    private static readonly string Photo = Path.Combine(Repository.Root, "tests", "Data", "field", "pho-01-orient6.jpg");

    [Theory]
    [InlineData("assets")]
    [InlineData("inspections")]
    public async Task A_phone_that_falls_silent_for_twelve_seconds_is_heard_to_the_end(string room)
    {
        using var upload = await StartAsync(room, await File.ReadAllBytesAsync(Photo, TestContext.Current.CancellationToken));
        await upload.SendAsync(200);
        await Task.Delay(TimeSpan.FromSeconds(12), TestContext.Current.CancellationToken);
        await upload.SendAsync(upload.Left);

        Assert.StartsWith("HTTP/1.1 201 Created", await upload.AnswerAsync(), StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(upload));
    }

    [Theory]
    [InlineData("assets")]
    [InlineData("inspections")]
    public async Task One_that_is_cut_off_near_the_end_and_sends_again_has_sent_one_photo(string room)
    {
        using var upload = await StartAsync(room, Padded(await File.ReadAllBytesAsync(Photo, TestContext.Current.CancellationToken), 2_000_000));
        await upload.SendAsync(upload.Left * 9 / 10);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken); // Api reads it by then
        upload.CutOff();
        Assert.Equal(0L, await CountAsync(upload));
        using var again = await upload.AgainAsync();
        await again.SendAsync(again.Left);

        Assert.StartsWith("HTTP/1.1 201 Created", await again.AnswerAsync(), StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(upload));
    }

    [Theory]
    [InlineData("assets")]
    [InlineData("inspections")]
    [Trait("Tier", "Full")]
    public async Task Two_megabytes_at_twenty_kilobytes_a_second_arrive(string room)
    {
        const int PerSecond = 20_000;
        using var upload = await StartAsync(room, Padded(await File.ReadAllBytesAsync(Photo, TestContext.Current.CancellationToken), 2_000_000));
        var started = Stopwatch.GetTimestamp();
        for (var second = 1; upload.Left > 0; second++)
        {
            await upload.SendAsync(Math.Min(PerSecond, upload.Left));
            var ahead = TimeSpan.FromSeconds(second) - Stopwatch.GetElapsedTime(started);
            await Task.Delay(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero, TestContext.Current.CancellationToken);
        }

        Assert.StartsWith("HTTP/1.1 201 Created", await upload.AnswerAsync(), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(95), TimeSpan.FromSeconds(180));
        Assert.Equal(1L, await CountAsync(upload));
    }

    [Theory]
    [InlineData("assets")]
    [InlineData("inspections")]
    [Trait("Tier", "Full")]
    public async Task One_that_says_no_more_is_told_so_after_a_minute(string room)
    {
        using var upload = await StartAsync(room, await File.ReadAllBytesAsync(Photo, TestContext.Current.CancellationToken));
        var started = Stopwatch.GetTimestamp();
        await upload.SendAsync(200);

        var answer = await upload.AnswerAsync();

        Assert.StartsWith("HTTP/1.1 408 Request Timeout", answer, StringComparison.Ordinal);
        Assert.Contains("request_timeout", answer, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(100));
        Assert.Equal(0L, await CountAsync(upload));
    }

    /// <param name="room">Of the photo: <c>assets</c> or <c>inspections</c>.</param>
    private async Task<Upload> StartAsync(string room, byte[] photo)
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var van = await tenant.AddAssetAsync("VAN-014", "Ford Transit", TestContext.Current.CancellationToken);
        var (sender, id, field) = room == "assets" ? (tenant.Staff, van, "file") : (tenant.Driver, await InspectAsync(tenant, van), "photo");
        var key = TestTenant.NewId();
        byte[] body =
        [
            .. Encoding.ASCII.GetBytes(
                $"--x\r\nContent-Disposition: form-data; name=\"clientUploadKey\"\r\n\r\n{key}\r\n--x\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.jpg\"\r\n\r\n"),
            .. photo, .. "\r\n--x--\r\n"u8,
        ];
        var head =
            $"POST /api/{room}/{id}/photos HTTP/1.1\r\nHost: {system.Web.Address.Authority}\r\nOrigin: {system.Web.Address.GetLeftPart(UriPartial.Authority)}\r\n"
            + $"Cookie: panorama_session={SecretToken.Format(sender.Token)}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        return await Upload.StartAsync(system.Web.Address, key, head, body);
    }

    private async Task<Guid> InspectAsync(TestTenant tenant, Guid asset)
    {
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await PostAsync(admin, "/api/inspection-templates", Checklist);
        using var driver = system.Browser(tenant.Driver);
        using var started = await PostAsync(driver, "/api/inspections", $$"""{"assetId":"{{asset}}"}""");
        using var run = JsonDocument.Parse(await started.TextAsync());
        return run.RootElement.GetProperty("id").GetGuid();

        static async Task<HttpResponseMessage> PostAsync(HttpClient person, string path, string body)
        {
            var response = await person.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            return response;
        }
    }

    private async Task<long> CountAsync(Upload upload) => (long)(await system.Database.ScalarAsync("select count(*) from photos where client_upload_key = $1", upload.Key))!;

    // Behind the first two bytes of a JPEG may stand any number of comments.
    private static byte[] Padded(byte[] jpeg, int length)
    {
        const int Most = 65_533;
        var padded = new List<byte>(length + Most) { jpeg[0], jpeg[1] };
        while (padded.Count + jpeg.Length < length)
        {
            padded.AddRange([0xFF, 0xFE, 0xFF, 0xFF, .. new byte[Most]]);
        }

        padded.AddRange(jpeg[2..]);
        return [.. padded];
    }

    /// <summary>A request whose body goes by hand.</summary>
    private sealed class Upload(TcpClient connection, Uri web, Guid key, string head, byte[] body) : IDisposable
    {
        private int _sent;

        public Guid Key => key;

        public int Left => body.Length - _sent;

        public static async Task<Upload> StartAsync(Uri web, Guid key, string head, byte[] body)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(web.Host, web.Port, TestContext.Current.CancellationToken);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            return new Upload(connection, web, key, head, body);
        }

        public Task<Upload> AgainAsync() => StartAsync(web, key, head, body);

        public async Task SendAsync(int bytes)
        {
            await connection.GetStream().WriteAsync(body.AsMemory(_sent, bytes), TestContext.Current.CancellationToken);
            _sent += bytes;
        }

        /// <summary>As a network does that is gone: with a reset.</summary>
        public void CutOff()
        {
            connection.LingerState = new LingerOption(enable: true, seconds: 0);
            connection.Close();
        }

        /// <returns>As it came.</returns>
        public async Task<string> AnswerAsync()
        {
            using var reader = new StreamReader(connection.GetStream());
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }

        public void Dispose() => connection.Dispose();
    }
}
