using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Panorama.Testing;

namespace Panorama.Web.Tests.Running;

/// <summary>Web on a real port of its own, in front of the Api it is given.</summary>
public sealed class WebApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebApp(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary>Everything that a request can reach.</summary>
    public IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static async Task<WebApp> StartAsync(string api, params (string Name, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["applicationName"] = "Panorama.Web",
            ["contentRoot"] = Path.Combine(Repository.Root, "Panorama.Web"),
            ["environment"] = "Development", // static files from the source tree
            ["urls"] = address.ToString(),
            ["services:api:http:0"] = api,
            ["PANORAMA_WEB_BASE_URL"] = address.ToString(),
            ["APP_COMMIT"] = "0123456789abcdef",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var app = PageHost.Build([.. all.Select(s => $"--{s.Key}={s.Value}")]);
        await app.StartAsync();
        return new WebApp(app, address);
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

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
