using System.Collections.Frozen;
using System.Text;
using Panorama.Core.Assets;

namespace Panorama.Core.Importing;

/// <summary>What a column of a file fills; which of them a file may have depends on its <see cref="ImportKind"/>.</summary>
public enum AssetField
{
    Tag, Name, Serial, Category, Model, ModelNumber, ModelNotes, Manufacturer, Supplier, Company, Location, OrderNumber, Notes,
    PurchaseDate, PurchaseCost, EolDate, WarrantyMonths, Status, Bookable, Mileage, CheckoutType, HolderUsername, HolderFirstName,
    HolderLastName, HolderFullName, HolderEmail, HolderLocation, ExpectedCheckin, State, Archived, Currency,

    // Of people.
    Username, FirstName, LastName, FullName, Email, Activated, Vip, Remote, JobTitle, EmployeeNumber, Phone, Department, Manager, StartDate, EndDate,

    // Of places.
    Address, AddressMore, City, Region, PostalCode, Country, Parent, TimeZone,
}

/// <summary>One column of the file.</summary>
/// <param name="Index">Position, from 0.</param>
/// <param name="Header">As the file writes it.</param>
/// <param name="Field">Null when the column is a custom field or is not known.</param>
/// <param name="CustomField">The tenant's custom field of that name.</param>
/// <param name="IsIgnored">Somebody said that the column fills nothing, so its cells are no warnings.</param>
public sealed record AssetColumn(int Index, string Header, AssetField? Field, CustomFieldInfo? CustomField = null, bool IsIgnored = false)
{
    public bool IsKnown => Field is not null || CustomField is not null;
}

/// <summary>A custom field as an import needs it.</summary>
/// <param name="Options">The choices of a list.</param>
/// <param name="Pattern">Of a regex.</param>
/// <param name="IsProtected">Its values are encrypted, and no file may write them.</param>
public sealed record CustomFieldInfo(
    Guid Id, string Name, string Type, bool IsUnique, bool Searchable, IReadOnlyList<string> Options, string? Pattern = null, bool IsProtected = false);

/// <summary>Which column fills which field: Snipe-IT's header names in the spellings its versions and its export use.</summary>
public sealed class AssetColumns
{
    private static readonly FrozenDictionary<string, AssetField> Names = Spellings(
        (AssetField.Tag, ["Asset Tag", "Tag", "Asset Tag Number"]),
        (AssetField.Name, ["Name", "Item Name", "Asset Name"]),
        (AssetField.Serial, ["Serial", "Serial Number", "Serial No"]),
        (AssetField.Category, ["Category", "Category Name", "Asset Category"]),
        (AssetField.Model, ["Model", "Model Name", "Asset Model"]),
        (AssetField.ModelNumber, ["Model Number", "Model No", "Model Num"]),
        (AssetField.ModelNotes, ["Model Notes", "Model Note"]),
        (AssetField.Manufacturer, ["Manufacturer", "Manufacturer Name", "Maker"]),
        (AssetField.Supplier, ["Supplier", "Supplier Name"]),
        (AssetField.Company, ["Company", "Company Name"]),
        (AssetField.Location, ["Location", "Location Name", "Default Location", "Item Location"]),
        (AssetField.OrderNumber, ["Order Number", "Order No", "PO Number"]),
        (AssetField.Notes, ["Asset Notes", "Notes", "Item Notes", "Note"]),
        (AssetField.PurchaseDate, ["Purchase Date", "Purchased", "Date Purchased"]),
        (AssetField.PurchaseCost, ["Purchase Cost", "Cost", "Purchase Price"]),
        (AssetField.EolDate, ["Asset EOL Date", "EOL Date", "EOL", "End of Life"]),
        (AssetField.WarrantyMonths, ["Warranty", "Warranty Months"]),
        (AssetField.Status, ["Status", "Status Label", "Asset Status"]),
        (AssetField.Bookable, ["Requestable", "Bookable"]),
        (AssetField.Mileage, ["Odometer", "Mileage", "Meter Reading"]),
        (AssetField.CheckoutType, ["Checkout Type", "Checkout Class", "Checked Out Type"]),
        (AssetField.HolderUsername, ["Checked Out To: Username", "Username", "User Name"]),
        (AssetField.HolderFirstName, ["Checked Out To: First Name", "First Name"]),
        (AssetField.HolderLastName, ["Checked Out To: Last Name", "Last Name"]),
        (AssetField.HolderFullName, ["Checked Out To: Full Name", "Full Name", "Checked Out To", "Checked Out To: Name"]),
        (AssetField.HolderEmail, ["Checked Out To: Email", "Email", "E-mail"]),
        (AssetField.HolderLocation, ["Checked Out To: Location", "Checkout Location", "Checkout to Location"]),
        (AssetField.ExpectedCheckin, ["Expected Checkin Date", "Expected Checkin", "Expected Check-in"]),
        (AssetField.State, ["State", "Asset State"]),
        (AssetField.Archived, ["Archived", "Is Archived"]),
        (AssetField.Currency, ["Currency", "Purchase Currency", "Currency Code"]));

    private static readonly FrozenSet<string> VinSpellings =
        new[] { "vin", "vehicleidentificationnumber", "chassi", "chassis", "chassisnumber" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Before the name of a custom field that is called like a column: <c>Custom: Serial</c>.</summary>
    internal const string CustomPrefix = "Custom: ";

    private readonly Dictionary<AssetField, AssetColumn> _byField;

    private AssetColumns(ImportKind kind, IReadOnlyList<AssetColumn> all, IReadOnlyCollection<CustomFieldInfo> customFields)
    {
        Kind = kind;
        All = all;
        CustomFields = customFields;
        _byField = all.Where(column => column.Field is not null).ToDictionary(column => column.Field!.Value);
    }

    /// <summary>What the rows are.</summary>
    public ImportKind Kind { get; }

    /// <summary>Every column of the file, in its order.</summary>
    public IReadOnlyList<AssetColumn> All { get; }

    /// <summary>Every custom field of the tenant, also those without a column.</summary>
    public IReadOnlyCollection<CustomFieldInfo> CustomFields { get; }

    /// <summary>Headers that fill nothing; their cells become warnings.</summary>
    public IEnumerable<AssetColumn> Unknown => All.Where(column => !column.IsKnown && !column.IsIgnored);

    public AssetColumn? this[AssetField field] => _byField.GetValueOrDefault(field);

    /// <param name="mapping">What was chosen for a column, by its position; the other columns are known by their names.</param>
    /// <exception cref="ImportRefusedException">No column that says which thing a row is, two columns for one field, or a choice that means nothing.</exception>
    public static AssetColumns Map(
        IReadOnlyList<string> header, IReadOnlyCollection<CustomFieldInfo> customFields, IReadOnlyDictionary<int, string>? mapping = null,
        ImportKind kind = ImportKind.Assets)
    {
        customFields = kind == ImportKind.Assets ? customFields : [];
        var columns = header.Select((name, i) => mapping?.GetValueOrDefault(i) is { } chosen ? Chosen(kind, i, name, chosen, customFields) : ByName(kind, i, name, customFields)).ToList();
        var twice = columns.Where(c => c.IsKnown).GroupBy(c => (object?)c.Field ?? c.CustomField!.Id).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw new ImportRefusedException("column_twice",
                $"The columns {string.Join(" and ", twice.Select(c => $"'{c.Header}'"))} mean the same. Keep one of them.");
        }

        var (fields, wanted) = kind switch
        {
            ImportKind.Users => ((AssetField[])[AssetField.Username, AssetField.Email], "'Username' or 'Email'"),
            ImportKind.Locations => ([AssetField.Name], "'Name'"),
            _ => ([AssetField.Tag], "'Asset Tag'"),
        };
        if (columns.TrueForAll(column => column.Field is not { } field || !fields.Contains(field)))
        {
            throw new ImportRefusedException("column_missing",
                $"The file has no column {wanted}. Its columns are: {string.Join(", ", columns.Select(c => $"'{c.Header}'"))}.");
        }

        return new AssetColumns(kind, columns, customFields);
    }

    /// <summary>Whether a header of that name is no custom field.</summary>
    internal static bool IsTaken(string header) => Names.ContainsKey(Normalize(header));

    /// <summary>Choices as a person writes them, <c>Column=field</c>: by position of the column. A column is named as the file does, or <c>#3</c> by its number from 1.</summary>
    /// <exception cref="ImportRefusedException">The file has no such column, or a choice has no equals sign.</exception>
    public static IReadOnlyDictionary<int, string> ReadMapping(IReadOnlyList<string> header, IEnumerable<string> choices)
    {
        var mapping = new Dictionary<int, string>();
        foreach (var choice in choices)
        {
            var at = choice.LastIndexOf('=');
            var name = at < 0 ? choice : choice[..at].Trim();
            var index = name is ['#', .. var number] && int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n - 1
                : Array.FindIndex([.. header], h => Normalize(h) == Normalize(name));
            if (at < 0 || index < 0 || index >= header.Count)
            {
                throw new ImportRefusedException("mapping_unknown", at < 0
                    ? $"'{choice}' is no choice for a column: Column=field is."
                    : $"The file has no column '{name}'. Its columns are: {string.Join(", ", header.Select(h => $"'{h}'"))}.");
            }

            mapping[index] = choice[(at + 1)..].Trim();
        }

        return mapping;
    }

    /// <summary>What each column seems to fill, one target: of two columns for one field the second fills nothing.</summary>
    public static IReadOnlyList<string> Suggest(IReadOnlyList<string> header, IReadOnlyCollection<CustomFieldInfo> customFields, ImportKind kind = ImportKind.Assets)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. header.Select((name, i) => ColumnTarget.Of(ByName(kind, i, name, customFields))).Select(target => target != ColumnTarget.Ignore && taken.Add(target) ? target : ColumnTarget.Ignore)];
    }

    /// <summary>The field of that name, in any spelling that a header may have.</summary>
    internal static AssetField? FieldOf(string name, ImportKind kind = ImportKind.Assets) =>
        NamesOf(kind).TryGetValue(Normalize(name), out var field) || TranslatedOf(kind).TryGetValue(Normalize(name), out field) ? field : null;

    private static FrozenDictionary<string, AssetField> NamesOf(ImportKind kind) => kind switch
    {
        ImportKind.Users => OtherColumnNames.People,
        ImportKind.Locations => OtherColumnNames.Places,
        _ => Names,
    };

    private static FrozenDictionary<string, AssetField> TranslatedOf(ImportKind kind) =>
        kind == ImportKind.Assets ? AssetColumnNames.Translated : FrozenDictionary<string, AssetField>.Empty;

    private static AssetColumn ByName(ImportKind kind, int index, string header, IReadOnlyCollection<CustomFieldInfo> customFields)
    {
        var name = Normalize(header);
        if (NamesOf(kind).TryGetValue(name, out var field))
        {
            return new AssetColumn(index, header, field);
        }

        var shown = header.Length > 0 ? header : $"column {index + 1}";
        if (AssetColumnNames.OurOwn.Contains(name))
        {
            return new AssetColumn(index, shown, null, IsIgnored: true);
        }

        // `Custom: Serial` is the field of that name, not the column; of two fields of one name the export gives the prefix to the later one.
        var custom = customFields.ToLookup(f => Normalize(f.Name));
        var match = (header.StartsWith(CustomPrefix, StringComparison.OrdinalIgnoreCase) ? custom[Normalize(header[CustomPrefix.Length..])].LastOrDefault() : null)
            ?? custom[name].FirstOrDefault()
            ?? (VinSpellings.Contains(name) ? customFields.FirstOrDefault(f => Normalize(f.Name) == "vin") : null);
        return match is null && TranslatedOf(kind).TryGetValue(name, out field) ? new AssetColumn(index, shown, field) : new AssetColumn(index, shown, null, match);
    }

    private static AssetColumn Chosen(ImportKind kind, int index, string header, string target, IReadOnlyCollection<CustomFieldInfo> customFields)
    {
        var shown = header.Length > 0 ? header : $"column {index + 1}";
        return target == ColumnTarget.Ignore ? new AssetColumn(index, shown, null, IsIgnored: true)
            : ColumnTarget.FieldOf(target, kind) is { } field ? new AssetColumn(index, shown, field)
            : customFields.FirstOrDefault(f => ColumnTarget.Of(f.Id) == target) is { } custom ? new AssetColumn(index, shown, null, custom)
            : customFields.FirstOrDefault(f => Normalize(f.Name) == Normalize(target)) is { } named ? new AssetColumn(index, shown, null, named)
            : FieldOf(target, kind) is { } spelled ? new AssetColumn(index, shown, spelled)
            : throw new ImportRefusedException("mapping_unknown", $"The column '{shown}' is mapped to '{target}', which is no field.");
    }

    /// <summary>Letters and digits of a header in lower case, so that 'asset_tag', 'Asset tag' and 'Asset Tag:' are one.</summary>
    internal static string Normalize(string header)
    {
        var letters = new StringBuilder(header.Length);
        foreach (var c in SearchText.Fold(header))
        {
            if (char.IsLetterOrDigit(c))
            {
                letters.Append(c);
            }
        }

        return letters.ToString();
    }

    internal static FrozenDictionary<string, AssetField> Spellings(params (AssetField Field, string[] Headers)[] fields) =>
        fields.SelectMany(f => f.Headers.Select(header => (Header: Normalize(header), f.Field)))
            .DistinctBy(pair => pair.Header)
            .ToFrozenDictionary(pair => pair.Header, pair => pair.Field);
}
