using System.Diagnostics;
using System.Globalization;
using Panorama.Core.Notifications.Events;
using Panorama.Testing;
using Panorama.Worker.Notifications;

namespace Panorama.Worker.Tests.Notifications;

/// <summary>Any number of workers, workers that die, servers that restart: each message arrives, none is lost.</summary>
public sealed class DrainingByMany(OwnDatabase own) : IClassFixture<OwnDatabase>, IAsyncLifetime
{
    private TestDatabase Database => own.Database;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Database.SetAsync("truncate notification_events, notification_deliveries, notification_dedup, notices, notification_breakers");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Workers_share_messages_and_send_each_once(int workers)
    {
        const int Messages = 300;
        await using var server = MailServer.Start(pace: TimeSpan.FromMilliseconds(5));
        var tenants = await TenantsAsync(3);
        foreach (var tenant in tenants)
        {
            await EnqueueAsync(tenant, Messages / 3);
        }

        List<TestDispatcher> dispatchers = [.. Enumerable.Range(0, workers).Select(_ => new TestDispatcher(Database, server, TimeProvider.System))];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(dispatchers.Select(d => d.Dispatcher.StartAsync(TestContext.Current.CancellationToken)));

        await DoneAsync();

        watch.Stop();
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{workers} workers: {Messages} mails in {watch.Elapsed.TotalSeconds:0.0} s"));
        Assert.Equal(Messages, server.Taken.Count);
        Assert.Equal(Messages, server.Taken.Select(m => m.MessageId).Distinct().Count());
        foreach (var dispatcher in dispatchers)
        {
            await dispatcher.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_hundred_thousand_messages_of_one_organisation_delay_another_by_five_seconds_at_most()
    {
        await using var server = MailServer.Start();
        var tenants = await TenantsAsync(2);
        await EnqueueAsync(tenants[0], 100_000);
        await using var dispatcher = new TestDispatcher(Database, server, TimeProvider.System);
        await dispatcher.Dispatcher.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Task.FromResult(!server.Taken.IsEmpty), () => "Nothing was sent.", TestContext.Current.CancellationToken);

        var slowest = TimeSpan.Zero;
        for (var i = 1; i <= 3; i++)
        {
            var watch = Stopwatch.StartNew();
            await EnqueueAsync(tenants[1], 1);
            await Eventually.TrueAsync(() => Task.FromResult(server.To(tenants[1].Driver.Email).Count == i), () => "It did not arrive.", TestContext.Current.CancellationToken);
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
        }

        var waiting = await Database.OneAsync<long>("select count(*) from notification_events where tenant_id = $1 and status = 'PENDING'", tenants[0].Id);
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"slowest {slowest.TotalSeconds:0.00} s while {waiting} messages of another waited"));
        Assert.True(waiting > 50_000, $"Only {waiting} waited.");
        Assert.True(slowest <= TimeSpan.FromSeconds(5), $"It took {slowest}.");
    }

    [Fact]
    public async Task A_restart_of_the_database_loses_nothing()
    {
        const int Messages = 200;
        await using var server = MailServer.Start(pace: TimeSpan.FromMilliseconds(20));
        var tenant = (await TenantsAsync(1))[0];
        await EnqueueAsync(tenant, Messages);
        await using var dispatcher = new TestDispatcher(Database, server, TimeProvider.System);
        await dispatcher.Dispatcher.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Task.FromResult(server.Taken.Count >= 20), () => "Nothing was sent.", TestContext.Current.CancellationToken);

        await Database.RestartServerAsync(TestContext.Current.CancellationToken);
        var at = server.Taken.Count;
        await DoneAsync();

        await Task.WhenAll(new[] { "Superuser", Core.Data.DatabaseRoles.Migrator }.SelectMany(role => Enumerable.Range(0, 10).Select(_ => ForgetAsync(role)))); // connections of the pool that the restart ended
        Assert.InRange(at, 20, Messages - 1);
        Assert.Equal(Messages, server.Taken.Select(m => m.MessageId).Distinct().Count());
    }

    [Fact]
    [Trait("Tier", "Full")]
    public async Task Through_a_pooler_in_transaction_mode_that_restarts_it_loses_nothing()
    {
        Assert.SkipWhen(Pooler.Find() is null, "needs a pooler: install pgbouncer (apt-get install pgbouncer)");
        const int Messages = 200;
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var pooler = await Pooler.StartAsync(Database, cancellationToken);
        await using var server = MailServer.Start(pace: TimeSpan.FromMilliseconds(20));
        var tenant = (await TenantsAsync(1))[0];
        await EnqueueAsync(tenant, Messages);
        await using var worker = Start(server, ("ConnectionStrings__panorama_privileged", pooler.ConnectionString(Core.Data.DatabaseRoles.SuperAdmin)));
        await Eventually.TrueAsync(() => Task.FromResult(server.Taken.Count >= 20), () => worker.Output, cancellationToken);

        await pooler.RestartAsync(cancellationToken);
        var at = server.Taken.Count;
        await Eventually.TrueAsync(async () => await OpenAsync() == 0, () => worker.Output, cancellationToken);
        await worker.WaitUntilHealthyAsync(cancellationToken);
        await EnqueueAsync(tenant, 1);
        await Eventually.TrueAsync(async () => await OpenAsync() == 0, () => worker.Output, cancellationToken); // found without being woken

        Assert.InRange(at, 20, Messages - 1);
        Assert.Equal(Messages + 1, server.Taken.Select(m => m.MessageId).Distinct().Count());
        await Eventually.TrueAsync(() => Task.FromResult(worker.Output.Contains("passes no notification on", StringComparison.Ordinal)), () => worker.Output, cancellationToken);
    }

    [Fact]
    public Task Killed_three_times_it_loses_nothing() => KillAsync(3);

    [Fact]
    [Trait("Tier", "Full")]
    public Task Killed_fifty_times_it_loses_nothing() => KillAsync(50);

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_relay_with_a_certificate_and_a_password_is_used_and_a_message_is_told_at_once(string secure)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = MailServer.Start(secure: true, isImplicit: secure == "tls");
        var tenant = (await TenantsAsync(1))[0];
        await using var worker = WorkerProcess.Start(
            Database, ("SMTP_HOST", "localhost"), ("SMTP_SECURE", secure), ("SMTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture)), ("SMTP_USER", "panorama"), ("SMTP_PASSWORD", "a relay's password"),
            ("MAIL_FROM", "panorama@fleet.example"), ("SSL_CERT_FILE", server.CertificateFile!));
        await worker.WaitUntilHealthyAsync(cancellationToken);
        await Eventually.TrueAsync(
            async () => await Database.OneAsync<long>("select count(*) from pg_stat_activity where application_name = 'panorama-worker-signal'") > 0, () => worker.Output, cancellationToken);

        List<double> times = [];
        for (var i = 1; i <= 5; i++)
        {
            await EnqueueAsync(tenant, 1);
            var watch = Stopwatch.StartNew();
            await Eventually.TrueAsync(() => Task.FromResult(server.Taken.Count == i), () => worker.Output, cancellationToken);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"told after {string.Join(", ", times.Select(t => (int)t))} ms"));
        Assert.All(times.Skip(1).Order().Take(3), t => Assert.InRange(t, 0, 1500)); // the first warms up; by looking alone it would be two seconds and more
        Assert.Equal(tenant.Driver.Email, server.Taken.First().To.Mailboxes.Single().Address);
    }

    private async Task ForgetAsync(string role)
    {
        try
        {
            await using var connection = await Database.OpenAsync(role, TestContext.Current.CancellationToken);
            await Sql.RunAsync(connection, "select pg_sleep(0.5)", TestContext.Current.CancellationToken);
        }
        catch (Npgsql.NpgsqlException)
        {
            // It was one of them.
        }
    }

    private async Task KillAsync(int rounds)
    {
        const int Messages = 40;
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = MailServer.Start(pace: TimeSpan.FromMilliseconds(60));
        var tenant = (await TenantsAsync(1))[0];
        HashSet<string> uncertain = [];
        var enqueued = 0;
        for (var round = 1; round <= rounds;)
        {
            await EnqueueAsync(tenant, Messages);
            enqueued += Messages;
            await using var victim = Start(server);
            var before = server.Taken.Count;
            await Eventually.TrueAsync(() => Task.FromResult(server.Taken.Count >= before + 5), () => victim.Output, cancellationToken);
            await victim.KillAsync(cancellationToken);
            var leased = await LeasedAsync();
            var open = await OpenAsync();
            TestContext.Current.SendDiagnosticMessage(string.Create(
                CultureInfo.InvariantCulture, $"round {round}: killed {victim.ProcessId}, leased {leased.Count}, open {open}, enqueued {enqueued}, received {server.Taken.Count}{(leased.Count == 0 ? " (does not count)" : "")}"));
            uncertain.UnionWith(leased);
            round += leased.Count > 0 ? 1 : 0;
            await Database.SetAsync("update notification_deliveries set lease_until = now() - interval '1 second' where status = 'IN_PROGRESS'"); // a minute passes
        }

        await using var last = Start(server);
        await Eventually.TrueAsync(async () => await OpenAsync() == 0, () => last.Output, cancellationToken);

        var received = server.Taken.GroupBy(m => m.MessageId!).ToDictionary(g => g.Key, g => g.Count());
        var twice = received.Where(r => r.Value > 1).Select(r => r.Key).ToList();
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{rounds} rounds: enqueued {enqueued}, received {received.Count} different, {twice.Count} twice"));
        Assert.Equal(enqueued, received.Count);
        Assert.Empty(twice.Except(uncertain)); // only where the answer of the relay never came
        Assert.Equal(enqueued, await Database.OneAsync<long>("select count(*) from notification_events where tenant_id = $1 and status = 'DISPATCHED'", tenant.Id));
        Assert.Equal(enqueued, await Database.OneAsync<long>("select count(*) from notices where tenant_id = $1", tenant.Id));
    }

    private WorkerProcess Start(MailServer server, params (string Key, string Value)[] settings) => WorkerProcess.Start(
        Database, [.. settings, ("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture)), ("SMTP_SECURE", "none"), ("MAIL_FROM", "panorama@fleet.example")]);

    private async Task<List<string>> LeasedAsync()
    {
        List<string> ids = [];
        await using var connection = await Database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("select event_id, channel, recipient_key from notification_deliveries where status = 'IN_PROGRESS'", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            ids.Add(MailComposer.MessageId($"{reader.GetGuid(0)}|{reader.GetString(1)}|{reader.GetString(2)}", new MimeKit.MailboxAddress("", "panorama@fleet.example")));
        }

        return ids;
    }

    private Task<long> OpenAsync() => Database.OneAsync<long>("select count(*) from notification_events where status not in ('DISPATCHED', 'DEAD')");

    private Task DoneAsync() => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                return await OpenAsync() == 0;
            }
            catch (Npgsql.NpgsqlException)
            {
                return false; // the server restarts
            }
        },
        () => "Messages are left.", TestContext.Current.CancellationToken);

    private async Task<List<TestTenant>> TenantsAsync(int count)
    {
        List<TestTenant> tenants = [];
        for (var i = 0; i < count; i++)
        {
            tenants.Add(await TestTenant.CreateAsync(Database, cancellationToken: TestContext.Current.CancellationToken));
        }

        return tenants;
    }

    /// <summary>Check-outs to the driver: one mail and one notice each; the managers have turned them off.</summary>
    private async Task EnqueueAsync(TestTenant tenant, int count)
    {
        await Database.SetAsync(
            """
            insert into notification_preferences (tenant_id, user_id, event_type, channel, mode)
            select $1, u, 'panorama.asset.checked_in', c, 'off' from unnest($2) u, unnest(array['email', 'in_app']) c on conflict do nothing
            """, tenant.Id, new[] { tenant.Owner.UserId, tenant.FleetAdmin.UserId });
        await using var connection = await Database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await Sql.RunAsync(
            connection,
            """
            insert into notification_events (id, tenant_id, event_type, resource_type, resource_id, payload)
            select panorama_uuid7(), $1, $2, 'asset', a.id, jsonb_build_object('assetId', a.id, 'assignmentId', a.id, 'userId', $3)
              from (select gen_random_uuid() as id from generate_series(1, $4)) a
            """,
            TestContext.Current.CancellationToken, tenant.Id, AssetCheckedIn.Definition.Type, tenant.Driver.UserId, count);
    }
}
