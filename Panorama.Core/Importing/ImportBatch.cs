using System.Globalization;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>Stores one batch of rows of a kind in the transaction and tenant that the caller opened.</summary>
internal interface IImportBatch
{
    int Created { get; }

    int Updated { get; }

    int Matched { get; }

    int Custodies { get; }

    Task StoreAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Rows that an earlier part of the run has stored: what one of them is stands already on its line.</summary>
    Task RememberAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, CancellationToken cancellationToken);
}

/// <summary>Assets.</summary>
internal sealed class ImportBatch(
    Guid tenantId, Guid? actorUserId, string meterUnit, AssetColumns columns, AssetImportOptions options, ImportCatalogue catalogue, ImportPeople people,
    ImportCheckpoint from) : IImportBatch
{
    private readonly Dictionary<string, int> _lineOfTag = [];
    private readonly Dictionary<(Guid Field, string Value), (string Tag, Guid? Asset)> _ownerOfValue = [];
    private readonly ImportUpdates _updates = new(tenantId, columns, catalogue);
    private readonly HashSet<Guid> _archivedMatched = [];

    public int Created { get; private set; } = from.Created;

    public int Updated { get; private set; } = from.Updated;

    public int Matched { get; private set; } = from.Matched;

    public int Custodies { get; private set; } = from.Custodies;

    public async Task StoreAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var good = rows.Where(row => !row.IsRejected).ToList();
        var existing = await FindAsync(connection, good, cancellationToken);
        var fresh = good.Where(row => !row.IsRejected && !existing.ContainsKey(row)).ToList();
        switch (options.Existing)
        {
            case ExistingAssets.Reject:
                foreach (var row in existing.Keys)
                {
                    row.Reject(columns[AssetField.Tag]!.Header, "asset_exists", ("value", row.Tag));
                }

                existing.Clear();
                break;
            case ExistingAssets.Keep:
                foreach (var (row, asset) in existing)
                {
                    StoredAssetComparison.Compare(row, asset, columns, catalogue);
                }

                break;
        }

        await RejectTakenValuesAsync(connection, options.Existing == ExistingAssets.Update ? [.. existing.Keys, .. fresh] : fresh, existing, cancellationToken);
        fresh.RemoveAll(row => row.IsRejected);
        if (options.Existing == ExistingAssets.Update)
        {
            await UpdateAsync(connection, existing.Where(pair => !pair.Key.IsRejected).ToDictionary(), now, cancellationToken);
        }
        else
        {
            Matched += existing.Count;
        }

        if (fresh.Count == 0)
        {
            return;
        }

        await catalogue.PrepareAsync(connection, fresh, now, cancellationToken);
        var assets = fresh.ConvertAll(row => NewAsset(row, now));
        await people.PrepareAsync(connection, fresh, now, cancellationToken);
        await InsertAssetsAsync(connection, assets, now, cancellationToken);
        await InsertCustomValuesAsync(connection, assets.SelectMany(a => a.Row.Custom.Select(c => (a.Id, c.Field, c.Value))), cancellationToken);
        await InsertReadingsAsync(connection, assets.Select(a => (a.Id, a.Row.Mileage)), now, cancellationToken);
        await InsertAuditAsync(connection, AuditActions.AssetCreated, assets.Select(a => (a.Id, "{}")), now, cancellationToken);
        await InsertCustodyAsync(connection, [.. assets.Where(a => a.Row.Holder is not null)], now, cancellationToken);
        foreach (var asset in assets)
        {
            (asset.Row.Outcome, asset.Row.AssetId) = (ImportOutcome.Created, asset.Id);
        }

        Created += assets.Count;
    }

    private async Task UpdateAsync(NpgsqlConnection connection, Dictionary<AssetRow, StoredAsset> existing, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = await _updates.StoreAsync(connection, existing, now, cancellationToken);
        await InsertCustomValuesAsync(connection, changed.SelectMany(c => c.Custom.Select(v => (c.Stored.Id, v.Field, v.Value))), cancellationToken);
        await InsertReadingsAsync(connection, changed.Where(c => c.IsRead).Select(c => (c.Stored.Id, c.Row.Mileage)), now, cancellationToken);
        await InsertAuditAsync(connection, AuditActions.AssetUpdated, changed.Select(c => (c.Stored.Id, c.Metadata)), now, cancellationToken);
        foreach (var change in changed)
        {
            (change.Row.Outcome, change.Row.AssetId) = (ImportOutcome.Updated, change.Stored.Id);
        }

        Updated += changed.Count;
        Matched += existing.Count - changed.Count;
    }

    public async Task RememberAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, CancellationToken cancellationToken)
    {
        var good = rows.Where(row => !row.IsRejected).ToList();
        var keys = await connection.QueryAsync(StoredAsset.KeysQuery, reader => reader.GetString(0), cancellationToken, Texts(good.Select(r => r.Tag)));
        foreach (var (row, key) in good.Zip(keys))
        {
            _lineOfTag.TryAdd(key, row.Line);
        }
    }

    private sealed record ArchivedAsset(string Key, Guid Id, string Name);

    private sealed record NewRow(AssetRow Row, Guid Id, AssetStatus Status, Guid? StatusLabelId, bool Bookable);

    /// <summary>Rows whose tag exists; of rows with one tag in the file all but the first are rejected.</summary>
    private async Task<Dictionary<AssetRow, StoredAsset>> FindAsync(NpgsqlConnection connection, List<AssetRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        // The database makes the keys, so that its idea of lower case decides here as it does in the unique index.
        var keys = await connection.QueryAsync(StoredAsset.KeysQuery, reader => reader.GetString(0), cancellationToken, Texts(rows.Select(r => r.Tag)));
        var found = (await connection.QueryAsync(
            StoredAsset.TagsQuery, reader => (Key: reader.GetString(0), Id: reader.GetGuid(1)), cancellationToken, Uuid(tenantId), Texts(keys.Distinct())))
            .ToDictionary(asset => asset.Key, asset => asset.Id);
        var archived = await FindArchivedAsync(connection, rows.Zip(keys).Where(r => r.First.IsArchived).Select(r => r.Second), cancellationToken);
        var existing = new Dictionary<Guid, AssetRow>();
        foreach (var (row, key) in rows.Zip(keys))
        {
            if (row.IsArchived)
            {
                // A tag may have been used again, so several archived assets may have it: each row of the file is one of them.
                var free = archived[key].Where(asset => !_archivedMatched.Contains(asset.Id)).ToList();
                if (free.Count > 0)
                {
                    var stored = (free.Find(asset => asset.Name == row.Name) ?? free[0]).Id;
                    _archivedMatched.Add(stored);
                    existing[stored] = row;
                }
                else if (found.TryGetValue(key, out var live) && !_lineOfTag.ContainsKey(key))
                {
                    existing[live] = row;
                }
            }
            else if (!_lineOfTag.TryAdd(key, row.Line))
            {
                row.Reject(columns[AssetField.Tag]!.Header, "tag_twice", ("value", row.Tag), ("line", _lineOfTag[key].ToString(CultureInfo.InvariantCulture)));
            }
            else if (found.TryGetValue(key, out var id))
            {
                existing[id] = row;
            }
        }

        return existing.Count == 0 ? [] : await ReadAsync(connection, existing, cancellationToken);
    }

    private async Task<ILookup<string, ArchivedAsset>> FindArchivedAsync(NpgsqlConnection connection, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var wanted = keys.Distinct().ToList();
        return (wanted.Count == 0 ? [] : await connection.QueryAsync(
            StoredAsset.ArchivedTagsQuery, reader => new ArchivedAsset(reader.GetString(0), reader.GetGuid(1), reader.GetString(2)), cancellationToken,
            Uuid(tenantId), Texts(wanted))).ToLookup(asset => asset.Key);
    }

    private async Task<Dictionary<AssetRow, StoredAsset>> ReadAsync(
        NpgsqlConnection connection, Dictionary<Guid, AssetRow> existing, CancellationToken cancellationToken)
    {
        var holders = (await connection.QueryAsync(StoredAsset.HoldersQuery, StoredHolder.Read, cancellationToken, Uuid(tenantId), Uuids(existing.Keys)))
            .ToDictionary(holder => holder.AssetId);
        var assets = await connection.QueryAsync(
            options.Existing == ExistingAssets.Update ? StoredAsset.LockingQuery : StoredAsset.Query, StoredAsset.Read, cancellationToken, Uuid(tenantId), Uuids(existing.Keys));
        return assets.ToDictionary(asset => existing[asset.Id], asset => asset with { Holder = holders.GetValueOrDefault(asset.Id) });
    }

    private async Task RejectTakenValuesAsync(
        NpgsqlConnection connection, List<AssetRow> rows, Dictionary<AssetRow, StoredAsset> existing, CancellationToken cancellationToken)
    {
        var unique = rows.SelectMany(row => row.Custom.Where(c => c.Field.IsUnique).Select(c => (Row: row, c.Field, c.Value, Key: c.Value.ToLowerInvariant()))).ToList();
        if (unique.Count == 0)
        {
            return;
        }

        var taken = await connection.QueryAsync(
            """
            select v.field_id, v.value_key, a.tag, a.id from unnest($2, $3) n(field_id, value_key)
              join custom_values v on v.tenant_id = $1 and v.field_id = n.field_id and v.value_key = n.value_key and v.is_unique
              join assets a on a.tenant_id = $1 and a.id = v.asset_id
            """,
            reader => (Key: (reader.GetGuid(0), reader.GetString(1)), Tag: reader.GetString(2), Asset: reader.GetGuid(3)), cancellationToken,
            Uuid(tenantId), Uuids(unique.Select(u => u.Field.Id)), Texts(unique.Select(u => u.Key)));
        foreach (var (key, tag, asset) in taken)
        {
            _ownerOfValue[key] = (tag, asset);
        }

        foreach (var (row, field, value, key) in unique)
        {
            var own = existing.GetValueOrDefault(row)?.Id;
            if (_ownerOfValue.TryGetValue((field.Id, key), out var owner) && (own is null || owner.Asset != own))
            {
                row.Reject(columns.All.First(c => c.CustomField == field).Header, "value_taken", ("value", value), ("tag", owner.Tag));
            }
            else
            {
                _ownerOfValue[(field.Id, key)] = (row.Tag, own);
            }
        }
    }

    private NewRow NewAsset(AssetRow row, DateTimeOffset now)
    {
        var label = catalogue.Label(row[AssetField.Status]);
        var status = label?.MapsTo ?? row.State ?? AssetStatus.Ready;
        if (row.State is { } state && state != status)
        {
            row.Warn(columns[AssetField.State]!.Header, "state_superseded", ("value", row[AssetField.State]!), ("status", row[AssetField.Status]!));
        }

        if (row.Holder is not null && (row.IsArchived || status is AssetStatus.Maintenance or AssetStatus.Retired))
        {
            AssetField[] cells = [AssetField.CheckoutType, AssetField.HolderUsername, AssetField.HolderFirstName, AssetField.HolderLastName,
                AssetField.HolderFullName, AssetField.HolderEmail, AssetField.HolderLocation, AssetField.ExpectedCheckin];
            foreach (var field in cells.Where(f => row[f] is not null))
            {
                row.Warn(columns[field]!.Header, "holder_not_possible", ("value", row[field]!), ("status", row.IsArchived ? "ARCHIVED" : WireNames.Of(status)));
            }

            row.Holder = null;
        }
        else if (row.Holder is not null)
        {
            if (label is not null && status != AssetStatus.InUse)
            {
                row.Warn(columns[AssetField.Status]!.Header, "status_superseded", ("value", row[AssetField.Status]!));
                label = null;
            }

            status = AssetStatus.InUse;
        }

        if (row[AssetField.ModelNotes] is { } notes && catalogue.ModelOf(row).Notes != notes)
        {
            row.Warn(columns[AssetField.ModelNotes]!.Header, "model_notes_differ", ("model", catalogue.ModelName(row)), ("value", notes));
        }

        var bookable = row.Bookable == true && label?.Type is not StatusLabelType.Pending;
        return new NewRow(row, Guid.CreateVersion7(now), status, label?.Id, bookable);
    }

    private async Task InsertAssetsAsync(NpgsqlConnection connection, List<NewRow> assets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IEnumerable<AssetRow> rows = assets.Select(a => a.Row);
        await connection.ExecuteAsync(
            """
            insert into assets (id, tenant_id, model_id, tag, name, search_text, serial, status, bookable, status_label_id, supplier_id, company_id,
                                purchase_date, eol_date, purchase_cost, currency, order_number, notes, warranty_months, location_id, custom_fields,
                                last_read_mileage, archived_at, created_at, updated_at)
            select n.id, $1, n.model, n.tag, n.name, n.search_text, n.serial, n.status, n.bookable, n.label, n.supplier, n.company,
                   n.purchased, n.eol, n.cost, n.currency, n.order_number, n.notes, n.warranty, n.location, n.custom::jsonb, n.mileage, case when n.archived then $2 end, $2, $2
              from unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
                   n(id, model, tag, name, search_text, serial, status, bookable, label, supplier, company,
                     purchased, eol, cost, currency, order_number, notes, warranty, location, custom, mileage, archived)
            """,
            cancellationToken, Uuid(tenantId), Instant(now),
            Uuids(assets.Select(a => a.Id)), Uuids(rows.Select(r => catalogue.ModelOf(r).Id)), Texts(rows.Select(r => r.Tag)), Texts(rows.Select(r => r.Name)),
            Texts(rows.Select(SearchTextOf)), Texts(rows.Select(r => r[AssetField.Serial])), Texts(assets.Select(a => WireNames.Of(a.Status))),
            Flags(assets.Select(a => a.Bookable)), Uuids(assets.Select(a => a.StatusLabelId)), Uuids(rows.Select(r => catalogue.Id("suppliers", r[AssetField.Supplier]))),
            Uuids(rows.Select(r => catalogue.Id("companies", r[AssetField.Company]))), Days(rows.Select(r => r.PurchaseDate)), Days(rows.Select(r => r.EolDate)),
            Decimals(rows.Select(r => r.PurchaseCost)), Texts(rows.Select(r => r.PurchaseCost is null ? null : r.Currency)),
            Texts(rows.Select(r => r[AssetField.OrderNumber])), Texts(rows.Select(r => r[AssetField.Notes])), Ints(rows.Select(r => r.WarrantyMonths)),
            Uuids(rows.Select(r => catalogue.Id("locations", r[AssetField.Location]))), Texts(rows.Select(CustomJson)), Decimals(rows.Select(r => r.Mileage)),
            Flags(rows.Select(r => r.IsArchived)));
    }

    private static string SearchTextOf(AssetRow row) =>
        SearchText.Fold([row.Tag, row.Name, row[AssetField.Serial], .. row.Custom.Where(c => c.Field.Searchable).Select(c => c.Value)]);

    private static string CustomJson(AssetRow row) => row.Custom.Count == 0 ? "{}" : JsonSerializer.Serialize(row.Custom.ToDictionary(c => c.Field.Id, c => c.Value));

    private async Task InsertCustomValuesAsync(
        NpgsqlConnection connection, IEnumerable<(Guid Id, CustomFieldInfo Field, string Value)> all, CancellationToken cancellationToken)
    {
        var values = all.Where(v => v.Field.IsUnique || v.Field.Searchable).ToList();
        if (values.Count > 0)
        {
            await connection.ExecuteAsync(
                """
                insert into custom_values (tenant_id, field_id, asset_id, value_key, is_unique)
                select $1, n.field, n.asset, n.value, n.is_unique from unnest($2, $3, $4, $5) n(field, asset, value, is_unique)
                """,
                cancellationToken, Uuid(tenantId), Uuids(values.Select(v => v.Field.Id)), Uuids(values.Select(v => v.Id)),
                Texts(values.Select(v => v.Value.ToLowerInvariant())), Flags(values.Select(v => v.Field.IsUnique)));
        }
    }

    private async Task InsertReadingsAsync(
        NpgsqlConnection connection, IEnumerable<(Guid Id, decimal? Mileage)> assets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var read = assets.Where(a => a.Mileage is not null).ToList();
        if (read.Count > 0)
        {
            await connection.ExecuteAsync(
                """
                insert into meter_readings (id, tenant_id, asset_id, value, unit, read_at, source, created_at)
                select n.id, $1, n.asset, n.value, $2, $3, 'import', $3 from unnest($4, $5, $6) n(id, asset, value)
                """,
                cancellationToken, Uuid(tenantId), Text(meterUnit), Instant(now), Uuids(read.Select(_ => Guid.CreateVersion7(now))),
                Uuids(read.Select(a => a.Id)), Decimals(read.Select(a => a.Mileage)));
        }
    }

    private async Task InsertCustodyAsync(NpgsqlConnection connection, List<NewRow> held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (held.Count == 0)
        {
            return;
        }

        var custody = held.ConvertAll(a => (
            Id: Guid.CreateVersion7(now),
            Asset: a.Id,
            Type: a.Row.Holder!.IsPerson ? "user" : "location",
            User: a.Row.Holder.IsPerson ? people.IdOf(a.Row.Holder) : (Guid?)null,
            Location: catalogue.Id("locations", a.Row.Holder.Location),
            a.Row.ExpectedCheckin));
        // A day of a file ends where the organisation is.
        var expectedAt = (await connection.QueryAsync(
            """
            insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, target_location_id, checked_out_at, checked_out_by_user_id,
                                           expected_checkin_at, created_at, updated_at)
            select n.id, $1, n.asset, n.type, n.person, n.location, $2, $3, (n.expected::date + time '23:59:59') at time zone (select z.timezone from tenants z where z.id = $1), $2, $2
              from unnest($4, $5, $6, $7, $8, $9) n(id, asset, type, person, location, expected)
            returning id, expected_checkin_at
            """,
            reader => (Id: reader.GetGuid(0), At: reader.ValueOrNull<DateTimeOffset>(1)), cancellationToken, Uuid(tenantId), Instant(now), Uuid(actorUserId), Uuids(custody.Select(c => c.Id)), Uuids(custody.Select(c => c.Asset)),
            Texts(custody.Select(c => c.Type)), Uuids(custody.Select(c => c.User)), Uuids(custody.Select(c => c.Location)),
            Texts(custody.Select(c => c.ExpectedCheckin?.ToString("O", CultureInfo.InvariantCulture))))).ToDictionary(c => c.Id, c => c.At);
        await InsertAuditAsync(connection, AuditActions.AssetCheckedOut, custody.Select(c => (c.Asset, JsonSerializer.Serialize(new
        {
            assignmentId = c.Id,
            targetType = c.Type,
            targetId = c.User ?? c.Location,
            expectedCheckinAt = expectedAt[c.Id],
        }))), now, cancellationToken);
        Custodies += custody.Count;
    }

    private static Task<int> InsertAuditAsync(
        NpgsqlConnection connection, string action, IEnumerable<(Guid Asset, string Metadata)> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var list = events.ToList();
        return list.Count == 0 ? Task.FromResult(0) : connection.ExecuteAsync(
            """
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            select n.id, $1, 'asset', n.asset::text, n.metadata::jsonb from unnest($2, $3, $4) n(id, asset, metadata)
            """,
            cancellationToken, Text(action), Uuids(list.Select(_ => Guid.CreateVersion7(now))), Uuids(list.Select(e => e.Asset)), Texts(list.Select(e => e.Metadata)));
    }
}
