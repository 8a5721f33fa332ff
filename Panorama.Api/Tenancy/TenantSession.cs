using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Tenancy;

/// <summary>The transaction of one request. The database opens the session in it and signs the tenant; nothing else sets one.</summary>
internal sealed class TenantSession(PanoramaDbContext db) : IAsyncDisposable
{

    private IDbContextTransaction? _transaction;

    /// <summary>Who the request acts for; null before a session was opened.</summary>
    public Actor? Actor { get; private set; }

    /// <summary>Hash of the open session's token, for the functions that act for someone signed in.</summary>
    public byte[]? TokenHash { get; private set; }

    public bool IsOpen => _transaction is not null;

    /// <summary>BEGIN and session_open in one round trip. Null when the session is not valid any more.</summary>
    public async Task<Actor?> OpenAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        await RollbackAsync();

        // Npgsql sends BEGIN with the next command.
        _transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        Actor = await ReadAsync(tokenHash, cancellationToken);
        TokenHash = Actor is null ? null : tokenHash;
        if (Actor is null)
        {
            await RollbackAsync();
        }

        return Actor;
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_transaction is not null)
        {
            await _transaction.CommitAsync(cancellationToken);
            await EndAsync();
        }
    }

    public async Task RollbackAsync()
    {
        if (_transaction is not null)
        {
            // Disposing rolls back, also on a connection that broke.
            await EndAsync();
        }
    }

    /// <summary>Forgets what a failed attempt tracked.</summary>
    public void Forget() => db.ChangeTracker.Clear();

    public async ValueTask DisposeAsync() => await RollbackAsync();

    private async Task EndAsync()
    {
        var transaction = _transaction!;
        _transaction = null;
        await transaction.DisposeAsync();
    }

    private async Task<Actor?> ReadAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        await using var command = (NpgsqlCommand)db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "select user_id, tenant_id, membership_id, role, is_vip, session_id, auth_level, provider from session_open($1)";
        command.Parameters.Add(new NpgsqlParameter { Value = tokenHash, NpgsqlDbType = NpgsqlDbType.Bytea });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Actor(
                reader.GetGuid(0), IdOrNull(1), IdOrNull(2), IdOrNull(1) is null ? null : WireNames.Parse<Role>(reader.GetString(3)), reader.GetBoolean(4),
                reader.GetGuid(5), reader.GetInt16(6), reader.GetString(7))
            : null;

        Guid? IdOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
    }
}
