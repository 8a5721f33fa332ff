using System.Globalization;

namespace Panorama.Web.Localization;

/// <summary>Dates, numbers and money for people. A date always names its month; the clock has 24 hours.</summary>
internal sealed class Formats(TimeProvider clock, Shell.PageSession session)
{
    private static readonly Dictionary<string, (string Standard, string Daylight)> ZoneNames = new(StringComparer.Ordinal)
    {
        ["UTC"] = ("UTC", "UTC"),
        ["Etc/UTC"] = ("UTC", "UTC"),
        ["Europe/London"] = ("GMT", "BST"),
        ["Europe/Dublin"] = ("GMT", "IST"),
        ["Europe/Lisbon"] = ("WET", "WEST"),
        ["Europe/Madrid"] = ("CET", "CEST"),
        ["Europe/Paris"] = ("CET", "CEST"),
        ["Europe/Berlin"] = ("CET", "CEST"),
        ["Europe/Rome"] = ("CET", "CEST"),
        ["Europe/Amsterdam"] = ("CET", "CEST"),
        ["America/Sao_Paulo"] = ("BRT", "BRST"),
        ["America/New_York"] = ("EST", "EDT"),
        ["America/Chicago"] = ("CST", "CDT"),
        ["America/Denver"] = ("MST", "MDT"),
        ["America/Los_Angeles"] = ("PST", "PDT"),
    };

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    private TimeZoneInfo Zone { get; } =
        session.Me?.TimeZone is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Zone);

    /// <summary>The instant of a day and time typed by the person who looks; one that the clock skips is taken an hour later.</summary>
    public DateTimeOffset Instant(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time, DateTimeKind.Unspecified);
        local = Zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        var offset = Zone.GetUtcOffset(local);

        // At both ends of time an offset leads out of it.
        var ticks = Math.Clamp(local.Ticks - offset.Ticks, DateTimeOffset.MinValue.UtcTicks, DateTimeOffset.MaxValue.UtcTicks);
        return new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    /// <summary>The day an instant falls on for the person who looks.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>26 Nov 2026.</summary>
    public static string Day(DateOnly day) => day.ToString(Locale.Current.Wire switch
    {
        "pt-br" => "d 'de' MMM 'de' yyyy",
        _ => "d MMM yyyy",
    }, Culture);

    /// <summary>Thursday 26 November 2026, 07:12 GMT.</summary>
    public string Today() => Now.ToString(Locale.Current.Wire switch
    {
        "en" => "dddd d MMMM yyyy, HH:mm",
        _ => "dddd, d 'de' MMMM 'de' yyyy, HH:mm",
    }, Culture) + " " + ZoneName(Now);

    /// <summary>Today, 08:00; Thu 26 Nov, 08:00; with the year when it is another.</summary>
    public string Short(DateTimeOffset instant, Texts texts)
    {
        var at = TimeZoneInfo.ConvertTime(instant, Zone);
        var clockTime = at.ToString("HH:mm", Culture);
        if (at.Date == Now.Date)
        {
            return texts["common.today_at", ("time", clockTime)];
        }

        var sameYear = at.Year == Now.Year;
        return at.ToString(Locale.Current.Wire switch
        {
            "en" => sameYear ? "ddd d MMM" : "d MMM yyyy",
            "pt-br" => sameYear ? "ddd, d 'de' MMM" : "d 'de' MMM 'de' yyyy",
            _ => sameYear ? "ddd, d MMM" : "d MMM yyyy",
        }, Culture) + ", " + clockTime;
    }

    /// <summary>26 November 2026, 08:00 GMT.</summary>
    public string Full(DateTimeOffset instant) => At(instant, Locale.Current.Wire == "en" ? "d MMMM yyyy, HH:mm" : "d 'de' MMMM 'de' yyyy, HH:mm");

    /// <summary>26 Nov 2026, 07:12:40 GMT.</summary>
    public string Exact(DateTimeOffset instant) => At(instant, Locale.Current.Wire == "pt-br" ? "d 'de' MMM 'de' yyyy, HH:mm:ss" : "d MMM yyyy, HH:mm:ss");

    /// <summary>The zone of this page's times, for the one place that names it.</summary>
    public string ZoneHere => ZoneName(Now);

    public static string Machine(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Number(long value) => value.ToString("N0", Culture);

    /// <summary>2.4 MB; under a megabyte in whole kilobytes, and never none.</summary>
    public static string Size(long bytes) => bytes < 1_000_000
        ? $"{Number(Math.Max(1, (bytes + 500) / 1000))}\u00a0kB"
        : (bytes / 1_000_000m).ToString("#,##0.0", Culture) + "\u00a0MB";

    /// <summary>14:05 of the day of the person who looks.</summary>
    public string Clock(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone).ToString("HH:mm", Culture);

    /// <summary>A decimal as the wire has it, grouped and with the digits it needs.</summary>
    public static string Number(string value) =>
        decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number.ToString("#,##0.####", Culture) : value;

    /// <summary>
    /// A number as a person types it, on the wire's form: <c>48 312</c>, <c>48.312,5</c> or <c>48,312.5</c>. Null when it is none, or could be two:
    /// a single separator before exactly three digits is the thousands sign of the page's language or its decimal sign.
    /// </summary>
    public static string? TypedNumber(string? text)
    {
        var digits = new string([.. (text ?? "").Where(c => !char.IsWhiteSpace(c) && c is not '\'' and not '’')]);
        if (digits.Length == 0 || digits.Any(c => !char.IsAsciiDigit(c) && c is not '.' and not ','))
        {
            return null;
        }

        var last = digits.LastIndexOfAny(['.', ',']);
        var sign = last < 0 ? '\0' : digits[last];
        var isDecimal = last >= 0 && digits.Count(c => c == sign) == 1
            && (digits.Any(c => c is '.' or ',' && c != sign) || digits.Length - last - 1 != 3 || Culture.NumberFormat.NumberDecimalSeparator[0] == sign);
        var whole = isDecimal ? digits[..last] : digits;
        var plain = new string([.. whole.Where(char.IsAsciiDigit)]) + (isDecimal ? "." + digits[(last + 1)..] : "");
        return decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) && !plain.StartsWith('.') && !plain.EndsWith('.') ? plain : null;
    }

    /// <summary>A wire number as a person edits it: with the language's decimal sign, without grouping.</summary>
    public static string EditedNumber(string? value) =>
        decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number.ToString("0.####", Culture) : value ?? "";

    /// <summary>Money with two digits, or the ones it has when they are more.</summary>
    public static string Money(string amount, string? currency)
    {
        if (!decimal.TryParse(amount, NumberStyles.Number, CultureInfo.InvariantCulture, out var value))
        {
            return amount;
        }

        var format = (NumberFormatInfo)Culture.NumberFormat.Clone();
        format.CurrencySymbol = currency switch
        {
            "EUR" => "€",
            "GBP" => "£",
            "BRL" => "R$",
            "USD" => "US$",
            null => "",
            _ => currency + "\u00a0",
        };
        var digits = currency is "JPY" or "CLP" or "KRW" && value == decimal.Truncate(value) ? 0
            : value * 100 == decimal.Truncate(value * 100) ? 2 : 4;
        return value.ToString("C" + digits.ToString(CultureInfo.InvariantCulture), format).Trim();
    }

    private string At(DateTimeOffset instant, string pattern)
    {
        var at = TimeZoneInfo.ConvertTime(instant, Zone);
        return at.ToString(pattern, Culture) + " " + ZoneName(at);
    }

    private string ZoneName(DateTimeOffset at)
    {
        if (ZoneNames.TryGetValue(Zone.Id, out var names))
        {
            // Not IsDaylightSavingTime: Dublin's law makes winter the exception.
            var january = Zone.GetUtcOffset(new DateTime(at.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            var july = Zone.GetUtcOffset(new DateTime(at.Year, 7, 1, 0, 0, 0, DateTimeKind.Utc));
            return at.Offset > (january < july ? january : july) ? names.Daylight : names.Standard;
        }

        var sign = at.Offset < TimeSpan.Zero ? "\u2212" : "+";
        return "UTC" + sign + at.Offset.ToString("hh\\:mm", CultureInfo.InvariantCulture);
    }
}
