using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Panorama.Api.Tests.Inspections;

namespace Panorama.Api.Tests.Http;

public sealed class RefusingBadInput(ApiApp app)
{
    private const string Json = "application/json";

    public static TheoryData<string, string, string, string> Bodies => new()
    {
        { "{", Json, "400 malformed_body", "" },
        { "", Json, "400 invalid_body", "email,password" },
        { "[]", Json, "400 invalid_body", "$" },
        { "null", Json, "400 invalid_body", "$" },
        { """{"email":"a@b.example"}""", Json, "400 invalid_body", "password" },
        { """{"email":"a@b.example","password":""}""", Json, "400 invalid_body", "password" },
        { """{"email":null,"password":"x"}""", Json, "400 invalid_body", "email" },
        { """{"email":5,"password":"x"}""", Json, "400 invalid_body", "email" },
        { """{"email":"a@b.example","password":"x","remember":true}""", Json, "400 invalid_body", "remember" },
        { """{"Email":"a@b.example","password":"x"}""", Json, "400 invalid_body", "Email" },
        { """{"email":"a@b.example","email":"c@d.example","password":"x"}""", Json, "400 malformed_body", "" },
        { """{"email":"a@b.example","password":"\ud800"}""", Json, "400 invalid_body", "password" },
        { """{"email":"a\u0000@b.example","password":"x"}""", Json, "401 invalid_credentials", "" },
        { "email=a%40b.example&password=x", "application/x-www-form-urlencoded", "415 unsupported_media_type", "" },
        { """{"email":"a@b.example","password":"x"}""", "text/plain", "415 unsupported_media_type", "" },
        { """{"email":"a@b.example","password":"x"}""", "", "415 unsupported_media_type", "" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_not_what_the_route_takes(string body, string type, string outcome, string members)
    {
        using var client = app.Client();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = type.Length == 0 ? null : new MediaTypeHeaderValue(type);

        using var response = await client.PostAsync(new Uri("/api/auth/login", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var problem = await response.ReadProblemAsync();

        Assert.Equal(outcome, $"{problem.Status} {problem.Code}");
        Assert.Equal(
            members, problem.Body.TryGetProperty("errors", out var errors) ? string.Join(',', errors.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)) : "");
        Assert.DoesNotContain("Panorama.Api", problem.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"VEHICLE\"", "201")]
    [InlineData("\"VEHICLE, OTHER\"", "400 invalid_body")] // no set of flags
    [InlineData("\"LICENSE, ACCESSORY\"", "400 invalid_body")] // as numbers they would make a third
    [InlineData("\"vehicle\"", "400 invalid_body")]
    [InlineData("\" VEHICLE\"", "400 invalid_body")]
    [InlineData("\"5\"", "400 invalid_body")]
    [InlineData("5", "400 invalid_body")]
    [InlineData("\"\"", "400 invalid_body")]
    public async Task A_name_of_a_list_is_spelled_exactly(string kind, string outcome)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);

        Assert.Equal(outcome, await admin.SendOutcomeAsync(HttpMethod.Post, "/api/inspection-templates", null, Checklists.Body(scope: $"\"categoryKind\":{kind}")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_100_kB(bool lengthIsSaid)
    {
        using var client = app.Client();
        using var content = new StringContent(new string(' ', 102_401), Encoding.UTF8, Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login") { Content = content };
        request.Headers.TransferEncodingChunked = !lengthIsSaid;

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("413 body_too_large", await response.OutcomeAsync());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=+5", "limit")]
    [InlineData("status=ready", "status")]
    [InlineData("status=READY&status=", "status")]
    [InlineData("categoryId=1", "categoryId")]
    [InlineData("bookable=maybe", "bookable")]
    [InlineData("includeArchived=", "includeArchived")]
    [InlineData("sort=purchaseCost", "sort")]
    [InlineData("order=down", "order")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=xyz", "cursor")]
    [InlineData("q=%00", "q")]
    [InlineData("status=READY&status=%00", "status")]
    [InlineData("unknown%00=1", "unknown")]
    public async Task A_query_value_that_is_wrong_is_named(string query, string name)
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Driver);

        using var response = await client.GetAsync(new Uri($"/api/assets?{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        var problem = await response.ReadProblemAsync();

        Assert.Equal((400, "invalid_query", name), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task An_empty_search_is_no_search()
    {
        var tenant = await app.CreateTenantAsync();
        await tenant.AssetAsync();
        using var client = app.Client(tenant.Driver);

        foreach (var path in new[] { "/api/assets?q=", "/api/assets?q=%20", "/api/categories?q=" })
        {
            Assert.Equal(1, (await client.GetJsonAsync(path)).GetProperty("items").GetArrayLength());
        }
    }

    [Fact]
    public async Task A_cursor_of_another_order_or_made_up_is_refused()
    {
        var tenant = await app.CreateTenantAsync();
        await tenant.AssetAsync();
        await tenant.AssetAsync();
        using var client = app.Client(tenant.Driver);
        var cursor = (await client.GetJsonAsync("/api/assets?limit=1")).GetProperty("nextCursor").GetString();
        var forged = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(
            Encoding.UTF8.GetBytes($"""["-createdAt","yesterday","{Guid.Empty:N}"]"""));

        Assert.Equal("400 invalid_query", await client.GetOutcomeAsync($"/api/assets?sort=name&cursor={cursor}"));
        Assert.Equal("400 invalid_query", await client.GetOutcomeAsync($"/api/assets?order=asc&cursor={cursor}"));
        Assert.Equal("400 invalid_query", await client.GetOutcomeAsync($"/api/assets?cursor={forged}"));
        Assert.Equal("200", await client.GetOutcomeAsync($"/api/assets?cursor={cursor}&unknown=ignored"));
    }

    [Theory]
    [InlineData("GET", "/api/nothing", "404 not_found")]
    [InlineData("GET", "/", "404 not_found")]
    [InlineData("GET", "/?%00", "400 invalid_query")]
    [InlineData("GET", "/api/version?a=%00", "400 invalid_query")]
    [InlineData("DELETE", "/api/auth/sessions/1?a=%00", "400 invalid_query")]
    [InlineData("GET", "/api/assets/%ff", "404 asset_not_found")]
    [InlineData("GET", "/api/auth/login", "405 method_not_allowed")]
    [InlineData("GET", "/api/assets/not-a-uuid", "404 asset_not_found")]
    [InlineData("GET", "/api/assets/not-a-uuid/history", "404 asset_not_found")]
    [InlineData("DELETE", "/api/auth/sessions/not-a-uuid", "404 session_not_found")]
    public async Task An_address_that_is_none(string method, string path, string outcome)
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(outcome, await response.OutcomeAsync());
    }

    /// <summary>What docs/errors.md says of the server: it answers these itself, without a body, and hangs up.</summary>
    [Theory]
    [InlineData("GET /api/assets/%00 HTTP/1.1\r\nHost: a\r\n\r\n", "400")]
    [InlineData("GET /api/version HTTP/1.1\r\nHost: a b\r\n\r\n", "400")]
    [InlineData("GET\r\n\r\n", "400")]
    [InlineData("GET /api/version?q={long} HTTP/1.1\r\nHost: a\r\n\r\n", "414")]
    [InlineData("GET /api/version HTTP/1.1\r\nHost: a\r\nX-Long: {long}{long}{long}{long}\r\n\r\n", "431")]
    public async Task A_request_that_cannot_be_read_as_one(string text, string status)
    {
        var answer = await SendRawAsync(text.Replace("{long}", new string('a', 9_000), StringComparison.Ordinal));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_whose_chunks_are_none_is_malformed() => Assert.Contains(
        "\"code\":\"malformed_body\"",
        await SendRawAsync("POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_test_system_stays_out_of_search_engines()
    {
        await using var staging = await RunningApi.StartAsync(app.Settings(("PANORAMA_STAGE", "staging")));
        using var client = staging.Client();
        using var response = await client.GetAsync(new Uri("/api/docs/", UriKind.Relative), TestContext.Current.CancellationToken);
        using var other = app.Client();
        using var usual = await other.GetAsync(new Uri("/api/docs/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("noindex", Assert.Single(response.Headers.GetValues("X-Robots-Tag")));
        Assert.False(usual.Headers.Contains("X-Robots-Tag"));
    }

    private async Task<string> SendRawAsync(string text)
    {
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(app.Api.Address.Host, app.Api.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_unhandled_exception_says_nothing_about_itself()
    {
        await using var broken = await RunningApi.StartAsync(
            app.Settings(), map: a => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(a, "/api/boom", _ => throw new InvalidOperationException("secret detail")));
        using var client = broken.Client();

        using var response = await client.GetAsync(new Uri("/api/boom", UriKind.Relative), TestContext.Current.CancellationToken);
        var problem = await response.ReadProblemAsync();

        Assert.Equal((500, "server_error"), (problem.Status, problem.Code));
        Assert.DoesNotContain("secret detail", problem.Body.GetRawText(), StringComparison.Ordinal);
        Assert.True(response.Headers.Contains("X-Request-Id"));
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_the_request_id()
    {
        using var client = app.Client();
        client.DefaultRequestHeaders.Add("X-Request-Id", "abc-123");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var response = await client.GetAsync(new Uri("/api/version", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Cache-Control"] = "no-store",
                ["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'",
                ["Cross-Origin-Opener-Policy"] = "same-origin",
                ["Cross-Origin-Resource-Policy"] = "same-origin",
                ["Permissions-Policy"] = "camera=(self)",
                ["Referrer-Policy"] = "strict-origin-when-cross-origin",
                ["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains",
                ["X-Content-Type-Options"] = "nosniff",
                ["X-Request-ID"] = "abc-123",
            },
            response.Headers.Where(h => h.Key is not ("Date" or "Transfer-Encoding")).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.Ordinal));
    }
}
