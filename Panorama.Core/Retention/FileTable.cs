using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Sql;
using Panorama.Core.Storage;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Retention;

/// <summary>A row that is locked, and the objects that go with it.</summary>
internal sealed record LockedFile(Guid Id, Guid AssetId, IReadOnlyList<string> Keys, DateTimeOffset At);

/// <summary>A table whose rows name objects, and its statements: rows are locked first, so that neither an undo nor another run falls between two steps.</summary>
internal sealed class FileTable
{
    /// <summary>Of a legal hold <c>h</c>: it holds everything of the organisation.</summary>
    public const string IsOfTenant = "(h.asset_id is null and h.inspection_id is null)";

    public static readonly FileTable Photos = new("photos", "array[f.storage_key, f.thumbnail_key]", "photoId", AuditActions.PhotoHardDeleted, "f.inspection_id");

    public static readonly FileTable Documents = new("documents", "array[f.storage_key]", "documentId", AuditActions.DocumentHardDeleted, "null::uuid");

    public static readonly IReadOnlyList<FileTable> All = [Photos, Documents];

    private readonly string _lockByAge;
    private readonly string _lockDeleted;
    private readonly string _lockOne;
    private readonly string _setHold;
    private readonly string _remove;
    private readonly string _known;
    private readonly string _page;
    private readonly string _action;

    /// <param name="inspection">Of a row <c>f</c>: the inspection that it belongs to.</param>
    private FileTable(string name, string keys, string idName, string action, string inspection)
    {
        (Name, _action) = (name, action);
        IsHeld =
            $"""
            (f.legal_hold or exists (
              select 1 from legal_holds h where h.tenant_id = f.tenant_id and h.released_at is null
                 and ({IsOfTenant} or h.asset_id = f.asset_id or h.inspection_id = {inspection})))
            """;
        _lockByAge = LockDue("created_at");
        _lockDeleted = LockDue("deleted_at");
        _lockOne = $"select f.id, f.asset_id, {keys}, f.created_at, {IsHeld} from {name} f where f.id = $1 for update of f";
        _setHold =
            $"""
            with before as (select f.id, f.asset_id, f.legal_hold from {name} f where f.id = $1 for update),
                 changed as (update {name} f set legal_hold = $2, version = f.version + 1 from before b where f.id = b.id and b.legal_hold <> $2)
            select asset_id, legal_hold <> $2 from before
            """;
        _remove =
            $"""
            with gone as (delete from {name} f using unnest($1::uuid[], $2::uuid[]) as line(id, event) where f.id = line.id
                          returning f.id, f.asset_id, f.storage_key, line.event, {inspection} as inspection)
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            select event, $3, 'asset', asset_id::text, jsonb_build_object('{idName}', id, 'storageKey', storage_key) || $4 from gone where inspection is null
            union all
            select event, $5, 'inspection_photo', id::text, jsonb_build_object('inspectionId', inspection, 'storageKey', storage_key) || $4 from gone where inspection is not null
            """;
        _known = $"select unnest({keys}) from {name} f where f.id = any($1)";
        _page = $"select f.tenant_id, f.id, {keys} from {name} f where ($1::uuid is null or f.tenant_id = $1) and f.id > $2 and f.created_at < $3 order by f.id limit $4";

        string LockDue(string column) =>
            $"""
            select f.id, f.asset_id, {keys}, f.{column} from {name} f
             where f.tenant_id = $1 and f.{column} < $2 and (f.{column}, f.id) > ($3, $4) and not {IsHeld}
             order by f.{column}, f.id limit $5 for update of f skip locked
            """;
    }

    public string Name { get; }

    /// <summary>Of a row <c>f</c>: nobody may remove it.</summary>
    public string IsHeld { get; }

    /// <summary>Rows that were uploaded, or deleted by hand, before <paramref name="before"/>; oldest first, behind the last that was looked at.</summary>
    public Task<List<LockedFile>> LockDueAsync(
        NpgsqlConnection connection, Guid tenant, bool isByAge, DateTimeOffset before, LockedFile? last, int most, CancellationToken cancellationToken) => connection.QueryAsync(
            isByAge ? _lockByAge : _lockDeleted, Read, cancellationToken, Uuid(tenant), Instant(before), Instant(last?.At ?? DateTimeOffset.UnixEpoch), Uuid(last?.Id ?? Guid.Empty), Int(most));

    /// <summary>Null when there is no such row.</summary>
    public async Task<(LockedFile File, bool IsHeld)?> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAsync(_lockOne, r => (Read(r), r.GetBoolean(4)), cancellationToken, Uuid(id));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Null when there is no such row; changed is false when it stood so already.</summary>
    public async Task<(Guid Asset, bool IsChanged)?> SetHoldAsync(NpgsqlConnection connection, Guid id, bool isHeld, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAsync(_setHold, r => (r.GetGuid(0), r.GetBoolean(1)), cancellationToken, Uuid(id), Flag(isHeld));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Removes the rows and writes a line for each, in the caller's transaction, with the tenant opened.</summary>
    /// <param name="metadata">JSON object that is added to each line.</param>
    public Task<int> RemoveAsync(NpgsqlConnection connection, IReadOnlyList<Guid> ids, string metadata, DateTimeOffset now, CancellationToken cancellationToken) => connection.ExecuteAsync(
        _remove, cancellationToken, Uuids(ids), Uuids(ids.Select(_ => Guid.CreateVersion7(now))), Text(_action), Json(metadata), Text(AuditActions.InspectionPhotoHardDeleted));

    /// <summary>Those names of objects that rows with these ids have.</summary>
    public Task<List<string>> KnownAsync(NpgsqlConnection connection, IEnumerable<Guid> ids, CancellationToken cancellationToken) =>
        connection.QueryAsync(_known, r => r.GetString(0), cancellationToken, Uuids(ids));

    /// <summary>Rows from before <paramref name="before"/> behind an id, with their objects.</summary>
    public Task<List<(Guid Id, IReadOnlyList<ObjectKey> Keys)>> PageAsync(
        NpgsqlConnection connection, Guid? tenant, Guid after, DateTimeOffset before, int most, CancellationToken cancellationToken) => connection.QueryAsync(
            _page,
            r => (r.GetGuid(1), (IReadOnlyList<ObjectKey>)[.. r.GetFieldValue<string[]>(2).Select(key => ObjectKey.Parse(key, r.GetGuid(0)))]),
            cancellationToken, Uuid(tenant), Uuid(after), Instant(before), Int(most));

    private static LockedFile Read(NpgsqlDataReader reader) =>
        new(reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<string[]>(2), reader.GetFieldValue<DateTimeOffset>(3));
}
