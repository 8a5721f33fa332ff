using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;
using Panorama.ServiceDefaults.Logging;

namespace Panorama.Api.Tenancy;

/// <summary>
/// The transaction of one request. The database opens the session in it and signs the tenant; nothing else sets one. What is asked for often reads
/// through <see cref="Connection"/>; the entity model joins the same transaction where a handler asks for it, and costs nothing where none does.
/// </summary>
internal sealed class TenantSession(NpgsqlDataSource database) : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection = database.CreateConnection();
    private NpgsqlTransaction? _transaction;
    private PanoramaDbContext? _model;
    private byte[]? _waiting;
    private Guid? _expected;
    private bool _isRead;

    /// <summary>Who the request acts for; null before a session was opened.</summary>
    public Actor? Actor { get; private set; }

    /// <summary>Whose rows the request reads; of a session that waits, the organisation in which it was seen last. Null before either is known.</summary>
    public Guid? TenantId => Actor?.TenantId ?? _expected;

    /// <summary>It was opened with a read, in another organisation than expected.</summary>
    public bool IsElsewhere => _expected is { } expected && Actor is { } actor && (actor.TenantId ?? Guid.Empty) != expected;

    /// <summary>Hash of the open session's token, for the functions that act for someone signed in.</summary>
    public byte[]? TokenHash { get; private set; }

    /// <summary>Written in front of the first statement, so that what the server shows of a session or logs as slow leads to the request; null for none.</summary>
    public string? RequestId { get; set; }

    public bool IsOpen => _transaction is not null;

    /// <summary>The session is opened with the first read, and whether its actor has the permission is asked then.</summary>
    public bool IsWaiting => _waiting is not null;

    /// <summary>What the actor of a session that waits has to be granted; null while nobody said so, and then nothing is.</summary>
    public Permission? Asked { get; set; }

    /// <summary>Which feature the route needs; it is read when the session is opened. Null for none.</summary>
    public string? NeededFeature { get; set; }

    /// <summary>The organisation has <see cref="NeededFeature"/> on.</summary>
    public bool HasFeature { get; private set; }

    /// <summary>In the open transaction. Without one row security would answer "no rows" instead of the truth: that is a bug, said loudly.</summary>
    public NpgsqlConnection Connection => IsOpen ? _connection : throw new InvalidOperationException(TransactionGuard.OutsideTransaction);

    /// <summary>The server ended the connection between two statements; Npgsql calls the next one a wrong call.</summary>
    public bool IsCut => IsOpen && _connection.State != ConnectionState.Open;

    /// <summary>Opens with the first read of the request: <see cref="ReadAsync"/> or <see cref="ReadLastAsync"/>.</summary>
    /// <param name="expected">The organisation in which the session was seen last: for guesses that the opening makes good.</param>
    public void OpenWithRead(byte[] tokenHash, Guid expected) => (_waiting, _expected) = (tokenHash, expected);

    /// <summary>Runs statements that others follow, in one round trip with the opening where the session waited for it.</summary>
    /// <returns>It has to reach its end before the next.</returns>
    /// <exception cref="SessionRefusedException">The session that waited is over, its organisation has the feature off, or its actor may not.</exception>
    public async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        if (_waiting is { } hash)
        {
            return await OpenAndReadAsync(hash, batch, cancellationToken);
        }

        batch.Connection = Connection;
        return await batch.ExecuteReaderAsync(cancellationToken);
    }

    /// <summary>BEGIN and session_open in one round trip. Null when the session is not valid any more.</summary>
    public async Task<Actor?> OpenAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        _waiting = null;
        await RollbackAsync();
        await _connection.OpenAsync(cancellationToken);
        try
        {
            // Npgsql sends BEGIN with the next command.
            _transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            Actor = await ReadActorAsync(tokenHash, cancellationToken);
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
    /// <exception cref="SessionRefusedException">The session that waited is over, its organisation has the feature off, or its actor may not.</exception>
    public async Task<NpgsqlDataReader> ReadLastAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        _isRead = true;
        return await ReadAsync(batch, cancellationToken);
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

    // BEGIN, session_open and the statements in one round trip. A session that is not valid opens nothing, and row security then shows no row.
    private async Task<NpgsqlDataReader> OpenAndReadAsync(byte[] tokenHash, NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        (_waiting, TokenHash) = (null, tokenHash);
        await _connection.OpenAsync(cancellationToken);
        NpgsqlDataReader? reader = null;
        try
        {
            _transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            batch.Connection = _connection;
#pragma warning disable CA2100 // letters, digits and . - _ : alone
            batch.BatchCommands.Insert(0, new NpgsqlBatchCommand(SessionOpening.Sql(RequestId)) { Parameters = { SessionOpening.Hash(tokenHash) } });
#pragma warning restore CA2100
            if (NeededFeature is { } feature)
            {
                batch.BatchCommands.Insert(1, SessionOpening.Feature(feature));
            }

            reader = await batch.ExecuteReaderAsync(cancellationToken);
            Admit(Actor = await ReadOpeningAsync(reader, cancellationToken));
            await reader.NextResultAsync(cancellationToken);
            return reader;
        }
        catch
        {
            if (reader is not null)
            {
                await reader.DisposeAsync();
            }

            await EndAsync();
            throw;
        }
    }

    private void Admit(Actor? actor)
    {
        // What is switched off is off for every role.
        if (actor is { TenantId: not null } && NeededFeature is not null && !HasFeature)
        {
            throw new SessionRefusedException(Problems.FeatureDisabled);
        }

        if (actor is null || Asked?.IsGrantedTo(actor) is not true)
        {
            throw new SessionRefusedException(Permission.RefusalOf(Asked, actor));
        }

        LogContext.ActsFor(actor.UserId, actor.TenantId);
    }

    private async Task<Actor?> ReadActorAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // letters, digits and . - _ : alone
        await using var batch = new NpgsqlBatch(_connection) { BatchCommands = { new(SessionOpening.Sql(RequestId)) { Parameters = { SessionOpening.Hash(tokenHash) } } } };
#pragma warning restore CA2100
        if (NeededFeature is { } feature)
        {
            batch.BatchCommands.Add(SessionOpening.Feature(feature));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadOpeningAsync(reader, cancellationToken);
    }

    private async Task<Actor?> ReadOpeningAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var actor = await SessionOpening.ReadAsync(reader, cancellationToken);
        if (NeededFeature is not null)
        {
            await reader.NextResultAsync(cancellationToken);
            HasFeature = await reader.ReadAsync(cancellationToken) && reader.GetBoolean(0) && actor is not null;
        }

        return actor;
    }
}
