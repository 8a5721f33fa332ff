using System.Globalization;
using Panorama.Core.Assets;

namespace Panorama.Core.Tests.Assets;

public sealed class ValueInTheBooks
{
    [Theory]
    [InlineData("2026-01-15", "2026-01-15", "3600")]
    [InlineData("2026-01-15", "2026-02-14", "3600")]
    [InlineData("2026-01-15", "2026-02-15", "3500")]
    [InlineData("2026-01-15", "2026-11-26", "2600")]
    [InlineData("2026-01-15", "2028-12-15", "100")]
    [InlineData("2026-01-15", "2029-01-15", "0")]
    [InlineData("2026-01-15", "2099-01-15", "0")]
    [InlineData("2026-01-15", "2025-01-15", "3600")]
    [InlineData("2026-01-31", "2026-02-27", "3600")]
    [InlineData("2026-01-31", "2026-02-28", "3500")]
    [InlineData("2026-01-31", "2026-03-30", "3500")]
    [InlineData("2026-01-31", "2026-03-31", "3400")]
    [InlineData("2026-01-31", "2026-04-30", "3300")]
    [InlineData("2026-12-31", "2027-01-30", "3600")]
    [InlineData("2026-12-31", "2027-02-28", "3400")]
    [InlineData("2024-01-31", "2024-02-28", "3600")]
    [InlineData("2024-01-31", "2024-02-29", "3500")]
    [InlineData("2024-02-29", "2024-03-28", "3600")]
    [InlineData("2024-02-29", "2024-03-29", "3500")]
    [InlineData("2024-02-29", "2025-02-27", "2500")]
    [InlineData("2024-02-29", "2025-02-28", "2400")]
    [InlineData("2023-02-28", "2024-02-28", "2400")]
    public void Falls_by_whole_months(string purchased, string today, string worth) =>
        Assert.Equal(Amount(worth), BookValue.Of(3600m, "EUR", Day(purchased), 36, 0, Day(today)));

    [Theory]
    [InlineData("1000", "EUR", 3, 0, 1, "666.67")]
    [InlineData("1000", "EUR", 3, 0, 2, "333.33")]
    [InlineData("1000", "EUR", 3, 10, 1, "700")]
    [InlineData("1000", "EUR", 3, 10, 3, "100")]
    [InlineData("1000", "EUR", 3, 10, 4, "100")]
    [InlineData("1000", "EUR", 3, 100, 2, "1000")]
    [InlineData("0.01", "EUR", 2, 0, 1, "0.01")]
    [InlineData("100000", "JPY", 3, 0, 1, "66667")]
    [InlineData("100001", "JPY", 12, 33, 12, "33000")]
    [InlineData("1000", "KWD", 3, 0, 1, "666.667")]
    [InlineData("1000", null, 3, 0, 1, "666.67")]
    [InlineData("999999999999999.9999", "USD", 600, 0, 300, "500000000000000")]
    [InlineData("2266.1351", "USD", 36, 0, 0, "2266.1351")]
    [InlineData("10.005", "USD", 36, 100, 12, "10.005")]
    [InlineData("0", "USD", 1, 50, 1, "0")]
    public void Is_an_amount_that_the_currency_has_and_never_under_the_floor(string cost, string? currency, int months, int floorPercent, int passed, string worth) =>
        Assert.Equal(Amount(worth), BookValue.Of(Amount(cost), currency, Day("2026-03-01"), months, floorPercent, Day("2026-03-01").AddMonths(passed)));

    [Fact]
    public void Is_none_without_cost_day_or_depreciation()
    {
        var day = Day("2026-01-15");

        Assert.Null(BookValue.Of(null, null, day, 36, 0, day));
        Assert.Null(BookValue.Of(1m, "EUR", null, 36, 0, day));
        Assert.Null(BookValue.Of(1m, "EUR", day, null, null, day));
    }

    [Fact]
    public void Every_currency_with_other_than_two_decimals_is_a_currency() =>
        Assert.Equal((16, 7), (Currencies.Codes.Count(c => Currencies.Digits(c) == 0), Currencies.Codes.Count(c => Currencies.Digits(c) == 3)));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static decimal Amount(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
