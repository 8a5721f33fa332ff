using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>Whatever is posted to whichever route, the answer is a refusal that a person can read.</summary>
public sealed partial class MalformedForms(StandIn standIn, Deployed deployed) : IClassFixture<Deployed>
{
    private const string Form = "application/x-www-form-urlencoded";

    /// <summary>What no route takes, and the status that says so.</summary>
    private static readonly (string Name, string? Type, Func<byte[]> Body, HttpStatusCode Status)[] Bodies =
    [
        ("nothing", null, () => [], HttpStatusCode.UnsupportedMediaType),
        ("JSON", "application/json", () => "{\"id\":1}"u8.ToArray(), HttpStatusCode.UnsupportedMediaType),
        ("plain text", "text/plain", () => "id=1"u8.ToArray(), HttpStatusCode.UnsupportedMediaType),
        ("no type", null, () => "id=1"u8.ToArray(), HttpStatusCode.UnsupportedMediaType),
        ("a type that is none", "form", () => "id=1"u8.ToArray(), HttpStatusCode.UnsupportedMediaType),
        ("600 kB", Form, () => Encoding.ASCII.GetBytes("id=" + new string('a', 600_000)), HttpStatusCode.RequestEntityTooLarge),
        ("5000 fields", Form, () => Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 5000).Select(i => string.Create(CultureInfo.InvariantCulture, $"f{i}=1")))), HttpStatusCode.BadRequest),
        ("a name of 10 kB", Form, () => Encoding.ASCII.GetBytes(new string('a', 10_000) + "=1"), HttpStatusCode.BadRequest),
        ("multipart without a boundary", "multipart/form-data", () => "--x\r\n"u8.ToArray(), HttpStatusCode.BadRequest),
        ("multipart cut short", "multipart/form-data; boundary=x", () => "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n1"u8.ToArray(), HttpStatusCode.BadRequest),
        ("multipart of another boundary", "multipart/form-data; boundary=x", () => "--y\r\n\r\n--y--\r\n"u8.ToArray(), HttpStatusCode.BadRequest),
        ("NUL in a value", Form, () => "id=a%00b&return=%2Fhome"u8.ToArray(), HttpStatusCode.BadRequest),
        ("NUL in a return path", Form, () => "return=%2Fassets%00"u8.ToArray(), HttpStatusCode.BadRequest),
        ("NUL in a name", Form, () => "a%00b=1"u8.ToArray(), HttpStatusCode.BadRequest),
    ];

    [Fact]
    public async Task Posted_to_any_route_are_refused_with_a_page_in_the_reader_s_language()
    {
        var routes = deployed.Web.Routes.Where(TakesPosts).Select(Path).Distinct(StringComparer.Ordinal).ToList();
        var uploads = deployed.Web.Routes.Where(r => r.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null).Select(Path).ToHashSet(StringComparer.Ordinal);
        var wrong = new List<string>();

        Assert.Superset(
            new HashSet<string>(["/locale", "/appearance", "/logout", "/tenants/switch", "/account/sessions/end", "/account/sessions/end-all", "/login", "/setup"], StringComparer.Ordinal),
            routes.ToHashSet(StringComparer.Ordinal));
        foreach (var route in routes)
        {
            foreach (var (name, type, body, status) in Bodies)
            {
                using var response = await SendAsync(route, type, body(), chunked: false);

                // A page that takes files reads its body itself, knows what is too large, and goes back to its form.
                if (uploads.Contains(route) && response.StatusCode == HttpStatusCode.SeeOther && status != HttpStatusCode.UnsupportedMediaType)
                {
                    continue;
                }

                Check(wrong, $"{route} with {name}", status, response, await response.TextAsync());
            }

            if (uploads.Contains(route))
            {
                continue;
            }

            using var large = await SendAsync(route, Form, Bodies.First(b => b.Name == "600 kB").Body(), chunked: true);
            Check(wrong, $"{route} with 600 kB of unsaid length", HttpStatusCode.RequestEntityTooLarge, large, await large.TextAsync());
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task A_form_that_a_page_does_not_have_is_refused_by_every_page()
    {
        var pages = deployed.Web.Routes.Where(r => TakesPosts(r) && r.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null).ToList();
        var wrong = new List<string>();

        Assert.NotEmpty(pages);
        foreach (var page in pages)
        {
            foreach (var form in new[] { "", "_handler=", "_handler=no-such-form&email=a" })
            {
                using var response = await SendAsync(Path(page), Form, Encoding.ASCII.GetBytes(form), chunked: false);
                var text = await response.TextAsync();
                if ((int)response.StatusCode is < 400 or >= 500 || !Heading().IsMatch(text) || !text.Contains("<html lang=\"es\"", StringComparison.Ordinal))
                {
                    wrong.Add($"{Path(page)} with '{form}': {(int)response.StatusCode} {Heading().Match(text).Value}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Theory]
    [InlineData("/setup?u=zzz", "first-password")]
    [InlineData("/setup?s=zzz", "first-organisation")]
    [InlineData("/setup", "first-password")]
    public async Task A_set_up_link_that_was_cut_short_says_so_when_its_form_is_sent(string path, string form)
    {
        using var client = deployed.Web.Browser();

        using var response = await client.FormAsync(path, ("_handler", form), ("password", "a long enough one"), ("repeat", "a long enough one"));

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Contains(">This link no longer works</h1>", await response.TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/assets?q=%00")]
    [InlineData("/login?next=%2F%00")]
    [InlineData("/account/sessions?done=%00")]
    [InlineData("/error/404?%00")]
    public async Task NUL_in_an_address_is_refused_with_a_page(string path)
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie());

        var (status, page) = await client.PageAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("That request was not understood", page, StringComparison.Ordinal);
    }

    private static void Check(List<string> wrong, string what, HttpStatusCode status, HttpResponseMessage response, string page)
    {
        if (response.StatusCode != status || !Heading().IsMatch(page) || !page.Contains("<html lang=\"es\"", StringComparison.Ordinal))
        {
            wrong.Add($"{what}: {(int)response.StatusCode} {Heading().Match(page).Value}");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? type, byte[] body, bool chunked)
    {
        using var client = deployed.Web.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Headers.Add("Cookie", $"panorama_locale=es; panorama_session={StandInApi.Cookie()}");
        request.Headers.TransferEncodingChunked = chunked;
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static bool TakesPosts(RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethod.Post.Method) == true;

    private static string Path(RouteEndpoint route) => "/" + Parameter().Replace(route.RoutePattern.RawText!, p => p.Value.Contains(":guid", StringComparison.Ordinal) ? "a0000000-0000-7000-8000-000000000001" : "1").TrimStart('/');

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex("<h1[^>]*>[^<]+</h1>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();
}

/// <summary>Web as it is deployed: while developing, the framework puts its own sentence in the place of a page.</summary>
public sealed class Deployed(StandIn standIn) : IAsyncLifetime
{
    public WebApp Web { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Web = await WebApp.StartAsync(standIn.Api.Address, ("environment", "Production"));

    public async ValueTask DisposeAsync() => await Web.DisposeAsync();
}
