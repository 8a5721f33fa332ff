using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Panorama.Core.Exporting;

namespace Panorama.Core.Tests.Exporting;

public sealed class WritingSheets
{
    private static readonly XNamespace _main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    [Fact]
    public async Task A_csv_file_is_rfc_4180_and_guards_text_alone()
    {
        var text = Encoding.UTF8.GetString(await WriteAsync(new CsvSheet(',', withMark: true, decimalComma: false)));

        Assert.Equal(
            "\uFEFFTag,'=Name,Cost,Day,Months\r\n"
            + "\"a\"\"b,c\nd & e\",'=1,-12.5,2026-11-26,-3\r\n"
            + "\" x \",+5511999990000,,,\r\n", text);
    }

    [Fact]
    public async Task A_decimal_comma_goes_with_another_delimiter()
    {
        var text = Encoding.UTF8.GetString(await WriteAsync(new CsvSheet(';', withMark: false, decimalComma: true)));

        Assert.StartsWith("Tag;'=Name;Cost;Day;Months\r\n\"a\"\"b,c\nd & e\";'=1;-12,5;2026-11-26;-3\r\n", text, StringComparison.Ordinal);
    }

    [Trait("FieldCase", "EXP-01")]
    [Fact]
    public async Task A_workbook_has_text_numbers_and_days_and_no_formula()
    {
        var sheets = Read(await WriteAsync(new XlsxSheet("Assets")));

        Assert.Equal(["Assets"], sheets.Names);
        Assert.Equal(
            [
                ["s:Tag", "s:=Name", "s:Cost", "s:Day", "s:Months"],
                ["s:a\"b,c\nd & e", "s:=1", "n:-12.5", "d:2026-11-26", "n:-3"],
                ["s: x ", "s:+5511999990000", "", "", ""],
            ],
            Assert.Single(sheets.Rows));
    }

    [Fact]
    public async Task Text_that_xml_cannot_hold_is_escaped()
    {
        await using var sheet = new XlsxSheet("Assets");
        sheet.Header(["<&>\""]);
        sheet.Row(["a\u0007b",]);
        sheet.Row(["_x0041_"]);
        sheet.Row(["half \uD83D, whole \uD83D\uDE00"]);
        sheet.Row([new DateOnly(1899, 12, 31)]);
        sheet.Finish();
        using var file = new MemoryStream();
        await sheet.SendAsync(file, TestContext.Current.CancellationToken);

        Assert.Equal([["s:<&>\""], ["s:a_x0007_b"], ["s:_x005F_x0041_"], ["s:half \uFFFD, whole \uD83D\uDE00"], ["s:1899-12-31"]], Assert.Single(Read(file.ToArray()).Rows));
    }

    [Fact]
    public async Task Rows_beyond_a_sheet_go_to_the_next()
    {
        await using var sheet = new XlsxSheet("Assets", maxRows: 3);
        sheet.Header(["n"]);
        foreach (var i in Enumerable.Range(1, 5))
        {
            sheet.Row([i]);
        }

        sheet.Finish();
        using var file = new MemoryStream();
        await sheet.SendAsync(file, TestContext.Current.CancellationToken);
        var sheets = Read(file.ToArray());

        Assert.Equal(["Assets", "Assets 2", "Assets 3"], sheets.Names);
        Assert.Equal([[["s:n"], ["n:1"], ["n:2"]], [["s:n"], ["n:3"], ["n:4"]], [["s:n"], ["n:5"]]], sheets.Rows);
    }

    private static async Task<byte[]> WriteAsync(SheetWriter sheet)
    {
        using var file = new MemoryStream();
        await using (sheet)
        {
            sheet.Header(["Tag", "=Name", "Cost", "Day", "Months"]);
            sheet.Row(["a\"b,c\nd & e", "=1", -12.5m, new DateOnly(2026, 11, 26), -3]);
            await sheet.SendAsync(file, TestContext.Current.CancellationToken); // what was sent is final
            sheet.Row([" x ", "+5511999990000", null, null, null]);
            sheet.Finish();
            await sheet.SendAsync(file, TestContext.Current.CancellationToken);
        }

        return file.ToArray();
    }

    private static (string[] Names, string[][][] Rows) Read(byte[] workbook)
    {
        using var archive = new ZipArchive(new MemoryStream(workbook));
        var styles = Part("xl/styles.xml").Descendants(_main + "cellXfs").Single().Elements().ToList();
        var names = Part("xl/workbook.xml").Descendants(_main + "sheet").Select(s => s.Attribute("name")!.Value).ToArray();
        var rows = names.Select((_, i) => Part($"xl/worksheets/sheet{(i + 1).ToString(CultureInfo.InvariantCulture)}.xml")
            .Descendants(_main + "row").Select(row => row.Elements().Select(Cell).ToArray()).ToArray()).ToArray();
        return (names, rows);

        XDocument Part(string name)
        {
            using var stream = archive.GetEntry(name)!.Open();
            return XDocument.Load(stream, LoadOptions.PreserveWhitespace);
        }

        string Cell(XElement cell)
        {
            Assert.Empty(cell.Elements(_main + "f"));
            if (cell.Attribute("t") is { } type)
            {
                Assert.Equal("inlineStr", type.Value);
                return "s:" + cell.Value;
            }

            var format = cell.Attribute("s") is { } style ? styles[int.Parse(style.Value, CultureInfo.InvariantCulture)].Attribute("numFmtId")?.Value : null;
            return cell.Element(_main + "v") is not { } value ? ""
                : format == "14" ? "d:" + DateTime.FromOADate(double.Parse(value.Value, CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : "n:" + value.Value;
        }
    }
}
