using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Panorama.Testing;

/// <summary>
/// Ports of loopback for processes that bind them a second after they were chosen: below those that the system gives to connections, and none twice.
/// </summary>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int s_next = RandomNumberGenerator.GetInt32(Count);

    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_next) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
