using System.Net;
using System.Net.Sockets;

namespace Panorama.Api.Tests;

/// <summary>A wire to PostgreSQL that can be cut.</summary>
internal sealed class CuttableWire : IAsyncDisposable
{
    private readonly int _target;
    private TcpListener _listener;
    private CancellationTokenSource _cut = new();
    private Task _accepting;

    public CuttableWire(int target)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener, _cut.Token);
    }

    public int Port { get; }

    public void Cut()
    {
        _cut.Cancel();
        _listener.Dispose();
    }

    public void Mend()
    {
        _cut.Dispose();
        _cut = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync(_listener, _cut.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _cut.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _cut.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cut)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(CarryAsync(await listener.AcceptTcpClientAsync(cut), cut));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task CarryAsync(TcpClient from, CancellationToken cut)
    {
        using (from)
        using (var to = new TcpClient())
        {
            try
            {
                await to.ConnectAsync(IPAddress.Loopback, _target, cut);
                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream(), cut), to.GetStream().CopyToAsync(from.GetStream(), cut));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // Cut.
            }
        }
    }
}
