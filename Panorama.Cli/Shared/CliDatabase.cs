using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Cli.Shared;

/// <summary>Connections of the verbs. Each is checked before it is used: a login that is more than it must be would make row security decoration.</summary>
internal static class CliDatabase
{
    /// <param name="name">Name of the connection string: panorama_migrator or panorama_privileged.</param>
    public static async Task<NpgsqlDataSource> ConnectAsync(CliContext context, string name, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(context.Settings.ConnectionString(name));
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await LoginGuard.CheckAsync(connection, DatabaseRoles.ConnectionNames.First(pair => pair.Value == name).Key, cancellationToken);
            return source;
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }
}
