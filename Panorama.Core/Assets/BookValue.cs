namespace Panorama.Core.Assets;

/// <summary>What an asset is still worth in the books.</summary>
public static class BookValue
{
    /// <summary>
    /// In a straight line from the cost, on the day of purchase, to the floor, after so many months; from then on the floor. Only whole months count, and
    /// a month is over on the same day of the next, or on its last day where it is shorter: bought on 31 January, the first ends on 28 or 29 February.
    /// </summary>
    /// <param name="cost">Not negative.</param>
    /// <param name="currency">ISO 4217; what has fallen is rounded to the smallest amount it has, halves up.</param>
    /// <param name="purchasedOn">A day to come leaves the cost as it is.</param>
    /// <param name="months">Over which it falls; at least 1.</param>
    /// <param name="floorPercent">Of the cost; 0 to 100.</param>
    /// <param name="today">Where the organisation is.</param>
    /// <returns>Null without cost, day of purchase or depreciation.</returns>
    public static decimal? Of(decimal? cost, string? currency, DateOnly? purchasedOn, int? months, int? floorPercent, DateOnly today)
    {
        if (cost is not { } whole || purchasedOn is not { } start || months is not { } life)
        {
            return null;
        }

        var passed = Math.Min(WholeMonths(start, today), life);
        if (passed <= 0)
        {
            return whole;
        }

        var digits = Currencies.Digits(currency);
        var floor = Math.Round(whole * (floorPercent ?? 0) / 100, digits, MidpointRounding.AwayFromZero);
        return Math.Min(whole, Math.Round(whole - ((whole - floor) * passed / life), digits, MidpointRounding.AwayFromZero));
    }

    private static int WholeMonths(DateOnly start, DateOnly today)
    {
        var months = ((today.Year - start.Year) * 12) + today.Month - start.Month;
        return months > 0 && start.AddMonths(months) > today ? months - 1 : months;
    }
}
