using System.Globalization;
using Panorama.Core.Importing;

namespace Panorama.Core.Tests.Importing;

public sealed class ReadingCells
{
    [Theory]
    [InlineData("1/23/23", DateOrder.MonthDayYear, "2023-01-23")]
    [InlineData("1/23/23", DateOrder.DayMonthYear, null)]
    [InlineData("3/4/2023", DateOrder.MonthDayYear, "2023-03-04")]
    [InlineData("3/4/2023", DateOrder.DayMonthYear, "2023-04-03")]
    [InlineData("03.04.69", DateOrder.DayMonthYear, "2069-04-03")]
    [InlineData("03.04.70", DateOrder.DayMonthYear, "1970-04-03")]
    [InlineData("3/4/2023", DateOrder.Iso, null)]
    [InlineData("2023-01-23", DateOrder.Iso, "2023-01-23")]
    [InlineData("2023-01-23 00:00:00", DateOrder.DayMonthYear, "2023-01-23")]
    [InlineData("2/29/23", DateOrder.MonthDayYear, null)]
    [InlineData("2/29/24", DateOrder.MonthDayYear, "2024-02-29")]
    [InlineData("0000-00-00", DateOrder.Iso, null)]
    [InlineData("45000", DateOrder.MonthDayYear, null)]
    [InlineData("yesterday", DateOrder.Iso, null)]
    public void A_day_is_read_in_the_chosen_order_or_not_at_all(string text, DateOrder order, string? day) =>
        Assert.Equal(day, CellValue.Day(text, order)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("1.234,56", "1234.56", null)]
    [InlineData("1234,5", "1234.5", null)]
    [InlineData("R$ 1\u00A0234,00", "1234", null)]
    [InlineData("151.97", null, "151.97")]
    [InlineData("1.234", "1234", "1.234")]
    [InlineData("1,234.50", null, "1234.5")]
    [InlineData("1,23,456.00", null, null)]
    [InlineData("-12,00", null, null)]
    [InlineData("-12.00", null, null)]
    [InlineData("0", "0", "0")]
    [InlineData("12.", null, null)]
    [InlineData(".5", null, null)]
    [InlineData("1.23456", null, null)]
    [InlineData("€ 5", null, null)]
    [InlineData("BRL 5", "5", "5")]
    [InlineData("1e3", null, null)]
    [InlineData("99999999999999999999", null, null)]
    public void An_amount_is_read_with_the_chosen_decimal_sign_or_not_at_all(string text, string? withComma, string? withPoint)
    {
        Assert.Equal(Parse(withComma), CellValue.Money(text, DecimalSign.Comma, "BRL"));
        Assert.Equal(Parse(withPoint), CellValue.Money(text, DecimalSign.Point, "BRL"));
    }

    [Theory]
    [InlineData("Curb &amp; Gutter", "Curb & Gutter")]
    [InlineData("Curb & Gutter", "Curb & Gutter")]
    [InlineData("  &quot;x&quot; ", "\"x\"")]
    [InlineData("a\r\nb\rc", "a\nb\nc")]
    [InlineData("\uFEFFx", "x")]
    [InlineData("e\u0301", "é")]
    [InlineData("\u00A0", null)]
    [InlineData("", null)]
    public void Text_is_decoded_trimmed_and_composed(string cell, string? text) => Assert.Equal(text, CellValue.Text(cell));

    [Theory]
    [InlineData("36", 36)]
    [InlineData("36 months", 36)]
    [InlineData("241", null)]
    [InlineData("3 years", null)]
    public void A_warranty_is_a_number_of_months(string text, int? months) => Assert.Equal(months, CellValue.Months(text));

    private static decimal? Parse(string? text) => text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);
}
