using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Panorama.Core.Identity;
using Panorama.Testing;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>Photos from where there is hardly a network, through Web and Api.</summary>
public sealed class SendingSlowly(WholeSystem system) : IClassFixture<WholeSystem>
{
    private static readonly string Photo = Path.Combine(Repository.Root, "tests", "Data", "field", "pho-01-orient6.jpg");

    [Fact]
    [Trait("FieldCase", "PHO-08")]
    public async Task A_phone_that_falls_silent_for_twelve_seconds_is_heard_to_the_end()
    {
        var answer = await SendAsync(TimeSpan.FromSeconds(12));

        Assert.StartsWith("HTTP/1.1 201 Created", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("FieldCase", "PHO-08")]
    [Trait("Tier", "Full")]
    public async Task One_that_says_no_more_is_told_so_after_a_minute()
    {
        var started = Stopwatch.GetTimestamp();

        var answer = await SendAsync(silence: null);

        Assert.StartsWith("HTTP/1.1 408 Request Timeout", answer, StringComparison.Ordinal);
        Assert.Contains("request_timeout", answer, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(100));
    }

    /// <param name="silence">Between the first bytes of the photo and the rest; null sends no rest.</param>
    /// <returns>The answer as it came.</returns>
    private async Task<string> SendAsync(TimeSpan? silence)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await system.CreateTenantAsync();
        var van = await tenant.AddAssetAsync("VAN-014", "Ford Transit", cancellationToken);
        var photo = await File.ReadAllBytesAsync(Photo, cancellationToken);
        var head = Encoding.ASCII.GetBytes(
            $"--x\r\nContent-Disposition: form-data; name=\"clientUploadKey\"\r\n\r\n{TestTenant.NewId()}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n");
        var end = "\r\n--x--\r\n"u8.ToArray();
        using var sender = new TcpClient();
        await sender.ConnectAsync(system.Web.Address.Host, system.Web.Address.Port, cancellationToken);
        var stream = sender.GetStream();
        await stream.WriteAsync(
            (byte[])[
                .. Encoding.ASCII.GetBytes(
                    $"POST /api/assets/{van}/photos HTTP/1.1\r\nHost: {system.Web.Address.Authority}\r\nOrigin: {system.Web.Address.GetLeftPart(UriPartial.Authority)}\r\n"
                    + $"Cookie: panorama_session={SecretToken.Format(tenant.Staff.Token)}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                    + $"Content-Length: {head.Length + photo.Length + end.Length}\r\nConnection: close\r\n\r\n"),
                .. head, .. photo[..200],
            ],
            cancellationToken);
        if (silence is { } time)
        {
            await Task.Delay(time, cancellationToken);
            await stream.WriteAsync((byte[])[.. photo[200..], .. end], cancellationToken);
        }

        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
