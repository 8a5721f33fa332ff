using System.Globalization;
using Panorama.Core.Notifications.Events;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Notifications;

/// <summary>
/// What has a time on somebody's own clock, when that clock is put forward and back. Jobs of the scheduler are read in UTC, which has no such night; the
/// mail of the day is each person's.
/// </summary>
public sealed class TwoBadNights(OwnDatabase own) : IClassFixture<OwnDatabase>, IAsyncLifetime
{
    private readonly SetClock _clock = new(default);

    private TestDatabase Database => own.Database;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Database.SetAsync("truncate notification_events, notification_deliveries, notification_dedup, notices, notification_breakers");

    [Trait("FieldCase", "JOB-01")]
    [Theory]
    [InlineData("2027-03-13 12:00", "02:30", "", "2027-03-14 07:00, 2027-03-15 06:30")] // 02:30 does not come: the first instant after it
    [InlineData("2027-11-06 12:00", "01:30", "", "2027-11-07 05:30, 2027-11-08 06:30")] // 01:30 comes twice: the first
    [InlineData("2027-03-13 12:00", "02:30", "2027-03-14 06:00, 2027-03-14 09:00", "2027-03-14 09:00, 2027-03-15 06:30")]
    [InlineData("2027-11-06 12:00", "01:30", "2027-11-07 05:00, 2027-11-07 10:00", "2027-11-07 10:00, 2027-11-08 06:30")]
    public async Task The_mail_of_the_day_leaves_once_by_three_workers(string from, string at, string down, string expected)
    {
        await using var server = MailServer.Start();
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: TestContext.Current.CancellationToken);
        await Database.SetAsync("update users set time_zone = 'America/New_York' where id = $1", tenant.FleetAdmin.UserId);
        await Database.SetAsync(
            "insert into notification_settings (tenant_id, user_id, digest_at) values ($1, $2, $3)", tenant.Id, tenant.FleetAdmin.UserId, TimeOnly.Parse(at, CultureInfo.InvariantCulture));
        List<TestDispatcher> workers = [.. Enumerable.Range(0, 3).Select(_ => new TestDispatcher(Database, server, _clock))];
        var (start, pause) = (Instant(from), down.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Instant).ToList());

        for (var minutes = 0; minutes <= 48 * 60; minutes += 10)
        {
            _clock.Now = start.AddMinutes(minutes);
            if (minutes % 180 == 0)
            {
                await Database.EnqueueAsync(tenant, new AssetCheckedOut(Guid.CreateVersion7(), Guid.CreateVersion7(), tenant.Driver.UserId, null), _clock.Now);
            }

            if (pause is not [var off, var on] || _clock.Now < off || _clock.Now >= on)
            {
                await Task.WhenAll(workers.Select(w => w.DrainAsync()));
            }
        }

        Assert.Equal(expected, string.Join(", ", server.To(tenant.FleetAdmin.Email).Select(m => m.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture))));
        Assert.Equal(17, server.To(tenant.Driver.Email).Count); // told at once, by night as well
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
