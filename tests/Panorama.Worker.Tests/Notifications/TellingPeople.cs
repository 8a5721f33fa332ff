using MimeKit;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Notifications;

/// <summary>A kind of event in one file: nothing else knows of it.</summary>
public sealed record HarbourClosed([property: Names(Named.User)] Guid UserId, int Ships) : IEventPayload
{
    public static EventDefinition Definition { get; } = EventDefinition.Of<HarbourClosed>(
        "panorama.harbour.closed", "harbour", e => e.UserId, Audience.OfPeople<HarbourClosed>(e => [e.UserId]) with { TellsActor = true },
        new EventTexts(
            new EventText("Harbour closed", "The harbour is closed", "{ships} ships wait for {user} of {tenant}."),
            new EventText("Porto fechado", "O porto está fechado", "{ships} navios esperam por {user} de {tenant}."),
            new EventText("Puerto cerrado", "El puerto está cerrado", "{ships} barcos esperan a {user} de {tenant}.")),
        e => "/home");
}

/// <summary>From a message to a mail and a notice: who, what, when, and what becomes of refusals.</summary>
public sealed class TellingPeople(OwnDatabase own) : IClassFixture<OwnDatabase>, IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly SetClock _clock = new(Noon);

    private MailServer _server = null!;
    private TestTenant _tenant = null!;

    private TestDatabase Database => own.Database;

    public async ValueTask InitializeAsync()
    {
        _server = MailServer.Start();
        _tenant = await TestTenant.CreateAsync(Database, cancellationToken: TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Database.SetAsync("truncate notification_events, notification_deliveries, notification_dedup, notices, notification_breakers");
    }

    [Fact]
    public async Task Somebody_who_gets_an_asset_reads_of_it_in_their_language_and_zone_and_managers_the_next_morning()
    {
        await Database.SetAsync("update tenants set timezone = 'America/Sao_Paulo', display_name = 'Harbour <Ltd>' where id = $1", _tenant.Id);
        await Database.SetAsync("update users set locale = 'pt-br', display_name = 'Bia & Co' where id = $1", _tenant.Driver.UserId);
        var asset = await _tenant.AddAssetAsync("V-7", "Van <seven>", TestContext.Current.CancellationToken);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock, stage: "staging");

        await Database.EnqueueAsync(_tenant, new AssetCheckedOut(asset, Guid.CreateVersion7(), _tenant.Driver.UserId, Noon.AddDays(1)), Noon);
        await dispatcher.DrainAsync();
        var mail = Assert.Single(_server.To(_tenant.Driver.Email));
        _clock.Now = Noon.AddHours(21.99); // 06:59 in São Paulo
        await dispatcher.DrainAsync();
        var early = _server.Taken.Count;
        _clock.Now = Noon.AddHours(22.1);
        await dispatcher.DrainAsync();

        Assert.Equal("[staging] [Harbour <Ltd>] V-7 — Van <seven> foi retirado", mail.Subject);
        Assert.Contains("Devolução prevista: 25 de novembro de 2026, 09:00 (America/Sao_Paulo).", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"https://fleet.example/assets/{asset}", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"pt-BR\">", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("Van &lt;seven&gt;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<seven>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        Assert.StartsWith("<https://fleet.example/api/notifications/unsubscribe/", mail.Headers[HeaderId.ListUnsubscribe], StringComparison.Ordinal);
        Assert.Equal(1, early);
        Assert.Equal("[staging] [Harbour <Ltd>] 1 notice of today", Assert.Single(_server.To(_tenant.FleetAdmin.Email)).Subject);
        Assert.Empty(_server.To(_tenant.Owner.Email)); // who did it knows
        Assert.Equal(2L, await Database.OneAsync<long>("select count(*) from notices where tenant_id = $1 and payload ->> 'assetId' = $2", _tenant.Id, asset.ToString()));
        Assert.Equal("DISPATCHED", await Database.OneAsync<string>("select status from notification_events where tenant_id = $1", _tenant.Id));
        Assert.Equal(0L, await TamperedAsync());
    }

    [Fact]
    public async Task One_refusal_neither_stops_nor_repeats_the_others()
    {
        var (nobody, later) = (await Database.AddressAsync(_tenant.Owner, "bounce"), await Database.AddressAsync(_tenant.FleetAdmin, "grey"));
        await Database.EnqueueAsync(_tenant, new MembershipAdded(_tenant.Driver.MembershipId, _tenant.Driver.UserId, Core.Identity.Role.Driver), Noon, _tenant.Staff);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);

        await dispatcher.DrainAsync();
        var first = await StatesAsync();
        _server.Calm = true;
        _clock.Now = Noon.AddSeconds(47);
        await dispatcher.DrainAsync();
        var early = await StatesAsync();
        _clock.Now = Noon.AddSeconds(73);
        await dispatcher.DrainAsync();

        // The owner's second mail was dead on arrival of the suppression or bounced itself: both were claimed at once.
        Assert.Equal("DEAD hard_bounce|DEAD hard_bounce|DISPATCHED|FAILED smtp_deferred", first);
        Assert.Equal(first, early);
        Assert.Equal("DEAD hard_bounce|DEAD hard_bounce|DISPATCHED|DISPATCHED", await StatesAsync());
        Assert.Single(_server.To(_tenant.Driver.Email));
        Assert.Single(_server.To(later));
        Assert.Equal($"{nobody} hard_bounce", await Database.OneAsync<string>("select email || ' ' || reason from mail_suppressions where tenant_id = $1", _tenant.Id));
        Assert.DoesNotContain("@", await Database.OneAsync<string>("select string_agg(last_error, '') from notification_deliveries where tenant_id = $1", _tenant.Id), StringComparison.Ordinal);
        Assert.Equal(1, await Database.OneAsync<int>(
            "select jsonb_array_length(error_history) from notification_events where tenant_id = $1 and event_type like '%added'", _tenant.Id));

        await Database.EnqueueAsync(_tenant, Declined(), _clock.Now, _tenant.Driver);
        await dispatcher.DrainAsync();
        Assert.Equal(1L, await Database.OneAsync<long>("select count(*) from notification_deliveries where tenant_id = $1 and outcome = 'suppressed'", _tenant.Id));
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_of_a_mail_is_tried_again_and_one_that_is_not_wanted_is_not()
    {
        var (dropped, refused) = (await Database.AddressAsync(_tenant.Owner, "drop"), await Database.AddressAsync(_tenant.FleetAdmin, "policy"));
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);

        await dispatcher.DrainAsync();
        var first = await StatesAsync();
        _clock.Now = Noon.AddMinutes(2);
        await dispatcher.DrainAsync();

        Assert.Equal("DEAD smtp_refused|FAILED smtp_interrupted", first);
        Assert.Equal("DEAD smtp_refused|DISPATCHED", await StatesAsync());
        Assert.Single(_server.To(dropped));
        Assert.Empty(_server.To(refused));
        Assert.Equal(0L, await Database.OneAsync<long>("select count(*) from mail_suppressions where tenant_id = $1", _tenant.Id));
    }

    [Fact]
    public async Task What_fails_for_a_day_is_a_dead_letter_and_not_before_and_an_owner_may_have_it_tried_again()
    {
        await Database.AddressAsync(_tenant.FleetAdmin, "grey");
        await Database.SetAsync("update tenant_memberships set status = 'suspended' where id = $1", _tenant.Staff.MembershipId);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Owner);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);
        var attempts = 0;
        while (_clock.Now < Noon.AddHours(24))
        {
            await dispatcher.DrainAsync();
            attempts++;
            Assert.Equal("FAILED smtp_deferred", await StatesAsync());
            var next = await Database.OneAsync<DateTime>("select next_attempt_at from notification_deliveries where tenant_id = $1 and channel = 'email'", _tenant.Id);
            var (least, most) = attempts <= 5 ? (Math.Pow(2, attempts - 1) * 0.8, Math.Pow(2, attempts - 1) * 1.2) : (48, 72);
            Assert.InRange((next - _clock.Now.UtcDateTime).TotalMinutes, least - 0.01, most + 0.01);
            _clock.Now = new DateTimeOffset(next, TimeSpan.Zero);
        }

        await dispatcher.DrainAsync();

        Assert.Equal("DEAD smtp_deferred", await StatesAsync());
        Assert.InRange(attempts, 23, 34);
        Assert.Equal("DEAD", await Database.OneAsync<string>("select status from notification_events where tenant_id = $1", _tenant.Id));
        Assert.Equal(1L, await Database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.notification.dead'", _tenant.Id));
        Assert.Equal("panorama.asset.custody_declined email smtp_deferred 1", await Database.AsAsync<string>(
            _tenant.Owner, "select concat_ws(' ', event_type, channel, cause, count) from notification_dead_causes()"));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Database.AsAsync<long>(_tenant.FleetAdmin, "select count(*) from notification_dead_letters(10)"));
        Assert.Equal("owner_required", refusal.MessageText);

        _server.Calm = true;
        Assert.Equal(1, await Database.AsAsync<int>(
            _tenant.Owner, "select notification_requeue(array_agg(event_at), array_agg(id), 'the relay is back') from notification_dead_letters(10)"));
        _clock.Now = TimeProvider.System.GetUtcNow().AddMinutes(1); // it was due by the database's clock
        await dispatcher.DrainAsync();
        Assert.Equal("DISPATCHED", await StatesAsync());
        Assert.Equal("DISPATCHED", await Database.OneAsync<string>("select status from notification_events where tenant_id = $1", _tenant.Id));
        Assert.Equal(1L, await Database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.notification.requeued'", _tenant.Id));
        Assert.Equal(0L, await TamperedAsync());
    }

    [Fact]
    public async Task Ten_failures_rest_the_channel_of_one_organisation_for_five_minutes()
    {
        await Database.AddressAsync(_tenant.FleetAdmin, "grey");
        await Database.SetAsync("update users set email = null where id = $1", _tenant.Owner.UserId);
        for (var i = 0; i < 12; i++)
        {
            await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);
        }

        await using var dispatcher = new TestDispatcher(Database, _server, _clock);

        await dispatcher.DrainAsync();
        var opened = await BreakerAsync();
        _clock.Now = Noon.AddMinutes(4);
        await dispatcher.DrainAsync();
        var attempts = await Database.OneAsync<long>("select sum(attempts) from notification_deliveries where tenant_id = $1 and channel = 'email'", _tenant.Id);
        _server.Calm = true;
        _clock.Now = Noon.AddMinutes(6);
        await dispatcher.DrainAsync();

        Assert.Equal("channel_breaker_opened", opened);
        Assert.Equal(12, attempts);
        Assert.Equal(12, _server.Taken.Count);
        Assert.Equal("channel_breaker_closed,channel_breaker_opened", await BreakerAsync());
    }

    [Fact]
    public async Task Quiet_hours_hold_a_mail_and_security_does_not_wait()
    {
        await Database.SetAsync("insert into notification_settings (tenant_id, user_id, quiet_from, quiet_until) values ($1, $2, '11:00', '14:30')", _tenant.Id, _tenant.FleetAdmin.UserId);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Owner);
        await Database.EnqueueAsync(_tenant, new PasswordChanged(_tenant.FleetAdmin.UserId), Noon, _tenant.FleetAdmin);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);

        await dispatcher.DrainAsync();
        var held = _server.To(_tenant.FleetAdmin.Email).ConvertAll(m => m.Subject);
        _clock.Now = Noon.AddHours(2.49);
        await dispatcher.DrainAsync();
        var still = _server.Taken.Count;
        _clock.Now = Noon.AddHours(2.5);
        await dispatcher.DrainAsync();

        Assert.Equal($"[{_tenant.Slug}] Your password was changed", Assert.Single(held));
        Assert.Null(_server.Taken.First().Headers[HeaderId.ListUnsubscribe]);
        Assert.Equal((1, 2), (still, _server.Taken.Count));
    }

    [Fact]
    public async Task Preferences_are_a_persons_before_the_organisations_and_a_day_is_one_mail()
    {
        await Database.SetAsync(
            "insert into notification_preferences (tenant_id, user_id, event_type, channel, mode) values ($1, null, $3, 'email', 'off'), ($1, $2, $3, 'email', 'daily'), ($1, $2, $3, 'in_app', 'off')",
            _tenant.Id, _tenant.FleetAdmin.UserId, CustodyDeclined.Definition.Type);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);

        await dispatcher.DrainAsync();
        _clock.Now = Noon.AddHours(18);
        await dispatcher.DrainAsync();
        _clock.Now = Noon.AddHours(19); // 07:00
        await dispatcher.DrainAsync();

        var mail = Assert.Single(_server.Taken);
        Assert.Equal((_tenant.FleetAdmin.Email, $"[{_tenant.Slug}] 2 notices of today"), (mail.To.Mailboxes.Single().Address, mail.Subject));
        Assert.Equal(_tenant.Owner.UserId, await Database.OneAsync<Guid>("select distinct user_id from notices where tenant_id = $1", _tenant.Id));
    }

    [Fact]
    public async Task One_click_ends_mail_of_an_organisation_until_it_is_released()
    {
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Owner);
        await dispatcher.DrainAsync();
        var link = _server.To(_tenant.FleetAdmin.Email)[0].Headers[HeaderId.ListUnsubscribe]!;
        var token = link[(link.LastIndexOf('/') + 1)..^1];
        await using var anybody = await Database.OpenAsync(DatabaseRoles.App, TestContext.Current.CancellationToken);

        Assert.False(await UnsubscribeAsync(anybody, token[..^1] + (token[^1] == '0' ? '1' : '0')));
        Assert.True(await UnsubscribeAsync(anybody, token));
        Assert.True(await UnsubscribeAsync(anybody, token));
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Owner);
        await Database.EnqueueAsync(_tenant, new PasswordChanged(_tenant.FleetAdmin.UserId), Noon, _tenant.FleetAdmin);
        await dispatcher.DrainAsync();
        var held = _server.To(_tenant.FleetAdmin.Email).Count;
        await Database.AsAsync<int>(_tenant.Owner, "with released as (update mail_suppressions set released_at = now() where reason = 'unsubscribed' returning 1) select count(*)::int from released");
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Owner);
        await dispatcher.DrainAsync();

        Assert.Equal(2, held); // the first, and the password's
        Assert.Equal(3, _server.To(_tenant.FleetAdmin.Email).Count);
    }

    [Fact]
    public async Task A_kind_of_event_is_added_by_one_file()
    {
        var registry = new EventRegistry(typeof(EventRegistry).Assembly, typeof(HarbourClosed).Assembly);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock, registry);

        await Database.EnqueueAsync(_tenant, new HarbourClosed(_tenant.Driver.UserId, 1200), Noon);
        await dispatcher.DrainAsync();

        var name = await Database.OneAsync<string>("select display_name from users where id = $1", _tenant.Driver.UserId);
        Assert.Equal($"1,200 ships wait for {name} of {_tenant.Slug}.", Assert.Single(_server.To(_tenant.Driver.Email)).TextBody!.Split('\n').Select(l => l.Trim()).ElementAt(2));
        Assert.Equal("panorama.harbour.closed", await Database.OneAsync<string>("select event_type from notices where tenant_id = $1", _tenant.Id));
        Assert.True(registry.TryFind("panorama.harbour.closed", out var definition));
        Assert.Equal("integer", (string?)EventRegistry.SchemaOf(definition)["properties"]!["data"]!["properties"]!["ships"]!["type"]);
    }

    [Fact]
    public async Task What_this_version_does_not_know_waits_for_one_that_does_and_is_dead_after_a_day()
    {
        await Database.EnqueueAsync(_tenant, new HarbourClosed(_tenant.Driver.UserId, 3), Noon);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);

        await dispatcher.DrainAsync();
        var first = await Database.OneAsync<string>("select status || ' ' || last_error from notification_events where tenant_id = $1", _tenant.Id);
        _clock.Now = Noon.AddHours(25);
        await dispatcher.DrainAsync();

        Assert.Equal("FAILED unknown_event_type", first);
        Assert.Equal("DEAD", await Database.OneAsync<string>("select status from notification_events where tenant_id = $1", _tenant.Id));
        Assert.Equal("event unknown_event_type", await Database.AsAsync<string>(_tenant.Owner, "select channel || ' ' || cause from notification_dead_causes()"));
        Assert.Equal(1, await Database.AsAsync<int>(_tenant.Owner, "select notification_requeue_all('new version', 100)"));
        Assert.Equal("PENDING", await Database.OneAsync<string>("select status from notification_events where tenant_id = $1", _tenant.Id));
    }

    [Fact]
    public async Task A_lease_is_taken_over_after_a_minute_and_its_old_holder_has_no_say()
    {
        await Database.SetAsync("update users set email = null where id = $1", _tenant.Owner.UserId);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));
        await new FanOut(source, EventRegistry.Shipped, Channels.All).PassAsync(Noon, null, 0, TestContext.Current.CancellationToken);
        var queue = new Deliveries(source);
        var lost = Assert.Single(await queue.ClaimAsync(Noon, "one", 10, null, TestContext.Current.CancellationToken));

        Assert.Empty(await queue.ClaimAsync(Noon.AddSeconds(59), "two", 10, null, TestContext.Current.CancellationToken));
        Assert.Equal(0, await queue.RescueAsync(Noon.AddSeconds(59), TestContext.Current.CancellationToken));
        Assert.Equal(1, await queue.RenewAsync(Noon.AddSeconds(30), [lost], TestContext.Current.CancellationToken));
        Assert.Equal(0, await queue.RescueAsync(Noon.AddSeconds(61), TestContext.Current.CancellationToken));
        Assert.Equal(1, await queue.RescueAsync(Noon.AddSeconds(91), TestContext.Current.CancellationToken));
        Assert.Equal(0, await queue.RenewAsync(Noon.AddSeconds(92), [lost], TestContext.Current.CancellationToken));
        Assert.Empty(await queue.SettleAsync(Noon.AddSeconds(92), [new DeliveryResult(lost, DeliveryResult.Dead)], TestContext.Current.CancellationToken));
        var taken = Assert.Single(await queue.ClaimAsync(Noon.AddSeconds(92), "two", 10, null, TestContext.Current.CancellationToken));
        Assert.Equal((lost.Id, 2), (taken.Id, taken.Attempts));
        Assert.Single(await queue.SettleAsync(Noon.AddSeconds(93), [new DeliveryResult(taken, DeliveryResult.Sent)], TestContext.Current.CancellationToken));
        Assert.Equal("DISPATCHED", await StatesAsync());
        Assert.Equal(1L, await Database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.notification.rescued'", _tenant.Id));
    }

    [Fact]
    public async Task Mails_of_one_asset_to_one_person_leave_in_order()
    {
        await Database.AddressAsync(_tenant.FleetAdmin, "grey");
        await Database.SetAsync("update users set email = null where id = any($1)", new[] { _tenant.Owner.UserId, _tenant.Staff.UserId });
        var asset = await _tenant.AddAssetAsync(cancellationToken: TestContext.Current.CancellationToken);
        await Database.EnqueueAsync(_tenant, new CheckinRequested(asset, Guid.CreateVersion7(), _tenant.Driver.UserId), Noon, _tenant.Driver);
        await Database.EnqueueAsync(_tenant, new CustodyDeclined(asset, Guid.CreateVersion7(), _tenant.Driver.UserId), Noon.AddMilliseconds(1), _tenant.Driver);
        await using var dispatcher = new TestDispatcher(Database, _server, _clock);
        _clock.Now = Noon.AddMilliseconds(1);

        await dispatcher.DrainAsync();
        var tried = await Database.OneAsync<long>("select sum(attempts) from notification_deliveries where tenant_id = $1 and channel = 'email'", _tenant.Id);
        _server.Calm = true;
        _clock.Now = Noon.AddMinutes(2);
        await dispatcher.DrainAsync();

        Assert.Equal(1, tried);
        Assert.Equal(["requested", "declined"], _server.Taken.Select(m => m.Subject!.Contains("declined", StringComparison.Ordinal) ? "declined" : "requested"));
    }

    [Fact]
    public async Task What_somebody_changes_by_hand_leaves_a_row_in_the_trail()
    {
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);
        await using var connection = await Database.OpenAsync(DatabaseRoles.SuperAdmin, TestContext.Current.CancellationToken);

        await Sql.RunAsync(connection, "update notification_events set status = 'DISPATCHED' where tenant_id = $1", TestContext.Current.CancellationToken, _tenant.Id);
        await Sql.RunAsync(connection, "update notification_events set payload = '{}' where tenant_id = $1", TestContext.Current.CancellationToken, _tenant.Id);
        await Sql.RunAsync(connection, "delete from notification_events where tenant_id = $1", TestContext.Current.CancellationToken, _tenant.Id);

        // Within a millisecond rows have no order.
        Assert.Equal("DISPATCHED,DISPATCHED DISPATCHED,PENDING DISPATCHED", await Database.OneAsync<string>(
            """
            select string_agg(step, ',' order by step collate "C")
              from (select concat_ws(' ', metadata ->> 'fromStatus', metadata ->> 'toStatus') as step, tenant_id, action from audit_events) written
             where tenant_id = $1 and action = 'panorama.notification.status_tampered'
            """, _tenant.Id));
    }

    [Trait("FieldCase", "JOB-03")]
    [Fact]
    public async Task A_mail_is_seven_bits_and_a_name_adds_no_header()
    {
        await Database.SetAsync("update tenants set display_name = 'Größe & Söhne' where id = $1", _tenant.Id);
        await Database.SetAsync("update users set display_name = $2 where id = $1", _tenant.Driver.UserId, "Ana\r\nBcc: x@qa.example");
        var asset = await _tenant.AddAssetAsync("F-7", "Furgão nº 7 — \"ß\" <b>" + new string('x', 1500), TestContext.Current.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("panorama-mail-").FullName;
        await using var dispatcher = new TestDispatcher(Database, null, _clock, folder: folder);

        await Database.EnqueueAsync(_tenant, new AssetCheckedIn(asset, Guid.CreateVersion7(), _tenant.Driver.UserId), Noon);
        await dispatcher.DrainAsync();

        var bytes = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(folder)), TestContext.Current.CancellationToken);
        var mail = MimeMessage.Load(new MemoryStream(bytes), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(bytes, b => b > 127);
        Assert.True(System.Text.Encoding.ASCII.GetString(bytes).Split('\n').Max(l => l.Length) <= 998);
        Assert.StartsWith("[Größe & Söhne] F-7 — Furgão nº 7 — \"ß\" <b>xxx", mail.Subject, StringComparison.Ordinal);
        Assert.Equal(("Ana  Bcc: x@qa.example", _tenant.Driver.Email), (mail.To.Mailboxes.Single().Name, mail.To.Mailboxes.Single().Address));
        Assert.Single(mail.Headers, h => h.Id == HeaderId.To);
        Assert.Empty(mail.Bcc);
        Assert.Contains("&lt;b&gt;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("<b>", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Without_a_relay_mails_are_files_and_one_written_twice_is_one()
    {
        var folder = Directory.CreateTempSubdirectory("panorama-mail-").FullName;
        await using var dispatcher = new TestDispatcher(Database, null, _clock, folder: folder);
        await Database.EnqueueAsync(_tenant, Declined(), Noon, _tenant.Driver);

        await dispatcher.DrainAsync();
        await Database.SetAsync("update notification_deliveries set status = 'PENDING' where tenant_id = $1 and channel = 'email'", _tenant.Id);
        await dispatcher.DrainAsync();

        var mails = Directory.GetFiles(folder, "*.eml").Select(f => MimeMessage.Load(f, TestContext.Current.CancellationToken).To.Mailboxes.Single().Address);
        Assert.Equal(new[] { _tenant.FleetAdmin.Email, _tenant.Owner.Email }.Order(StringComparer.Ordinal), mails.Order(StringComparer.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Old_messages_go_by_the_organisations_time_and_dead_ones_stay_a_year()
    {
        await Database.SetAsync("update tenants set notification_retention_days = 7 where id = $1", _tenant.Id);
        await Database.SetAsync(
            """
            insert into notification_events (id, created_at, tenant_id, event_type, status)
            select gen_random_uuid(), now() - make_interval(days => d), $1, 'panorama.asset.created', s
              from (values (6, 'DISPATCHED'), (8, 'DISPATCHED'), (8, 'PENDING'), (364, 'DEAD'), (366, 'DEAD')) v(d, s)
            """, _tenant.Id);
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));

        var removed = await PruneNotifications.ExecuteAsync(source, TimeProvider.System.GetUtcNow(), Core.Jobs.JobTurn.Unlimited, TestContext.Current.CancellationToken);

        Assert.Equal(2, removed);
        Assert.Equal("DEAD,DISPATCHED,PENDING", await Database.OneAsync<string>("select string_agg(status, ',' order by status) from notification_events where tenant_id = $1", _tenant.Id));
        Assert.Equal(0L, await TamperedAsync());
    }

    private CustodyDeclined Declined() => new(Guid.CreateVersion7(), Guid.CreateVersion7(), _tenant.Driver.UserId);

    private static async Task<bool> UnsubscribeAsync(NpgsqlConnection connection, string token)
    {
        await using var command = new NpgsqlCommand("select notification_unsubscribe($1)", connection);
        command.Parameters.Add(new() { Value = token });
        return (bool)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private Task<long> TamperedAsync() =>
        Database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.notification.status_tampered'", _tenant.Id);

    private Task<string> StatesAsync() => Database.OneAsync<string>(
        "select string_agg(concat_ws(' ', status, cause), '|' order by status, cause) from notification_deliveries where tenant_id = $1 and channel = 'email'", _tenant.Id);

    private Task<string> BreakerAsync() => Database.OneAsync<string>(
        "select string_agg(replace(action, 'panorama.notification.', ''), ',' order by action) from audit_events where tenant_id = $1 and action like '%breaker%'", _tenant.Id);
}
