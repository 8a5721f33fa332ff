using Npgsql;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Core.Sql;

namespace Panorama.Api.Importing;

/// <summary>An import of a file.</summary>
/// <param name="State">`DRAFT` waits for choices or, after a dry run, for the start; `PAUSED` goes on by itself; `RUNNING` may be cancelled.</param>
/// <param name="DryRun">Whether the counts are those of a run that was rolled back.</param>
/// <param name="RowsTotal">Null before the first run.</param>
/// <param name="Kind">`assets`, `users` or `locations`.</param>
/// <param name="Created">Assets, people or places that were made; of a dry run or one that still runs, that would be.</param>
/// <param name="Matched">Rows whose asset, person or place existed and stays as it was.</param>
/// <param name="Warnings">Cells that were not taken as they stand.</param>
/// <param name="Custodies">Assets that were handed out.</param>
/// <param name="ErrorCode">Why it failed: `rows_rejected`, `import_failed`, `file_gone`, `import_gave_up`, or a code of the file.</param>
/// <param name="StartedByName">Null when an operator ran it.</param>
/// <param name="EtaSeconds">What is left at the speed so far; null when it does not run.</param>
/// <param name="Version">What `If-Match` names in an edit; also the ETag.</param>
public sealed record ImportResponse(
    Guid Id, string Kind, string FileName, int SizeBytes, ImportState State, bool DryRun, ImportOptionsResponse Options, int? RowsTotal, int RowsDone, int Created, int Updated,
    int Matched, int Rejected, int Warnings, int PeopleCreated, int Custodies, string? ErrorCode, Guid? StartedByUserId, string? StartedByName,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, bool CancelRequested, int? EtaSeconds, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>What was chosen.</summary>
/// <param name="Dates">`dmy`, `mdy` or `iso`; never guessed.</param>
/// <param name="Numbers">`point` or `comma`; never guessed.</param>
/// <param name="Currency">ISO 4217; never guessed.</param>
/// <param name="Mode">`all-or-nothing` or `skip-bad`.</param>
/// <param name="Existing">`keep`, `update` or `reject`.</param>
/// <param name="Encoding">Null: found by itself.</param>
/// <param name="Delimiter">`comma`, `semicolon`, `tab` or `pipe`; null: found by itself.</param>
/// <param name="Mapping">By position of the column from 0: a field such as `purchaseCost`, `custom:` with a field's id, or `ignore`.</param>
public sealed record ImportOptionsResponse(
    string? Dates, string? Numbers, string? Currency, string Mode, string Existing, string? Encoding, string? Delimiter, string? DefaultModel,
    IReadOnlyList<string> VehicleCategories, IReadOnlyDictionary<string, string> Mapping)
{
    internal static ImportOptionsResponse From(StoredImportOptions o) =>
        new(o.Dates, o.Numbers, o.Currency, o.Mode, o.Existing, o.Encoding, o.Delimiter, o.DefaultModel, o.VehicleCategories, o.Mapping);
}

/// <summary>Reads imports of the tenant. Statements, not entities: a page that waits for a run asks each second.</summary>
internal sealed class ImportReader(TenantSession session, TimeProvider clock)
{
    public const string Columns =
        """
        i.id, i.kind, i.file_name, i.size_bytes, i.state, i.dry_run, i.options::text, i.rows_total, i.rows_done, i.created, i.updated, i.matched, i.rejected,
        i.people_created, i.custodies, i.error_code, i.started_by_user_id, u.display_name, i.started_at, i.finished_at, i.cancel_requested, i.version, i.created_at, i.updated_at
        """;

    /// <summary>A row without the count of its warnings.</summary>
    public ImportResponse Read(NpgsqlDataReader reader)
    {
        var state = WireNames.Parse<ImportState>(reader.GetString(4));
        var (total, done, startedAt) = (reader.ValueOrNull<int>(7), reader.GetInt32(8), reader.ValueOrNull<DateTimeOffset>(18));
        return new ImportResponse(
            reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), state, reader.GetBoolean(5),
            ImportOptionsResponse.From(StoredImportOptions.Parse(reader.GetString(6))), total, done, reader.GetInt32(9), reader.GetInt32(10), reader.GetInt32(11),
            reader.GetInt32(12), 0, reader.GetInt32(13), reader.GetInt32(14), reader.TextOrNull(15), reader.ValueOrNull<Guid>(16), reader.TextOrNull(17), startedAt,
            reader.ValueOrNull<DateTimeOffset>(19), reader.GetBoolean(20), Eta(state, total, done, startedAt), reader.GetInt32(21),
            reader.GetFieldValue<DateTimeOffset>(22), reader.GetFieldValue<DateTimeOffset>(23));
    }

    /// <summary>Null when the tenant has no such import.</summary>
    public async Task<ImportResponse?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var importId))
        {
            return null;
        }

        var rows = await session.Connection.QueryAsync(
            $"""
            select {Columns}, (select count(*) from import_findings f where f.tenant_id = i.tenant_id and f.import_id = i.id and f.severity = 'warning')
              from imports i left join users u on u.id = i.started_by_user_id where i.id = $1
            """,
            reader => Read(reader) with { Warnings = (int)reader.GetInt64(24) }, cancellationToken, Statement.Uuid(importId));
        return rows is [var row] ? row : null;
    }

    /// <summary>State and version, locked against another change; null when the tenant has no such import.</summary>
    public async Task<LockedImport?> LockAsync(string id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var importId))
        {
            return null;
        }

        var rows = await session.Connection.QueryAsync(
            "select id, state, dry_run, options::text, inspection::text, created + updated, version, kind from imports where id = $1 for update",
            reader => new LockedImport(
                reader.GetGuid(0), WireNames.Parse<ImportState>(reader.GetString(1)), reader.GetBoolean(2), StoredImportOptions.Parse(reader.GetString(3)),
                reader.TextOrNull(4), reader.GetInt32(5), reader.GetInt32(6), WireNames.Parse<ImportKind>(reader.GetString(7))),
            cancellationToken, Statement.Uuid(importId));
        return rows is [var row] ? row : null;
    }

    /// <summary>Custom fields that a column may fill; only assets have any.</summary>
    public async Task<List<CustomFieldInfo>> FieldsAsync(ImportKind kind, CancellationToken cancellationToken) => kind != ImportKind.Assets ? [] : await session.Connection.QueryAsync(
        "select id, name, type, is_unique, searchable, encrypted from custom_fields where archived_at is null order by name, id",
        reader => new CustomFieldInfo(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4), [], IsProtected: reader.GetBoolean(5)), cancellationToken);

    private int? Eta(ImportState state, int? total, int done, DateTimeOffset? startedAt) =>
        state == ImportState.Running && total is { } all && done > 0 && startedAt is { } since
            ? (int)Math.Ceiling((clock.GetUtcNow() - since).TotalSeconds * (all - done) / done) : null;
}

/// <summary>An import that is about to change.</summary>
/// <param name="Inspection">JSON; null where the command line ran it.</param>
/// <param name="Stored">Rows that made or changed something.</param>
internal sealed record LockedImport(Guid Id, ImportState State, bool DryRun, StoredImportOptions Options, string? Inspection, int Stored, int Version, ImportKind Kind);
