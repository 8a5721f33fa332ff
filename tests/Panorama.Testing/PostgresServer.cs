using Panorama.AppHost.Backing;

namespace Panorama.Testing;

/// <summary>The PostgreSQL server of a test run.</summary>
public static class PostgresServer
{
    /// <summary>Folder of the server binaries, or null when this machine has none.</summary>
    public static string? BinaryFolder => PostgresBinaries.Find();
}
