using System.Net;
using System.Net.Sockets;

namespace Panorama.Core.Tests.Storage;

/// <summary>A line to a server that takes everything and breaks after so many bytes of answer, or never brings any.</summary>
internal sealed class BreakingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    /// <param name="breakAfter">Null: nothing comes back.</param>
    public BreakingProxy(int server, int? breakAfter)
    {
        _listener.Start();
        _work = AcceptAsync(server, breakAfter);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync(int server, int? breakAfter)
    {
        List<Task> lines = [];
        while (!_stop.IsCancellationRequested)
        {
            lines.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), server, breakAfter));
        }
    }

    private async Task ServeAsync(TcpClient client, int server, int? breakAfter)
    {
        using (client)
        using (var target = new TcpClient())
        {
            await target.ConnectAsync(IPAddress.Loopback, server, _stop.Token);
            var forward = client.GetStream().CopyToAsync(target.GetStream(), _stop.Token);
            if (breakAfter is null)
            {
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }

            var buffer = new byte[16_384];
            for (var sent = 0; sent < breakAfter;)
            {
                var count = await target.GetStream().ReadAsync(buffer, _stop.Token);
                if (count == 0)
                {
                    break;
                }

                await client.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                sent += count;
            }

            _ = forward;
        }
    }
}
