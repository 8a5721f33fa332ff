using System.Globalization;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Sql;

namespace Panorama.Core.Importing;

/// <summary>An asset that has the tag of a row, with the names that its row would write; without id: there is none.</summary>
internal sealed record StoredAsset(int Index, string TagKey, Guid? Id)
{
    /// <summary>Parameters: tenant, tags. One row for each tag.</summary>
    public const string Query =
        """
        select n.ord, lower(normalize(n.tag, NFC)), a.id, a.name, a.serial, c.name, m.name, m.model_number, m.notes, f.name, s.name, o.name, l.name,
               a.order_number, a.notes, a.purchase_date, a.eol_date, a.purchase_cost, a.currency, a.warranty_months, b.name, a.bookable,
               a.last_read_mileage, h.target_type, u.display_name, u.email, p.username, hl.name, a.custom_fields::text, h.expected_checkin_at
          from unnest($2) with ordinality n(tag, ord)
          left join assets a on a.tenant_id = $1 and a.tag_key = lower(normalize(n.tag, NFC)) and a.archived_at is null
          left join asset_models m on m.tenant_id = $1 and m.id = a.model_id
          left join categories c on c.tenant_id = $1 and c.id = m.category_id
          left join manufacturers f on f.tenant_id = $1 and f.id = m.manufacturer_id
          left join suppliers s on s.tenant_id = $1 and s.id = a.supplier_id
          left join companies o on o.tenant_id = $1 and o.id = a.company_id
          left join locations l on l.tenant_id = $1 and l.id = a.location_id
          left join status_labels b on b.tenant_id = $1 and b.id = a.status_label_id
          left join asset_assignments h on h.tenant_id = $1 and h.asset_id = a.id and h.checked_in_at is null
          left join tenant_memberships p on p.tenant_id = $1 and p.user_id = h.target_user_id
          left join users u on u.id = h.target_user_id
          left join locations hl on hl.tenant_id = $1 and hl.id = h.target_location_id
        """;

    public Dictionary<AssetField, string?> Texts { get; } = [];

    public DateOnly? PurchaseDate { get; private init; }

    public DateOnly? EolDate { get; private init; }

    public DateOnly? ExpectedCheckin { get; private init; }

    public decimal? PurchaseCost { get; private init; }

    public string? Currency { get; private init; }

    public int? WarrantyMonths { get; private init; }

    public bool Bookable { get; private init; }

    public decimal? Mileage { get; private init; }

    /// <summary>user, location, asset or null.</summary>
    public string? HolderType { get; private init; }

    public string? HolderName { get; private init; }

    public string? HolderEmail { get; private init; }

    public string? HolderUsername { get; private init; }

    public string? HolderLocation { get; private init; }

    public Dictionary<string, JsonElement> Custom { get; private init; } = [];

    public static StoredAsset Read(NpgsqlDataReader reader)
    {
        var asset = new StoredAsset((int)reader.GetInt64(0) - 1, reader.GetString(1), reader.ValueOrNull<Guid>(2))
        {
            PurchaseDate = reader.ValueOrNull<DateOnly>(15),
            EolDate = reader.ValueOrNull<DateOnly>(16),
            PurchaseCost = reader.ValueOrNull<decimal>(17),
            Currency = reader.TextOrNull(18),
            WarrantyMonths = reader.ValueOrNull<int>(19),
            Bookable = reader.ValueOrNull<bool>(21) ?? false,
            Mileage = reader.ValueOrNull<decimal>(22),
            HolderType = reader.TextOrNull(23),
            HolderName = reader.TextOrNull(24),
            HolderEmail = reader.TextOrNull(25),
            HolderUsername = reader.TextOrNull(26),
            HolderLocation = reader.TextOrNull(27),
            Custom = reader.TextOrNull(28) is { } json ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)! : [],
            ExpectedCheckin = reader.ValueOrNull<DateTimeOffset>(29) is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : null,
        };
        AssetField[] texts = [AssetField.Name, AssetField.Serial, AssetField.Category, AssetField.Model, AssetField.ModelNumber, AssetField.ModelNotes,
            AssetField.Manufacturer, AssetField.Supplier, AssetField.Company, AssetField.Location, AssetField.OrderNumber, AssetField.Notes];
        for (var i = 0; i < texts.Length; i++)
        {
            asset.Texts[texts[i]] = reader.TextOrNull(3 + i);
        }

        asset.Texts[AssetField.Status] = reader.TextOrNull(20);
        return asset;
    }
}

/// <summary>
/// An import never changes an asset that exists. What the file says otherwise is reported cell by cell, so that nobody believes it was taken over.
/// </summary>
internal static class StoredAssetComparison
{
    public static void Compare(AssetRow row, StoredAsset stored, AssetColumns columns, AssetImportOptions options, ImportCatalogue catalogue)
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
        if (row.PurchaseCost is { } cost && (cost != stored.PurchaseCost || options.Currency != stored.Currency))
        {
            Report(AssetField.PurchaseCost, stored.PurchaseCost is { } kept ? string.Create(CultureInfo.InvariantCulture, $"{kept} {stored.Currency}") : null);
        }

        if (row.Mileage > (stored.Mileage ?? -1))
        {
            Report(AssetField.Mileage, stored.Mileage?.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (field, value) in row.Custom)
        {
            var kept = stored.Custom.TryGetValue(field.Id.ToString(), out var element) ? element.ToString() : null;
            if (kept != value)
            {
                row.Warn(columns.All.First(c => c.CustomField == field).Header, "value_kept", ("value", value), ("stored", kept ?? "nothing"));
            }
        }

        if (row.Holder is not null && !IsHeldAsSaid(row.Holder, stored))
        {
            var field = row.Holder.Location is not null ? AssetField.HolderLocation
                : row.Holder.Username is not null ? AssetField.HolderUsername : AssetField.HolderEmail;
            row.Warn(columns[field]!.Header, "value_kept", ("value", row.Holder.DisplayName), ("stored", stored.HolderType is null
                ? "no holder" : stored.HolderLocation ?? stored.HolderName ?? "another holder"));
        }
        else if (row.Holder is not null)
        {
            ReportValue(AssetField.ExpectedCheckin, row.ExpectedCheckin, stored.ExpectedCheckin, Day(stored.ExpectedCheckin));
        }
    }

    private static bool IsHeldAsSaid(HolderCells holder, StoredAsset stored) => stored.HolderType switch
    {
        "location" => holder.Location is { } place && place.Equals(stored.HolderLocation, StringComparison.OrdinalIgnoreCase),
        "user" => holder.IsPerson && ((holder.Email is { } email && email.Equals(stored.HolderEmail, StringComparison.OrdinalIgnoreCase))
            || (holder.Username is { } username && username.Equals(stored.HolderUsername, StringComparison.OrdinalIgnoreCase))),
        _ => false,
    };

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
