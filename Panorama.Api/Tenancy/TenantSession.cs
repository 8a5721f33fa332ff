using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Tenancy;

/// <summary>
/// The transaction of one request. The database opens the session in it and signs the tenant; nothing else sets one. What is asked for often reads
/// through <see cref="Connection"/>; the entity model joins the same transaction where a handler asks for it, and costs nothing where none does.
/// </summary>
internal sealed class TenantSession(NpgsqlDataSource database) : IAsyncDisposable
{
    private const string Open = "select user_id, tenant_id, membership_id, role, is_vip, session_id, auth_level, provider from session_open($1)";

    private readonly NpgsqlConnection _connection = database.CreateConnection();
    private NpgsqlTransaction? _transaction;
    private PanoramaDbContext? _model;
    private bool _isRead;

    /// <summary>Who the request acts for; null before a session was opened.</summary>
    public Actor? Actor { get; private set; }

    /// <summary>Hash of the open session's token, for the functions that act for someone signed in.</summary>
    public byte[]? TokenHash { get; private set; }

    /// <summary>Written in front of the first statement, so that what the server shows of a session or logs as slow leads to the request; null for none.</summary>
    public string? RequestId { get; set; }

    public bool IsOpen => _transaction is not null;

    /// <summary>In the open transaction. Without one row security would answer "no rows" instead of the truth: that is a bug, said loudly.</summary>
    public NpgsqlConnection Connection => IsOpen ? _connection : throw new InvalidOperationException(TransactionGuard.OutsideTransaction);

    /// <summary>The server ended the connection between two statements; Npgsql calls the next one a wrong call.</summary>
    public bool IsCut => IsOpen && _connection.State != ConnectionState.Open;

    /// <summary>BEGIN and session_open in one round trip. Null when the session is not valid any more.</summary>
    public async Task<Actor?> OpenAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        await RollbackAsync();
        await _connection.OpenAsync(cancellationToken);
        try
        {
            // Npgsql sends BEGIN with the next command.
            _transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            Actor = await ReadAsync(tokenHash, cancellationToken);
        }
        catch
        {
            await EndAsync();
            throw;
        }

        TokenHash = Actor is null ? null : tokenHash;
        if (Actor is null)
        {
            await RollbackAsync();
        }

        Attach();
        return Actor;
    }

    /// <summary>The entity model, from now on in this request's transactions. Whoever made it disposes of it, before this session.</summary>
    public PanoramaDbContext Join(PanoramaDbContext model)
    {
        _model = model;
        model.Database.SetDbConnection(_connection);
        Attach();
        return model;
    }

    /// <summary>Runs the last statements of a request that only reads, and ends its transaction in the same round trip.</summary>
    /// <returns>Before the request ends the reader has to reach its end.</returns>
    public async Task<NpgsqlDataReader> ReadLastAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        batch.Connection = Connection;
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        _isRead = true;
        return await batch.ExecuteReaderAsync(cancellationToken);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_transaction is not null)
        {
            if (!_isRead)
            {
                await _transaction.CommitAsync(cancellationToken);
            }

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
    public void Forget() => _model?.ChangeTracker.Clear();

    public async ValueTask DisposeAsync()
    {
        // Disposed of before this, and perhaps another request's by now. The transaction is still open where binding refused a body.
        _model = null;
        await RollbackAsync();
        await _connection.DisposeAsync();
    }

    private void Attach()
    {
        if (_transaction is not null)
        {
            _model?.Database.UseTransaction(_transaction);
        }
    }

    private async Task EndAsync()
    {
        var transaction = _transaction;
        _transaction = null;
        _isRead = false;
        _model?.Database.UseTransaction(null);
        if (transaction is not null)
        {
            await transaction.DisposeAsync();
        }

        await _connection.CloseAsync();
    }

    private async Task<Actor?> ReadAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // letters, digits and . - _ : alone
        command.CommandText = RequestId is { } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':') ? $"/* request {id} */ {Open}" : Open;
#pragma warning restore CA2100
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
