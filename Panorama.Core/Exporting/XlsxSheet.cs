using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Panorama.Core.Exporting;

/// <summary>
/// A workbook (ECMA-376) written forward only. Text is text whatever it looks like, numbers are numbers, days are days; there is no formula, so
/// there is nothing to guard. Rows beyond what a sheet may hold go to another sheet.
/// </summary>
public sealed class XlsxSheet : SheetWriter
{
    /// <summary>Of a sheet, the header among them.</summary>
    public const int MaxRows = 1_048_576;

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Declaration = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";

    private static readonly SearchValues<char> _special = SearchValues.Create("&<>\"_\r");

    private readonly ZipArchive _archive;
    private readonly string _name;
    private readonly int _maxRows;
    private IReadOnlyList<string> _header = [];
    private StreamWriter? _sheet;
    private int _sheets;
    private int _rows;

    /// <param name="name">Of the sheet; 31 characters at most.</param>
    /// <param name="maxRows">Of a sheet.</param>
    public XlsxSheet(string name, int maxRows = MaxRows)
    {
        _name = name;
        _maxRows = maxRows;
        _archive = new ZipArchive(Staged, ZipArchiveMode.Create, leaveOpen: true);
    }

    public override void Header(IReadOnlyList<string> names)
    {
        _header = names;
        OpenSheet();
    }

    public override void Row(ReadOnlySpan<object?> cells)
    {
        if (_rows == _maxRows)
        {
            CloseSheet();
            OpenSheet();
        }

        var sheet = _sheet!;
        sheet.Write("<row>");
        foreach (var cell in cells)
        {
            switch (cell)
            {
                case null:
                    sheet.Write("<c/>");
                    break;
                case string text:
                    Text(text, "");
                    break;
                case decimal or int:
                    sheet.Write("<c><v>");
                    sheet.Write(((IFormattable)cell).ToString(null, CultureInfo.InvariantCulture));
                    sheet.Write("</v></c>");
                    break;
                case DateOnly day:
                    Day(day);
                    break;
                default:
                    throw new ArgumentException($"No cell holds a {cell.GetType().Name}.", nameof(cells));
            }
        }

        sheet.Write("</row>");
        _rows++;
    }

    public override void Finish()
    {
        CloseSheet();
        var sheets = Enumerable.Range(1, _sheets).ToList();
        Part("[Content_Types].xml",
            $"""
            <Types xmlns="{Package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{Each(i => $"""<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>""")}</Types>
            """);
        Part("_rels/.rels",
            $"""<Relationships xmlns="{Package}/relationships"><Relationship Id="rId1" Type="{Relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
        Part("xl/workbook.xml",
            $"""<workbook xmlns="{Main}" xmlns:r="{Relationships}"><sheets>{Each(i => $"""<sheet name="{Escape(i == "1" ? _name : $"{_name} {i}")}" sheetId="{i}" r:id="rId{i}"/>""")}</sheets></workbook>""");
        Part("xl/_rels/workbook.xml.rels",
            $"""<Relationships xmlns="{Package}/relationships">{Each(i => $"""<Relationship Id="rId{i}" Type="{Relationships}/worksheet" Target="worksheets/sheet{i}.xml"/>""")}<Relationship Id="styles" Type="{Relationships}/styles" Target="styles.xml"/></Relationships>""");

        // Style 1 is a day (format 14: in the reader's own order), style 2 the header.
        Part("xl/styles.xml",
            $"""<styleSheet xmlns="{Main}"><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" numFmtId="14" applyNumberFormat="1"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>""");
        _archive.Dispose();

        string Each(Func<string, string> part) => string.Concat(sheets.Select(i => part(i.ToString(CultureInfo.InvariantCulture))));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_sheet is not null)
        {
            await _sheet.DisposeAsync();
        }

        _archive.Dispose();
    }

    private void OpenSheet()
    {
        _sheets++;
        _rows = 1;
        var entry = _archive.CreateEntry($"xl/worksheets/sheet{_sheets.ToString(CultureInfo.InvariantCulture)}.xml", CompressionLevel.Fastest);
        _sheet = new StreamWriter(entry.Open(), new UTF8Encoding(false), bufferSize: 16 * 1024);
        _sheet.Write(Declaration);
        _sheet.Write($"""<worksheet xmlns="{Main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData><row>""");
        foreach (var name in _header)
        {
            Text(name, " s=\"2\"");
        }

        _sheet.Write("</row>");
    }

    private void CloseSheet()
    {
        _sheet!.Write("</sheetData></worksheet>");
        _sheet.Dispose();
        _sheet = null;
    }

    // Days before 1 March 1900 have no number on which all spreadsheets agree.
    private void Day(DateOnly day)
    {
        if (day < new DateOnly(1900, 3, 1))
        {
            Text(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "");
            return;
        }

        _sheet!.Write("<c s=\"1\"><v>");
        _sheet.Write((day.DayNumber - new DateOnly(1899, 12, 30).DayNumber).ToString(CultureInfo.InvariantCulture));
        _sheet.Write("</v></c>");
    }

    private void Text(string text, string attributes)
    {
        _sheet!.Write("<c t=\"inlineStr\"");
        _sheet.Write(attributes);
        _sheet.Write("><is><t xml:space=\"preserve\">");
        _sheet.Write(Escape(text));
        _sheet.Write("</t></is></c>");
    }

    private void Part(string name, string xml)
    {
        using var part = new StreamWriter(_archive.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
        part.Write(Declaration);
        part.Write(xml);
    }

    /// <summary>What XML cannot hold is written as <c>_x0007_</c>, and text that looks like that, too (ECMA-376 part 1, 22.9.2.19).</summary>
    private static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(_special) && !text.Any(IsNoXml))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '_' when i + 6 < text.Length && text[i + 1] == 'x' && text[i + 6] == '_' => escaped.Append("_x005F_"),
                '\r' => escaped.Append("_x000D_"),
                _ when char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) => escaped.Append(c).Append(text[++i]),
                _ when IsNoXml(c) || char.IsSurrogate(c) => char.IsSurrogate(c) || c > '\u00FF'
                    ? escaped.Append('\uFFFD') : escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    private static bool IsNoXml(char c) => c is (< ' ' and not ('\t' or '\n')) or '\uFFFE' or '\uFFFF' || char.IsSurrogate(c);
}
