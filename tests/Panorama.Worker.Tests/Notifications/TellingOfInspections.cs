using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Notifications;

/// <summary>Who hears what of an inspection, and how, while nobody chose otherwise.</summary>
public sealed class TellingOfInspections(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private TestDatabase Database => own.Database;

    /// <param name="mailed">Roles that have a mail at once.</param>
    /// <param name="later">Roles that have one the next morning.</param>
    /// <param name="noticed">Roles that find a notice in the application.</param>
    [Theory]
    [InlineData("review requested", "fleet_admin owner", "", "fleet_admin owner", "Plan the work before VAN-7 is assigned again.")]
    [InlineData("reviewed", "", "", "driver", "looked at what you found. The inspection shows what was decided.")]
    [InlineData("defect opened", "", "fleet_admin owner", "fleet_admin owner", "found a major defect at VAN-7. Have it repaired before the next trip.")]
    [InlineData("defect certified", "driver", "", "driver fleet_admin owner", "certified that a defect of VAN-7 was repaired.")]
    [InlineData("left open", "", "", "driver", "What is not finished is cancelled after 26 November 2026, 11:00 (UTC).")]
    [InlineData("given up", "driver", "fleet_admin owner", "driver fleet_admin owner", "and nobody finished it. What was answered is kept; VAN-7 was not inspected.")]
    public async Task Each_kind_reaches_whom_it_concerns_by_mail_or_in_the_application_alone(string kind, string mailed, string later, string noticed, string sentence)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: cancellationToken);
        await Database.SetAsync("update tenants set timezone = 'UTC' where id = $1", tenant.Id);
        var asset = await tenant.AddAssetAsync("VAN-7", "VAN-7", cancellationToken);
        var (run, _) = await tenant.AddInspectionAsync(asset, Noon.AddHours(-1), cancellationToken);
        var clock = new SetClock(Noon);
        await using var server = MailServer.Start();
        await using var dispatcher = new TestDispatcher(Database, server, clock);

        await EnqueueAsync(kind, tenant, run, asset);
        await dispatcher.DrainAsync();
        var atOnce = Mailed(server, tenant, sentence);
        clock.Now = Noon.AddDays(1);
        await dispatcher.DrainAsync();

        Assert.Equal(mailed, atOnce);
        Assert.Equal(string.Join(' ', $"{mailed} {later}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)), Mailed(server, tenant, sentence));
        Assert.Equal(noticed, await NoticedAsync(tenant, sentence));
    }

    private Task EnqueueAsync(string kind, TestTenant tenant, Guid run, Guid asset)
    {
        var (driver, defect, began) = (tenant.Driver.UserId, TestTenant.NewId(), Noon.AddHours(-25));
        return kind switch
        {
            "review requested" => Database.EnqueueAsync(tenant, new InspectionCompleted(run, asset, null, driver, InspectionOutcome.NeedsMaintenance, 0, 3), Noon, tenant.Driver),
            "reviewed" => Database.EnqueueAsync(tenant, new InspectionReviewed(run, asset, driver, tenant.FleetAdmin.UserId, InspectionOutcome.Fail), Noon, tenant.FleetAdmin),
            "defect opened" => Database.EnqueueAsync(tenant, new DefectOpened(defect, run, asset, driver, DefectSeverity.Major), Noon, tenant.Driver),
            "defect certified" => Database.EnqueueAsync(tenant, new DefectCertified(defect, run, asset, driver, tenant.Staff.UserId, DefectStatus.Certified), Noon, tenant.Staff),
            "left open" => Database.EnqueueAsync(tenant, new InspectionLeftOpen(run, asset, driver, began, began.AddHours(72)), Noon, tenant.Staff),
            _ => Database.EnqueueAsync(tenant, new InspectionAutoCancelled(run, asset, driver, began), Noon, tenant.Staff),
        };
    }

    /// <summary>Roles with one mail each that has the sentence; nobody has another.</summary>
    private static string Mailed(MailServer server, TestTenant tenant, string sentence)
    {
        Assert.All(server.Taken, mail => Assert.Contains(sentence, mail.TextBody, StringComparison.Ordinal));
        Assert.Equal(server.Taken.Count, People(tenant).Count(p => server.To(p.Email).Count == 1));
        return string.Join(' ', People(tenant).Where(p => server.To(p.Email).Count == 1).Select(p => p.Role).Order(StringComparer.Ordinal));
    }

    private async Task<string> NoticedAsync(TestTenant tenant, string sentence)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var connection = await Database.OpenAsync(DatabaseRoles.SuperAdmin, cancellationToken);
        await using var command = new NpgsqlCommand("select user_id, event_type, actor_user_id, occurred_at, payload::text from notices where tenant_id = $1", connection)
        {
            Parameters = { new() { Value = tenant.Id } },
        };
        var notices = new List<(Guid User, NoticeSource Source)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                notices.Add((
                    reader.GetGuid(0), new NoticeSource(reader.GetString(1), tenant.Id, reader.GetGuid(2), await reader.GetFieldValueAsync<DateTimeOffset>(3, cancellationToken), reader.GetString(4))));
            }
        }

        var facts = await NotificationFacts.LoadAsync(connection, EventRegistry.Shipped, notices.ConvertAll(n => n.Source), cancellationToken);
        Assert.All(notices, n => Assert.Contains(
            sentence, NotificationTexts.Render(EventRegistry.Shipped, n.Source, facts, "en", TimeZoneInfo.Utc)!.Text, StringComparison.Ordinal));
        return string.Join(' ', notices.Select(n => People(tenant).Single(p => p.UserId == n.User).Role).Order(StringComparer.Ordinal));
    }

    private static TestPerson[] People(TestTenant tenant) => [tenant.Owner, tenant.FleetAdmin, tenant.Staff, tenant.Driver];
}
