using Panorama.Testing;

namespace Panorama.Worker.Tests;

/// <summary>
/// A server of a class's own: Workers of one database are one cluster, and take each other's firings. Its server is always started here, so that
/// it may be restarted.
/// </summary>
public sealed class OwnDatabase : IAsyncLifetime
{
    private static string Binaries => PostgresServer.BinaryFolder ?? throw new InvalidOperationException("No PostgreSQL server binaries: set PANORAMA_POSTGRES_BIN.");

    public TestDatabase Database { get; } = new() { Binaries = Binaries };

    public ValueTask InitializeAsync() => Database.InitializeAsync();

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
