using System.Security.Cryptography;
using Npgsql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>
/// The row of an import and its findings. They are written by a connection of their own and so are seen at once, also while an
/// all-or-nothing run holds its transaction open, and they outlive its rollback.
/// </summary>
public sealed class ImportLedger(NpgsqlDataSource dataSource, Guid tenantId, Guid importId)
{
    /// <summary>The row in <c>imports</c>.</summary>
    public Guid ImportId { get; } = importId;

    /// <summary>Writes the row of a run that starts now in this process.</summary>
    /// <param name="options">JSON: what the person chose, and who ran it.</param>
    public static async Task<ImportLedger> StartAsync(
        NpgsqlDataSource dataSource, Guid tenantId, string fileName, byte[] content, string options, Guid? startedBy, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ledger = new ImportLedger(dataSource, tenantId, Guid.CreateVersion7(now));
        await ledger.InTenantAsync(connection => connection.ExecuteAsync(
            """
            insert into imports (id, tenant_id, kind, file_name, size_bytes, sha256, options, state, started_by_user_id, started_at, created_at, updated_at)
            values ($1, $2, 'assets', $3, $4, $5, $6, 'RUNNING', $7, $8, $8, $8)
            """,
            cancellationToken, Uuid(ledger.ImportId), Uuid(tenantId), Text(fileName), Int(content.Length), Bytes(SHA256.HashData(content)), Json(options),
            Uuid(startedBy), Instant(now)), cancellationToken);
        return ledger;
    }

    /// <summary>Writes how far the run is; true when somebody asked it to stop.</summary>
    internal async Task<bool> ReportAsync(ImportProgress progress, IReadOnlyCollection<Finding> findings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cancelled = false;
        await InTenantAsync(
            async connection =>
            {
                cancelled = await connection.ScalarAsync<bool>(
                    """
                    update imports set rows_total = $3, rows_done = $4, created = $5, updated = $6, matched = $7, rejected = $8, updated_at = $9
                     where tenant_id = $1 and id = $2 returning cancel_requested
                    """,
                    cancellationToken, Uuid(tenantId), Uuid(ImportId), Int(progress.RowsTotal), Int(progress.RowsDone), Int(progress.Created),
                    Int(progress.Updated), Int(progress.Matched), Int(progress.Rejected), Instant(now));
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
            },
            cancellationToken);
        return cancelled;
    }

    /// <summary>Ends the row as DONE, FAILED or CANCELLED; counts of what a rollback undid are zero.</summary>
    internal Task FinishAsync(ImportState state, string? errorCode, int created, int updated, int matched, int rejected, DateTimeOffset now, CancellationToken cancellationToken) =>
        InTenantAsync(connection => connection.ExecuteAsync(
            """
            update imports set state = $3, error_code = $4, created = $5, updated = $6, matched = $7, rejected = $8, finished_at = $9, updated_at = $9
             where tenant_id = $1 and id = $2
            """,
            cancellationToken, Uuid(tenantId), Uuid(ImportId), Text(Data.WireNames.Of(state)), Text(errorCode), Int(created), Int(updated), Int(matched), Int(rejected),
            Instant(now)), cancellationToken);

    private async Task InTenantAsync(Func<NpgsqlConnection, Task> step, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ScalarAsync<bool>("select tenant_open($1)", cancellationToken, Uuid(tenantId));
        await step(connection);
        await transaction.CommitAsync(cancellationToken);
    }
}
