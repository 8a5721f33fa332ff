using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Panorama.Core.Storage;

/// <summary>
/// Connections to an object store: no redirect is followed, no proxy of the environment used, and the address that a name has at that moment is judged
/// before anything is sent there.
/// </summary>
internal sealed class GuardedConnections(bool isTrusted, IReadOnlyCollection<string> allowed) : HttpClientFactory, IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(3);

    private readonly SocketsHttpHandler _handler = new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectPatience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a name may lead elsewhere by then
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        MaxConnectionsPerServer = 16,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, isTrusted, allowed, cancellationToken),
    };

    /// <summary>Certificates that are believed besides the machine's, for a store of one's own; null believes those of the machine alone.</summary>
    public Func<System.Security.Cryptography.X509Certificates.X509Certificate?, bool>? Trust
    {
        init => _handler.SslOptions.RemoteCertificateValidationCallback = value is null ? null : (_, certificate, _, errors) => errors == System.Net.Security.SslPolicyErrors.None || value(certificate);
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => Client();

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public HttpClient Client() => new(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _handler.Dispose();

    /// <summary>The addresses of a name that may be connected to.</summary>
    /// <exception cref="StorageException">All are private and the name is not allowed.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, bool isTrusted, IReadOnlyCollection<string> allowed, CancellationToken cancellationToken)
    {
        var addresses = EndpointGuard.Literal(host) is { } literal ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        return isTrusted || allowed.Contains(host, StringComparer.OrdinalIgnoreCase) || !Array.Exists(addresses, PrivateAddresses.Contains)
            ? addresses
            : throw new StorageException(StorageChecks.Code(StorageFault.Private), StorageFault.Private, "The host of S3_ENDPOINT leads into a private network; S3_ENDPOINT_ALLOWED_HOSTS lets it in by name.");
    }

    // A bucket may stand before the host as a label of its own: the name that is allowed is then the one behind it.
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool isTrusted, IReadOnlyCollection<string> allowed, CancellationToken cancellationToken)
    {
        var isAllowed = isTrusted || allowed.Any(a => EndpointGuard.IsWithin(target.Host.ToLowerInvariant(), a));
        var addresses = await ResolveAsync(target.Host, isAllowed, allowed, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
