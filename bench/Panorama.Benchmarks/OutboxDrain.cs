using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Testing;
using Panorama.Worker.Tests.Notifications;

namespace Panorama.Benchmarks;

/// <summary>
/// What telling people costs: messages that one, two and four workers drain a second, from event to taken mail; the time from a commit to the relay at
/// fifty a second; and what a message adds to the transaction that writes it, told at once or not.
/// </summary>
internal static class OutboxDrain
{
    private const int Callers = 10;

    public static async Task RunAsync(TestDatabase database, int messages, int rounds)
    {
        await using var server = MailServer.Start();
        var tenants = new List<TestTenant>();
        for (var i = 0; i < 4; i++)
        {
            tenants.Add(await TestTenant.CreateAsync(database));
        }

        await using (var owner = await database.OpenSuperuserAsync())
        {
            // One mail for each message: the managers have turned theirs off.
            await ExecuteAsync(
                owner,
                """
                insert into notification_preferences (tenant_id, user_id, event_type, channel, mode)
                select m.tenant_id, m.user_id, t, c, 'off' from tenant_memberships m, unnest(array['panorama.asset.checked_in', 'panorama.asset.checked_out']) t, unnest(array['email', 'in_app']) c
                 where m.role in ('owner', 'fleet_admin')
                """);
        }

        await DrainingAsync(database, server, tenants, messages);
        await DelayAsync(database, server, tenants);
        await CostAsync(database, tenants[0], rounds);
    }

    private static async Task DrainingAsync(TestDatabase database, MailServer server, List<TestTenant> tenants, int messages)
    {
        double? one = null;
        foreach (var workers in (int[])[1, 2, 4])
        {
            await using (var owner = await database.OpenSuperuserAsync())
            {
                foreach (var tenant in tenants)
                {
                    await ExecuteAsync(
                        owner,
                        """
                        insert into notification_events (id, tenant_id, event_type, resource_type, resource_id, payload)
                        select panorama_uuid7(), $1, 'panorama.asset.checked_in', 'asset', a.id, jsonb_build_object('assetId', a.id, 'assignmentId', a.id, 'userId', $2)
                          from (select gen_random_uuid() as id from generate_series(1, $3)) a
                        """,
                        tenant.Id, tenant.Driver.UserId, messages / tenants.Count);
                }
            }

            server.Taken.Clear();
            List<TestDispatcher> dispatchers = [.. Enumerable.Range(0, workers).Select(_ => new TestDispatcher(database, server, TimeProvider.System))];
            var started = Stopwatch.GetTimestamp();
            foreach (var dispatcher in dispatchers)
            {
                await dispatcher.StartAsync(CancellationToken.None);
            }

            while (server.Taken.Count < messages / tenants.Count * tenants.Count)
            {
                await Task.Delay(10);
            }

            var perSecond = messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
            one ??= perSecond;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"outbox, {messages:N0} mails, {workers} workers: {perSecond:N0} a second, ratio to one {perSecond / one:F2}"));
            foreach (var dispatcher in dispatchers)
            {
                await dispatcher.DisposeAsync();
            }
        }
    }

    private static async Task DelayAsync(TestDatabase database, MailServer server, List<TestTenant> tenants)
    {
        const int Count = 1_000;
        var pause = TimeSpan.FromMilliseconds(20);
        ConcurrentDictionary<string, long> taken = new();
        void Note(MimeKit.MimeMessage message) => taken.TryAdd(message.MessageId!, Stopwatch.GetTimestamp());
        server.OnTaken = Note;
        await using var dispatcher = new TestDispatcher(database, server, TimeProvider.System, isWoken: true);
        await dispatcher.StartAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await using var app = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.App));
        Dictionary<string, long> committed = [];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Count; i++)
        {
            var tenant = tenants[i % tenants.Count];
            var message = Message(new AssetCheckedIn(TestTenant.NewId(), TestTenant.NewId(), tenant.Driver.UserId), tenant);
            await InRequestAsync(app, tenant, connection => Outbox.EnqueueAsync(connection, message, null, CancellationToken.None));
            committed[Worker.Notifications.MailComposer.MessageId($"{message.Id}|email|{tenant.Driver.UserId}", new MimeKit.MailboxAddress("", "panorama@fleet.example"))] = Stopwatch.GetTimestamp();
            if (start + (long)((i + 1) * pause.TotalSeconds * Stopwatch.Frequency) - Stopwatch.GetTimestamp() is > 0 and var left)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency));
            }
        }

        var sent = Stopwatch.GetElapsedTime(start);
        while (!committed.Keys.All(taken.ContainsKey))
        {
            await Task.Delay(10);
        }

        server.OnTaken = null;
        var delays = committed.Select(c => Math.Max(0, Stopwatch.GetElapsedTime(c.Value, taken[c.Key]).TotalMilliseconds)).Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"outbox, {Count / sent.TotalSeconds:F0} messages a second, one worker: from commit to taken mail p50 {delays[Count / 2]:F0} ms, p95 {delays[Count * 95 / 100]:F0} ms, slowest {delays[^1]:F0} ms"));
    }

    // A change of an asset with its audit row is the baseline. Each caller has an asset of his own: only what all share is waited for.
    private static async Task CostAsync(TestDatabase database, TestTenant tenant, int rounds)
    {
        await using var app = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString(DatabaseRoles.App)) { MaxPoolSize = Callers }.ConnectionString);
        List<Guid> assets = [];
        for (var i = 0; i < Callers; i++)
        {
            assets.Add(await tenant.AddAssetAsync($"B-{i}", "Van"));
        }

        (string Name, Func<NpgsqlConnection, Guid, Task> Tell)[] variants =
        [
            ("nothing told (baseline)", (_, _) => Task.CompletedTask),
            ("told, nobody at once", (connection, asset) => Outbox.EnqueueAsync(connection, Message(new AssetUpdated(asset), tenant), null, CancellationToken.None)),
            ("told at once", (connection, asset) => Outbox.EnqueueAsync(connection, Message(new AssetCheckedOut(asset, asset, tenant.Driver.UserId, null), tenant), null, CancellationToken.None)),
        ];
        foreach (var callers in (int[])[1, Callers])
        {
            var times = variants.Select(_ => new ConcurrentBag<double>()).ToList();
            for (var turn = 0; turn < 10; turn++)
            {
                for (var v = 0; v < variants.Length; v++)
                {
                    await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
                    {
                        for (var i = 0; i < rounds / 10 / callers; i++)
                        {
                            var started = Stopwatch.GetTimestamp();
                            await InRequestAsync(app, tenant, async connection =>
                            {
                                await ExecuteAsync(connection, "update assets set notes = $2, version = version + 1 where id = $1", assets[caller], TestTenant.NewId().ToString());
                                await ExecuteAsync(
                                    connection, "insert into audit_events (id, action, resource_type, resource_id) values ($1, 'panorama.asset.updated', 'asset', $2)",
                                    Guid.CreateVersion7(), assets[caller].ToString());
                                await variants[v].Tell(connection, assets[caller]);
                            });
                            times[v].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                        }
                    }));
                }
            }

            var sorted = times.Select(t => t.Order().ToList()).ToList();
            for (var v = 0; v < variants.Length; v++)
            {
                double p50 = sorted[v][sorted[v].Count / 2], p95 = sorted[v][sorted[v].Count * 95 / 100];
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"outbox, transaction of {callers} callers, {variants[v].Name}: p50 {p50:F2} ms, p95 {p95:F2} ms, ratio {p50 / sorted[0][sorted[0].Count / 2]:F2} / {p95 / sorted[0][sorted[0].Count * 95 / 100]:F2}"));
            }
        }
    }

    private static OutboxMessage Message<T>(T payload, TestTenant tenant)
        where T : class, IEventPayload
    {
        var now = TimeProvider.System.GetUtcNow();
        return OutboxMessage.Of(payload, tenant.Id, tenant.Owner.UserId, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)));
    }

    private static async Task InRequestAsync(NpgsqlDataSource app, TestTenant tenant, Func<NpgsqlConnection, Task> step)
    {
        await using var connection = await app.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "select * from session_open($1)", tenant.Owner.SessionHash);
        await step(connection);
        await transaction.CommitAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
#pragma warning disable CA2100 // literals of this class
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
