namespace Panorama.Api.Tests.Http;

public sealed class RefusingOtherSites(ApiApp app)
{
    private const string Own = ApiApp.WebOrigin;

    [Theory]
    [InlineData("", "", "", true)]
    [InlineData("Sec-Fetch-Site: same-origin", "", "", true)]
    [InlineData("Sec-Fetch-Site: none", "", "", true)]
    [InlineData("Sec-Fetch-Site: cross-site", "", "", false)]
    [InlineData("Sec-Fetch-Site: same-site", "", "", false)]
    [InlineData("Sec-Fetch-Site: cross-site", "Origin: " + Own, "", false)]
    [InlineData("", "Origin: " + Own, "", true)]
    [InlineData("", "Origin: HTTP://LOCALHOST:5080", "", true)]
    [InlineData("", "Origin: http://localhost:5081", "", false)]
    [InlineData("", "Origin: http://localhost:5080.evil.example", "", false)]
    [InlineData("", "Origin: null", "", false)]
    [InlineData("", "Origin: https://evil.example", "Referer: " + Own + "/login", false)]
    [InlineData("Sec-Fetch-Site: same-origin", "Origin: https://evil.example", "", false)]
    [InlineData("", "", "Referer: " + Own + "/login", true)]
    [InlineData("", "", "Referer: https://evil.example/" + Own, false)]
    [InlineData("", "", "Referer: not an address", false)]
    public async Task A_post_passes_only_from_our_own_pages_or_no_page(string site, string origin, string referer, bool passes)
    {
        using var client = app.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/logout");
        foreach (var header in new[] { site, origin, referer }.Where(h => h.Length > 0))
        {
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(passes ? "204" : "403 csrf_origin_mismatch", await response.OutcomeAsync());
    }

    [Fact]
    public async Task A_read_passes_from_anywhere()
    {
        using var client = app.Client();
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");

        Assert.Equal("200", await client.GetOutcomeAsync("/api/version"));
    }

    [Fact]
    public async Task A_header_sent_twice_is_refused()
    {
        var address = app.Api.Address;
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes(
                $"POST /api/auth/logout HTTP/1.1\r\nHost: {address.Authority}\r\nOrigin: {Own}\r\nOrigin: {Own}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 403", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_strict_switch_a_cookie_without_origin_is_refused()
    {
        var tenant = await app.CreateTenantAsync();
        await using var strict = await RunningApi.StartAsync(app.Settings(("CSRF_REQUIRE_ORIGIN", "yes"), ("WEB_ORIGIN", "https://fleet.example, http://127.0.0.1:5080")));
        using var client = strict.Client(tenant.Owner.Token);
        using var stranger = strict.Client();

        Assert.Equal("403 csrf_origin_mismatch", await client.PostOutcomeAsync("/api/auth/logout", new { }));
        Assert.Equal("204", await stranger.PostOutcomeAsync("/api/auth/logout", new { }));
        client.DefaultRequestHeaders.Add("Origin", "http://127.0.0.1:5080");
        Assert.Equal("204", await client.PostOutcomeAsync("/api/auth/logout", new { }));
    }
}
