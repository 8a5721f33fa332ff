using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Panorama.Web.Tests.Running;

/// <summary>Web on a real port of its own, in front of the Api it is given.</summary>
public sealed class WebApp : WebApplicationFactory<Panorama.Web.Shell.App>
{
    private readonly Dictionary<string, string> _settings;

    public WebApp(string api, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        var port = FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        _settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["services:api:http:0"] = api,
            ["PANORAMA_WEB_BASE_URL"] = Address.ToString(),
            ["APP_COMMIT"] = "0123456789abcdef",
        };
        foreach (var (name, value) in settings)
        {
            _settings[name] = value;
        }

        UseKestrel(port);
        StartServer();
    }

    public Uri Address { get; }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A browser without script: keeps no cookies, follows nothing, says where its forms come from.</summary>
    public HttpClient Browser(string? session = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        if (session is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", "panorama_session=" + session);
        }

        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (name, value) in _settings)
        {
            builder.UseSetting(name, value);
        }
    }
}
