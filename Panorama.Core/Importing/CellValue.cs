using System.Globalization;
using System.Net;
using System.Text;
using Panorama.Core.Exporting;

namespace Panorama.Core.Importing;

/// <summary>Order of day and month in the file's dates. It is chosen, never guessed: 3/4/23 is two days.</summary>
public enum DateOrder
{
    MonthDayYear, DayMonthYear, Iso,
}

/// <summary>Decimal sign of the file's numbers. It is chosen, never guessed: 1.234 is two amounts.</summary>
public enum DecimalSign
{
    Point, Comma,
}

/// <summary>Reads the text of one cell; every method answers null for what it cannot read with certainty.</summary>
public static class CellValue
{
    private static readonly Dictionary<string, string[]> Symbols = new()
    {
        ["BRL"] = ["R$"],
        ["USD"] = ["US$", "$"],
        ["EUR"] = ["€"],
        ["GBP"] = ["£"],
        ["MXN"] = ["MX$", "$"],
        ["ARS"] = ["$"],
        ["CLP"] = ["$"],
        ["COP"] = ["$"],
        ["CAD"] = ["CA$", "$"],
        ["AUD"] = ["A$", "$"],
        ["UYU"] = ["$U", "$"],
        ["PEN"] = ["S/"],
        ["JPY"] = ["¥"],
        ["CHF"] = ["Fr."],
    };

    /// <summary>Currencies whose signs are known.</summary>
    internal static IEnumerable<string> KnownCurrencies => Symbols.Keys;

    /// <summary>
    /// The cell as it is stored: entities decoded (the exporting system escapes text), trimmed, line ends as U+000A, no byte order
    /// mark, without the apostrophe that keeps a spreadsheet from evaluating it, composed (NFC); null when nothing is left. A damaged text (half of a surrogate pair) is U+FFFD alone.
    /// </summary>
    public static string? Text(string? cell)
    {
        if (string.IsNullOrEmpty(cell))
        {
            return null;
        }

        var text = cell.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(cell) : cell;
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\uFEFF", "", StringComparison.Ordinal).Trim();
        text = FormulaGuard.Remove(text);
        return text.Length == 0 ? null : IsWellFormed(text) ? text.Normalize() : "\uFFFD";
    }

    /// <summary>
    /// A day. Two-digit years are 1970 to 2069. A day written year first is read whatever the order, since it has one meaning; a time of
    /// day after it is left out.
    /// </summary>
    public static DateOnly? Day(string text, DateOrder order)
    {
        var day = text.Split([' ', 'T'], 2)[0];
        var parts = day.Split('/', '-', '.');
        if (parts.Length != 3 || !Array.TrueForAll(parts, p => p.Length is 1 or 2 or 4 && p.All(char.IsAsciiDigit)))
        {
            return null;
        }

        var n = Array.ConvertAll(parts, p => int.Parse(p, CultureInfo.InvariantCulture));
        if (parts[0].Length == 4)
        {
            return parts[2].Length <= 2 ? Valid(n[0], n[1], n[2]) : null;
        }

        if (parts[0].Length > 2 || parts[1].Length > 2)
        {
            return null;
        }

        var year = parts[2].Length switch { 4 => n[2], 2 => n[2] < 70 ? 2000 + n[2] : 1900 + n[2], _ => 0 };
        return order switch
        {
            DateOrder.MonthDayYear => Valid(year, n[0], n[1]),
            DateOrder.DayMonthYear => Valid(year, n[1], n[0]),
            _ => null,
        };
    }

    /// <summary>An amount not below zero with at most four decimals, as <c>numeric(19,4)</c> holds it.</summary>
    public static decimal? Money(string text, DecimalSign sign, string currency)
    {
        var amount = text.Trim();
        var marks = Symbols.GetValueOrDefault(currency, []).Append(currency);
        foreach (var mark in marks)
        {
            if (amount.StartsWith(mark, StringComparison.OrdinalIgnoreCase))
            {
                amount = amount[mark.Length..].TrimStart();
                break;
            }

            if (amount.EndsWith(mark, StringComparison.OrdinalIgnoreCase))
            {
                amount = amount[..^mark.Length].TrimEnd();
                break;
            }
        }

        return Number(amount, sign) is { } value and >= 0 and < 1_000_000_000_000_000m && Math.Round(value, 4) == value ? value : null;
    }

    /// <summary>A number whose thousands, where they are separated, stand in groups of three.</summary>
    public static decimal? Number(string text, DecimalSign sign)
    {
        var point = sign == DecimalSign.Point ? '.' : ',';
        var digits = text.StartsWith('-') ? text[1..] : text;
        var at = digits.IndexOf(point, StringComparison.Ordinal);
        var whole = at < 0 ? digits : digits[..at];
        var fraction = at < 0 ? "" : digits[(at + 1)..];
        if ((at >= 0 && fraction.Length == 0) || whole.Length == 0 || !fraction.All(char.IsAsciiDigit))
        {
            return null;
        }

        var separator = whole.FirstOrDefault(c => !char.IsAsciiDigit(c));
        if (separator != default)
        {
            if (separator != (sign == DecimalSign.Point ? ',' : '.') && separator is not (' ' or '\u00A0' or '\u202F' or '\'' or '’'))
            {
                return null;
            }

            var groups = whole.Split(separator);
            if (groups[0].Length is < 1 or > 3 || groups.Skip(1).Any(g => g.Length != 3) || !Array.TrueForAll(groups, g => g.All(char.IsAsciiDigit)))
            {
                return null;
            }

            whole = string.Concat(groups);
        }

        return decimal.TryParse($"{(text.StartsWith('-') ? "-" : "")}{whole}.{fraction}0", NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>Months of a warranty: '36' or '36 months'.</summary>
    public static int? Months(string text)
    {
        var digits = text.Split(' ', 2);
        return int.TryParse(digits[0], NumberStyles.None, CultureInfo.InvariantCulture, out var months) && months <= 240
            && (digits.Length == 1 || digits[1].Trim().TrimEnd('s').Equals("month", StringComparison.OrdinalIgnoreCase)) ? months : null;
    }

    /// <summary>Yes or no, in the words spreadsheets use.</summary>
    public static bool? YesNo(string text) => text.ToLowerInvariant() switch
    {
        "1" or "yes" or "y" or "true" or "sim" or "sí" or "si" or "x" => true,
        "0" or "no" or "n" or "false" or "não" or "nao" => false,
        _ => null,
    };

    private static bool IsWellFormed(string text) => !text.EnumerateRunes().Contains(Rune.ReplacementChar);

    private static DateOnly? Valid(int year, int month, int day) =>
        year is >= 1900 and <= 2200 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
}
