using Microsoft.Extensions.Options;
using Quartz;

namespace Panorama.Worker.Scheduling;

/// <summary>
/// Makes the stored schedule the one of this version, then starts the scheduler. A trigger whose cron and misfire policy are already right is not
/// touched: replacing it would forget the firing that was due while no worker ran.
/// </summary>
internal sealed partial class KeepSchedule(
    ISchedulerFactory schedulers, IEnumerable<RegisteredJob> jobs, IOptions<SchedulerOptions> options, ILogger<KeepSchedule> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        foreach (var job in jobs)
        {
            await KeepAsync(scheduler, job, cancellationToken);
        }

        await RemoveUnknownAsync(scheduler, cancellationToken);
        await scheduler.Start(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task KeepAsync(IScheduler scheduler, RegisteredJob job, CancellationToken cancellationToken)
    {
        var schedule = job.Schedule;
        var cron = options.Value.Cron.GetValueOrDefault(schedule.Name, schedule.Cron);
        var detail = JobBuilder.Create()
            .OfType(job.Type)
            .WithIdentity(schedule.Name)
            .WithDescription(schedule.Does)
            .StoreDurably()
            .RequestRecovery()
            .Build();
        await scheduler.AddJob(detail, AddJobOptions.Replacing, cancellationToken);

        var key = new TriggerKey(schedule.Name);
        if (await scheduler.GetTrigger(key, cancellationToken) is ICronTrigger stored
            && stored.CronExpressionString == cron
            && stored.MisfireInstruction == schedule.Misfire
            && stored.TimeZone.Equals(JobSchedule.TimeZone))
        {
            return;
        }

        // A job that an operator paused stays paused under another cron.
        var isPaused = await scheduler.GetTriggerState(key, cancellationToken) == TriggerState.Paused;
        var pause = isPaused ? await scheduler.GetTriggerPause(key, cancellationToken) : null;
        var trigger = TriggerBuilder.Create()
            .ForJob(schedule.Name)
            .WithIdentity(key)
            .WithSchedule(CronScheduleBuilder.Create(cron).InTimeZone(JobSchedule.TimeZone).WithMisfireInstruction(schedule.Misfire))
            .Build();
        await scheduler.ScheduleTrigger(trigger, TriggerConflict.Replace, cancellationToken);
        if (isPaused)
        {
            await scheduler.PauseTriggerWith(key, new PauseDetails { RequestedBy = pause?.RequestedBy, Reason = pause?.Reason }, cancellationToken);
        }

        LogScheduled(logger, schedule.Name, cron);
    }

    private async Task RemoveUnknownAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var known = jobs.Select(j => j.Schedule.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var key in await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(SchedulerDefaults.Group), cancellationToken))
        {
            if (!known.Contains(key.Name))
            {
                await scheduler.DeleteJob(key, cancellationToken);
                LogRemoved(logger, key.Name);
            }
        }
    }

    [LoggerMessage(9101, LogLevel.Information, "Job {Job} is scheduled at {Cron} UTC")]
    private static partial void LogScheduled(ILogger logger, string job, string cron);

    [LoggerMessage(9102, LogLevel.Information, "Job {Job} is no longer part of this version and was removed from the schedule")]
    private static partial void LogRemoved(ILogger logger, string job);
}

internal static class SchedulerDefaults
{
    /// <summary>Where Quartz puts a key without a group.</summary>
    public const string Group = "DEFAULT";
}
