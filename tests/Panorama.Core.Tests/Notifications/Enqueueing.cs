using Npgsql;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Testing;

namespace Panorama.Core.Tests.Notifications;

/// <summary>A message and what it tells of are one transaction.</summary>
public sealed class Enqueueing(TestDatabase database)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_second_message_of_a_key_is_not_written_and_the_rest_of_the_transaction_is()
    {
        var tenant = await database.TenantAsync();
        var asset = await tenant.AssetAsync();
        await using (var connection = await database.RequestAsync(tenant.Owner))
        {
            Assert.True(await EnqueueAsync(connection, tenant, asset, "k"));
            await connection.RunAsync("update assets set name = 'first' where id = $1", asset);
            Assert.False(await EnqueueAsync(connection, tenant, asset, "k"));
            await connection.RunAsync("update assets set notes = 'second' where id = $1", asset);
            await connection.RunAsync("commit");
        }

        await using var check = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        Assert.Equal("first second", await check.OneAsync<string>("select name || ' ' || notes from assets where id = $1", asset));
        Assert.Equal(1L, await check.OneAsync<long>("select count(*) from notification_events where tenant_id = $1", tenant.Id));
        Assert.True(await check.OneAsync<bool>("select payload_hash = sha256(convert_to(payload::text, 'UTF8')) from notification_events where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task What_is_rolled_back_tells_nobody()
    {
        var tenant = await database.TenantAsync();
        await using (var connection = await database.RequestAsync(tenant.Owner))
        {
            await EnqueueAsync(connection, tenant, Guid.CreateVersion7(), "k");
            await connection.RunAsync("rollback");
        }

        await using var check = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0L, await check.OneAsync<long>("select (select count(*) from notification_events where tenant_id = $1) + (select count(*) from notification_dedup where tenant_id = $1)", tenant.Id));
    }

    [Fact]
    public async Task Nobody_writes_a_message_of_another_organisation_or_reads_one()
    {
        var (tenant, other) = (await database.TenantAsync(), await database.TenantAsync());
        await using var connection = await database.RequestAsync(tenant.Owner);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => EnqueueAsync(connection, other, Guid.CreateVersion7(), null));
        await connection.RunAsync("rollback");
        var unread = await Assert.ThrowsAsync<PostgresException>(() => connection.OneAsync<long>("select count(*) from notification_events"));

        Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.InsufficientPrivilege), (refusal.SqlState, unread.SqlState));
    }

    [Fact]
    public async Task A_notice_is_seen_by_its_person_alone()
    {
        var tenant = await database.TenantAsync();
        await using (var superuser = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken))
        {
            await superuser.RunAsync(
                "insert into notices (id, tenant_id, user_id, event_id, event_type, occurred_at) values (gen_random_uuid(), $1, $2, gen_random_uuid(), 'panorama.asset.created', now())",
                tenant.Id, tenant.Driver.UserId);
        }

        await using var owner = await database.RequestAsync(tenant.Owner);
        await using var driver = await database.RequestAsync(tenant.Driver);

        Assert.Equal(0L, await owner.OneAsync<long>("select count(*) from notices"));
        Assert.Equal(0, await owner.RunAsync("update notices set read_at = now()"));
        Assert.Equal(1L, await driver.OneAsync<long>("select count(*) from notices"));
        Assert.Equal(1, await driver.RunAsync("update notices set read_at = now()"));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => driver.RunAsync("delete from notices"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Only_what_somebody_is_told_at_once_wakes_the_Worker()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tenant = await database.TenantAsync();
        var asset = await tenant.AssetAsync();
        await using var listener = await database.OpenSuperuserAsync(cancellationToken);
        List<int> heard = [];
        listener.Notification += (_, notification) => heard.Add(notification.PID);
        await listener.RunAsync("listen panorama_work");
        await using var quiet = await database.RequestAsync(tenant.Owner);
        await using var many = await database.RequestAsync(tenant.Owner);
        await using var loud = await database.RequestAsync(tenant.Owner);

        await Outbox.EnqueueAsync(quiet, OutboxMessage.Of(new AssetUpdated(asset), tenant.Id, tenant.Owner.UserId, Now), null, cancellationToken);
        await quiet.RunAsync("commit");
        await Outbox.EnqueueAsync(many, [OutboxMessage.Of(new AssetUpdated(asset), tenant.Id, tenant.Owner.UserId, Now)], cancellationToken);
        await many.RunAsync("commit");
        await Outbox.EnqueueAsync(loud, OutboxMessage.Of(new AssetCheckedOut(asset, asset, tenant.Driver.UserId, null), tenant.Id, tenant.Owner.UserId, Now), null, cancellationToken);
        await loud.RunAsync("commit");
        while (!heard.Contains(loud.ProcessID))
        {
            await listener.WaitAsync(cancellationToken);
        }

        Assert.DoesNotContain(quiet.ProcessID, heard); // commits are heard in their order
        Assert.DoesNotContain(many.ProcessID, heard);
        Assert.Equal(3L, await listener.OneAsync<long>("select count(*) from notification_events where tenant_id = $1", tenant.Id));
    }

    private static Task<bool> EnqueueAsync(NpgsqlConnection connection, TestTenant tenant, Guid asset, string? key) => Outbox.EnqueueAsync(
        connection, OutboxMessage.Of(new AssetCreated(asset), tenant.Id, tenant.Owner.UserId, Now), key, TestContext.Current.CancellationToken);
}
