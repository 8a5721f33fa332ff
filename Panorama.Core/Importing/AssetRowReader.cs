using System.Globalization;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Input;
using Panorama.Core.Tenancy;

namespace Panorama.Core.Importing;

/// <summary>Turns the cells of a row into values; what cannot be read becomes a finding with line and column.</summary>
internal sealed class AssetRowReader(AssetColumns columns, AssetImportOptions options)
{
    private const int NoteLength = 10_000;

    private static int MaxLength(AssetField field) => field switch
    {
        AssetField.Tag => 64,
        AssetField.Notes or AssetField.ModelNotes => NoteLength,
        AssetField.HolderEmail or AssetField.Email => EmailRules.MaxLength,
        AssetField.HolderUsername or AssetField.HolderFirstName or AssetField.HolderLastName => 100,
        AssetField.Username or AssetField.FirstName or AssetField.LastName or AssetField.EmployeeNumber or AssetField.Phone => 100,
        _ => 200,
    };

    /// <summary>Columns that need a choice nobody made, found before anything is written.</summary>
    public static IReadOnlyList<MissingChoice> MissingChoices(CsvTable table, AssetColumns columns, AssetImportOptions options)
    {
        AssetField[] dates = [AssetField.PurchaseDate, AssetField.EolDate, AssetField.ExpectedCheckin, AssetField.StartDate, AssetField.EndDate];
        AssetField[] amounts = [AssetField.PurchaseCost];
        var wanted = new List<(string Flag, AssetColumn Column, List<string> Samples)>();
        void Want(string flag, IEnumerable<AssetField> fields) =>
            wanted.AddRange(fields.Select(f => columns[f]).OfType<AssetColumn>().Select(c => (flag, c, new List<string>())));

        if (options.Dates is null)
        {
            Want("dates", dates);
            wanted.AddRange(columns.All.Where(c => c.CustomField?.Type == "date").Select(c => ("dates", c, new List<string>())));
        }

        if (options.Numbers is null)
        {
            Want("numbers", [.. amounts, AssetField.Mileage]);
            wanted.AddRange(columns.All.Where(c => c.CustomField?.Type == "number").Select(c => ("numbers", c, new List<string>())));
        }

        if (options.Currency is null)
        {
            Want("currency", amounts);
        }

        var currency = columns[AssetField.Currency];

        if (wanted.Count > 0)
        {
            foreach (var row in table.Rows())
            {
                foreach (var (flag, column, samples) in wanted)
                {
                    if (flag == "currency" && currency is not null && currency.Index < row.Cells.Length && CellValue.Text(row.Cells[currency.Index]) is not null)
                    {
                        continue; // the row says it itself
                    }

                    if (samples.Count < 2 && column.Index < row.Cells.Length && CellValue.Text(row.Cells[column.Index]) is { } value)
                    {
                        samples.Add(value);
                    }
                }
            }
        }

        return [.. wanted.Where(w => w.Samples.Count > 0).Select(w => new MissingChoice(w.Flag, w.Column.Header, w.Samples))];
    }

    public AssetRow Read(CsvRow cells)
    {
        var row = new AssetRow { Line = cells.Line, Cells = cells.Cells };
        foreach (var index in cells.OddQuotes.Where(index => index < columns.All.Count && !columns.All[index].IsIgnored))
        {
            row.Warn(columns.All[index].Header, "quote_misplaced", ("value", PlainText.Clean(cells.Cells[index], isNote: false)));
        }

        if (cells.Cells.Skip(columns.All.Count).Any(cell => CellValue.Text(cell) is not null))
        {
            row.Reject(null, "too_many_cells", ("expected", Say(columns.All.Count)), ("found", Say(cells.Cells.Length)));
            return row;
        }

        row.Currency = CurrencyOf(row, cells);
        foreach (var column in columns.All.Where(c => !c.IsIgnored))
        {
            if (column.Index < cells.Cells.Length && CellValue.Text(cells.Cells[column.Index]) is { } value && CleanCell(row, column, value) is { Length: > 0 } clean)
            {
                ReadCell(row, column, clean);
            }
        }

        if (columns.Kind != ImportKind.Assets)
        {
            return row; // its batch says who or what it is
        }

        if (row[AssetField.Tag] is { } tag)
        {
            row.Tag = tag;
            row.Name = row[AssetField.Name] ?? tag;
        }
        else if (!row.IsRejected)
        {
            row.Reject(columns[AssetField.Tag]!.Header, "tag_missing");
        }

        ReadHolder(row);
        return row;
    }

    /// <summary>A control character is never stored: a terminal or a browser would act on it wherever the text is shown.</summary>
    private static string CleanCell(AssetRow row, AssetColumn column, string value)
    {
        var clean = PlainText.Clean(value, isNote: column.Field is AssetField.Notes or AssetField.ModelNotes || column.CustomField is { Type: "textarea" });
        if (clean != value)
        {
            row.Warn(column.Header, "control_characters", ("value", PlainText.Clean(clean, isNote: false)), ("characters", string.Join(' ', value.Where(PlainText.IsControl)
                .Distinct().Where(c => !clean.Contains(c, StringComparison.Ordinal)).Select(c => $"U+{((int)c).ToString("X4", CultureInfo.InvariantCulture)}"))));
        }

        return clean;
    }

    private static string Say(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void ReadCell(AssetRow row, AssetColumn column, string value)
    {
        if (value.Contains('\uFFFD', StringComparison.Ordinal))
        {
            row.Reject(column.Header, "text_damaged", ("value", value));
            return;
        }

        if (!column.IsKnown)
        {
            row.Warn(column.Header, "column_unknown", ("value", value));
            return;
        }

        var max = column.Field is { } f ? MaxLength(f) : column.CustomField is { Type: "textarea" } ? NoteLength : 1000;
        if (value.Length > max)
        {
            row.Reject(column.Header, "too_long", ("length", Say(value.Length)), ("max", Say(max)));
            return;
        }

        if (column.CustomField is { } custom)
        {
            ReadCustom(row, column, custom, value);
            return;
        }

        row.Text[column.Field!.Value] = value;
        switch (column.Field)
        {
            case AssetField.PurchaseDate:
                row.PurchaseDate = Day(row, column, value);
                break;
            case AssetField.EolDate:
                row.EolDate = Day(row, column, value);
                break;
            case AssetField.ExpectedCheckin:
                row.ExpectedCheckin = Day(row, column, value);
                break;
            case AssetField.PurchaseCost when (row.PurchaseCost = row.Currency is { } currency ? CellValue.Money(value, options.Numbers!.Value, currency) : null) is null:
                row.Warn(column.Header, "amount_unreadable", ("value", value), ("sign", Sign));
                break;
            case AssetField.Mileage when !TryMileage(row, value):
                row.Warn(column.Header, "number_unreadable", ("value", value), ("sign", Sign));
                break;
            case AssetField.WarrantyMonths when (row.WarrantyMonths = CellValue.Months(value)) is null:
                row.Warn(column.Header, "months_unreadable", ("value", value));
                break;
            case AssetField.Bookable when (row.Bookable = CellValue.YesNo(value)) is null:
                row.Warn(column.Header, "yes_no_unreadable", ("value", value));
                break;
            case AssetField.State when !TryState(row, value):
                row.Warn(column.Header, "state_unreadable", ("value", value));
                break;
            case AssetField.Archived when CellValue.YesNo(value) is null:
                row.Warn(column.Header, "yes_no_unreadable", ("value", value));
                break;
            case AssetField.Archived:
                row.IsArchived = CellValue.YesNo(value) == true;
                break;
            case AssetField.StartDate:
                row.StartDate = Day(row, column, value);
                break;
            case AssetField.EndDate:
                row.EndDate = Day(row, column, value);
                break;
            case AssetField.Activated when (row.Activated = CellValue.YesNo(value)) is null:
            case AssetField.Vip when (row.Vip = CellValue.YesNo(value)) is null:
            case AssetField.Remote when (row.Remote = CellValue.YesNo(value)) is null:
                row.Warn(column.Header, "yes_no_unreadable", ("value", value));
                break;
            case AssetField.TimeZone when !TimeZoneRules.IsValid(value):
                row.Text.Remove(AssetField.TimeZone);
                row.Warn(column.Header, "time_zone_unknown", ("value", value));
                break;
            case AssetField.HolderEmail or AssetField.Email when !EmailRules.IsValid(value):
                row.Text.Remove(column.Field.Value);
                row.Warn(column.Header, "email_unreadable", ("value", value));
                break;
        }
    }

    private static bool TryState(AssetRow row, string value)
    {
        row.State = WireNames.TryParse<AssetStatus>(value.ToUpperInvariant().Replace(' ', '_'), out var state) ? state : null;
        return row.State is not null;
    }

    /// <summary>Read before the amount, wherever its column stands.</summary>
    private string? CurrencyOf(AssetRow row, CsvRow cells)
    {
        if (columns[AssetField.Currency] is not { } column || column.Index >= cells.Cells.Length || CellValue.Text(cells.Cells[column.Index]) is not { } value)
        {
            return options.Currency;
        }

        var code = value.ToUpperInvariant();
        if (Currencies.Contains(code))
        {
            return code;
        }

        row.Warn(column.Header, "currency_unknown", ("value", PlainText.Clean(value, isNote: false)));
        return null;
    }

    private string Sign => options.Numbers == DecimalSign.Comma ? "comma" : "point";

    private bool TryMileage(AssetRow row, string value)
    {
        row.Mileage = CellValue.Number(value, options.Numbers!.Value) is { } number and >= 0 and < 10_000_000_000m
            && Math.Round(number, 1) == number ? number : null;
        return row.Mileage is not null;
    }

    private DateOnly? Day(AssetRow row, AssetColumn column, string value)
    {
        var day = CellValue.Day(value, options.Dates!.Value);
        if (day is null)
        {
            row.Warn(column.Header, "date_unreadable", ("value", value), ("order", options.Dates switch
            {
                DateOrder.MonthDayYear => "month/day/year",
                DateOrder.DayMonthYear => "day/month/year",
                _ => "year-month-day",
            }));
        }

        return day;
    }

    private void ReadCustom(AssetRow row, AssetColumn column, CustomFieldInfo field, string value)
    {
        if (field.IsProtected || field.Type is "file" or "multi-list")
        {
            row.Warn(column.Header, field.IsProtected ? "field_protected" : "field_type_not_importable", ("value", field.IsProtected ? "…" : value), ("type", field.Type));
            return;
        }

        // A cell has the style of its file; from there on the rule is that of the form.
        var plain = field.Type switch
        {
            "number" => CellValue.Number(value, options.Numbers!.Value) is { } number ? CustomFieldValue.Number(number) : null,
            "date" => CellValue.Day(value, options.Dates!.Value)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "boolean" => CellValue.YesNo(value) switch { true => "true", false => "false", null => null },
            _ => value,
        };
        var stored = plain is null ? null : CustomFieldValue.Canonical(WireNames.Parse<CustomFieldType>(field.Type), plain, field.Options, field.Pattern);
        if (stored is null || (field.IsUnique && stored.Length > CustomFieldValue.MaxKey))
        {
            row.Warn(column.Header, "value_refused", ("value", value), ("type", field.Type));
        }
        else
        {
            row.Custom.Add((field, stored));
        }
    }

    private void ReadHolder(AssetRow row)
    {
        AssetField[] personal =
            [AssetField.HolderUsername, AssetField.HolderFirstName, AssetField.HolderLastName, AssetField.HolderFullName, AssetField.HolderEmail];
        var location = row[AssetField.HolderLocation];
        var typeText = row[AssetField.CheckoutType];
        var hasPerson = personal.Any(field => row[field] is not null);
        var type = typeText?.ToLowerInvariant() switch
        {
            "user" or "person" => "person",
            "location" => "location",
            null => hasPerson ? "person" : location is not null ? "location" : null,
            _ => "unknown",
        };
        switch (type)
        {
            case null:
                WarnUnused(row, [AssetField.ExpectedCheckin], "checkin_without_holder");
                return;
            case "unknown":
                row.Warn(columns[AssetField.CheckoutType]!.Header, "checkout_type_unknown", ("value", typeText!));
                WarnUnused(row, [.. personal, AssetField.HolderLocation, AssetField.ExpectedCheckin], "holder_cell_unused", ("kind", "kind that is not known"));
                return;
            case "person":
                WarnUnused(row, [AssetField.HolderLocation], "holder_cell_unused", ("kind", "person"));
                if (row[AssetField.HolderUsername] is null && row[AssetField.HolderEmail] is null)
                {
                    ReportNobody(row, personal);
                    return;
                }

                row.Holder = new HolderCells(row[AssetField.HolderUsername], row[AssetField.HolderFirstName], row[AssetField.HolderLastName],
                    row[AssetField.HolderFullName], row[AssetField.HolderEmail], null);
                return;
            default:
                WarnUnused(row, personal, "holder_cell_unused", ("kind", "location"));
                if (location is null)
                {
                    row.Warn(columns[AssetField.CheckoutType]!.Header, "holder_missing");
                    WarnUnused(row, [AssetField.ExpectedCheckin], "checkin_without_holder");
                    return;
                }

                row.Holder = new HolderCells(null, null, null, null, null, location);
                return;
        }
    }

    private void ReportNobody(AssetRow row, AssetField[] personal)
    {
        var named = personal.Where(field => row[field] is not null).ToArray();
        if (named.Length == 0)
        {
            row.Warn(columns[AssetField.CheckoutType]!.Header, "holder_missing");
        }

        WarnUnused(row, named, "holder_without_key");
        WarnUnused(row, [AssetField.ExpectedCheckin], "checkin_without_holder");
    }

    private void WarnUnused(AssetRow row, IEnumerable<AssetField> fields, string code, params ReadOnlySpan<(string Name, string Value)> args)
    {
        foreach (var field in fields)
        {
            if (row[field] is { } value)
            {
                row.Warn(columns[field]!.Header, code, [("value", value), .. args]);
            }
        }
    }
}
