using System.Text.Json;
using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>Gives assets that exist what their rows say otherwise. An empty cell says nothing; a row that says nothing new changes nothing.</summary>
internal sealed class ImportUpdates(Guid tenantId, AssetColumns columns, ImportCatalogue catalogue)
{
    private static readonly AssetField[] ModelFields = [AssetField.Model, AssetField.ModelNumber, AssetField.Category, AssetField.Manufacturer];

    // Names of the catalogue are compared without case, as the look-up does; what is the asset's own is taken letter by letter.
    private static readonly AssetField[] OwnTexts = [AssetField.Name, AssetField.Serial, AssetField.OrderNumber, AssetField.Notes];

    /// <summary>One asset that changes.</summary>
    /// <param name="Custom">The custom values that change.</param>
    /// <param name="IsRead">Whether the row brings a reading that is later than the last one.</param>
    /// <param name="Metadata">JSON of the audit row: key, before and after of each change.</param>
    internal sealed record Changed(AssetRow Row, StoredAsset Stored, Target Target, List<(CustomFieldInfo Field, string Value)> Custom, bool IsRead, string Metadata);

    /// <summary>An asset as it shall be.</summary>
    internal sealed record Target
    {
        public required Guid Model { get; init; }
        public required string? Name { get; init; }
        public required string? Serial { get; init; }
        public required string Status { get; init; }
        public required bool Bookable { get; init; }
        public required Guid? Label { get; init; }
        public required Guid? Supplier { get; init; }
        public required Guid? Company { get; init; }
        public required Guid? Location { get; init; }
        public required DateOnly? PurchaseDate { get; init; }
        public required DateOnly? EolDate { get; init; }
        public required decimal? Cost { get; init; }
        public required string? Currency { get; init; }
        public required string? OrderNumber { get; init; }
        public required string? Notes { get; init; }
        public required int? Warranty { get; init; }
        public required decimal? Mileage { get; init; }
    }

    public async Task<List<Changed>> StoreAsync(
        NpgsqlConnection connection, Dictionary<AssetRow, StoredAsset> existing, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wasHeld = existing.Keys.Where(row => row.Holder is not null).ToHashSet();
        foreach (var (row, stored) in existing)
        {
            WarnOfWhatStays(row, stored);
        }

        var touched = existing.Where(pair => Touches(pair.Key, pair.Value)).ToList();
        if (touched.Count == 0)
        {
            return [];
        }

        foreach (var (row, stored) in touched)
        {
            foreach (var field in ModelFields.Where(field => row[field] is null && stored.Texts[field] is not null))
            {
                row.Text[field] = stored.Texts[field]!; // a model is four cells, of which the file may have some
            }
        }

        await catalogue.PrepareAsync(connection, touched.ConvertAll(pair => pair.Key), now, cancellationToken);
        var changed = touched.Select(pair => Plan(pair.Key, pair.Value, wasHeld.Contains(pair.Key))).OfType<Changed>().ToList();
        if (changed.Count > 0)
        {
            await WriteAsync(connection, changed, now, cancellationToken);
            await ForgetCustomValuesAsync(connection, changed, cancellationToken);
        }

        return changed;
    }

    /// <summary>Holders, notes of models and lower readings are not an asset's to take over.</summary>
    private void WarnOfWhatStays(AssetRow row, StoredAsset stored)
    {
        StoredAssetComparison.CompareHolder(row, stored, columns);
        StoredAssetComparison.CompareState(row, stored, columns);
        row.Holder = null;
        if (row[AssetField.ModelNotes] is { } notes && !notes.Equals(stored.Texts[AssetField.ModelNotes], StringComparison.Ordinal))
        {
            row.Warn(columns[AssetField.ModelNotes]!.Header, "model_notes_differ", ("model", stored.Texts[AssetField.Model]!), ("value", notes));
        }

        row.Text.Remove(AssetField.ModelNotes);
        if (row.Mileage < stored.Mileage)
        {
            row.Warn(columns[AssetField.Mileage]!.Header, "mileage_lower", ("value", row[AssetField.Mileage]!), ("stored", FormattableString.Invariant($"{stored.Mileage}")));
        }
    }

    private static bool Touches(AssetRow row, StoredAsset stored) =>
        stored.Texts.Any(pair => row[pair.Key] is { } cell && Differs(pair.Key, cell, pair.Value))
        || (row.PurchaseDate is { } bought && bought != stored.PurchaseDate) || (row.EolDate is { } eol && eol != stored.EolDate)
        || (row.PurchaseCost is { } cost && (cost != stored.PurchaseCost || row.Currency != stored.Currency))
        || (row.WarrantyMonths is { } months && months != stored.WarrantyMonths) || (row.Bookable is { } bookable && bookable != stored.Bookable)
        || IsLaterReading(row, stored) || row.Custom.Any(c => c.Value != stored.CustomText(c.Field.Id));

    private static bool Differs(AssetField field, string cell, string? stored) =>
        !cell.Equals(stored, OwnTexts.Contains(field) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static bool IsLaterReading(AssetRow row, StoredAsset stored) => row.Mileage is { } mileage && mileage > (stored.Mileage ?? -1);

    /// <summary>Null when nothing changes after all, as where the status of a held asset stays.</summary>
    private Changed? Plan(AssetRow row, StoredAsset stored, bool wasHeld)
    {
        var changes = new List<object>();
        T Take<T>(string key, T before, T after)
        {
            if (!EqualityComparer<T>.Default.Equals(before, after))
            {
                changes.Add(new { key, before, after });
            }

            return after;
        }

        bool Says(AssetField field) => row[field] is { } cell && Differs(field, cell, stored.Texts[field]);
        string? OwnText(string key, AssetField field) => Take(key, stored.Texts[field], Says(field) ? row[field] : stored.Texts[field]);
        Guid? Named(string key, string table, AssetField field, Guid? before) => Take(key, before, Says(field) ? catalogue.Id(table, row[field]) : before);
        var label = LabelOf(row, stored, wasHeld);
        var isPending = label is null ? stored.LabelType == WireNames.Of(StatusLabelType.Pending) : label.Type == StatusLabelType.Pending;
        var costs = row.PurchaseCost is not null;
        var target = new Target
        {
            Name = OwnText("name", AssetField.Name),
            Serial = OwnText("serial", AssetField.Serial),
            Model = Take("modelId", stored.ModelId, ModelFields.Any(Says) ? catalogue.ModelOf(row).Id : stored.ModelId),
            Status = Take("status", stored.Status, label is null ? stored.Status : WireNames.Of(label.MapsTo)),
            Label = Take("statusLabelId", stored.LabelId, label?.Id ?? stored.LabelId),
            Bookable = Take("bookable", stored.Bookable, (row.Bookable ?? stored.Bookable) && !isPending),
            Supplier = Named("supplierId", "suppliers", AssetField.Supplier, stored.SupplierId),
            Company = Named("companyId", "companies", AssetField.Company, stored.CompanyId),
            Location = Named("locationId", "locations", AssetField.Location, stored.LocationId),
            PurchaseDate = Take("purchaseDate", stored.PurchaseDate, row.PurchaseDate ?? stored.PurchaseDate),
            EolDate = Take("eolDate", stored.EolDate, row.EolDate ?? stored.EolDate),
            Cost = Take("purchaseCost", stored.PurchaseCost, row.PurchaseCost ?? stored.PurchaseCost),
            Currency = Take("currency", stored.Currency, costs ? row.Currency : stored.Currency),
            OrderNumber = OwnText("orderNumber", AssetField.OrderNumber),
            Notes = OwnText("notes", AssetField.Notes),
            Warranty = Take("warrantyMonths", stored.WarrantyMonths, row.WarrantyMonths ?? stored.WarrantyMonths),
            Mileage = Take("lastReadMileage", stored.Mileage, IsLaterReading(row, stored) ? row.Mileage : stored.Mileage),
        };
        var custom = row.Custom.Where(c => c.Value != stored.CustomText(c.Field.Id)).ToList();
        foreach (var (field, value) in custom)
        {
            Take($"customFields.{field.Id}", stored.CustomText(field.Id), value);
        }

        return changes.Count == 0 ? null
            : new Changed(row, stored, target, custom, IsLaterReading(row, stored), JsonSerializer.Serialize(new { changed = changes }, JsonSerializerOptions.Web));
    }

    /// <summary>The label that the row gives; null when the one of the asset stays.</summary>
    private ImportCatalogue.StatusLabelInfo? LabelOf(AssetRow row, StoredAsset stored, bool wasHeld)
    {
        if (row[AssetField.Status] is not { } cell || !Differs(AssetField.Status, cell, stored.Texts[AssetField.Status]))
        {
            return null;
        }

        var label = catalogue.Label(cell)!;
        if (stored.Holder is null || label.MapsTo == AssetStatus.InUse)
        {
            return label;
        }

        if (!(wasHeld && stored.LabelId is null)) // else the file said so when the asset was made, and was told
        {
            row.Warn(columns[AssetField.Status]!.Header, "status_superseded", ("value", cell));
        }

        return null;
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<Changed> changed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var targets = changed.ConvertAll(c => c.Target);

        // The array beside the join keeps the planner, which does not know a tenant that this transaction filled, from walking the tenant for each row.
        await connection.ExecuteAsync(
            """
            update assets a
               set model_id = n.model, name = n.name, search_text = n.search_text, serial = n.serial, status = n.status, bookable = n.bookable,
                   status_label_id = n.label, supplier_id = n.supplier, company_id = n.company, purchase_date = n.purchased, eol_date = n.eol,
                   purchase_cost = n.cost, currency = n.currency, order_number = n.order_number, notes = n.notes, warranty_months = n.warranty,
                   location_id = n.location, custom_fields = a.custom_fields || n.custom::jsonb, last_read_mileage = n.mileage,
                   version = a.version + 1, updated_at = $2
              from unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
                   n(id, model, name, search_text, serial, status, bookable, label, supplier, company,
                     purchased, eol, cost, currency, order_number, notes, warranty, location, custom, mileage)
             where a.tenant_id = $1 and a.id = any($3) and a.id = n.id
            """,
            cancellationToken, Uuid(tenantId), Instant(now),
            Uuids(changed.Select(c => c.Stored.Id)), Uuids(targets.Select(t => t.Model)), Texts(targets.Select(t => t.Name)), Texts(changed.Select(SearchTextOf)),
            Texts(targets.Select(t => t.Serial)), Texts(targets.Select(t => t.Status)), Flags(targets.Select(t => t.Bookable)), Uuids(targets.Select(t => t.Label)),
            Uuids(targets.Select(t => t.Supplier)), Uuids(targets.Select(t => t.Company)), Days(targets.Select(t => t.PurchaseDate)), Days(targets.Select(t => t.EolDate)),
            Decimals(targets.Select(t => t.Cost)), Texts(targets.Select(t => t.Currency)), Texts(targets.Select(t => t.OrderNumber)), Texts(targets.Select(t => t.Notes)),
            Ints(targets.Select(t => t.Warranty)), Uuids(targets.Select(t => t.Location)),
            Texts(changed.Select(c => JsonSerializer.Serialize(c.Custom.ToDictionary(v => v.Field.Id, v => v.Value)))), Decimals(targets.Select(t => t.Mileage)));
    }

    private string SearchTextOf(Changed changed) => SearchText.Fold(
        [changed.Stored.Tag, changed.Target.Name, changed.Target.Serial, .. columns.CustomFields.Where(field => field.Searchable)
            .Select(field => changed.Custom.Where(v => v.Field == field).Select(v => v.Value).FirstOrDefault() ?? changed.Stored.CustomText(field.Id))]);

    /// <summary>The side table loses the values that change; the caller writes the new ones.</summary>
    private async Task ForgetCustomValuesAsync(NpgsqlConnection connection, List<Changed> changed, CancellationToken cancellationToken)
    {
        var values = changed.SelectMany(c => c.Custom.Select(v => (Asset: c.Stored.Id, Field: v.Field.Id))).ToList();
        if (values.Count > 0)
        {
            await connection.ExecuteAsync(
                """
                delete from custom_values v using unnest($2, $3) n(field, asset)
                 where v.tenant_id = $1 and v.asset_id = any($3) and v.field_id = n.field and v.asset_id = n.asset
                """,
                cancellationToken, Uuid(tenantId), Uuids(values.Select(v => v.Field)), Uuids(values.Select(v => v.Asset)));
        }
    }
}
