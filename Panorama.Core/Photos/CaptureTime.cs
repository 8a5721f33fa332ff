using System.Globalization;

namespace Panorama.Core.Photos;

/// <summary>How far the time of a photo can be trusted: the camera wrote it, and anybody can write a camera's time.</summary>
public enum CaptureClock
{
    /// <summary>The camera wrote its distance from UTC beside it.</summary>
    Offset,

    /// <summary>The satellites' time, in UTC.</summary>
    Satellite,

    /// <summary>A local time without its zone, read in the zone of the organisation.</summary>
    AssumedZone,
}

/// <summary>When the camera says that it took a photo.</summary>
/// <param name="At">In UTC, whole seconds.</param>
/// <param name="Written">What the camera wrote, as it wrote it (<c>2026:11:27 08:15:00</c>), with its distance from UTC where there is one.</param>
public sealed record CaptureTime(DateTimeOffset At, CaptureClock Clock, string Written)
{
    private const string Exif = "yyyy:MM:dd HH:mm:ss";

    // What no camera meant: the field's zero values, and times before digital photos could be taken.
    private const int FirstYear = 1990;

    /// <summary>Reads the EXIF fields (CIPA DC-008, 4.6.5 and 4.6.6) by name; null when they say nothing that is a time.</summary>
    public static CaptureTime? Read(Func<string, string?> field, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(zone);
        foreach (var (time, distance) in new[] { ("exif-ifd2-DateTimeOriginal", "exif-ifd2-OffsetTimeOriginal"), ("exif-ifd2-DateTimeDigitized", "exif-ifd2-OffsetTimeDigitized") })
        {
            if (field(time) is not { } written || !DateTime.TryParseExact(written, Exif, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) || local.Year < FirstYear)
            {
                continue;
            }

            if (field(distance) is { } offset && Distance(offset) is { } known)
            {
                return new CaptureTime(new DateTimeOffset(local, known).ToUniversalTime(), CaptureClock.Offset, $"{written} {offset}");
            }

            return Satellite(field) ?? new CaptureTime(InZone(local, zone), CaptureClock.AssumedZone, written);
        }

        return Satellite(field);
    }

    private static CaptureTime? Satellite(Func<string, string?> field)
    {
        // Hours, minutes and seconds as fractions: "8/1 15/1 0/1".
        if (field("exif-ifd3-GPSDateStamp") is not { } date || field("exif-ifd3-GPSTimeStamp")?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) is not [var hour, var minute, var second]
            || !DateTime.TryParseExact(date, "yyyy:MM:dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year < FirstYear
            || Fraction(hour) is not (>= 0 and < 24 and var hours) || Fraction(minute) is not (>= 0 and < 60 and var minutes) || Fraction(second) is not (>= 0 and < 61 and var seconds))
        {
            return null;
        }

        var at = new DateTimeOffset(day, TimeSpan.Zero).AddHours(hours).AddMinutes(minutes).AddSeconds(Math.Floor(seconds));
        return new CaptureTime(at, CaptureClock.Satellite, at.ToString($"{Exif}'Z'", CultureInfo.InvariantCulture));
    }

    private static double? Fraction(string text) => text.Split('/') switch
    {
        [var whole] when double.TryParse(whole, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
        [var above, var below] when uint.TryParse(above, NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
            && uint.TryParse(below, NumberStyles.None, CultureInfo.InvariantCulture, out var denominator) && denominator > 0 => (double)numerator / denominator,
        _ => null,
    };

    private static TimeSpan? Distance(string text) =>
        text.Length == 6 && text[0] is '+' or '-' && TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var distance) && distance <= TimeSpan.FromHours(14)
            ? text[0] == '-' ? -distance : distance
            : null;

    // In the hour that a clock skips, the time before it went forward; in the one it repeats, the first.
    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone)
    {
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-1)) : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
