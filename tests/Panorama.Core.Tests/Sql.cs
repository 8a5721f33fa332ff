using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests;

/// <summary>Plain SQL in tests: what a login may do is shown with the statements that somebody would write.</summary>
internal static class Sql
{
    /// <summary>An open connection of a login.</summary>
    public static Task<NpgsqlConnection> AsAsync(this TestDatabase database, string role) => database.OpenAsync(role, TestContext.Current.CancellationToken);

    /// <summary>A new tenant.</summary>
    public static Task<TestTenant> TenantAsync(this TestDatabase database) => TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>An asset of a tenant.</summary>
    public static Task<Guid> AssetAsync(this TestTenant tenant, string? tag = null) => tenant.AddAssetAsync(tag, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>A connection of the Api in a transaction that a person's session has opened.</summary>
    public static async Task<NpgsqlConnection> RequestAsync(this TestDatabase database, TestPerson person)
    {
        var connection = await database.AsAsync(DatabaseRoles.App);
        await connection.RunAsync("begin");
        await connection.RunAsync("select * from session_open($1)", person.SessionHash);
        return connection;
    }

    /// <summary>32 random bytes.</summary>
    public static byte[] Token() => RandomNumberGenerator.GetBytes(32);

    /// <summary>Runs a statement and says how many rows it touched.</summary>
    public static async Task<int> RunAsync(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The first column of the first row; default when there is no row or it is null.</summary>
    public static async Task<T?> OneAsync<T>(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default;
    }

    /// <summary>All rows.</summary>
    public static async Task<List<object?[]>> RowsAsync(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        var rows = new List<object?[]>();
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The first column of all rows.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlConnection connection, string sql, params object?[] values) =>
        [.. (await connection.RowsAsync(sql, values)).Select(r => (T)r[0]!)];

    /// <summary>The SQLSTATE with which a statement is refused, or null when it is not. A transaction that is open is undone to before it.</summary>
    public static async Task<string?> RefusalAsync(this NpgsqlConnection connection, string sql, params object?[] values) =>
        (await connection.RefusedAsync(sql, values))?.SqlState;

    /// <inheritdoc cref="RefusalAsync"/>
    public static async Task<PostgresException?> RefusedAsync(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        bool inTransaction;
        try
        {
            await connection.RunAsync("savepoint before");
            inTransaction = true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.NoActiveSqlTransaction)
        {
            inTransaction = false;
        }

        try
        {
            await connection.RunAsync(sql, values);
            return null;
        }
        catch (PostgresException exception)
        {
            if (inTransaction)
            {
                await connection.RunAsync("rollback to savepoint before");
            }

            return exception;
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
#pragma warning disable CA2100 // literals of tests
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
