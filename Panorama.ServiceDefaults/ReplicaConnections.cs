using System.Net;
using System.Net.Sockets;

namespace Panorama.ServiceDefaults;

/// <summary>Connections to a service of which there may be several behind one name, and of which one may be stopped at any time.</summary>
public static class ReplicaConnections
{
    /// <summary>
    /// How long a connection without a request is kept: less than a service that stops goes on to serve its connections (three seconds), so that none is chosen just
    /// when it is being closed. A new one inside a private network costs less than a millisecond.
    /// </summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    /// <summary>How long a busy one is kept: each new one asks for the addresses again, and so finds those that came.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    // An address that has just gone does not even refuse.
    private static readonly TimeSpan OneAddress = TimeSpan.FromSeconds(1);

    public static SocketsHttpHandler ToReplicas(this SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        handler.PooledConnectionIdleTimeout = Idle;
        handler.PooledConnectionLifetime = Lifetime;
        handler.ConnectTimeout = 3 * OneAddress;
        handler.ConnectCallback = async (context, cancellationToken) => await ConnectAsync(context.DnsEndPoint, cancellationToken);
        return handler;
    }

    /// <summary>To any of the addresses: the resolver sorts them by nearness, which would give all work to one of two neighbours.</summary>
    private static async Task<Stream> ConnectAsync(DnsEndPoint endpoint, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        Random.Shared.Shuffle(addresses);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(OneAddress);
            try
            {
                await socket.ConnectAsync(addresses[i], endpoint.Port, limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                if (i == addresses.Length - 1)
                {
                    throw exception as SocketException ?? new SocketException((int)SocketError.TimedOut);
                }
            }
        }
    }
}
