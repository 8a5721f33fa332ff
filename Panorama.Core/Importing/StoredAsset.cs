using System.Globalization;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Core.Importing;

/// <summary>An asset that has the tag of a row, with the names that its row would write.</summary>
internal sealed record StoredAsset(Guid Id)
{
    /// <summary>Parameter: tags. <c>lower</c> is not leakproof, so the keys are made apart: a comparison that calls it is no index condition.</summary>
    public const string KeysQuery = "select lower(normalize(t.tag, NFC)) from unnest($1) with ordinality t(tag, ord) order by t.ord";

    // A tenant that this transaction fills is unknown to the planner's statistics: every index that begins with tenant_id looks equally good,
    // and a join may walk all rows of the tenant for each row of the batch (four seconds a batch at 10,000 assets). So look-ups compare with
    // a whole array, which is hashed at worst, and joins go by primary key, without the tenant that row security adds anyway.

    /// <summary>Parameters: tenant, keys.</summary>
    public const string TagsQuery = "select a.tag_key, a.id from assets a where a.tenant_id = $1 and a.tag_key = any($2) and a.archived_at is null";

    /// <summary>Parameters: tenant, ids. An update locks what it reads, so that what somebody else writes meanwhile is not lost.</summary>
    public const string LockingQuery = $"{Query} for no key update of a";

    /// <summary>Parameters: tenant, keys. In the order in which they were made.</summary>
    public const string ArchivedTagsQuery =
        "select a.tag_key, a.id, a.name from assets a where a.tenant_id = $1 and a.tag_key = any($2) and a.archived_at is not null order by a.created_at, a.id";

    /// <summary>Parameters: tenant, ids.</summary>
    public const string Query =
        """
        select a.id, a.name, a.serial, c.name, m.name, m.model_number, m.notes, f.name, s.name, o.name, l.name,
               a.order_number, a.notes, a.purchase_date, a.eol_date, a.purchase_cost, a.currency, a.warranty_months, b.name, a.bookable,
               a.last_read_mileage, a.custom_fields::text, a.tag, a.status, a.model_id, a.supplier_id, a.company_id, a.location_id, a.status_label_id, b.type, a.archived_at is not null
          from assets a
          join asset_models m on m.id = a.model_id
          join categories c on c.id = m.category_id
          left join manufacturers f on f.id = m.manufacturer_id
          left join suppliers s on s.id = a.supplier_id
          left join companies o on o.id = a.company_id
          left join locations l on l.id = a.location_id
          left join status_labels b on b.id = a.status_label_id
         where a.tenant_id = $1 and a.id = any($2)
        """;

    /// <summary>Parameters: tenant, ids. Who holds them now.</summary>
    public const string HoldersQuery =
        """
        select h.asset_id, h.target_type, u.display_name, u.email, p.username, l.name,
               (h.expected_checkin_at at time zone (select z.timezone from tenants z where z.id = $1))::date
          from asset_assignments h
          left join users u on u.id = h.target_user_id
          left join tenant_memberships p on p.user_id = h.target_user_id and (p.tenant_id = $1) is true
          left join locations l on l.id = h.target_location_id
         where h.tenant_id = $1 and h.asset_id = any($2) and h.checked_in_at is null
        """;

    public Dictionary<AssetField, string?> Texts { get; } = [];

    public DateOnly? PurchaseDate { get; private init; }

    public DateOnly? EolDate { get; private init; }

    public decimal? PurchaseCost { get; private init; }

    public string? Currency { get; private init; }

    public int? WarrantyMonths { get; private init; }

    public bool Bookable { get; private init; }

    public decimal? Mileage { get; private init; }

    public string Tag { get; private init; } = "";

    public string Status { get; private init; } = "";

    public Guid ModelId { get; private init; }

    public Guid? SupplierId { get; private init; }

    public Guid? CompanyId { get; private init; }

    public Guid? LocationId { get; private init; }

    public Guid? LabelId { get; private init; }

    /// <summary>Type of the label, as stored.</summary>
    public string? LabelType { get; private init; }

    public bool IsArchived { get; private init; }

    /// <summary>Null: nobody holds it.</summary>
    public StoredHolder? Holder { get; init; }

    public Dictionary<string, JsonElement> Custom { get; private init; } = [];

    public static StoredAsset Read(NpgsqlDataReader reader)
    {
        var asset = new StoredAsset(reader.GetGuid(0))
        {
            PurchaseDate = reader.ValueOrNull<DateOnly>(13),
            EolDate = reader.ValueOrNull<DateOnly>(14),
            PurchaseCost = reader.ValueOrNull<decimal>(15),
            Currency = reader.TextOrNull(16),
            WarrantyMonths = reader.ValueOrNull<int>(17),
            Bookable = reader.ValueOrNull<bool>(19) ?? false,
            Mileage = reader.ValueOrNull<decimal>(20),
            Custom = reader.TextOrNull(21) is { } json ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)! : [],
            Tag = reader.GetString(22),
            Status = reader.GetString(23),
            ModelId = reader.GetGuid(24),
            SupplierId = reader.ValueOrNull<Guid>(25),
            CompanyId = reader.ValueOrNull<Guid>(26),
            LocationId = reader.ValueOrNull<Guid>(27),
            LabelId = reader.ValueOrNull<Guid>(28),
            LabelType = reader.TextOrNull(29),
            IsArchived = reader.GetBoolean(30),
        };
        AssetField[] texts = [AssetField.Name, AssetField.Serial, AssetField.Category, AssetField.Model, AssetField.ModelNumber, AssetField.ModelNotes,
            AssetField.Manufacturer, AssetField.Supplier, AssetField.Company, AssetField.Location, AssetField.OrderNumber, AssetField.Notes];
        for (var i = 0; i < texts.Length; i++)
        {
            asset.Texts[texts[i]] = reader.TextOrNull(1 + i);
        }

        asset.Texts[AssetField.Status] = reader.TextOrNull(18);
        return asset;
    }

    /// <summary>A custom value in the form in which a row has it; null where there is none.</summary>
    public string? CustomText(Guid field) => !Custom.TryGetValue(field.ToString(), out var element) ? null : element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString(),
        _ => element.GetRawText(), // true, 12.5
    };
}

/// <summary>Who holds an asset.</summary>
/// <param name="Type">user, location or asset.</param>
/// <param name="ExpectedCheckin">The day in the organisation's zone, as files have it.</param>
internal sealed record StoredHolder(Guid AssetId, string Type, string? Name, string? Email, string? Username, string? Location, DateOnly? ExpectedCheckin)
{
    public static StoredHolder Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.TextOrNull(2), reader.TextOrNull(3), reader.TextOrNull(4), reader.TextOrNull(5),
        reader.ValueOrNull<DateOnly>(6));
}

/// <summary>
/// An import that keeps what exists: what the file says otherwise is reported cell by cell, so that nobody believes it was taken over.
/// </summary>
internal static class StoredAssetComparison
{
    public static void Compare(AssetRow row, StoredAsset stored, AssetColumns columns, ImportCatalogue catalogue)
    {
        void Report(AssetField field, string? value, string code = "value_kept") =>
            row.Warn(columns[field]!.Header, code, ("value", row[field]!), ("stored", value ?? "nothing"), ("model", catalogue.ModelName(row)));

        foreach (var (field, value) in stored.Texts)
        {
            // The state outlives the label of a checked-out asset, and people work with the asset after the import.
            if (row[field] is { } cell && !cell.Equals(value, StringComparison.OrdinalIgnoreCase) && !(field == AssetField.Status && value is null && row.Holder is not null))
            {
                Report(field, value, field == AssetField.ModelNotes ? "model_notes_differ" : "value_kept");
            }
        }

        void ReportValue<T>(AssetField field, T? file, T? value, string? text)
            where T : struct
        {
            if (file is not null && !file.Equals(value))
            {
                Report(field, text);
            }
        }

        ReportValue(AssetField.PurchaseDate, row.PurchaseDate, stored.PurchaseDate, Day(stored.PurchaseDate));
        ReportValue(AssetField.EolDate, row.EolDate, stored.EolDate, Day(stored.EolDate));
        ReportValue(AssetField.WarrantyMonths, row.WarrantyMonths, stored.WarrantyMonths, stored.WarrantyMonths?.ToString(CultureInfo.InvariantCulture));
        ReportValue<bool>(AssetField.Bookable, row.Bookable, stored.Bookable, stored.Bookable ? "yes" : "no");
        if (row.PurchaseCost is { } cost && (cost != stored.PurchaseCost || row.Currency != stored.Currency))
        {
            Report(AssetField.PurchaseCost, stored.PurchaseCost is { } kept ? string.Create(CultureInfo.InvariantCulture, $"{kept} {stored.Currency}") : null);
        }

        CompareState(row, stored, columns);
        if (row.Mileage > (stored.Mileage ?? -1))
        {
            Report(AssetField.Mileage, stored.Mileage?.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (field, value) in row.Custom)
        {
            var kept = stored.CustomText(field.Id);
            if (kept != value)
            {
                row.Warn(columns.All.First(c => c.CustomField == field).Header, "value_kept", ("value", value), ("stored", kept ?? "nothing"));
            }
        }

        CompareHolder(row, stored, columns);
    }

    /// <summary>Says where the file names another holder than the asset has.</summary>
    public static void CompareHolder(AssetRow row, StoredAsset stored, AssetColumns columns)
    {
        if (row.Holder is null)
        {
            return;
        }

        if (!IsHeldAsSaid(row.Holder, stored.Holder))
        {
            var field = row.Holder.Location is not null ? AssetField.HolderLocation
                : row.Holder.Username is not null ? AssetField.HolderUsername : AssetField.HolderEmail;
            row.Warn(columns[field]!.Header, "value_kept", ("value", row.Holder.DisplayName), ("stored", stored.Holder is null
                ? "no holder" : stored.Holder.Location ?? stored.Holder.Name ?? "another holder"));
        }
        else if (row.ExpectedCheckin is { } day && day != stored.Holder!.ExpectedCheckin)
        {
            row.Warn(columns[AssetField.ExpectedCheckin]!.Header, "value_kept", ("value", row[AssetField.ExpectedCheckin]!), ("stored", Day(stored.Holder.ExpectedCheckin) ?? "nothing"));
        }
    }

    /// <summary>The state and the archive are no values: what happens to an asset changes them.</summary>
    public static void CompareState(AssetRow row, StoredAsset stored, AssetColumns columns)
    {
        if (row.State is { } state && WireNames.Of(state) != stored.Status)
        {
            row.Warn(columns[AssetField.State]!.Header, "value_kept", ("value", row[AssetField.State]!), ("stored", stored.Status));
        }

        if (row.IsArchived != stored.IsArchived && row[AssetField.Archived] is { } archived)
        {
            row.Warn(columns[AssetField.Archived]!.Header, "value_kept", ("value", archived), ("stored", stored.IsArchived ? "yes" : "no"));
        }
    }

    private static bool IsHeldAsSaid(HolderCells holder, StoredHolder? stored) => stored?.Type switch
    {
        "location" => holder.Location is { } place && place.Equals(stored!.Location, StringComparison.OrdinalIgnoreCase),
        "user" => holder.IsPerson && ((holder.Email is { } email && email.Equals(stored!.Email, StringComparison.OrdinalIgnoreCase))
            || (holder.Username is { } username && username.Equals(stored!.Username, StringComparison.OrdinalIgnoreCase))),
        _ => false,
    };

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
