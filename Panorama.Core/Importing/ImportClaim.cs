using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>An import that a Worker took.</summary>
/// <param name="Claim">Of this run; its ledger writes only while the row names it.</param>
/// <param name="From">What is stored of it already.</param>
public sealed record ImportClaim(Guid ImportId, Guid TenantId, Guid? ActorUserId, Guid Claim, ImportKind Kind, StoredImportOptions Options, bool DryRun, ImportCheckpoint From, byte[] File)
{
    /// <summary>Claims without one more stored batch after which an import is given up: it ends its Worker each time.</summary>
    public const int MaxAttempts = 6;

    // One row, whoever asks: what is queued or paused, and what runs for a Worker that gave no sign of life.
    private const string Take =
        """
        with taken as (
          select i.id, i.started_at is null as fresh from imports i
           where i.state in ('QUEUED', 'PAUSED') or (i.state = 'RUNNING' and i.lease_until < clock_timestamp())
           order by i.created_at limit 1 for update skip locked)
        update imports i set state = 'RUNNING', claim = $1, lease_until = clock_timestamp() + $2, attempts = case when taken.fresh then 1 else i.attempts + 1 end,
               started_at = coalesce(i.started_at, $3), updated_at = $3
          from taken where i.id = taken.id
        returning i.id, i.tenant_id, i.started_by_user_id, i.options::text, i.dry_run, taken.fresh, i.attempts, i.rows_done, i.created, i.updated, i.matched, i.rejected,
                  i.people_created, i.custodies, i.kind
        """;

    /// <summary>Takes the oldest import that waits; null when none does. Idle it is one statement.</summary>
    public static async Task<ImportClaim?> TakeAsync(NpgsqlDataSource dataSource, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var claim = Guid.CreateVersion7(now);
        var taken = await connection.QueryAsync(
            Take,
            reader => (
                Claim: new ImportClaim(
                    reader.GetGuid(0), reader.GetGuid(1), reader.ValueOrNull<Guid>(2), claim, WireNames.Parse<ImportKind>(reader.GetString(14)), StoredImportOptions.Parse(reader.GetString(3)), reader.GetBoolean(4),
                    new ImportCheckpoint(
                        reader.GetInt32(7), reader.GetInt32(8), reader.GetInt32(9), reader.GetInt32(10), reader.GetInt32(11), reader.GetInt32(12), reader.GetInt32(13)),
                    []),
                Fresh: reader.GetBoolean(5),
                Attempts: reader.GetInt32(6)),
            cancellationToken, Uuid(claim), Interval(ImportLedger.Lease), Instant(now));
        if (taken is not [var row])
        {
            return null;
        }

        var ledger = row.Claim.Ledger(dataSource);
        if (row.Attempts > MaxAttempts)
        {
            await ledger.FinishAsync(ImportState.Failed, "import_gave_up", Progress(row.Claim.From), now, cancellationToken);
            return null;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ScalarAsync<bool>("select tenant_open($1)", cancellationToken, Uuid(row.Claim.TenantId));
        var from = row.Claim.From;
        if (row.Fresh || row.Claim.DryRun || row.Claim.Options.Mode != "skip-bad")
        {
            // Nothing of an interrupted transaction is stored, so it begins anew; what it said goes.
            from = ImportCheckpoint.Start;
            await connection.ExecuteAsync("delete from import_findings where tenant_id = $1 and import_id = $2", cancellationToken, Uuid(row.Claim.TenantId), Uuid(row.Claim.ImportId));
            await connection.ExecuteAsync("delete from import_rows where tenant_id = $1 and import_id = $2", cancellationToken, Uuid(row.Claim.TenantId), Uuid(row.Claim.ImportId));
            await connection.ExecuteAsync(
                """
                update imports set rows_done = 0, created = 0, updated = 0, matched = 0, rejected = 0, people_created = 0, custodies = 0, error_code = null, finished_at = null
                 where tenant_id = $1 and id = $2
                """,
                cancellationToken, Uuid(row.Claim.TenantId), Uuid(row.Claim.ImportId));
        }

        var file = await connection.ScalarAsync<byte[]>(
            "select file from imports where tenant_id = $1 and id = $2", cancellationToken, Uuid(row.Claim.TenantId), Uuid(row.Claim.ImportId));
        await transaction.CommitAsync(cancellationToken);
        if (file is not null)
        {
            return row.Claim with { From = from, File = file };
        }

        await ledger.FinishAsync(ImportState.Failed, "file_gone", Progress(from), now, cancellationToken);
        return null;
    }

    public ImportLedger Ledger(NpgsqlDataSource dataSource) => new(dataSource, TenantId, ImportId, Claim);

    /// <summary>Runs it to its end, or until <paramref name="pause"/> says that the process is stopping.</summary>
    /// <returns>Null when it ended; otherwise it goes on with the next claim.</returns>
    /// <exception cref="ImportLostException">Another Worker has it.</exception>
    /// <exception cref="NpgsqlException">The database is away; the next claim goes on.</exception>
    public async Task<AssetImportResult?> RunAsync(NpgsqlDataSource dataSource, TimeProvider clock, Func<bool> pause, CancellationToken cancellationToken)
    {
        var ledger = Ledger(dataSource);
        try
        {
            var result = await new AssetImport(dataSource, clock).ResumeAsync(
                TenantId, ActorUserId, File, Options.ToOptions(Kind, DryRun), ledger, From, pause, cancellationToken);
            if (result.MissingChoices.Count > 0)
            {
                await FailAsync(ledger, "choice_missing", clock, cancellationToken);
            }

            return result;
        }
        catch (ImportRefusedException refused)
        {
            await FailAsync(ledger, refused.Code, clock, cancellationToken);
            return null;
        }
    }

    /// <summary>Ends an import that will never work. A dry run goes back to its draft, with the reason.</summary>
    public Task FailAsync(ImportLedger ledger, string code, TimeProvider clock, CancellationToken cancellationToken) =>
        ledger.FailAsync(DryRun ? ImportState.Draft : ImportState.Failed, code, clock.GetUtcNow(), cancellationToken);

    private static ImportProgress Progress(ImportCheckpoint from) =>
        new(from.RowsDone, from.RowsDone, from.Created, from.Matched, from.Rejected, from.Updated, from.PeopleCreated, from.Custodies);
}
