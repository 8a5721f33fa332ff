using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.ServiceDefaults;
using Panorama.Worker.Audit;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Management;

internal sealed class WorkerStatusReader(
    NpgsqlDataSource database, ISchedulerFactory schedulers, IEnumerable<RegisteredJob> jobs, SealerState sealer, WorkerIdentity identity,
    AppVersion version, TimeProvider clock)
{
    private const int HistoryRuns = 100;

    public async Task<WorkerStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var nodes = await scheduler.QueryClusterNodes(cancellationToken);
        var runs = (await JobRunLog.LatestAsync(database, cancellationToken)).ToDictionary(r => r.Job, StringComparer.Ordinal);
        List<JobAnswer> answers = [];
        foreach (var job in jobs)
        {
            answers.Add(await ReadJobAsync(scheduler, job.Schedule, runs.GetValueOrDefault(job.Schedule.Name), cancellationToken));
        }

        return new(
            version.Full, identity.Instance, clock.GetUtcNow(),
            new(scheduler.Status.ToString(), [.. nodes.Select(n => new NodeAnswer(n.InstanceId, n.LastCheckInUtc, n.State.ToString(), n.IsCurrentNode))]),
            answers, Describe(sealer.Current));
    }

    /// <summary>The newest runs of one job, or null when there is no such job.</summary>
    public async Task<JobHistory?> ReadHistoryAsync(string job, CancellationToken cancellationToken) =>
        jobs.FirstOrDefault(j => j.Schedule.Name == job) is { Schedule: var schedule }
            ? new(schedule.Name, schedule.Does, [.. (await JobRunLog.HistoryAsync(database, job, HistoryRuns, cancellationToken)).Select(Describe)])
            : null;

    private static async Task<JobAnswer> ReadJobAsync(
        IScheduler scheduler, JobSchedule schedule, JobRun? run, CancellationToken cancellationToken)
    {
        var key = new TriggerKey(schedule.Name);
        var trigger = await scheduler.GetTrigger(key, cancellationToken) as ICronTrigger;
        var state = trigger is null ? TriggerState.None : await scheduler.GetTriggerState(key, cancellationToken);
        var pause = state == TriggerState.Paused ? await scheduler.GetTriggerPause(key, cancellationToken) : null;
        return new(
            schedule.Name, schedule.Does, trigger?.CronExpressionString ?? schedule.Cron, JobSchedule.TimeZone.Id, schedule.Misfire.ToString(),
            state.ToString(), trigger?.NextFireTimeUtc,
            pause is null ? null : new PauseAnswer(pause.RequestedBy, pause.PausedAtUtc), run is null ? null : Describe(run));
    }

    private static RunAnswer Describe(JobRun run) => new(
        run.FiredAt, run.StartedAt, run.FinishedAt, run.FinishedAt is { } end ? (long)(end - run.StartedAt).TotalMilliseconds : null,
        WireNames.Of(run.Outcome), run.Items, run.Error, run.Instance, run.Attempt, run.RequestedBy);

    private static SealerAnswer Describe(SealerState.Snapshot state) => new(
        state switch
        {
            { Problem: not null } => "failing",
            { PassedAt: null } => "starting",
            { Waiting: > 0 } => "working",
            _ => "idle",
        },
        state.PassedAt, state.SealedAt, state.SealedRows, state.Waiting, state.OldestAt, state.Problem);
}
