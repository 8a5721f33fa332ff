using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>Another Worker goes on with the import: this one was too long without a sign of life, and nothing of its open batch is stored.</summary>
public sealed class ImportLostException() : Exception("The import was taken over.");

/// <summary>How far an import came before it was interrupted. What it says is stored.</summary>
public sealed record ImportCheckpoint(int RowsDone, int Created, int Updated, int Matched, int Rejected, int PeopleCreated, int Custodies)
{
    public static ImportCheckpoint Start { get; } = new(0, 0, 0, 0, 0, 0, 0);
}

/// <summary>
/// The row of an import, its findings and the rows it made. A run in batches writes them in the transaction of each batch: after a kill either both
/// are there or neither. A run in one transaction writes findings and progress by a connection of its own, so they are seen at once and outlive its
/// rollback.
/// </summary>
public sealed class ImportLedger(NpgsqlDataSource dataSource, Guid tenantId, Guid importId, Guid? claim = null)
{
    /// <summary>A Worker that gave no sign of life for so long has lost its import.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private const string Counts =
        "rows_total = $4, rows_done = $5, created = $6, updated = $7, matched = $8, rejected = $9, people_created = $10, custodies = $11, updated_at = $12";

    private const string Mine = "tenant_id = $1 and id = $2 and claim is not distinct from $3";

    /// <summary>The row in <c>imports</c>.</summary>
    public Guid ImportId { get; } = importId;

    /// <summary>Writes the row of a run that starts now in this process.</summary>
    /// <param name="kind">What its rows are.</param>
    /// <param name="options">JSON: what the person chose, and who ran it.</param>
    public static async Task<ImportLedger> StartAsync(
        NpgsqlDataSource dataSource, Guid tenantId, ImportKind kind, string fileName, byte[] content, string options, Guid? startedBy, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ledger = new ImportLedger(dataSource, tenantId, Guid.CreateVersion7(now));
        await ledger.InTenantAsync(connection => connection.ExecuteAsync(
            """
            insert into imports (id, tenant_id, kind, file_name, size_bytes, sha256, options, state, started_by_user_id, started_at, created_at, updated_at)
            values ($1, $2, $9, $3, $4, $5, $6, 'RUNNING', $7, $8, $8, $8)
            """,
            cancellationToken, Uuid(ledger.ImportId), Uuid(tenantId), Text(fileName), Int(content.Length), Bytes(SHA256.HashData(content)), Json(options),
            Uuid(startedBy), Instant(now), Text(WireNames.Of(kind))), cancellationToken);
        return ledger;
    }

    /// <summary>A sign of life; false when somebody asked the run to stop.</summary>
    /// <exception cref="ImportLostException">Another Worker has it.</exception>
    public async Task<bool> BeatAsync(CancellationToken cancellationToken)
    {
        var asked = false;
        await InTenantAsync(async connection => asked = await AskAsync(connection, $"update imports set lease_until = clock_timestamp() + $4 where {Mine} returning cancel_requested",
            cancellationToken, Interval(Lease)), cancellationToken);
        return !asked;
    }

    /// <summary>Writes how far the run is, by a connection of its own; true when somebody asked it to stop.</summary>
    internal async Task<bool> ReportAsync(ImportProgress progress, IReadOnlyCollection<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cancelled = false;
        await InTenantAsync(
            async connection =>
            {
                await InsertAsync(connection, rows, rows.Where(row => row.IsRejected), now, cancellationToken);
                cancelled = await CountAsync(connection, progress, now, cancellationToken);
            },
            cancellationToken);
        return cancelled;
    }

    /// <summary>Writes how far the run is, in the transaction of the batch; true when somebody asked it to stop.</summary>
    internal async Task<bool> CheckpointAsync(
        NpgsqlConnection connection, ImportProgress progress, IReadOnlyCollection<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await InsertAsync(connection, rows, rows.Where(row => row.IsRejected || row.AssetId is not null), now, cancellationToken);
        return await CountAsync(connection, progress, now, cancellationToken); // last: until the commit nobody else can write the row
    }

    /// <summary>The rows that made or changed an asset, in the transaction that did.</summary>
    internal Task InsertStoredAsync(NpgsqlConnection connection, IReadOnlyCollection<AssetRow> rows, CancellationToken cancellationToken) =>
        InsertRowsAsync(connection, [.. rows.Where(row => row.AssetId is not null)], cancellationToken);

    /// <summary>Ends the row in the transaction that stored the last of it.</summary>
    internal async Task FinishAsync(NpgsqlConnection connection, ImportState state, string? errorCode, ImportProgress progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await AskAsync(
            connection,
            $"""
            update imports set {Counts}, state = $13, error_code = $14, finished_at = $12, claim = null, lease_until = null, cancel_requested = false, version = version + 1
             where {Mine} returning false
            """,
            cancellationToken, [.. Progress(progress, now), Text(WireNames.Of(state)), Text(errorCode)]);
        await AnnounceAsync(connection, state, now, cancellationToken);
    }

    /// <summary>Ends the row by a connection of its own.</summary>
    internal Task FinishAsync(ImportState state, string? errorCode, ImportProgress progress, DateTimeOffset now, CancellationToken cancellationToken) =>
        InTenantAsync(connection => FinishAsync(connection, state, errorCode, progress, now, cancellationToken), cancellationToken);

    /// <summary>Ends the row with the counts it has: they are what is stored.</summary>
    internal Task FailAsync(ImportState state, string code, DateTimeOffset now, CancellationToken cancellationToken) => InTenantAsync(
        async connection =>
        {
            await AskAsync(
                connection,
                $"""
                update imports set state = $4, error_code = $5, finished_at = $6, updated_at = $6, claim = null, lease_until = null, cancel_requested = false, version = version + 1
                 where {Mine} returning false
                """,
                cancellationToken, Text(WireNames.Of(state)), Text(code), Instant(now));
            await AnnounceAsync(connection, state, now, cancellationToken);
        },
        cancellationToken);

    /// <summary>Lets go of the import, so that the next Worker takes it: this one is stopping.</summary>
    public Task PauseAsync(DateTimeOffset now, CancellationToken cancellationToken) => InTenantAsync(
        connection => AskAsync(connection, $"update imports set state = 'PAUSED', claim = null, lease_until = null, attempts = 0, updated_at = $4 where {Mine} returning false",
            cancellationToken, Instant(now)), cancellationToken);

    // Whoever started it in the application waits for it; an operator watches his own terminal.
    private async Task AnnounceAsync(NpgsqlConnection connection, ImportState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (state is not (ImportState.Done or ImportState.Failed))
        {
            return;
        }

        var ended = await connection.QueryAsync(
            "select started_by_user_id, created, updated, rejected from imports where tenant_id = $1 and id = $2 and started_by_user_id is not null",
            r => new ImportFinished(ImportId, r.GetGuid(0), state, r.GetInt32(1), r.GetInt32(2), r.GetInt32(3)), cancellationToken, Uuid(tenantId), Uuid(ImportId));
        foreach (var finished in ended)
        {
            await Outbox.EnqueueAsync(connection, OutboxMessage.Of(finished, tenantId, finished.StartedByUserId, now), null, cancellationToken);
        }
    }

    private Task<bool> CountAsync(NpgsqlConnection connection, ImportProgress progress, DateTimeOffset now, CancellationToken cancellationToken) => AskAsync(
        connection,
        $"update imports set {Counts}, lease_until = case when claim is null then null else clock_timestamp() + $13 end, attempts = 0 where {Mine} returning cancel_requested",
        cancellationToken, [.. Progress(progress, now), Interval(Lease)]);

    private async Task<bool> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IEnumerable<NpgsqlParameter> parameters) =>
        await connection.QueryAsync(sql, reader => reader.GetBoolean(0), cancellationToken, [Uuid(tenantId), Uuid(ImportId), Uuid(claim), .. parameters]) is [var answer]
            ? answer : throw new ImportLostException();

    private static IEnumerable<NpgsqlParameter> Progress(ImportProgress progress, DateTimeOffset now) =>
    [
        Int(progress.RowsTotal), Int(progress.RowsDone), Int(progress.Created), Int(progress.Updated), Int(progress.Matched), Int(progress.Rejected),
        Int(progress.PeopleCreated), Int(progress.Custodies), Instant(now),
    ];

    private async Task InsertAsync(
        NpgsqlConnection connection, IEnumerable<AssetRow> rows, IEnumerable<AssetRow> kept, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var findings = rows.SelectMany(row => row.Findings).ToList();
        if (findings.Count > 0)
        {
            await connection.ExecuteAsync(
                """
                insert into import_findings (id, tenant_id, import_id, line, column_name, severity, code, args)
                select n.id, $1, $2, n.line, n.name, n.severity, n.code, n.args::jsonb from unnest($3, $4, $5, $6, $7, $8) n(id, line, name, severity, code, args)
                """,
                cancellationToken, Uuid(tenantId), Uuid(ImportId), Uuids(findings.Select(_ => Guid.CreateVersion7(now))),
                Ints(findings.Select(f => (int?)f.Line)), Texts(findings.Select(f => f.Column)),
                Texts(findings.Select(f => f.Severity == FindingSeverity.Reject ? "reject" : "warning")), Texts(findings.Select(f => f.Code)),
                Texts(findings.Select(f => f.ArgsJson)));
        }

        await InsertRowsAsync(connection, [.. kept], cancellationToken);
    }

    private async Task InsertRowsAsync(NpgsqlConnection connection, List<AssetRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count > 0)
        {
            await connection.ExecuteAsync(
                """
                insert into import_rows (tenant_id, import_id, line, outcome, asset_id, cells)
                select $1, $2, n.line, n.outcome, n.asset, n.cells::jsonb from unnest($3, $4, $5, $6) n(line, outcome, asset, cells)
                """,
                cancellationToken, Uuid(tenantId), Uuid(ImportId), Ints(rows.Select(r => (int?)r.Line)), Texts(rows.Select(r => WireNames.Of(r.Outcome))),
                Uuids(rows.Select(r => r.IsRejected ? null : r.AssetId)),
                Texts(rows.Select(r => r.IsRejected ? JsonSerializer.Serialize(r.Cells.Select(cell => cell.Replace("\0", "", StringComparison.Ordinal))) : null)));
        }
    }

    private async Task InTenantAsync(Func<NpgsqlConnection, Task> step, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ScalarAsync<bool>("select tenant_open($1)", cancellationToken, Uuid(tenantId));
        await step(connection);
        await transaction.CommitAsync(cancellationToken);
    }
}
