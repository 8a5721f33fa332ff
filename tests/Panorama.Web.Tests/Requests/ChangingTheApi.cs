using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Panorama.Web.Api;

namespace Panorama.Web.Tests.Requests;

/// <summary>What happens to a request whose Api goes away under it while another is there.</summary>
public sealed class ChangingTheApi : IDisposable
{
    private TcpListener _api = new(IPAddress.Loopback, 0);
    private int _requests;

    [Theory]
    [InlineData("GET", false, false, 2)]
    [InlineData("HEAD", false, false, 2)]
    [InlineData("POST", true, true, 2)] // the key makes the second one the first
    [InlineData("DELETE", false, true, 2)]
    [InlineData("POST", true, false, 1)] // may have been carried out
    public async Task A_lost_answer_is_asked_for_again_when_that_does_no_harm(string method, bool body, bool key, int requests)
    {
        _api.Start();
        var serving = ServeAsync(loseFirst: true);
        using var client = Client(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(new HttpMethod(method), Address) { Content = body ? JsonContent.Create(new { name = "Van" }) : null };
        if (key)
        {
            request.Headers.Add("Idempotency-Key", "0198c1f0");
        }

        var answer = await Record.ExceptionAsync(async () => (await client.SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode());

        Assert.Equal((requests, requests == 2), (_requests, answer is null));
        _api.Stop();
        await serving;
    }

    [Fact]
    public async Task A_change_that_reached_no_Api_goes_to_the_next_one()
    {
        _api.Start();
        var address = Address; // nobody listens there before the first refusal
        _api.Stop();
        Task? serving = null;
        using var client = Client(new AfterFailure(() =>
        {
            _api = new TcpListener(IPAddress.Loopback, address.Port);
            _api.Start();
            serving = ServeAsync(loseFirst: false);
        })
        { InnerHandler = new SocketsHttpHandler() });

        using var answer = await client.PostAsJsonAsync(address, new { name = "Van" }, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, 1), (answer.StatusCode, _requests));
        _api.Stop();
        await serving!;
    }

    [Fact]
    public async Task Three_refusals_are_an_outage()
    {
        _api.Start();
        var address = Address;
        _api.Stop();
        var failures = 0;
        using var client = Client(new AfterFailure(() => failures++) { InnerHandler = new SocketsHttpHandler() });

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(address, TestContext.Current.CancellationToken));

        Assert.Equal(3, failures);
    }

    public void Dispose() => _api.Dispose();

    private Uri? _address;

    private Uri Address => _address ??= new Uri($"http://{_api.LocalEndpoint}/");

    private static HttpClient Client(HttpMessageHandler inner) => new(new LostConnections(TimeProvider.System) { InnerHandler = inner });

    /// <summary>Reads a request whole and answers it, or goes away.</summary>
    private async Task ServeAsync(bool loseFirst)
    {
        try
        {
            while (true)
            {
                using var connection = await _api.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                var stream = connection.GetStream();
                var read = await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken);
                if (read > 0 && (++_requests > 1 || !loseFirst))
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
                }
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private sealed class AfterFailure(Action then) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException)
            {
                then();
                throw;
            }
        }
    }
}
