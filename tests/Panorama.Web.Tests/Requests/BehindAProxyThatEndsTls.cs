using System.Net;
using System.Net.Security;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Panorama.Testing;
using Panorama.Web.Tests.Labels;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>
/// The browser speaks TLS to a proxy, the proxy plain HTTP to Web, Web to the real Api. The public address is a setting: neither a header that the proxy leaves out
/// nor a host that a client makes up changes what cookies, redirects, forms and labels are.
/// </summary>
[Trait("FieldCase", "IDN-03")]
public sealed partial class BehindAProxyThatEndsTls(WholeSystem system) : IClassFixture<WholeSystem>
{
    private const string Public = "https://app.qa.example";
    private const string Evil = "evil.qa.example";
    private const string Client = "198.51.100.77";

    public enum Manner
    {
        Headers,
        NoHeaders,
        ForeignHost,
    }

    [Theory]
    [InlineData(Manner.Headers, Client)]
    [InlineData(Manner.NoHeaders, "127.0.0.1")]
    [InlineData(Manner.ForeignHost, Client)]
    public async Task Cookies_forms_redirects_and_labels_are_those_of_the_public_address(Manner manner, string address)
    {
        await using var api = await system.StartApiAsync(Public);
        await using var web = await WebApp.StartAsync(api.Address, ("PANORAMA_WEB_BASE_URL", Public), ("TRUSTED_PROXIES", "127.0.0.1"));
        await using var proxy = await Proxy.StartAsync(web.Address, manner);
        var tenant = await system.CreateTenantAsync();
        await system.SetPasswordAsync(tenant.Owner);
        var asset = await tenant.AddAssetAsync("VAN-1", "Van", TestContext.Current.CancellationToken);
        using var stranger = proxy.Browser();
        var said = new List<string>();

        using var door = await stranger.GetAsync(new Uri("/assets", UriKind.Relative), TestContext.Current.CancellationToken);
        using var login = await stranger.FormAsync("/login", ("_handler", "sign-in"), ("next", "/assets"), ("email", tenant.Owner.Email), ("password", WholeSystem.Password));
        var cookie = Cookie().Match(login.Cookies());
        using var browser = proxy.Browser($"__Host-panorama_session={cookie.Groups["token"].Value}");
        using var locale = await browser.FormAsync("/locale", ("locale", "es"));
        using var home = await browser.GetAsync(new Uri("/home", UriKind.Relative), TestContext.Current.CancellationToken);
        using var rotated = await browser.PostAsync(
            new Uri($"/api/assets/{asset}/labels/rotate", UriKind.Relative), new StringContent("{}", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        using var foreign = proxy.Browser($"__Host-panorama_session={cookie.Groups["token"].Value}", "https://" + Evil);
        using var refused = await foreign.FormAsync("/locale", ("locale", "en"));
        using var logout = await browser.FormAsync("/logout");
        foreach (var answer in new[] { door, login, locale, home, rotated, refused, logout })
        {
            said.Add($"{answer.Headers}{answer.Content.Headers}{await answer.TextAsync()}");
        }

        Assert.Equal("/login?next=%2Fassets", door.Location()); // and not to https, where it is already
        Assert.Equal((HttpStatusCode.Redirect, true), (login.StatusCode, cookie.Success));
        Assert.Equal(["httponly", "max-age", "path=/", "samesite=lax", "secure"], Attributes(login.Cookies()));
        Assert.Equal("/assets", PathOf(login));
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        Assert.Contains("max-age", home.Header("Strict-Transport-Security"), StringComparison.Ordinal);
        Assert.Equal("es", await system.Database.ScalarAsync("select locale from users where id = $1", tenant.Owner.UserId));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("/login?notice=signed_out", PathOf(logout));
        Assert.StartsWith(Public + "/q/", Address().Match(await rotated.TextAsync()).Groups["address"].Value, StringComparison.Ordinal);
        Assert.All(said, text => Assert.DoesNotContain(Evil, text, StringComparison.OrdinalIgnoreCase));
        Assert.All(said, text => Assert.DoesNotContain($":{web.Address.Port}", text, StringComparison.Ordinal));
        // Written down: the browser where the proxy says it, else the proxy itself, never what a client made up.
        Assert.Equal(address, await system.Database.ScalarAsync("select string_agg(distinct ip, ' ') from sessions where user_id = $1 and ip is not null", tenant.Owner.UserId));
        Assert.Equal(
            address,
            await system.Database.ScalarAsync(
                "select string_agg(distinct p.ip_address, ' ') from audit_events e join audit_personal p on p.event_id = e.id where e.actor_user_id = $1 and e.action = 'panorama.auth.password_login'",
                tenant.Owner.UserId));
    }

    [Fact]
    public async Task A_proxy_that_is_not_trusted_is_the_browser_itself()
    {
        await using var api = await system.StartApiAsync(Public);
        await using var web = await WebApp.StartAsync(api.Address, ("PANORAMA_WEB_BASE_URL", Public), ("TRUSTED_PROXIES", "10.9.8.0/24"));
        await using var proxy = await Proxy.StartAsync(web.Address, Manner.Headers);
        var tenant = await system.CreateTenantAsync();
        await system.SetPasswordAsync(tenant.Owner);
        using var stranger = proxy.Browser();

        using var login = await stranger.FormAsync("/login", ("_handler", "sign-in"), ("next", "/assets"), ("email", tenant.Owner.Email), ("password", WholeSystem.Password));

        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        Assert.Equal(["httponly", "max-age", "path=/", "samesite=lax", "secure"], Attributes(login.Cookies()));
        Assert.Equal("127.0.0.1", await system.Database.ScalarAsync("select string_agg(distinct ip, ' ') from sessions where user_id = $1 and ip is not null", tenant.Owner.UserId));
    }

    // Relative, or within the public address.
    private static string PathOf(HttpResponseMessage response)
    {
        var place = new Uri(new Uri(Public), response.Location());
        Assert.Equal(Public, place.GetLeftPart(UriPartial.Authority));
        return place.PathAndQuery;
    }

    private static IEnumerable<string> Attributes(string cookies) => cookies.Split('\n').Single(c => c.StartsWith("__Host-panorama_session=", StringComparison.Ordinal)).Split(';')[1..]
        .Select(a => a.Trim().ToLowerInvariant()).Where(a => !a.StartsWith("expires=", StringComparison.Ordinal)).Select(a => a.StartsWith("max-age=", StringComparison.Ordinal) ? "max-age" : a).Order(StringComparer.Ordinal);

    [GeneratedRegex("^__Host-panorama_session=(?<token>[A-Za-z0-9_-]{43});", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cookie();

    [GeneratedRegex("\"address\":\"(?<address>[^\"]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();

    /// <summary>Ends TLS and hands on, with or without the headers that tell so.</summary>
    private sealed class Proxy : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly int _port;
        private readonly Manner _manner;

        private Proxy(WebApplication app, int port, Manner manner) => (_app, _port, _manner) = (app, port, manner);

        public static async Task<Proxy> StartAsync(Uri web, Manner manner)
        {
            var (tls, port) = (new TestTls(), FreePorts.Next());
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(tls.Server)));
            var app = builder.Build();
            var client = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
            app.Lifetime.ApplicationStopped.Register(client.Dispose);
            app.Lifetime.ApplicationStopped.Register(tls.Dispose);
            app.Run(context => HandOnAsync(context, client, web, manner));
            await app.StartAsync();
            return new Proxy(app, port, manner);
        }

        /// <summary>One that reaches the public name at this proxy.</summary>
        public HttpClient Browser(string? cookie = null, string origin = Public)
        {
            var client = new HttpClient(new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                SslOptions = new SslClientAuthenticationOptions
                {
#pragma warning disable CA5359 // the certificate is this test's, for another name
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
                },
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                    await socket.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                },
            })
            { BaseAddress = new Uri(Public) };
            client.DefaultRequestHeaders.Add("Origin", origin);
            if (origin == Public)
            {
                client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
            }

            if (_manner == Manner.ForeignHost)
            {
                client.DefaultRequestHeaders.Host = Evil;
                client.DefaultRequestHeaders.Add("X-Forwarded-Host", Evil);
            }

            if (cookie is not null)
            {
                client.DefaultRequestHeaders.Add("Cookie", cookie);
            }

            return client;
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        private static async Task HandOnAsync(HttpContext context, HttpMessageInvoker client, Uri web, Manner manner)
        {
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(web, context.Request.Path + context.Request.QueryString));
            if (context.Request.ContentLength is not null)
            {
                request.Content = new StreamContent(context.Request.Body);
                request.Content.Headers.ContentLength = context.Request.ContentLength;
            }

            foreach (var (name, value) in context.Request.Headers)
            {
                if (name != "Content-Length" && (!name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || (manner == Manner.ForeignHost && name == "X-Forwarded-Host")))
                {
                    _ = request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value) || request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value) == true;
                }
            }

            if (manner != Manner.NoHeaders)
            {
                request.Headers.TryAddWithoutValidation("X-Forwarded-For", Client);
                request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
                if (manner == Manner.Headers)
                {
                    request.Headers.TryAddWithoutValidation("X-Forwarded-Host", new Uri(Public).Host);
                }
            }

            using var answer = await client.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key != "Transfer-Encoding"))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
