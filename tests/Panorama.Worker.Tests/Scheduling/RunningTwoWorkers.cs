using System.Globalization;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Testing;
using Panorama.Worker.Tests.Audit;

namespace Panorama.Worker.Tests.Scheduling;

public sealed class RunningTwoWorkers(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private TestDatabase Database => own.Database;

    [Fact]
    public async Task Each_firing_runs_once_and_the_chain_does_not_fork()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await ChainOfATenant.CreateAsync(Database, token);
        await using var one = WorkerProcess.Start(Database, ("Scheduler__Cron__idempotency-clean-up", "* * * * * ?"));
        await using var two = WorkerProcess.Start(Database, ("Scheduler__Cron__idempotency-clean-up", "* * * * * ?"));
        await one.WaitUntilHealthyAsync(token);
        await two.WaitUntilHealthyAsync(token);

        await Eventually.TrueAsync(
            async () =>
            {
                await chain.WriteAsync(50, token);
                return await Database.ReadAsync<long>("select count(*) from job_runs where job = 'idempotency-clean-up' and outcome = 'SUCCEEDED'", token) >= 8;
            },
            () => one.Output + two.Output, token);
        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select not exists (select 1 from audit_queue)", token), () => one.Output + two.Output, token);
        Assert.Equal(1, await Database.ReadAsync<int>("select max(attempt) from job_runs where job = 'idempotency-clean-up'", token));

        // The scheduler's lock lets one of them fire. On a machine that stands still for some seconds one takes the other for dead and is handed what it
        // had done already; without the lock every firing would be refused once.
        Assert.InRange((one.Output + two.Output).Split("is already taken").Length - 1, 0, 2);

        // Who stops hands a firing on that the other may find done, or takes up: what counts is that it is done once.
        await one.StopAsync(token);
        await two.StopAsync(token);
        Assert.Equal(
            await Database.ReadAsync<long>("select count(*) from job_runs where job = 'idempotency-clean-up' and outcome = 'SUCCEEDED'", token),
            (one.Output + "\n" + two.Output).Split('\n').LongCount(l => l.Contains("Job idempotency-clean-up: Succeeded", StringComparison.Ordinal)));
        Assert.True(await Database.ReadAsync<bool>(
            "select count(*) = max(seq) and count(*) = count(distinct prev_hash) from audit_seals where chain_id = $1", token, chain.Id));
        Assert.Empty((await chain.VerifyAsync(token)).Findings);
    }

    [Fact]
    public async Task A_firing_that_was_taken_over_and_left_again_stays_one_run()
    {
        var token = TestContext.Current.CancellationToken;
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));
        var at = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

        var first = await BeginAsync(at, "a", recovering: false);
        var second = await BeginAsync(at, "b", recovering: true);
        var third = await BeginAsync(at.AddSeconds(7), "c", recovering: true); // the scheduler knows when it handed it to b
        await JobRunLog.FinishAsync(source, third!.Value.Id, "left-twice", JobOutcome.Succeeded, 5, null, null, at.AddSeconds(9), token);
        var late = await BeginAsync(at, "d", recovering: true);
        var next = await BeginAsync(at.AddMinutes(1), "d", recovering: false);

        Assert.Equal((first!.Value.Id, first.Value.Id), (second!.Value.Id, third.Value.Id));
        Assert.Null(late);
        Assert.NotEqual(first.Value.Id, next!.Value.Id);
        Assert.Equal("SUCCEEDED 3 c", await Database.ReadAsync<string>("select concat_ws(' ', outcome, attempt, instance) from job_runs where id = $1", token, first.Value.Id));

        Task<(Guid Id, string? Cursor)?> BeginAsync(DateTimeOffset firedAt, string instance, bool recovering) =>
            JobRunLog.BeginAsync(source, "left-twice", firedAt, instance, recovering, requestId: null, firedAt, token);
    }

    [Fact]
    public async Task A_firing_that_was_left_twice_is_ended_also_when_the_schedule_came_before_it_was_handed_on()
    {
        var token = TestContext.Current.CancellationToken;
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));
        var at = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

        var first = await BeginAsync(at, "a", recovering: false);
        var second = await BeginAsync(at.AddSeconds(7), "b", recovering: true);
        var between = await BeginAsync(at.AddSeconds(14), "c", recovering: false);
        await JobRunLog.FinishAsync(source, between!.Value.Id, "left-behind", JobOutcome.Succeeded, 0, null, null, at.AddSeconds(15), token);
        var third = await BeginAsync(at.AddSeconds(16), "c", recovering: true);

        Assert.Equal((first!.Value.Id, first.Value.Id), (second!.Value.Id, third!.Value.Id));
        Assert.NotEqual(first.Value.Id, between.Value.Id);
        Assert.Equal("RUNNING 3 c", await Database.ReadAsync<string>("select concat_ws(' ', outcome, attempt, instance) from job_runs where id = $1", token, first.Value.Id));

        Task<(Guid Id, string? Cursor)?> BeginAsync(DateTimeOffset firedAt, string instance, bool recovering) =>
            JobRunLog.BeginAsync(source, "left-behind", firedAt, instance, recovering, requestId: null, firedAt, token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_firing_whose_worker_was_killed_or_stopped_in_the_middle_is_taken_over(bool killed)
    {
        var token = TestContext.Current.CancellationToken;
        await using var one = WorkerProcess.Start(Database, ("Scheduler__Cron__session-clean-up", "0/2 * * * * ?"));
        await using var two = WorkerProcess.Start(Database, ("Scheduler__Cron__session-clean-up", "0/2 * * * * ?"));
        await one.WaitUntilHealthyAsync(token);
        await two.WaitUntilHealthyAsync(token);

        // The job cannot end while the table is locked, so whoever has it is in the middle of it.
        await using var blocker = await Database.OpenAsync(DatabaseRoles.Migrator, token);
        await using var transaction = await blocker.BeginTransactionAsync(token);
        await Sql.RunAsync(blocker, "lock table sessions in access exclusive mode", token);
        var firing = DateTime.UnixEpoch;
        await Eventually.TrueAsync(
            async () =>
            {
                firing = await Database.ReadAsync<DateTime>("select coalesce(max(fired_at) filter (where outcome = 'RUNNING'), 'epoch') from job_runs where job = 'session-clean-up'", token);
                return firing > DateTime.UnixEpoch && await Database.ReadAsync<bool>(
                    "select exists (select 1 from pg_stat_activity where query like 'delete from sessions%' and wait_event_type = 'Lock')", token);
            },
            () => one.Output + two.Output, token);
        var attempt = await Database.ReadAsync<int>("select attempt from job_runs where job = 'session-clean-up' and fired_at = $1", token, firing);
        var instance = await Database.ReadAsync<string>("select instance from job_runs where job = 'session-clean-up' and fired_at = $1", token, firing);
        var (dead, alive) = instance.Contains($"-{one.ProcessId.ToString(CultureInfo.InvariantCulture)}-", StringComparison.Ordinal) ? (one, two) : (two, one);
        if (killed)
        {
            await dead.KillAsync(token);
        }
        else
        {
            Assert.InRange(await dead.StopAsync(token), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }

        await transaction.RollbackAsync(token);

        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select outcome = 'SUCCEEDED' from job_runs where job = 'session-clean-up' and fired_at = $1", token, firing),
            () => alive.Output, token);
        Assert.Equal(attempt + 1, await Database.ReadAsync<int>("select attempt from job_runs where job = 'session-clean-up' and fired_at = $1", token, firing));
        Assert.Contains(
            $"-{alive.ProcessId.ToString(CultureInfo.InvariantCulture)}-",
            await Database.ReadAsync<string>("select instance from job_runs where job = 'session-clean-up' and fired_at = $1", token, firing),
            StringComparison.Ordinal);
    }
}
