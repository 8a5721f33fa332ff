using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Audit;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Assets;

/// <summary>
/// Changes many assets by few statements, under the rules by which one is changed: each is locked, judged and recorded by itself, and one that may not
/// change does not keep the others from it. Works in the transaction and tenant that the caller opened.
/// </summary>
internal sealed class AssetBulkEdit(NpgsqlConnection connection, Guid runId, AssetBulkChange change, DateTimeOffset now)
{
    private const int MaxSaid = 200;
    private static readonly string[] _places = ["locationId", "supplierId"];
    private static readonly string[] _references = ["statusLabelId", "locationId", "supplierId"];

    private readonly HashSet<string> _tagsRestored = [];
    private readonly HashSet<string> _serialsRestored = [];
    private Dictionary<Guid, Label> _labels = [];
    private Dictionary<Guid, string> _names = [];
    private HashSet<string> _liveTags = [];
    private HashSet<string> _liveSerials = [];

    private sealed record Label(Guid Id, string Name, AssetStatus MapsTo, bool IsDefault, bool IsArchived);

    private sealed record Row(
        Guid Id, AssetStatus Status, Guid? StatusLabelId, Guid? LocationId, Guid? SupplierId, bool Bookable, string? Notes, DateTimeOffset? ArchivedAt, int Version,
        string TagKey, string? SerialKey, bool IsHeld)
    {
        public IEnumerable<(string Key, JsonNode? Value)> Members =>
        [
            ("status", Data.WireNames.Of(Status)), ("statusLabelId", StatusLabelId), ("locationId", LocationId), ("supplierId", SupplierId), ("bookable", Bookable),
            ("notes", Notes), ("archivedAt", ArchivedAt),
        ];
    }

    /// <summary>In the order of <paramref name="items"/>.</summary>
    public async Task<IReadOnlyList<AssetBulkResult>> ApplyAsync(IReadOnlyList<AssetBulkItem> items, CancellationToken cancellationToken)
    {
        var rows = await LockAsync(items, cancellationToken);
        await ReadSurroundingsAsync(items, rows.Values, cancellationToken);
        var results = new List<AssetBulkResult>(items.Count);
        var changed = new List<(Row Before, Row After, JsonArray Changes)>();
        foreach (var item in items)
        {
            if (!rows.TryGetValue(item.AssetId, out var row))
            {
                results.Add(new AssetBulkResult(item.AssetId, AssetBulkResult.NotFound));
                continue;
            }

            var (code, after) = row.Version != item.Version ? (AssetBulkResult.VersionMismatch, row) : Decide(row, item);
            after = after with { Version = row.Version + 1 };
            var (before, then, changes) = Compare(row, after);
            code ??= changes.Count == 0 ? AssetBulkResult.NothingToChange : null;
            if (code is null)
            {
                changed.Add((row, after, changes));
            }

            results.Add(code is null ? new AssetBulkResult(row.Id, null, before.ToJsonString(), then.ToJsonString()) : new AssetBulkResult(row.Id, code));
        }

        await WriteAsync(changed, cancellationToken);
        return results;
    }

    private (string? Code, Row After) Decide(Row row, AssetBulkItem item) => change.Action switch
    {
        BulkAction.Edit => Edit(row),
        BulkAction.Status => _labels.GetValueOrDefault(change.StatusLabelId ?? Guid.Empty) is { IsArchived: false } label ? Move(row, label) : (AssetBulkResult.ValueGone, row),
        BulkAction.Archive => row.ArchivedAt is not null ? (AssetBulkResult.NothingToChange, row)
            : row.IsHeld ? (AssetBulkResult.InCustody, row) : (null, row with { ArchivedAt = now }),
        BulkAction.Restore => row.ArchivedAt is null ? (AssetBulkResult.NothingToChange, row) : (RefuseRestoring(row), row with { ArchivedAt = null }),
        BulkAction.Retire => Retire(row),
        _ => Undo(row, item.Restore!.Value),
    };

    private (string? Code, Row After) Edit(Row row)
    {
        var isGone = (change is { SetsLocation: true, LocationId: { } place } && !_names.ContainsKey(place))
            || (change is { SetsSupplier: true, SupplierId: { } supplier } && !_names.ContainsKey(supplier));
        var notes = change.AppendNotes is not { } more ? row.Notes : row.Notes is null ? more : $"{row.Notes}\n{more}";
        return isGone ? (AssetBulkResult.ValueGone, row)
            : notes?.Length > AssetBulkChange.MaxNotes ? (AssetBulkResult.NotesTooLong, row)
            : (null, row with
            {
                LocationId = change.SetsLocation ? change.LocationId : row.LocationId,
                SupplierId = change.SetsSupplier ? change.SupplierId : row.SupplierId,
                Bookable = change.Bookable ?? row.Bookable,
                Notes = notes,
            });
    }

    private static (string? Code, Row After) Move(Row row, Label label) =>
        (Refuse(row, label.MapsTo), row with { Status = label.MapsTo, StatusLabelId = label.Id });

    private (string? Code, Row After) Retire(Row row)
    {
        var label = AssetStates.LabelFor(AssetStatus.Retired, row.StatusLabelId, _labels.Values.Select(l => (l.Id, l.Name, l.MapsTo, l.IsDefault, l.IsArchived)));
        return (row is { ArchivedAt: null, Status: AssetStatus.Retired } ? AssetBulkResult.NothingToChange : Refuse(row, AssetStatus.Retired),
            row with { Status = AssetStatus.Retired, StatusLabelId = label });
    }

    private static string? Refuse(Row row, AssetStatus to) => AssetStates.Refuse(row.Status, to, row.ArchivedAt is not null, row.IsHeld) switch
    {
        null => null,
        MoveRefusal.Archived => AssetBulkResult.Archived,
        MoveRefusal.InCustody => AssetBulkResult.InCustody,
        MoveRefusal.UseReturnToService => AssetBulkResult.UseReturnToService,
        _ => AssetBulkResult.NotAvailable,
    };

    private (string? Code, Row After) Undo(Row row, JsonElement restore)
    {
        var after = row with
        {
            Status = Get("status", v => Data.WireNames.Parse<AssetStatus>(v.GetString()!), row.Status),
            StatusLabelId = Get("statusLabelId", Id, row.StatusLabelId),
            LocationId = Get("locationId", Id, row.LocationId),
            SupplierId = Get("supplierId", Id, row.SupplierId),
            Bookable = Get("bookable", v => v.GetBoolean(), row.Bookable),
            Notes = Get("notes", v => v.GetString(), row.Notes),
            ArchivedAt = Get("archivedAt", v => v.ValueKind == JsonValueKind.Null ? (DateTimeOffset?)null : v.GetDateTimeOffset(), row.ArchivedAt),
        };
        var code = row.IsHeld && (after.Status != row.Status || (after.ArchivedAt is not null && row.ArchivedAt is null)) ? AssetBulkResult.InCustody
            : after.ArchivedAt is null && row.ArchivedAt is not null ? RefuseRestoring(row)
            : new[] { after.LocationId, after.SupplierId }.Any(id => id is { } there && !_names.ContainsKey(there))
                || (after.StatusLabelId is { } label && !_labels.ContainsKey(label)) ? AssetBulkResult.ValueGone
            : null;
        return (code, after);

        T Get<T>(string name, Func<JsonElement, T> read, T otherwise) => restore.TryGetProperty(name, out var value) ? read(value) : otherwise;

        static Guid? Id(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetGuid();
    }

    private string? RefuseRestoring(Row row) =>
        _liveTags.Contains(row.TagKey) || !_tagsRestored.Add(row.TagKey) ? AssetBulkResult.TagTaken
        : row.SerialKey is { } serial && (_liveSerials.Contains(serial) || !_serialsRestored.Add(serial)) ? AssetBulkResult.SerialTaken
        : null;

    private (JsonObject Before, JsonObject After, JsonArray Changes) Compare(Row row, Row after)
    {
        var (before, then, changes) = (new JsonObject(), new JsonObject(), new JsonArray());
        foreach (var ((key, was), (_, becomes)) in row.Members.Zip(after.Members))
        {
            if (JsonNode.DeepEquals(was, becomes))
            {
                continue;
            }

            changes.Add(new JsonObject { ["key"] = key, ["before"] = Said(key, was), ["after"] = Said(key, becomes) });
            before[key] = was;
            then[key] = becomes;
        }

        before["version"] = row.Version;
        then["version"] = after.Version;
        return (before, then, changes);
    }

    /// <summary>As the history says it: the name of what is referred to, and no more than the beginning of a long text.</summary>
    private JsonNode? Said(string key, JsonNode? value) => value is null ? null
        : _references.Contains(key) ? Name(value.GetValue<Guid>())
        : key == "notes" && value.GetValue<string>() is { Length: > MaxSaid } text ? $"{text[..MaxSaid]}…" : value.DeepClone();

    private string Name(Guid id) => _labels.GetValueOrDefault(id)?.Name ?? _names.GetValueOrDefault(id) ?? id.ToString();

    private async Task<Dictionary<Guid, Row>> LockAsync(IReadOnlyList<AssetBulkItem> items, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync(
            """
            select a.id, a.status, a.status_label_id, a.location_id, a.supplier_id, a.bookable, a.notes, a.archived_at, a.version, a.tag_key, a.serial_key
              from assets a where a.id = any($1) order by a.id for no key update
            """,
            r => new Row(
                r.GetGuid(0), Data.WireNames.Parse<AssetStatus>(r.GetString(1)), r.ValueOrNull<Guid>(2), r.ValueOrNull<Guid>(3), r.ValueOrNull<Guid>(4), r.GetBoolean(5), r.TextOrNull(6),
                r.ValueOrNull<DateTimeOffset>(7), r.GetInt32(8), r.GetString(9), r.TextOrNull(10), false),
            cancellationToken, Uuids(items.Select(i => i.AssetId)))).ToDictionary(r => r.Id);

        // Asked once the rows are locked: who lends one locks it, too.
        foreach (var held in await connection.QueryAsync(
            "select asset_id from asset_assignments where asset_id = any($1) and checked_in_at is null", r => r.GetGuid(0), cancellationToken, Uuids(rows.Keys)))
        {
            rows[held] = rows[held] with { IsHeld = true };
        }

        return rows;
    }

    private async Task ReadSurroundingsAsync(IReadOnlyList<AssetBulkItem> items, IReadOnlyCollection<Row> rows, CancellationToken cancellationToken)
    {
        _labels = (await connection.QueryAsync(
            "select id, name, maps_to, is_default, archived_at is not null from status_labels",
            r => new Label(r.GetGuid(0), r.GetString(1), Data.WireNames.Parse<AssetStatus>(r.GetString(2)), r.GetBoolean(3), r.GetBoolean(4)), cancellationToken)).ToDictionary(l => l.Id);
        var restored = items.Where(i => i.Restore is not null).SelectMany(i => _places
            .Where(name => i.Restore!.Value.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            .Select(name => (Guid?)i.Restore!.Value.GetProperty(name).GetGuid()));
        var named = rows.SelectMany(r => new[] { r.LocationId, r.SupplierId }).Concat(restored).Append(change.LocationId).Append(change.SupplierId)
            .OfType<Guid>().Distinct().ToList();
        _names = (await connection.QueryAsync(
            "select id, name from locations where id = any($1) union all select id, name from suppliers where id = any($1)",
            r => (Id: r.GetGuid(0), Name: r.GetString(1)), cancellationToken, Uuids(named))).ToDictionary(n => n.Id, n => n.Name);
        if (change.Action is BulkAction.Restore or BulkAction.Undo)
        {
            await ReadTakenAsync([.. rows.Where(r => r.ArchivedAt is not null)], cancellationToken);
        }
    }

    private async Task ReadTakenAsync(IReadOnlyCollection<Row> archived, CancellationToken cancellationToken)
    {
        if (archived.Count == 0)
        {
            return;
        }

        _liveTags = [.. await connection.QueryAsync(
            "select tag_key from assets where tag_key = any($1) and archived_at is null", r => r.GetString(0), cancellationToken, Texts(archived.Select(r => r.TagKey)))];
        if (await connection.ScalarAsync<bool>("select unique_serials from tenants where id = (select panorama_current_tenant())", cancellationToken))
        {
            // As one asset is restored: of two that write a serial at once the second waits.
            var serials = archived.Select(r => r.SerialKey).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
            await connection.ExecuteAsync(
                "select pg_advisory_xact_lock(hashtextextended('panorama:serial:' || panorama_current_tenant() || ':' || s, 0)) from unnest($1) s", cancellationToken, Texts(serials));
            _liveSerials = [.. await connection.QueryAsync(
                "select serial_key from assets where serial_key = any($1) and archived_at is null", r => r.GetString(0), cancellationToken, Texts(serials))];
        }
        else
        {
            _serialsRestored.Clear();
        }
    }

    private async Task WriteAsync(List<(Row Before, Row After, JsonArray Changes)> changed, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
        {
            return;
        }

        var after = changed.ConvertAll(c => c.After);
        await connection.ExecuteAsync(
            """
            update assets a set status = n.status, status_label_id = n.label, location_id = n.place, supplier_id = n.supplier, bookable = n.bookable, notes = n.notes,
                   archived_at = n.archived, version = a.version + 1, updated_at = $1
              from unnest($2, $3, $4, $5, $6, $7, $8, $9) n(id, status, label, place, supplier, bookable, notes, archived) where a.id = n.id
            """,
            cancellationToken, Instant(now), Uuids(after.Select(a => a.Id)), Texts(after.Select(a => Data.WireNames.Of(a.Status))), Uuids(after.Select(a => a.StatusLabelId)),
            Uuids(after.Select(a => a.LocationId)), Uuids(after.Select(a => a.SupplierId)), Flags(after.Select(a => a.Bookable)), Texts(after.Select(a => a.Notes)),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, Value = after.Select(a => a.ArchivedAt).ToArray() });
        var lines = changed.ConvertAll(c => (c.After.Id, Line: Audit(c.Before, c.After, c.Changes)));
        await connection.ExecuteAsync(
            """
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            select n.id, n.action, 'asset', n.asset::text, n.metadata::jsonb from unnest($1, $2, $3, $4) n(id, action, asset, metadata)
            """,
            cancellationToken, Uuids(lines.Select(_ => Guid.CreateVersion7(now))), Texts(lines.Select(l => l.Line.Action)), Uuids(lines.Select(l => l.Id)),
            Texts(lines.Select(l => l.Line.Metadata.ToJsonString())));
    }

    private (string Action, JsonObject Metadata) Audit(Row before, Row after, JsonArray changes)
    {
        var run = new JsonObject { ["bulkRunId"] = runId };
        if ((before.ArchivedAt is null) != (after.ArchivedAt is null))
        {
            return (after.ArchivedAt is null ? AuditActions.AssetRestored : AuditActions.AssetArchived, run);
        }

        if (before.Status != after.Status || change.Action == BulkAction.Status)
        {
            run["before"] = Data.WireNames.Of(before.Status);
            run["after"] = Data.WireNames.Of(after.Status);
            run["beforeLabel"] = before.StatusLabelId is { } was ? Name(was) : null;
            run["afterLabel"] = after.StatusLabelId is { } becomes ? Name(becomes) : null;
            return (after.Status == AssetStatus.Retired && before.Status != AssetStatus.Retired ? AuditActions.AssetRetired : AuditActions.AssetStatusChanged, run);
        }

        run["changed"] = changes;
        return (AuditActions.AssetUpdated, run);
    }
}
