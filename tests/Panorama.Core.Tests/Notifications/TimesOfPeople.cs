using System.Globalization;
using Panorama.Core.Notifications;

namespace Panorama.Core.Tests.Notifications;

/// <summary>Quiet hours and daily mails across changes of the clock.</summary>
public sealed class TimesOfPeople
{
    [Theory]
    // Berlin, no change: 22:00 to 07:00.
    [InlineData("Europe/Berlin", "22:00", "07:00", "2026-11-24T20:59:00Z", "2026-11-24T20:59:00Z")]
    [InlineData("Europe/Berlin", "22:00", "07:00", "2026-11-24T21:00:00Z", "2026-11-25T06:00:00Z")]
    [InlineData("Europe/Berlin", "22:00", "07:00", "2026-11-25T05:59:59Z", "2026-11-25T06:00:00Z")]
    [InlineData("Europe/Berlin", "22:00", "07:00", "2026-11-25T06:00:00Z", "2026-11-25T06:00:00Z")]
    // The night the clock goes forward is an hour shorter, the one it goes back an hour longer.
    [InlineData("Europe/Berlin", "22:00", "07:00", "2026-03-28T21:30:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("Europe/Berlin", "22:00", "07:00", "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z")]
    // An end that is skipped (02:30) is the jump; one that comes twice is quiet twice.
    [InlineData("Europe/Berlin", "22:00", "02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("Europe/Berlin", "22:00", "02:30", "2026-10-25T00:15:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("Europe/Berlin", "22:00", "02:30", "2026-10-25T01:15:00Z", "2026-10-25T01:30:00Z")]
    // Not over midnight.
    [InlineData("America/Sao_Paulo", "12:00", "14:00", "2026-11-24T16:00:00Z", "2026-11-24T17:00:00Z")]
    public void Quiet_hours_end_by_the_persons_clock(string zone, string from, string until, string at, string expected) =>
        Assert.Equal(Instant(expected), Clock(zone, from, until, "07:00").AfterQuiet(Instant(at)));

    [Theory]
    [InlineData("Europe/Berlin", "07:00", "2026-03-28T12:00:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("Europe/Berlin", "07:00", "2026-03-28T06:00:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("Europe/Berlin", "02:30", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-25T00:45:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("UTC", "07:00", "2026-11-24T06:59:59Z", "2026-11-24T07:00:00Z")]
    public void A_daily_mail_leaves_once_a_day(string zone, string digest, string at, string expected) =>
        Assert.Equal(Instant(expected), Clock(zone, null, null, digest).NextDigest(Instant(at)));

    [Fact]
    public void In_a_year_of_minutes_no_mail_waits_in_vain_or_past_a_day()
    {
        var clock = Clock("Europe/Berlin", "22:00", "02:30", "02:30");
        for (var at = Instant("2026-01-01T00:00:00Z"); at < Instant("2027-01-01T00:00:00Z"); at = at.AddMinutes(7))
        {
            var after = clock.AfterQuiet(at);
            Assert.InRange(after - at, TimeSpan.Zero, TimeSpan.FromHours(5.5));
            Assert.InRange(clock.NextDigest(at) - at, TimeSpan.FromTicks(1), TimeSpan.FromHours(25));
        }
    }

    [Fact]
    public void Pauses_grow_to_an_hour_give_or_take_a_fifth()
    {
        Assert.Equal([0.8, 1.6, 3.2, 6.4, 12.8, 48, 48], Enumerable.Range(1, 7).Select(n => Math.Round(Retries.After(n, 0).TotalMinutes, 6)));
        Assert.Equal([1.2, 2.4, 4.8, 9.6, 19.2, 72], Enumerable.Range(1, 6).Select(n => Math.Round(Retries.After(n, 1).TotalMinutes, 6)));
    }

    private static LocalClock Clock(string zone, string? from, string? until, string digest) => new(
        LocalClock.ZoneOf(zone), Time(from), Time(until), Time(digest)!.Value);

    private static TimeOnly? Time(string? text) => text is null ? null : TimeOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
