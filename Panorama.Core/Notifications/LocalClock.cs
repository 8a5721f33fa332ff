namespace Panorama.Core.Notifications;

/// <summary>When a person may be told: quiet hours and the time of the daily mail, both on the person's own clock.</summary>
/// <param name="Zone">The person's, else the organisation's.</param>
/// <param name="QuietFrom">First minute of the quiet hours; null without any.</param>
/// <param name="QuietUntil">First minute after them; earlier than the start when they cross midnight.</param>
/// <param name="DigestAt">When the mail of the day leaves.</param>
public sealed record LocalClock(TimeZoneInfo Zone, TimeOnly? QuietFrom, TimeOnly? QuietUntil, TimeOnly DigestAt)
{
    public static TimeOnly UsualDigest { get; } = new(7, 0);

    /// <summary>A zone by its name; UTC for one that this machine does not know.</summary>
    public static TimeZoneInfo ZoneOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrEmpty(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            {
                return zone;
            }
        }

        return TimeZoneInfo.Utc;
    }

    /// <summary>The end of the quiet hours that <paramref name="at"/> lies in; <paramref name="at"/> itself when it lies in none.</summary>
    /// <remarks>Quiet is what the wall clock says: an hour that comes twice is quiet twice, and one that is skipped ends with the jump.</remarks>
    public DateTimeOffset AfterQuiet(DateTimeOffset at)
    {
        if (QuietFrom is not { } from || QuietUntil is not { } until || from == until)
        {
            return at;
        }

        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (!time.IsBetween(from, until))
        {
            return at;
        }

        var day = DateOnly.FromDateTime(local.DateTime);
        return Next(time < until || from < until ? day : day.AddDays(1), until, at);
    }

    /// <summary>The next time that the mail of the day leaves, after <paramref name="at"/>.</summary>
    public DateTimeOffset NextDigest(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
        var today = Instant(day, DigestAt, last: false);
        return today > at ? today : Instant(day.AddDays(1), DigestAt, last: false);
    }

    // Never before what was asked, even where a zone jumps over it.
    private DateTimeOffset Next(DateOnly day, TimeOnly time, DateTimeOffset after)
    {
        var first = Instant(day, time, last: false);
        return first > after ? first : Instant(day, time, last: true) is var second && second > after ? second : Instant(day.AddDays(1), time, last: false);
    }

    /// <summary>A wall time that comes twice is the first or the last of the two; one that is skipped is the first instant after the jump.</summary>
    private DateTimeOffset Instant(DateOnly day, TimeOnly time, bool last)
    {
        var wall = day.ToDateTime(time);
        if (Zone.IsInvalidTime(wall))
        {
            // The instant of the jump: read with the offset of before, a skipped time lies behind it by as much as it lies behind on the clock.
            var before = wall;
            while (Zone.IsInvalidTime(before))
            {
                before = before.AddMinutes(-1);
            }

            return new DateTimeOffset(before.AddMinutes(1), Zone.GetUtcOffset(before)).ToUniversalTime();
        }

        if (Zone.IsAmbiguousTime(wall))
        {
            var offsets = Zone.GetAmbiguousTimeOffsets(wall);
            return new DateTimeOffset(wall, last ? offsets.Min() : offsets.Max()).ToUniversalTime();
        }

        return new DateTimeOffset(wall, Zone.GetUtcOffset(wall)).ToUniversalTime();
    }
}
