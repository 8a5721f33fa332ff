using System.Net;
using System.Text.RegularExpressions;
using Panorama.Web.Http;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

public sealed partial class EveryResponse(StandIn standIn)
{
    private static readonly string[] Settings =
        ["PANORAMA_WEB_BASE_URL", "WEB_ORIGIN", "TRUSTED_PROXIES", "SESSION_COOKIE_NAME", "PANORAMA_STAGE", "CSRF_REQUIRE_ORIGIN"];

    [Theory]
    [InlineData("/login")]
    [InlineData("/no/such/page")]
    [InlineData("/error/500")]
    [InlineData("/home")]
    public async Task A_page_carries_the_headers_and_a_fresh_nonce(string path)
    {
        using var client = standIn.Web.Browser();
        using var first = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        using var second = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        var policy = first.Header("Content-Security-Policy");
        Assert.Equal("no-store", first.Header("Cache-Control"));
        Assert.Equal(("same-origin", "same-origin"), (first.Header("Cross-Origin-Opener-Policy"), first.Header("Cross-Origin-Resource-Policy")));
        Assert.Equal(("strict-origin-when-cross-origin", "nosniff"), (first.Header("Referrer-Policy"), first.Header("X-Content-Type-Options")));
        Assert.StartsWith("camera=(self)", first.Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.Equal(("", ""), (first.Header("Server"), first.Header("X-Powered-By")));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        if (first.StatusCode != HttpStatusCode.Redirect)
        {
            Assert.Matches(
                "^default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; "
                + "script-src 'self' 'nonce-([^']+)'; style-src 'self' 'nonce-\\1'; connect-src 'self'$",
                policy);
            Assert.NotEqual(policy, second.Header("Content-Security-Policy"));
            Assert.Contains($"nonce=\"{Nonce().Match(policy).Groups["nonce"].Value}\"", await first.TextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Styles_scripts_and_pictures_are_cached_by_their_content_and_typed()
    {
        using var client = standIn.Web.Browser();
        var (_, page) = await client.PageAsync("/login");
        var addresses = AssetAddress().Matches(page).Select(m => m.Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.True(addresses.Count >= 4, string.Join(' ', addresses));
        foreach (var address in addresses)
        {
            using var response = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((address, HttpStatusCode.OK, "nosniff"), (address, response.StatusCode, response.Header("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task Over_https_the_cookie_has_its_prefix_and_the_browser_stays_on_https()
    {
        await using var web = await WebApp.StartAsync(standIn.Api.Address, ("PANORAMA_WEB_BASE_URL", "https://fleet.example.org"));
        using var client = web.Browser();
        client.DefaultRequestHeaders.Add("Cookie", "__Host-panorama_session=expired; panorama_session=" + StandInApi.Token);

        using var response = await client.GetAsync(new Uri("/home", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("max-age=31536000; includeSubDomains", response.Header("Strict-Transport-Security"));
        Assert.StartsWith("__Host-panorama_session=; expires=", response.Cookies(), StringComparison.Ordinal);
        Assert.Contains("secure", response.Cookies(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_test_system_says_so_on_every_page_and_stays_out_of_search_engines()
    {
        await using var web = await WebApp.StartAsync(standIn.Api.Address, ("PANORAMA_STAGE", "staging"));
        using var client = web.Browser(StandInApi.Cookie());

        foreach (var path in new[] { "/home", "/error/404", "/assets" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            var page = await response.TextAsync();
            Assert.Equal((path, "noindex"), (path, response.Header("X-Robots-Tag")));
            Assert.Contains("<meta name=\"robots\" content=\"noindex\"", page, StringComparison.Ordinal);
            Assert.Contains("Test system", page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("staging", "User-agent: *\nDisallow: /\n")]
    [InlineData("", "User-agent: *\nDisallow: /api/\nDisallow: /q/\n")]
    public async Task Search_engines_are_told_where_not_to_go(string stage, string expected)
    {
        await using var web = await WebApp.StartAsync(standIn.Api.Address, ("PANORAMA_STAGE", stage));
        using var client = web.Browser();

        using var response = await client.GetAsync(new Uri("/robots.txt", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "text/plain", expected), (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.TextAsync()));
    }

    [Fact]
    public async Task An_operator_who_changed_the_code_links_to_his_own()
    {
        await using var web = await WebApp.StartAsync(standIn.Api.Address, ("PANORAMA_SOURCE_URL", "https://git.example.org/our/panorama/"));
        using var client = web.Browser();

        var (_, page) = await client.PageAsync("/login");

        Assert.Contains("href=\"https://git.example.org/our/panorama/tree/0123456789abcdef\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_foot_names_the_version_the_exact_source_and_the_licence()
    {
        using var client = standIn.Web.Browser();

        var (_, page) = await client.PageAsync("/login");

        Assert.Contains("/tree/0123456789abcdef\"", page, StringComparison.Ordinal);
        Assert.Contains("Source code at 01234567", page, StringComparison.Ordinal);
        Assert.Contains("AGPL-3.0 licence", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/page", HttpStatusCode.NotFound, "We cannot find that page")]
    [InlineData("/error/403", HttpStatusCode.Forbidden, "You cannot open this page")]
    [InlineData("/error/500", HttpStatusCode.InternalServerError, "Something went wrong on our side")]
    [InlineData("/error/503", HttpStatusCode.ServiceUnavailable, "Panorama is not answering right now")]
    [InlineData("/assets/not-an-id", HttpStatusCode.NotFound, "There is no such asset")]
    [InlineData("/assets/20000000-0000-7000-8000-00000000dead", HttpStatusCode.NotFound, "There is no such asset")]
    public async Task An_error_keeps_its_status_and_the_shell_in_the_reader_s_language(string path, HttpStatusCode status, string title)
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie());
        using var spanish = standIn.Web.Browser();
        spanish.DefaultRequestHeaders.Add("Cookie", $"panorama_session={StandInApi.Cookie()}; panorama_locale=es");

        var (code, page) = await client.PageAsync(path);
        var (_, other) = await spanish.PageAsync(path);

        Assert.Equal(status, code);
        Assert.True(page.Contains(title, StringComparison.Ordinal), page);
        Assert.Contains("<nav class=\"side\"", page, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"es\"", other, StringComparison.Ordinal);
        Assert.DoesNotContain(title, other, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_named_all_at_once()
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        foreach (var (name, value) in new[]
                 {
                     ("PANORAMA_WEB_BASE_URL", "fleet.example.org/app"), ("WEB_ORIGIN", "ftp://x"), ("TRUSTED_PROXIES", "everyone"),
                     ("SESSION_COOKIE_NAME", "a;b"), ("PANORAMA_STAGE", "prod"), ("CSRF_REQUIRE_ORIGIN", "maybe"),
                 })
        {
            configuration[name] = value;
        }

        configuration["ConnectionStrings:panorama"] = "Host=db.example;Username=panorama_app";

        var problems = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => WebOptions.Read(configuration, isProduction: true)).Failures.ToList();

        Assert.All(Settings.Append("ConnectionStrings__panorama"), name => Assert.Contains(problems, p => p.StartsWith(name + " must ", StringComparison.Ordinal) || p.StartsWith(name + " may ", StringComparison.Ordinal)));
        Assert.DoesNotContain(problems, p => p.Contains("fleet.example.org/app", StringComparison.Ordinal) || p.Contains("everyone", StringComparison.Ordinal) || p.Contains("db.example", StringComparison.Ordinal));
    }

    [GeneratedRegex("nonce-(?<nonce>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Nonce();

    [GeneratedRegex("/(?:fonts/|modules/)?[a-z-]+\\.?[a-z0-9]*\\.(?:css|js|svg|woff2)", RegexOptions.None, 1000)]
    private static partial Regex AssetAddress();
}
