using System.Globalization;
using Panorama.Core.Input;

namespace Panorama.Core.Importing;

/// <summary>A column of an uploaded file.</summary>
/// <param name="Header">As the file writes it; empty where it has none.</param>
/// <param name="Samples">Up to three different cells.</param>
/// <param name="Filled">Rows whose cell is not empty.</param>
public sealed record InspectedColumn(string Header, IReadOnlyList<string> Samples, int Filled);

/// <summary>One of the first rows.</summary>
/// <param name="Line">Line of the file, from 1.</param>
public sealed record InspectedRow(int Line, IReadOnlyList<string> Cells);

/// <summary>What a file is, found without a database and before anything was chosen.</summary>
/// <param name="Encoding">Name for people, such as Windows-1252.</param>
/// <param name="EncodingSample">First cell beyond ASCII when nothing in the file proves the encoding; null when it is certain.</param>
/// <param name="Damaged">True when the file is UTF-8 but some bytes are not; the rows they are in are refused.</param>
/// <param name="LineEnds">CRLF, LF, CR or MIXED.</param>
/// <param name="Rows">Below the header, without blank ones.</param>
public sealed record AssetInspection(
    string Encoding, string? EncodingSample, bool Damaged, string Delimiter, string LineEnds, int Rows, IReadOnlyList<InspectedColumn> Columns,
    IReadOnlyList<InspectedRow> Preview)
{
    private const int MaxSamples = 3;
    private const int MaxPreview = 5;
    private const int MaxCharacters = 200;
    private const int MaxColumns = 200;

    /// <summary>Reads the file once, whole: a quotation that never ends is found here and not half-way.</summary>
    /// <exception cref="ImportRefusedException">It is no table of text, or has no rows.</exception>
    public static AssetInspection Of(ReadOnlySpan<byte> content, string? encoding = null, char? delimiter = null)
    {
        var text = CsvText.Decode(content, encoding);
        var table = new CsvTable(text, delimiter);
        if (table.Header.Length > MaxColumns)
        {
            throw new ImportRefusedException("too_many_columns", $"The file has {table.Header.Length} columns; at most {MaxColumns} are read.");
        }

        var samples = Array.ConvertAll(table.Header, _ => new List<string>(MaxSamples));
        var filled = new int[table.Header.Length];
        var preview = new List<InspectedRow>(MaxPreview);
        string? beyondAscii = null;
        var rows = 0;
        foreach (var row in table.Rows())
        {
            rows++;
            for (var i = 0; i < Math.Min(row.Cells.Length, table.Header.Length); i++)
            {
                if (CellValue.Text(row.Cells[i]) is not { } value)
                {
                    continue;
                }

                filled[i]++;
                if (samples[i].Count < MaxSamples && Shown(value) is var shown && !samples[i].Contains(shown))
                {
                    samples[i].Add(shown);
                }

                if (beyondAscii is null && text.Assumed && value.Any(c => c > 127))
                {
                    beyondAscii = Shown(value);
                }
            }

            if (preview.Count < MaxPreview)
            {
                preview.Add(new InspectedRow(row.Line, [.. row.Cells.Take(table.Header.Length).Select(cell => Shown(CellValue.Text(cell) ?? ""))]));
            }
        }

        return rows == 0
            ? throw new ImportRefusedException("file_without_rows", "The file has a header row and no row below it.")
            : new AssetInspection(
                text.Encoding, beyondAscii, text.Damaged, table.Delimiter.ToString(), table.LineEnds, rows,
                [.. table.Header.Select((header, i) => new InspectedColumn(Shown(header), samples[i], filled[i]))], preview);
    }

    private static string Shown(string text) => PlainText.Clean(text.Length > MaxCharacters ? text[..MaxCharacters] + "…" : text, isNote: true);
}

/// <summary>How one cell would be read.</summary>
/// <param name="Text">As the file writes it.</param>
/// <param name="Reads">The day as 2026-11-26, the amount with a point; null when it cannot be read that way.</param>
public sealed record ReadSample(string Column, string Text, string? Reads);

/// <summary>One answer to a choice, with two cells as it would read them.</summary>
public sealed record ChoiceOption(string Value, IReadOnlyList<ReadSample> Samples);

/// <summary>A choice that the file needs, because its cells may mean two things.</summary>
/// <param name="Choice">dates, numbers or currency.</param>
/// <param name="Columns">The columns it is about.</param>
/// <param name="Options">The answers; none for the currency, which may be any.</param>
public sealed record ImportChoice(string Choice, IReadOnlyList<string> Columns, IReadOnlyList<ChoiceOption> Options);

/// <summary>The choices that a file needs with a mapping; nothing is ever preselected.</summary>
public static class ImportChoices
{
    private const int Shown = 2;

    private static readonly AssetField[] Dates = [AssetField.PurchaseDate, AssetField.EolDate, AssetField.ExpectedCheckin, AssetField.StartDate, AssetField.EndDate];

    /// <param name="currency">What was chosen, so that its sign is no part of the number.</param>
    /// <param name="targets">What each column fills.</param>
    public static IReadOnlyList<ImportChoice> Of(
        AssetInspection inspection, IReadOnlyList<string> targets, IReadOnlyCollection<CustomFieldInfo> customFields, string? currency, ImportKind kind = ImportKind.Assets)
    {
        var types = customFields.ToDictionary(f => ColumnTarget.Of(f.Id), f => f.Type);
        var columns = inspection.Columns.Zip(targets).Where(c => c.First.Samples.Count > 0).ToList();
        var dates = columns.Where(c => ColumnTarget.FieldOf(c.Second, kind) is { } f ? Dates.Contains(f) : types.GetValueOrDefault(c.Second) == "date").ToList();
        var amounts = columns.Where(c => ColumnTarget.FieldOf(c.Second) is AssetField.PurchaseCost).ToList();
        var numbers = columns.Where(c => ColumnTarget.FieldOf(c.Second) is AssetField.PurchaseCost or AssetField.Mileage || types.GetValueOrDefault(c.Second) == "number").ToList();
        var choices = new List<ImportChoice>();
        if (dates.Count > 0)
        {
            choices.Add(new ImportChoice("dates", Names(dates),
            [
                .. new (string Value, DateOrder Order)[] { ("dmy", DateOrder.DayMonthYear), ("mdy", DateOrder.MonthDayYear), ("iso", DateOrder.Iso) }
                    .Select(o => new ChoiceOption(o.Value, Read(dates, text => CellValue.Day(text, o.Order)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))),
            ]));
        }

        if (numbers.Count > 0)
        {
            choices.Add(new ImportChoice("numbers", Names(numbers),
            [
                .. new (string Value, DecimalSign Sign)[] { ("point", DecimalSign.Point), ("comma", DecimalSign.Comma) }
                    .Select(o => new ChoiceOption(o.Value, Read(numbers, text => (amounts.Count > 0 ? Amount(text, o.Sign, currency) : CellValue.Number(text, o.Sign))?.ToString(CultureInfo.InvariantCulture)))),
            ]));
        }

        if (amounts.Count > 0)
        {
            choices.Add(new ImportChoice("currency", Names(amounts), []));
        }

        return choices;
    }

    // Before a currency is chosen any sign of one may stand at the number.
    private static decimal? Amount(string text, DecimalSign sign, string? currency) => currency is not null ? CellValue.Money(text, sign, currency)
        : CellValue.KnownCurrencies.Select(code => CellValue.Money(text, sign, code)).FirstOrDefault(amount => amount is not null);

    private static List<string> Names(IEnumerable<(InspectedColumn First, string Second)> columns) => [.. columns.Select(c => c.First.Header)];

    private static List<ReadSample> Read(IReadOnlyList<(InspectedColumn First, string Second)> columns, Func<string, string?> read) =>
        [.. columns.SelectMany(c => c.First.Samples.Select(text => new ReadSample(c.First.Header, text, read(text)))).Take(Shown)];
}
