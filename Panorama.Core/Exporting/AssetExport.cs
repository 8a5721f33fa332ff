using System.Globalization;
using System.Text.Json;
using Panorama.Core.Assets;
using Panorama.Core.Importing;

namespace Panorama.Core.Exporting;

/// <summary>Whose words stand in the first line.</summary>
public enum ExportWords
{
    /// <summary>The names that the import reads, which are Snipe-IT's.</summary>
    Names,
    English,
    Portuguese,
    Spanish,
}

/// <summary>What a column of the export holds.</summary>
internal enum ExportType
{
    Text,
    Day,
    Number,
    YesNo,
}

/// <summary>A column of the export of assets.</summary>
public sealed record ExportColumn
{
    private static readonly string[] _yes = ["yes", "yes", "sim", "sí"];
    private static readonly string[] _no = ["no", "no", "não", "no"];

    internal ExportColumn(string key, string[] titles, string sql, ExportType type = ExportType.Text, Guid? field = null)
    {
        (Key, Titles, Sql, Type, FieldId) = (key, titles, sql, type, field);
    }

    public string Key { get; }

    internal string[] Titles { get; }

    internal string Sql { get; }

    internal ExportType Type { get; }

    /// <summary>Of the custom field; null for a column that every organisation has.</summary>
    public Guid? FieldId { get; }

    public string Title(ExportWords words) => Titles.Length == 1 ? Titles[0] : Titles[(int)words];

    internal static string YesNo(bool value, ExportWords words) => (value ? _yes : _no)[(int)words];
}

/// <summary>The columns of an export of assets: all that an import into another organisation reads back.</summary>
public static class AssetExport
{
    /// <summary>What a column of a custom field is asked for by, before the field's id.</summary>
    public const string FieldPrefix = "field.";

    /// <summary>Of a page of assets <c>p</c>.</summary>
    internal const string Joins =
        """
        join asset_models m on m.tenant_id = p.tenant_id and m.id = p.model_id
        join categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
        left join manufacturers f on f.tenant_id = m.tenant_id and f.id = m.manufacturer_id
        left join locations l on l.tenant_id = p.tenant_id and l.id = p.location_id
        left join companies o on o.tenant_id = p.tenant_id and o.id = p.company_id
        left join suppliers s on s.tenant_id = p.tenant_id and s.id = p.supplier_id
        left join status_labels b on b.tenant_id = p.tenant_id and b.id = p.status_label_id
        left join asset_assignments h on h.tenant_id = p.tenant_id and h.asset_id = p.id and h.checked_in_at is null
        left join users person on person.id = h.target_user_id
        left join tenant_memberships member on member.tenant_id = h.tenant_id and member.user_id = h.target_user_id
        left join locations place on place.tenant_id = h.tenant_id and place.id = h.target_location_id
        left join assets other on other.tenant_id = h.tenant_id and other.id = h.target_asset_id
        """;

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<ExportColumn> Columns { get; } =
    [
        new("tag", ["Asset Tag", "Asset tag", "Patrimônio", "Etiqueta"], "p.tag"),
        new("name", ["Name", "Name", "Nome", "Nombre"], "p.name"),
        new("serial", ["Serial", "Serial number", "Número de série", "Número de serie"], "p.serial"),
        new("category", ["Category", "Category", "Categoria", "Categoría"], "c.name"),
        new("model", ["Model", "Model", "Modelo", "Modelo"], "m.name"),
        new("modelNumber", ["Model Number", "Model number", "Número do modelo", "Número de modelo"], "m.model_number"),
        new("modelNotes", ["Model Notes", "Notes of the model", "Observações do modelo", "Notas del modelo"], "m.notes"),
        new("manufacturer", ["Manufacturer", "Manufacturer", "Fabricante", "Fabricante"], "f.name"),
        new("statusLabel", ["Status", "Status label", "Etiqueta de estado", "Etiqueta de estado"], "b.name"),
        new("state", ["State", "State", "Estado", "Estado"], "p.status"),
        new("archived", ["Archived", "Archived", "Arquivado", "Archivado"], "p.archived_at is not null", ExportType.YesNo),
        new("bookable", ["Requestable", "Bookable", "Reservável", "Reservable"], "p.bookable", ExportType.YesNo),
        new("location", ["Location", "Location", "Local", "Ubicación"], "l.name"),
        new("supplier", ["Supplier", "Supplier", "Fornecedor", "Proveedor"], "s.name"),
        new("company", ["Company", "Company", "Empresa", "Empresa"], "o.name"),
        new("purchaseDate", ["Purchase Date", "Purchase date", "Data da compra", "Fecha de compra"], "p.purchase_date", ExportType.Day),
        new("purchaseCost", ["Purchase Cost", "Purchase cost", "Custo da compra", "Costo de compra"], "p.purchase_cost", ExportType.Number),
        new("currency", ["Currency", "Currency", "Moeda", "Moneda"], "p.currency::text"),
        new("orderNumber", ["Order Number", "Order number", "Número do pedido", "Número de pedido"], "p.order_number"),
        new("warrantyMonths", ["Warranty Months", "Warranty in months", "Garantia em meses", "Garantía en meses"], "p.warranty_months::numeric", ExportType.Number),
        new("eolDate", ["Asset EOL Date", "End of life", "Fim da vida útil", "Fin de la vida útil"], "p.eol_date", ExportType.Day),
        new("mileage", ["Odometer", "Odometer", "Odômetro", "Odómetro"], "p.last_read_mileage", ExportType.Number),
        new("notes", ["Asset Notes", "Notes", "Observações", "Notas"], "p.notes"),
        new("holderType", ["Checkout Type", "Held by a", "Tipo de detentor", "Tipo de tenedor"], "initcap(h.target_type)"),
        new("holderName", ["Checked Out To: Full Name", "Held by", "Com quem está", "Quién lo tiene"],
            "case h.target_type when 'user' then person.display_name when 'asset' then other.tag end"),
        new("holderUsername", ["Checked Out To: Username", "Username of the holder", "Usuário do detentor", "Usuario del tenedor"], "member.username"),
        new("holderEmail", ["Checked Out To: Email", "E-mail of the holder", "E-mail do detentor", "Correo del tenedor"], "person.email"),
        new("holderLocation", ["Checked Out To: Location", "Held at", "Onde está", "Dónde está"], "place.name"),
        new("expectedCheckin", ["Expected Checkin Date", "Expected back", "Devolução prevista", "Devolución prevista"],
            "(h.expected_checkin_at at time zone (select z.timezone from tenants z where z.id = p.tenant_id))::date", ExportType.Day),
    ];

    /// <summary>Every column: those above, then one for each custom field that may be read.</summary>
    public static IReadOnlyList<ExportColumn> All(IEnumerable<(Guid Id, string Name, CustomFieldType Type)> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. Columns,
            .. fields.Select(field => new ExportColumn(
                FieldPrefix + field.Id,
                [AssetColumns.IsTaken(field.Name) || !seen.Add(AssetColumns.Normalize(field.Name)) ? AssetColumns.CustomPrefix + field.Name : field.Name], "",
                TypeOf(field.Type), field.Id)),
        ];
    }

    /// <summary>2266.1300 is stored with its scale; the zeros say nothing.</summary>
    internal static decimal Short(decimal value) => value / 1.0000000000000000000000000000m;

    /// <summary>A stored custom value as the text of a cell.</summary>
    internal static object? Custom(JsonElement value, ExportType type, ExportWords words) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True or JsonValueKind.False => ExportColumn.YesNo(value.ValueKind == JsonValueKind.True, words),
        JsonValueKind.String when type == ExportType.YesNo && value.GetString() is "true" or "false" => ExportColumn.YesNo(value.GetString() == "true", words),
        JsonValueKind.Number => Short(value.GetDecimal()),
        JsonValueKind.String when type == ExportType.Number && decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Short(number),
        JsonValueKind.String when type == ExportType.Day && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(v => v.ToString())),
        _ => value.ToString(),
    };

    private static ExportType TypeOf(CustomFieldType type) => type switch
    {
        CustomFieldType.Boolean => ExportType.YesNo,
        CustomFieldType.Number => ExportType.Number,
        CustomFieldType.Date => ExportType.Day,
        _ => ExportType.Text,
    };
}
