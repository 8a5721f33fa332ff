using System.Text;
using Panorama.Core.Importing;

namespace Panorama.Core.Tests.Importing;

public sealed class ReadingCsv
{
    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public void Every_line_end_gives_the_same_rows_and_the_line_on_which_each_begins(string end)
    {
        var text = string.Join(end, "Asset Tag,Name,Notes", $"A-1,\"one \"\"two\"\"\",\"first{end}second, with comma\"", "", "A-2,,", "A-3,x,\"\"\"end\"\"\"");

        var table = Read(text);

        Assert.Equal(["Asset Tag", "Name", "Notes"], table.Header);
        Assert.Equal(
            [(2, "A-1|one \"two\"|first\nsecond, with comma"), (5, "A-2||"), (6, "A-3|x|\"end\"")],
            table.Rows().Select(row => (row.Line, string.Join('|', row.Cells))));
    }

    [Fact]
    public void A_quotation_mark_inside_a_bare_cell_swallows_nothing()
    {
        var table = Read("Asset Tag,Name\nA-1,13\" screen\nA-2,\"15\"\"\" wide\n");

        Assert.Equal(["A-1|13\" screen", "A-2|\"15\"\"\" wide"], table.Rows().Select(row => string.Join('|', row.Cells)));
    }

    [Fact]
    public void A_quotation_that_never_closes_refuses_the_file_with_its_line()
    {
        var table = Read("Asset Tag,Name\nA-1,x\nA-2,\"open\nA-3,y\n");

        var refused = Assert.Throws<ImportRefusedException>(() => table.Rows().ToList());
        Assert.Equal("quote_not_closed", refused.Code);
        Assert.StartsWith("Line 3:", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Asset Tag,Name\nA-1,\"x;y;z\"", ',')]
    [InlineData("Asset Tag;\"Name, full\"\nA-1;x,y,z", ';')]
    [InlineData("Asset Tag\tName\nA-1\tx,y", '\t')]
    [InlineData("Asset Tag\nA-1", ',')]
    [InlineData("sep=;\nAsset Tag;Name\nA-1;x", ';')]
    public void The_delimiter_is_found_in_the_header(string text, char delimiter)
    {
        var table = Read(text);

        Assert.Equal(delimiter, table.Delimiter);
        Assert.Equal("Asset Tag", table.Header[0]);
    }

    [Fact]
    public void Encodings_are_found_and_a_byte_order_mark_is_no_text()
    {
        const string Text = "Tag\nMünchen “€”";
        byte[] withMark = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)];

        Assert.Equal(("UTF-8", Text), Decoded(withMark));
        Assert.Equal(("UTF-8", Text), Decoded(Encoding.UTF8.GetBytes(Text)));
        Assert.Equal(("UTF-16 LE", Text), Decoded([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Text)]));
        Assert.Equal(("UTF-16 BE", Text), Decoded([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Text)]));
        Assert.Equal(("UTF-16 LE", Text), Decoded(Encoding.Unicode.GetBytes(Text)));
        Assert.Equal(("Windows-1252", Text), Decoded(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Text)));
    }

    [Fact]
    public void What_is_no_text_is_refused()
    {
        Assert.Equal("file_not_text", Assert.Throws<ImportRefusedException>(() => CsvText.Decode([65, 0, 0, 66, 67, 68, 69, 70, 71, 72, 73, 74])).Code);
        Assert.Equal("file_empty", Assert.Throws<ImportRefusedException>(() => CsvText.Decode(" \r\n"u8)).Code);
        Assert.Equal("encoding_unknown", Assert.Throws<ImportRefusedException>(() => CsvText.Decode([84, 97, 103, 10, 0x81])).Code);
        Assert.Equal("file_too_large", Assert.Throws<ImportRefusedException>(() => CsvText.Decode(new byte[CsvText.MaxBytes + 1])).Code);
    }

    [Theory]
    [InlineData("Asset Tag,Name,Item Name", "column_twice")]
    [InlineData("Name,Serial", "column_missing")]
    public void Columns_that_cannot_be_understood_refuse_the_file(string header, string code) =>
        Assert.Equal(code, Assert.Throws<ImportRefusedException>(() => AssetColumns.Map(header.Split(','), [])).Code);

    [Fact]
    public void Headers_are_known_in_the_spellings_of_exports_and_others_are_listed()
    {
        var columns = AssetColumns.Map(
            ["asset_tag", "ITEM NAME", "Model No.", "Checked Out To: E-mail", "Colour", "Vehicle Identification Number"],
            [new CustomFieldInfo(Guid.Empty, "VIN", "text", true, true, [])]);

        Assert.Equal("asset_tag", columns[AssetField.Tag]?.Header);
        Assert.Equal("ITEM NAME", columns[AssetField.Name]?.Header);
        Assert.Equal("Model No.", columns[AssetField.ModelNumber]?.Header);
        Assert.Equal("VIN", columns.All[5].CustomField?.Name);
        Assert.Equal("Checked Out To: E-mail", columns[AssetField.HolderEmail]?.Header);
        Assert.Equal(["Colour"], columns.Unknown.Select(column => column.Header));
    }

    private static (string Encoding, string Text) Decoded(byte[] bytes) => CsvText.Decode(bytes) is var decoded ? (decoded.Encoding, decoded.Text) : default;

    private static CsvTable Read(string text) => new(CsvText.Decode(Encoding.UTF8.GetBytes(text)));
}
