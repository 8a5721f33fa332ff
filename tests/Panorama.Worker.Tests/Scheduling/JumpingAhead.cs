using System.Globalization;
using System.Text.RegularExpressions;
using Panorama.Testing;
using Panorama.Worker.Tests.Audit;

namespace Panorama.Worker.Tests.Scheduling;

public sealed partial class JumpingAhead(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private TestDatabase Database => own.Database;

    [Fact]
    public async Task A_clock_that_jumps_25_hours_runs_each_daily_job_once_with_two_workers_on_it()
    {
        var token = TestContext.Current.CancellationToken;
        // Far from any time at which a job comes by itself while this runs.
        var hour = TimeProvider.System.GetUtcNow().AddHours(12).Hour.ToString(CultureInfo.InvariantCulture);
        var crons = new[] { ("Scheduler__Cron__audit-verify-full", $"0 47 {hour} * * ?"), ("Scheduler__Cron__partitions-ahead", $"0 27 {hour} * * ?") };
        await using var one = WorkerProcess.Start(Database, crons);
        await using var two = WorkerProcess.Start(Database, crons);
        await one.WaitUntilHealthyAsync(token);
        await two.WaitUntilHealthyAsync(token);
        var daily = (await one.ReadStatusAsync(token))["jobs"]!.AsArray()
            .Where(j => DailyCron().IsMatch((string)j!["cron"]!)).Select(j => (string)j!["name"]!).ToArray();
        Assert.Contains("audit-verify-full", daily);
        Assert.Contains("partitions-ahead", daily);

        var jumped = TimeProvider.System.GetUtcNow();
        // To the stored schedule a clock that went ahead and times that went back are the same.
        await Database.DamageAsync("update quartz.qrtz_triggers set next_fire_time = next_fire_time - $1", token, TimeSpan.FromHours(25).Ticks);
        await Eventually.TrueAsync(
            async () => await Database.ReadAsync<long>(
                    "select count(distinct job) from job_runs where job = any($1) and finished_at > $2", token, daily, jumped) == daily.Length
                && await Database.ReadAsync<bool>(
                    "select not exists (select 1 from quartz.qrtz_triggers where trigger_state <> 'WAITING' or next_fire_time <= $1)", token,
                    TimeProvider.System.GetUtcNow().UtcTicks),
            () => one.Output + two.Output, token);

        Assert.Equal(daily.Length, await Database.ReadAsync<long>("select count(*) from job_runs where job = any($1) and started_at > $2", token, daily, jumped));
        Assert.Equal(0, await Database.ReadAsync<long>("select count(*) from job_runs where job in ('session-clean-up', 'idempotency-clean-up')", token));
    }

    [Fact]
    public async Task A_run_whose_time_is_over_gives_way_and_the_next_goes_on_behind_it()
    {
        var token = TestContext.Current.CancellationToken;
        List<ChainOfATenant> chains = [];
        for (var i = 0; i < 5; i++)
        {
            var chain = await ChainOfATenant.CreateAsync(Database, token);
            await chain.WriteAsync(2, token);
            await chain.SealAsync(Database, token);
            chains.Add(chain);
        }

        // No batch is over within a tick, so each run verifies one chain.
        await using var worker = WorkerProcess.Start(
            Database, ("Scheduler__Budget__audit-verify-full", "00:00:00.0000001"), ("AUDIT_SIGNING_KEY", $"k1:{ChainOfATenant.Seed}"));
        await worker.WaitUntilHealthyAsync(token);
        using var asked = await worker.Management.PostAsync(new Uri("jobs/audit-verify-full/run", UriKind.Relative), content: null, token);
        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select exists (select 1 from job_runs where job = 'audit-verify-full' and outcome = 'SUCCEEDED' and request_id is null and attempt = 1 and items > 0 and fired_at > (select min(fired_at) from job_runs where request_id is not null))", token),
            () => worker.Output, token);

        var states = await Database.ReadAsync<long>("select count(*) from tenants", token) + 1;
        Assert.Equal(
            $"{states} {states - 1}",
            await Database.ReadAsync<string>(
                """
                select concat_ws(' ', sum(items), count(*) filter (where outcome = 'PARTIAL')) from job_runs
                 where job = 'audit-verify-full' and fired_at >= (select min(fired_at) from job_runs where request_id is not null)
                """, token));
        foreach (var chain in chains)
        {
            Assert.Equal(1, await Database.ReadAsync<long>("select count(*) from audit_checkpoints where chain_id = $1", token, chain.Id));
            await chain.DisposeAsync();
        }
    }

    [GeneratedRegex(@"^\d+ \d+ \d+ \* \* \?$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DailyCron();
}
