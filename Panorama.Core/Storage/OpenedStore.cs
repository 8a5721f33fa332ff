namespace Panorama.Core.Storage;

/// <summary>A store with what it needs, for a process that has no container of services.</summary>
public sealed class OpenedStore : IDisposable
{
    private readonly GuardedConnections _connections;

    private OpenedStore(IObjectStore store, GuardedConnections connections) => (Store, _connections) = (store, connections);

    public IObjectStore Store { get; }

    /// <param name="options">Without problems.</param>
    public static OpenedStore Open(StorageOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connections = Connections(options);
        return new OpenedStore(Choose(options, connections, links: null, clock), connections);
    }

    public void Dispose()
    {
        (Store as IDisposable)?.Dispose();
        _connections.Dispose();
    }

    internal static GuardedConnections Connections(StorageOptions options) => new(isTrusted: options.Endpoint is null, options.AllowedHosts);

    internal static IObjectStore Choose(StorageOptions options, GuardedConnections connections, FileLinks? links, TimeProvider clock) =>
        options.IsS3 ? new S3ObjectStore(options, connections, clock)
        : options.IsFilesystem ? new FileObjectStore(options.Folder!, links, clock)
        : new NoObjectStore();
}
