using System.Globalization;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Audit;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>Places of an organisation, one by its name without case. A place that another names as the one it is in is made if nobody has it.</summary>
internal sealed class PlacesBatch(Guid tenantId, AssetColumns columns, AssetImportOptions options, ImportCheckpoint from) : IImportBatch
{
    private const int MaxAddress = 500;

    private static readonly AssetField[] Lines =
        [AssetField.Address, AssetField.AddressMore, AssetField.PostalCode, AssetField.City, AssetField.Region, AssetField.Country];

    private readonly Dictionary<string, int> _lineOfName = new(StringComparer.Ordinal);
    private Dictionary<string, Place>? _places;

    public int Created { get; private set; } = from.Created;

    public int Updated { get; private set; } = from.Updated;

    public int Matched { get; private set; } = from.Matched;

    public int Custodies => 0;

    public Task RememberAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows.Where(row => !row.IsRejected && row[AssetField.Name] is not null))
        {
            _lineOfName.TryAdd(Key(row[AssetField.Name]!), row.Line);
        }

        return Task.CompletedTask;
    }

    public async Task StoreAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _places ??= await ReadAsync(connection, cancellationToken);
        foreach (var row in rows.Where(row => !row.IsRejected))
        {
            Check(row);
        }

        var made = new List<Place>();
        var changed = new List<(Place Place, List<Change> Members)>();
        foreach (var row in rows.Where(row => !row.IsRejected))
        {
            if (_places.TryGetValue(Key(row[AssetField.Name]!), out var stored) && !stored.IsForeshadowed)
            {
                if (Take(row, stored, made, now) is { } members)
                {
                    changed.Add((stored, members));
                }
            }
            else
            {
                Make(row, stored, made, changed, now);
            }
        }

        await SaveAsync(connection, made, changed, now, cancellationToken);
    }

    private sealed class Place(Guid id, string name)
    {
        public Guid Id => id;

        public string Name => name;

        public Guid? ParentId { get; set; }

        public string? Address { get; set; }

        public string? TimeZone { get; set; }

        /// <summary>Another row of this file named it; its own row may follow and is then the one that makes it.</summary>
        public bool IsForeshadowed { get; set; }
    }

    private sealed record Change(string Key, string? Before, string? After);

    private static string Key(string name) => name.ToLowerInvariant();

    private async Task<Dictionary<string, Place>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var place in await connection.QueryAsync(
            "select id, name, parent_id, address, time_zone from locations where tenant_id = $1 order by archived_at is not null, created_at, id",
            reader => new Place(reader.GetGuid(0), reader.GetString(1)) { ParentId = reader.ValueOrNull<Guid>(2), Address = reader.TextOrNull(3), TimeZone = reader.TextOrNull(4) },
            cancellationToken, Uuid(tenantId)))
        {
            places.TryAdd(Key(place.Name), place);
        }

        return places;
    }

    private void Check(AssetRow row)
    {
        if (row[AssetField.Name] is not { } name)
        {
            row.Reject(columns[AssetField.Name]!.Header, "name_missing");
        }
        else if (AddressOf(row)?.Length > MaxAddress)
        {
            row.Reject(columns[Lines.First(line => row[line] is not null)]!.Header, "too_long",
                ("length", AddressOf(row)!.Length.ToString(CultureInfo.InvariantCulture)), ("max", MaxAddress.ToString(CultureInfo.InvariantCulture)));
        }
        else if (row[AssetField.Parent] is { } parent && Key(parent) == Key(name))
        {
            row.Reject(columns[AssetField.Parent]!.Header, "place_inside_itself", ("value", parent));
        }
        else if (_lineOfName.TryGetValue(Key(name), out var line))
        {
            row.Reject(columns[AssetField.Name]!.Header, "place_twice", ("value", name), ("line", line.ToString(CultureInfo.InvariantCulture)));
        }
        else if (options.Existing == ExistingAssets.Reject && _places!.TryGetValue(Key(name), out var stored) && !stored.IsForeshadowed)
        {
            row.Reject(columns[AssetField.Name]!.Header, "place_exists", ("value", name));
        }
        else
        {
            _lineOfName[Key(name)] = row.Line;
        }
    }

    /// <summary>Street, more, postal code with city, region, country: a line each.</summary>
    private static string? AddressOf(AssetRow row)
    {
        var town = string.Join(' ', new[] { row[AssetField.PostalCode], row[AssetField.City] }.OfType<string>());
        var lines = new[] { row[AssetField.Address], row[AssetField.AddressMore], town, row[AssetField.Region], row[AssetField.Country] }.Where(line => !string.IsNullOrEmpty(line));
        return string.Join('\n', lines) is { Length: > 0 } address ? address : null;
    }

    private void Make(AssetRow row, Place? foreshadowed, List<Place> made, List<(Place Place, List<Change> Members)> changed, DateTimeOffset now)
    {
        var place = foreshadowed ?? New(row[AssetField.Name]!, made, now);
        place.IsForeshadowed = false;
        (place.Address, place.TimeZone) = (AddressOf(row), row[AssetField.TimeZone]);
        if (!made.Contains(place))
        {
            changed.Add((place, [new Change("address", null, place.Address), new Change("timeZone", null, place.TimeZone)])); // an earlier batch stored it bare
        }

        if (row[AssetField.Parent] is { } parent && !TryPutInto(place, parent, made, now))
        {
            row.Warn(columns[AssetField.Parent]!.Header, "place_circle", ("value", parent));
        }

        row.Outcome = ImportOutcome.Created;
        Created++;
    }

    private Place New(string name, List<Place> made, DateTimeOffset now)
    {
        var place = new Place(Guid.CreateVersion7(now), name);
        _places![Key(name)] = place;
        made.Add(place);
        return place;
    }

    /// <summary>False when the place would stand inside itself.</summary>
    private bool TryPutInto(Place place, string parent, List<Place> made, DateTimeOffset now)
    {
        if (!_places!.TryGetValue(Key(parent), out var around))
        {
            around = New(parent, made, now);
            around.IsForeshadowed = true;
        }

        var byId = _places.Values.ToDictionary(p => p.Id);
        for (var up = around; up is not null; up = up.ParentId is { } next ? byId.GetValueOrDefault(next) : null)
        {
            if (up.Id == place.Id)
            {
                return false;
            }
        }

        place.ParentId = around.Id;
        return true;
    }

    /// <summary>What the row changes in a place that exists; null when nothing.</summary>
    private List<Change>? Take(AssetRow row, Place stored, List<Place> made, DateTimeOffset now)
    {
        var changed = new List<Change>();
        var takes = options.Existing == ExistingAssets.Update;
        if (AddressOf(row) is { } address && address != stored.Address)
        {
            Differ(Lines.First(line => row[line] is not null), address, stored.Address, "address");
            stored.Address = takes ? address : stored.Address;
        }

        if (row[AssetField.TimeZone] is { } zone && zone != stored.TimeZone)
        {
            Differ(AssetField.TimeZone, zone, stored.TimeZone, "timeZone");
            stored.TimeZone = takes ? zone : stored.TimeZone;
        }

        if (row[AssetField.Parent] is { } parent && (!_places!.TryGetValue(Key(parent), out var around) || around.Id != stored.ParentId))
        {
            if (!takes)
            {
                Differ(AssetField.Parent, parent, _places.Values.FirstOrDefault(p => p.Id == stored.ParentId)?.Name, "parentId");
            }
            else if (stored.ParentId is var before && TryPutInto(stored, parent, made, now))
            {
                changed.Add(new Change("parentId", before?.ToString(), stored.ParentId?.ToString()));
            }
            else
            {
                row.Warn(columns[AssetField.Parent]!.Header, "place_circle", ("value", parent));
            }
        }

        (Updated, Matched) = changed.Count > 0 ? (Updated + 1, Matched) : (Updated, Matched + 1);
        row.Outcome = changed.Count > 0 ? ImportOutcome.Updated : ImportOutcome.Matched;
        return changed.Count > 0 ? changed : null;

        void Differ(AssetField field, string value, string? was, string member)
        {
            if (takes)
            {
                changed.Add(new Change(member, was, value));
            }
            else
            {
                row.Warn(columns[field]!.Header, "place_value_kept", ("value", value), ("stored", was ?? ""));
            }
        }
    }

    private async Task SaveAsync(
        NpgsqlConnection connection, List<Place> made, List<(Place Place, List<Change> Members)> changed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (made.Count == 0 && changed.Count == 0)
        {
            return;
        }

        // The parent last: it may be a row of the same statement.
        await connection.ExecuteAsync(
            """
            insert into locations (id, tenant_id, name, address, time_zone, created_at, updated_at)
            select n.id, $1, n.name, n.address, n.zone, $2, $2 from unnest($3, $4, $5, $6) n(id, name, address, zone)
            """,
            cancellationToken, Uuid(tenantId), Instant(now), Uuids(made.Select(p => p.Id)), Texts(made.Select(p => p.Name)), Texts(made.Select(p => p.Address)),
            Texts(made.Select(p => p.TimeZone)));
        List<Place> all = [.. made, .. changed.Select(c => c.Place)];
        await connection.ExecuteAsync(
            """
            update locations l set parent_id = n.parent, address = n.address, time_zone = n.zone, updated_at = $2, version = l.version + n.step
              from unnest($3, $4, $5, $6, $7) n(id, parent, address, zone, step) where l.tenant_id = $1 and l.id = n.id
            """,
            cancellationToken, Uuid(tenantId), Instant(now), Uuids(all.Select(p => p.Id)), Uuids(all.Select(p => p.ParentId)), Texts(all.Select(p => p.Address)),
            Texts(all.Select(p => p.TimeZone)), Ints(all.Select((_, i) => (int?)(i < made.Count ? 0 : 1))));
        List<(string Action, Place Place, string Metadata)> events =
        [
            .. made.Select(p => (AuditActions.CatalogueCreated, p, JsonSerializer.Serialize(new { kind = "location", id = p.Id, name = p.Name }))),
            .. changed.Select(c => (AuditActions.CatalogueUpdated, c.Place, JsonSerializer.Serialize(new { kind = "location", id = c.Place.Id, name = c.Place.Name, changed = c.Members.Select(m => new { key = m.Key, before = m.Before, after = m.After }) }))),
        ];
        await connection.ExecuteAsync(
            """
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            select n.id, n.action, 'catalogue', n.place::text, n.metadata::jsonb from unnest($1, $2, $3, $4) n(id, action, place, metadata)
            """,
            cancellationToken, Uuids(events.Select(_ => Guid.CreateVersion7(now))), Texts(events.Select(e => e.Action)), Uuids(events.Select(e => e.Place.Id)),
            Texts(events.Select(e => e.Metadata)));
    }
}
