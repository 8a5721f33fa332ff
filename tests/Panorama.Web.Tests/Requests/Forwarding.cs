using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Panorama.Testing;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>What Api gets to see of the browser.</summary>
public sealed class Forwarding(StandIn standIn)
{
    [Fact]
    public async Task A_call_under_api_arrives_as_the_browser_sent_it()
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie("whole"));
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.9");
        client.DefaultRequestHeaders.Add("Forwarded", "for=198.51.100.9");

        using var response = await client.PostAsJsonAsync("/api/echo?mark=whole", new { a = 1 }, TestContext.Current.CancellationToken);

        var call = Assert.Single(standIn.Api.Calls, c => c.Path == "/api/echo?mark=whole");
        var origin = standIn.Web.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal("""{"a":1}""", (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("body").GetString());
        Assert.Equal(
            ("panorama_session=stand-in-session.whole", origin, "same-origin", "127.0.0.1", "http", false),
            (call.Headers["Cookie"], call.Headers["Origin"], call.Headers["Sec-Fetch-Site"], call.Headers["X-Forwarded-For"],
                call.Headers["X-Forwarded-Proto"], call.Headers.ContainsKey("Forwarded")));
        Assert.True(call.Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task A_form_s_own_call_carries_the_browser_s_headers_and_nobody_else_s()
    {
        using var client = standIn.Web.Browser();
        client.DefaultRequestHeaders.Add("Cookie", $"panorama_session={StandInApi.Cookie("form")}; panorama_locale=es; other=secret");
        client.DefaultRequestHeaders.Add("Referer", new Uri(standIn.Web.Address, "/home").ToString());

        using var response = await client.FormAsync("/tenants/switch", ("tenantId", StandInApi.OtherTenant));

        var call = Assert.Single(standIn.Api.Calls, c => c.Path == "/api/auth/tenants/switch" && c.Headers["Cookie"].EndsWith(".form", StringComparison.Ordinal));
        Assert.Equal(
            ("panorama_session=stand-in-session.form", standIn.Web.Address.GetLeftPart(UriPartial.Authority), "same-origin", "127.0.0.1", "es"),
            (call.Headers["Cookie"], call.Headers["Origin"], call.Headers["Sec-Fetch-Site"], call.Headers["X-Forwarded-For"], call.Headers["Accept-Language"]));
        Assert.Equal(new Uri(standIn.Web.Address, "/home").ToString(), call.Headers["Referer"]);
    }

    [Fact]
    public async Task The_address_is_what_a_trusted_proxy_says()
    {
        await using var web = await WebApp.StartAsync(standIn.Api.Address, ("TRUSTED_PROXIES", "127.0.0.1"));
        using var client = web.Browser(StandInApi.Cookie("behind"));
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.9");

        using var page = await client.GetAsync(new Uri("/more", UriKind.Relative), TestContext.Current.CancellationToken);
        using var api = await client.GetAsync(new Uri("/api/version?mark=behind", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("198.51.100.9", Assert.Single(standIn.Api.Calls, c => c.Headers.GetValueOrDefault("Cookie", "").EndsWith(".behind", StringComparison.Ordinal) && c.Path == "/api/auth/me").Headers["X-Forwarded-For"]);
        Assert.Equal("198.51.100.9", Assert.Single(standIn.Api.Calls, c => c.Path == "/api/version?mark=behind").Headers["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Without_Api_a_page_says_so_keeps_the_cookie_and_the_address()
    {
        await using var web = await WebApp.StartAsync($"http://127.0.0.1:{FreePorts.Next()}");
        using var client = web.Browser(StandInApi.Cookie());

        using var response = await client.GetAsync(new Uri("/assets?q=van", UriKind.Relative), TestContext.Current.CancellationToken);
        using var post = await client.FormAsync("/login", ("_handler", "sign-in"), ("next", "/assets"), ("email", "priya@example.org"), ("password", "x"));
        using var call = await client.GetAsync(new Uri("/api/assets", UriKind.Relative), TestContext.Current.CancellationToken);
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);

        var (page, login) = (await response.TextAsync(), await post.TextAsync());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "", "5"), (response.StatusCode, response.Cookies(), response.Header("Retry-After")));
        Assert.Contains("Panorama is not answering right now", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/assets?q=van\"", page, StringComparison.Ordinal);
        Assert.Contains("<nav class=\"side\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, post.StatusCode);
        Assert.Contains("The server does not answer right now.", login, StringComparison.Ordinal);
        Assert.Contains("value=\"priya@example.org\"", login, StringComparison.Ordinal);
        Assert.Equal("api_unreachable", (await call.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("code").GetString());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (call.StatusCode, health.StatusCode));
        Assert.Equal("down", (await health.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("db").GetString());
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_the_sender_s_fault_and_no_outage()
    {
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(standIn.Web.Address.Host, standIn.Web.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(
            "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"malformed_body\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_while_Api_is_away_does_not_claim_more_than_it_did()
    {
        await using var web = await WebApp.StartAsync($"http://127.0.0.1:{FreePorts.Next()}");
        using var client = web.Browser(StandInApi.Cookie());

        using var response = await client.FormAsync("/logout");

        Assert.Equal("/login?notice=signed_out_here", response.Location());
        Assert.Contains("panorama_session=; expires", response.Cookies(), StringComparison.Ordinal);
    }
}
