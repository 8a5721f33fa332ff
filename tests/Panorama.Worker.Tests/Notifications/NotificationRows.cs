using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Notifications;

/// <summary>Messages and people as a test needs them.</summary>
internal static class NotificationRows
{
    /// <summary>Enqueues as the Api does, in a transaction that a session has opened.</summary>
    public static async Task EnqueueAsync<T>(this TestDatabase database, TestTenant tenant, T payload, DateTimeOffset? now = null, TestPerson? by = null)
        where T : class, IEventPayload
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var connection = await database.OpenAsync(DatabaseRoles.App, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Sql.RunAsync(connection, "select session_open($1)", cancellationToken, (by ?? tenant.Owner).SessionHash);
        await Outbox.EnqueueAsync(connection, OutboxMessage.Of(payload, tenant.Id, (by ?? tenant.Owner).UserId, Cut(now ?? TimeProvider.System.GetUtcNow())), null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Gives somebody an address that says what the relay does with it.</summary>
    public static async Task<string> AddressAsync(this TestDatabase database, TestPerson person, string first)
    {
        var address = $"{first}-{person.UserId:N}@people.example";
        await database.DamageAsync("update users set email = $2 where id = $1", TestContext.Current.CancellationToken, person.UserId, address);
        return address;
    }

    public static Task<T> OneAsync<T>(this TestDatabase database, string sql, params object[] values) => database.ReadAsync<T>(sql, TestContext.Current.CancellationToken, values);

    public static Task<int> SetAsync(this TestDatabase database, string sql, params object[] values) => database.DamageAsync(sql, TestContext.Current.CancellationToken, values);

    public static async Task<T> AsAsync<T>(this TestDatabase database, TestPerson person, string sql, params object[] values)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var connection = await database.OpenAsync(DatabaseRoles.App, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Sql.RunAsync(connection, "select session_open($1)", cancellationToken, person.SessionHash);
#pragma warning disable CA2100 // the test's own words
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        var result = (T)(await command.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public static DateTimeOffset Cut(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond));
}
