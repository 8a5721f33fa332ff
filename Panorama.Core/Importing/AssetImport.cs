using System.Text.Json;
using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Input;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>
/// Imports a CSV of assets, people or places into one tenant. The same run serves the command line and the Worker; it needs the login
/// <c>panorama_super_admin</c>. A row whose tag exists changes nothing unless <see cref="AssetImportOptions.Existing"/> says so; a second run of a file does nothing.
/// </summary>
/// <param name="dataSource">Pool of the privileged login; two connections are used at once.</param>
/// <param name="clock">The time of everything that is written.</param>
public sealed class AssetImport(NpgsqlDataSource dataSource, TimeProvider clock)
{
    /// <summary>Rows of one batch; in skip-bad mode also of one transaction.</summary>
    public const int BatchSize = 500;

    /// <param name="tenantId">Whose assets they are.</param>
    /// <param name="actorUserId">Who uploaded the file; null for an operator.</param>
    /// <param name="content">The file as it is.</param>
    /// <param name="options">What was chosen.</param>
    /// <param name="start">Makes the ledger once the file is known to be readable; null records nothing, as a dry run does.</param>
    /// <param name="onStored">Runs in the transaction of the end, only if rows were created or changed assets: for the caller's own audit row.</param>
    /// <exception cref="ImportRefusedException">The file as a whole cannot be read, or there is no such tenant.</exception>
    /// <exception cref="NpgsqlException">The database refused or is away; what earlier batches of a skip-bad run stored stays.</exception>
    public Task<AssetImportResult> RunAsync(
        Guid tenantId, Guid? actorUserId, byte[] content, AssetImportOptions options, Func<CancellationToken, Task<ImportLedger>>? start,
        IProgress<ImportProgress>? progress, Func<NpgsqlConnection, CancellationToken, Task>? onStored, CancellationToken cancellationToken) =>
        RunAsync(tenantId, actorUserId, content, options, options.DryRun ? null : start, ImportCheckpoint.Start, null, progress, onStored, cancellationToken);

    /// <summary>Runs an import that has its row already, from where it was interrupted. Findings are in the ledger and not in the result.</summary>
    /// <param name="from">How far it came; only a run in batches has a way behind it.</param>
    /// <param name="pause">Asked after each batch: true ends the run in good order, to be gone on with.</param>
    /// <exception cref="ImportRefusedException">The file as a whole cannot be read.</exception>
    /// <exception cref="ImportLostException">Another Worker goes on with it.</exception>
    /// <exception cref="NpgsqlException">The database refused or is away; what earlier batches of a skip-bad run stored stays.</exception>
    public Task<AssetImportResult> ResumeAsync(
        Guid tenantId, Guid? actorUserId, byte[] content, AssetImportOptions options, ImportLedger ledger, ImportCheckpoint from, Func<bool> pause,
        CancellationToken cancellationToken) =>
        RunAsync(tenantId, actorUserId, content, options, _ => Task.FromResult(ledger), from, pause, null, null, cancellationToken);

    private async Task<AssetImportResult> RunAsync(
        Guid tenantId, Guid? actorUserId, byte[] content, AssetImportOptions options, Func<CancellationToken, Task<ImportLedger>>? start, ImportCheckpoint from,
        Func<bool>? pause, IProgress<ImportProgress>? progress, Func<NpgsqlConnection, CancellationToken, Task>? onStored, CancellationToken cancellationToken)
    {
        var text = CsvText.Decode(content, options.Encoding);
        var table = new CsvTable(text, options.Delimiter);
        if (!table.Rows().Any())
        {
            throw new ImportRefusedException("file_without_rows", "The file has a header row and no row below it.");
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (fields, meterUnit) = await ReadTenantAsync(connection, tenantId, cancellationToken);
        var columns = AssetColumns.Map(table.Header, fields, options.Mapping, options.Kind);
        var result = new AssetImportResult
        {
            Encoding = text.Encoding,
            EncodingSample = text.Assumed ? table.Rows().SelectMany(row => row.Cells).FirstOrDefault(cell => cell.Any(c => c > 127)) : null,
            Delimiter = table.Delimiter,
            Columns = table.Header,
            UnknownColumns = [.. columns.Unknown.Select(column => column.Header)],
            MissingChoices = AssetRowReader.MissingChoices(table, columns, options),
            RowsTotal = table.Rows().Count(),
        };
        if (result.MissingChoices.Count > 0)
        {
            return result;
        }

        var ledger = start is null ? null : await start(cancellationToken);
        var run = new Run(this, connection, tenantId, actorUserId, meterUnit, columns, options, ledger, from, pause, progress, result.RowsTotal);
        try
        {
            return await run.ExecuteAsync(table, result, onStored, cancellationToken);
        }
        catch (Exception exception) when (ledger is not null && pause is null)
        {
            await ledger.FinishAsync(
                exception is OperationCanceledException ? ImportState.Cancelled : ImportState.Failed, exception is OperationCanceledException ? null : "import_failed",
                run.Committed, clock.GetUtcNow(), CancellationToken.None);
            throw;
        }
    }

    private static async Task<(List<CustomFieldInfo> Fields, string MeterUnit)> ReadTenantAsync(
        NpgsqlConnection connection, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await OpenTenantAsync(connection, tenantId, null, cancellationToken);
        var fields = await connection.QueryAsync(
            "select id, name, type, is_unique, searchable, options::text, encrypted from custom_fields where tenant_id = $1 and archived_at is null order by name, id",
            reader => Field(
                new CustomField { Id = reader.GetGuid(0), TenantId = tenantId, Name = reader.GetString(1), Type = WireNames.Parse<CustomFieldType>(reader.GetString(2)), Options = reader.TextOrNull(5) },
                reader.GetBoolean(3), reader.GetBoolean(4), reader.GetBoolean(6)),
            cancellationToken, Uuid(tenantId));
        var units = await connection.ScalarAsync<string>("select units from tenants where id = $1", cancellationToken, Uuid(tenantId));
        await transaction.CommitAsync(cancellationToken);
        return (fields, units == "imperial" ? "mi" : "km");
    }

    private static CustomFieldInfo Field(CustomField field, bool isUnique, bool searchable, bool isProtected) =>
        new(field.Id, field.Name, WireNames.Of(field.Type), isUnique, searchable, field.Choices, field.Pattern, isProtected);

    private static async Task OpenTenantAsync(NpgsqlConnection connection, Guid tenantId, Guid? actorUserId, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>("select tenant_open($1, $2)", cancellationToken, Uuid(tenantId), Uuid(actorUserId)))
        {
            throw new ImportRefusedException("tenant_not_found", "There is no such organisation.");
        }

        // Two imports into one tenant would both find a name missing and both make it.
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('panorama:import:' || $1, 0))", cancellationToken, Text(tenantId.ToString()));
    }

    /// <summary>One run: its transactions, counts and findings.</summary>
    private sealed class Run(
        AssetImport import, NpgsqlConnection connection, Guid tenantId, Guid? actorUserId, string meterUnit, AssetColumns columns, AssetImportOptions options,
        ImportLedger? ledger, ImportCheckpoint from, Func<bool>? pause, IProgress<ImportProgress>? progress, int rowsTotal)
    {
        private readonly List<Finding> _findings = [];
        private readonly ImportPeople _people = new(tenantId, columns, from.PeopleCreated);
        private NpgsqlTransaction? _transaction;
        private int _rejected = from.Rejected;
        private int _done = from.RowsDone;
        private int _warnings;
        private bool _cancelled;

        /// <summary>What stays whatever happens.</summary>
        public ImportProgress Committed { get; private set; } =
            new(from.RowsDone, rowsTotal, from.Created, from.Matched, from.Rejected, from.Updated, from.PeopleCreated, from.Custodies);

        // A dry run is rolled back whole, so it is one transaction whatever the mode: later batches see what earlier ones made.
        private bool IsOneTransaction => options.DryRun || options.Mode == ImportMode.AllOrNothing;

        public async Task<AssetImportResult> ExecuteAsync(
            CsvTable table, AssetImportResult result, Func<NpgsqlConnection, CancellationToken, Task>? onStored, CancellationToken cancellationToken)
        {
            var reader = new AssetRowReader(columns, options);
            IImportBatch batch = options.Kind switch
            {
                ImportKind.Users => new PeopleBatch(tenantId, columns, options, from),
                ImportKind.Locations => new PlacesBatch(tenantId, columns, options, from),
                _ => new ImportBatch(tenantId, actorUserId, meterUnit, columns, options, new ImportCatalogue(tenantId, columns, options, RowsOfStatus(table)), _people, from),
            };
            try
            {
                foreach (var chunk in table.Rows().Take(from.RowsDone).Chunk(BatchSize))
                {
                    await batch.RememberAsync(connection, Array.ConvertAll(chunk, reader.Read), cancellationToken);
                }

                foreach (var chunk in table.Rows().Skip(from.RowsDone).Chunk(BatchSize))
                {
                    var rows = Array.ConvertAll(chunk, reader.Read);
                    await BeginAsync(cancellationToken);
                    await batch.StoreAsync(connection, rows, Now(), cancellationToken);
                    await EndBatchAsync(rows, batch, cancellationToken);
                    if (_cancelled)
                    {
                        break;
                    }

                    if (pause?.Invoke() == true && _done < rowsTotal)
                    {
                        await RollbackAsync();
                        await ledger!.PauseAsync(Now(), cancellationToken);
                        return result with { ImportId = ledger.ImportId, Paused = true };
                    }
                }

                var stored = !_cancelled && !options.DryRun && (options.Mode == ImportMode.SkipBad || _rejected == 0);
                await EndAsync(batch, stored, onStored, cancellationToken);
                return result with
                {
                    ImportId = ledger?.ImportId,
                    Created = batch.Created,
                    Updated = batch.Updated,
                    Matched = batch.Matched,
                    Rejected = _rejected,
                    PeopleCreated = _people.Created,
                    Custodies = batch.Custodies,
                    Findings = [.. _findings.OrderBy(finding => finding.Line)],
                    Stored = stored,
                    Cancelled = _cancelled,
                };
            }
            finally
            {
                await RollbackAsync(); // what was not committed
            }
        }

        private Dictionary<string, int> RowsOfStatus(CsvTable table) => columns[AssetField.Status] is not { } column ? [] : table.Rows()
            .Select(row => column.Index < row.Cells.Length && CellValue.Text(row.Cells[column.Index]) is { } text ? PlainText.Clean(text, isNote: false) : null)
            .OfType<string>().GroupBy(ImportCatalogue.Key).ToDictionary(group => group.Key, group => group.Count());

        private DateTimeOffset Now()
        {
            var now = import.Clock.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        }

        private async Task BeginAsync(CancellationToken cancellationToken)
        {
            if (_transaction is null)
            {
                _transaction = await connection.BeginTransactionAsync(cancellationToken);
                await OpenTenantAsync(connection, tenantId, actorUserId, cancellationToken);
            }
        }

        private async Task RollbackAsync()
        {
            if (_transaction is { } open)
            {
                _transaction = null;
                await open.DisposeAsync();
            }
        }

        private async Task CommitAsync(IImportBatch batch, CancellationToken cancellationToken)
        {
            await _transaction!.CommitAsync(cancellationToken);
            await _transaction.DisposeAsync();
            _transaction = null;
            Committed = State(batch);
        }

        private ImportProgress State(IImportBatch batch) =>
            new(_done, rowsTotal, batch.Created, batch.Matched, _rejected, batch.Updated, _people.Created, batch.Custodies);

        private async Task EndBatchAsync(AssetRow[] rows, IImportBatch batch, CancellationToken cancellationToken)
        {
            if (pause is null)
            {
                _findings.AddRange(rows.SelectMany(row => row.Findings)); // a Worker's run leaves them in the ledger: they may be a million
            }

            _done += rows.Length;
            _rejected += rows.Count(row => row.IsRejected);
            _warnings += rows.Sum(row => row.Findings.Count(finding => finding.Severity == FindingSeverity.Warning));
            var state = State(batch);
            progress?.Report(state);
            if (ledger is not null && IsOneTransaction)
            {
                if (!options.DryRun)
                {
                    await ledger.InsertStoredAsync(connection, rows, cancellationToken);
                }

                _cancelled = await ledger.ReportAsync(state, rows, Now(), cancellationToken);
            }
            else if (ledger is not null)
            {
                _cancelled = await ledger.CheckpointAsync(connection, state, rows, Now(), cancellationToken);
            }

            if (!IsOneTransaction)
            {
                await CommitAsync(batch, cancellationToken);
            }
        }

        private async Task EndAsync(
            IImportBatch batch, bool stored, Func<NpgsqlConnection, CancellationToken, Task>? onStored, CancellationToken cancellationToken)
        {
            if (!stored)
            {
                await RollbackAsync(); // batches of a cancelled skip-bad run stay
                if (ledger is not null)
                {
                    var (state, code) = options.DryRun ? (ImportState.Draft, null) : _cancelled ? (ImportState.Cancelled, null) : (ImportState.Failed, "rows_rejected");
                    var kept = options.DryRun ? State(batch) : Committed with { RowsDone = _done, Rejected = _rejected };
                    await ledger.FinishAsync(state, code, _cancelled && options.DryRun ? kept with { RowsDone = 0 } : kept, Now(), cancellationToken);
                }

                return;
            }

            await BeginAsync(cancellationToken);
            if (batch.Created + batch.Updated > 0)
            {
                await connection.ExecuteAsync(
                    """
                    insert into audit_events (id, action, resource_type, resource_id, metadata)
                    values ($1, $2, 'import', $3, $4)
                    """,
                    cancellationToken, Uuid(Guid.CreateVersion7(Now())), Text(AuditActions.ImportCompleted), Text(ledger?.ImportId.ToString()), Json(JsonSerializer.Serialize(new
                    {
                        kind = WireNames.Of(options.Kind),
                        rows = rowsTotal,
                        created = batch.Created,
                        updated = batch.Updated,
                        matched = batch.Matched,
                        rejected = _rejected,
                        warnings = _warnings,
                    })));
                if (onStored is not null)
                {
                    await onStored(connection, cancellationToken);
                }
            }

            if (ledger is not null)
            {
                await ledger.FinishAsync(connection, ImportState.Done, null, State(batch), Now(), cancellationToken); // the last statement, in the transaction it speaks of
            }

            await CommitAsync(batch, cancellationToken);
        }
    }

    private TimeProvider Clock => clock;
}
