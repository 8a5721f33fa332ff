using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>What another site can make a browser send changes nothing.</summary>
public sealed class TheGate(StandIn standIn)
{
    /// <summary>Sec-Fetch-Site, Origin, Referer ("self" = this site's address), whether it passes.</summary>
    public static readonly TheoryData<string?, string?, string?, bool> Requests = new()
    {
        { "same-origin", "self", null, true },
        { "none", null, null, true },
        { null, null, null, true },
        { null, "self", null, true },
        { null, null, "self", true },
        { "same-origin", "SELF", null, true },
        { "cross-site", "self", null, false },
        { "same-site", "self", null, false },
        { "same-origin", "https://evil.example", null, false },
        { null, "https://evil.example", "self", false },
        { null, "null", "self", false },
        { null, null, "https://evil.example/page", false },
        { null, null, "not an address", false },
        { null, null, "self.evil.example/", false },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_post_passes_only_from_this_site(string? site, string? origin, string? referer, bool passes)
    {
        foreach (var path in new[] { "/locale", "/api/echo" })
        {
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = standIn.Web.Address };
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([KeyValuePair.Create("locale", "es")]) };
            Add(request, "Sec-Fetch-Site", site);
            Add(request, "Origin", Here(origin));
            Add(request, "Referer", Here(referer) is { } r && referer == "self" ? r + "/assets" : Here(referer));

            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal((path, passes), (path, response.StatusCode != HttpStatusCode.Forbidden));
            Assert.Equal((path, passes && path == "/locale"), (path, response.Cookies().Length > 0));
        }
    }

    [Fact]
    public async Task A_refusal_is_a_page_for_people_and_a_problem_for_clients()
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie());
        client.DefaultRequestHeaders.Remove("Origin");
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");

        using var page = await client.FormAsync("/logout");
        using var call = await client.PostAsJsonAsync("/api/echo", new { }, TestContext.Current.CancellationToken);

        var problem = await call.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Contains("This request came from another site", await page.TextAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Forbidden, ""), (page.StatusCode, page.Cookies()));
        Assert.Equal("application/problem+json", call.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("csrf_origin_mismatch", 403), (problem.GetProperty("code").GetString(), problem.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task An_origin_sent_twice_is_refused()
    {
        using var client = new HttpClient { BaseAddress = standIn.Web.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo");
        request.Headers.TryAddWithoutValidation("Origin", [Here("self")!, Here("self")!]);

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Further_origins_and_the_strict_setting_are_obeyed()
    {
        await using var web = await WebApp.StartAsync(standIn.Api.Address, ("WEB_ORIGIN", "https://fleet.example.org, http://10.0.0.5:8080"), ("CSRF_REQUIRE_ORIGIN", "true"));
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = web.Address };

        using var known = await SendAsync(client, "https://fleet.example.org", cookie: true);
        using var bareWithCookie = await SendAsync(client, origin: null, cookie: true);
        using var bare = await SendAsync(client, origin: null, cookie: false);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.OK), (known.StatusCode, bareWithCookie.StatusCode, bare.StatusCode));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string? origin, bool cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo");
        Add(request, "Origin", origin);
        Add(request, "Cookie", cookie ? "panorama_session=x" : null);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private string? Here(string? text)
    {
        var self = standIn.Web.Address.GetLeftPart(UriPartial.Authority);
        return text?.Replace("self", self, StringComparison.Ordinal).Replace("SELF", self.ToUpperInvariant(), StringComparison.Ordinal);
    }
}
