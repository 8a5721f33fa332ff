using Panorama.Testing;

namespace Panorama.Cli.Tests;

public sealed class ReplayingDeadLetters(TestDatabase database)
{
    [Fact]
    public async Task Ten_thousand_are_counted_by_cause_and_queued_again_in_steps()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        await using (var connection = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken))
        {
#pragma warning disable CA2100 // the test's own words
            await using var command = new Npgsql.NpgsqlCommand(
                """
                with e as (
                  insert into notification_events (id, tenant_id, event_type, status) select gen_random_uuid(), $1, 'panorama.asset.checked_out', 'DEAD' from generate_series(1, 10000)
                  returning created_at, id)
                insert into notification_deliveries (event_at, id, event_id, tenant_id, channel, recipient_key, status, attempts, cause)
                select created_at, gen_random_uuid(), id, $1, 'email', $2, 'DEAD', 30, 'smtp_unreachable' from e
                """, connection);
#pragma warning restore CA2100
            command.Parameters.Add(new() { Value = tenant.Id });
            command.Parameters.Add(new() { Value = tenant.Driver.UserId.ToString() });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var before = await database.RunCliAsync("notifications", "dead", $"--tenant={tenant.Slug}");
        var replay = await database.RunCliAsync("notifications", "replay", $"--tenant={tenant.Slug}", "--reason=the relay is back");
        var after = await database.RunCliAsync("notifications", "dead", $"--tenant={tenant.Slug}");
        var again = await database.RunCliAsync("notifications", "replay", $"--tenant={tenant.Slug}", "--reason=the relay is back");

        Assert.Equal((ExitCodes.Failed, ""), (before.ExitCode, before.Error));
        Assert.Matches($"(?m)^{tenant.Slug} +panorama.asset.checked_out +email +smtp_unreachable +10000 ", before.Output);
        Assert.Equal((ExitCodes.Ok, ""), (replay.ExitCode, replay.Error));
        var lines = replay.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal((20, "500 of 10000 queued again.", "10000 of 10000 queued again."), (lines.Length, lines[0], lines[^1]));
        Assert.Equal((ExitCodes.Ok, "No message was given up."), (after.ExitCode, after.Output.Trim()));
        Assert.Equal((ExitCodes.Ok, "No message was given up."), (again.ExitCode, again.Output.Trim()));
        Assert.Equal("10000 PENDING IN_PROGRESS", await database.OneAsync<string>(
            """
            select concat_ws(' ', count(*), min(d.status), min(e.status)) from notification_deliveries d
              join notification_events e on e.created_at = d.event_at and e.id = d.event_id where d.tenant_id = $1 and d.attempts = 0
            """, tenant.Id));
        Assert.Equal(20L, await database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.notification.requeued'", tenant.Id));
    }
}
