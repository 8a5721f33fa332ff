using System.Text.Json.Nodes;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Scheduling;

public sealed class StartingAfterAPause(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private TestDatabase Database => own.Database;

    [Fact]
    public async Task A_firing_that_was_missed_while_no_worker_ran_runs_once_and_what_may_be_skipped_is_skipped()
    {
        var token = TestContext.Current.CancellationToken;
        await using (var first = WorkerProcess.Start(Database))
        {
            await first.WaitUntilHealthyAsync(token);
            await first.StopAsync(token);
        }

        // Five hours of firings went by with nobody there.
        var due = TimeProvider.System.GetUtcNow().AddHours(-5).UtcTicks;
        Assert.Equal(2, await Database.DamageAsync(
            "update quartz.qrtz_triggers set next_fire_time = $1 where trigger_name in ('audit-verify', 'session-clean-up')", token, due));

        await using var second = WorkerProcess.Start(Database);
        await second.WaitUntilHealthyAsync(token);
        await Eventually.TrueAsync(
            async () => await Database.ReadAsync<long>("select count(*) from job_runs where job = 'audit-verify' and outcome = 'SUCCEEDED'", token) > 0
                && await Database.ReadAsync<long>("select count(*) from quartz.qrtz_triggers where trigger_state <> 'WAITING' or next_fire_time <= $1", token, due) == 0,
            () => second.Output, token);

        var jobs = (await second.ReadStatusAsync(token))["jobs"]!.AsArray().ToDictionary(j => (string)j!["name"]!, j => j!.AsObject(), StringComparer.Ordinal);
        Assert.Equal(1, await Database.ReadAsync<long>("select count(*) from job_runs where job = 'audit-verify'", token));
        Assert.Equal(0, await Database.ReadAsync<long>("select count(*) from job_runs where job = 'session-clean-up'", token));
        Assert.Equal("SUCCEEDED", (string?)jobs["audit-verify"]["lastRun"]!["outcome"]);
        Assert.Null(jobs["session-clean-up"]["lastRun"]);
        Assert.All(jobs.Values, job => Assert.True(InFuture(job), job.ToJsonString()));

        static bool InFuture(JsonObject job) => (DateTimeOffset)job["nextRunAt"]! > TimeProvider.System.GetUtcNow();
    }
}
