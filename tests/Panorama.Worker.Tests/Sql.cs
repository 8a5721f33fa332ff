using Npgsql;
using Panorama.Testing;

namespace Panorama.Worker.Tests;

internal static class Sql
{
    /// <summary>Runs a statement as a superuser, past policies and, where asked, past triggers: what no login of Panorama can do.</summary>
    public static async Task<int> DamageAsync(this TestDatabase database, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var connection = await database.OpenSuperuserAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, "set local session_replication_role = replica", cancellationToken);
        var rows = await RunAsync(connection, sql, cancellationToken, values);
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }

    public static async Task<T> ReadAsync<T>(this TestDatabase database, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var connection = await database.OpenSuperuserAsync(cancellationToken);
        await using var command = Command(connection, sql, values);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
#pragma warning disable CA2100 // literals of the tests
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
