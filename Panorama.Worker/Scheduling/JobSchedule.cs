using Panorama.Core.Jobs;
using Quartz;

namespace Panorama.Worker.Scheduling;

/// <summary>When a job fires. Every part is written out: an unstated zone would be the machine's, an unstated misfire policy Quartz's guess.</summary>
/// <param name="Name">The job's key in the scheduler and in <c>job_runs</c>.</param>
/// <param name="Cron">Quartz cron with seconds, read in UTC.</param>
/// <param name="Misfire">What happens to a firing that was due while no worker ran.</param>
/// <param name="Does">One line for the operator's page.</param>
internal sealed record JobSchedule(string Name, string Cron, CronTriggerMisfireInstruction Misfire, string Does)
{
    public static TimeZoneInfo TimeZone => TimeZoneInfo.Utc;

    /// <summary>
    /// How long a run may work: asked to stop between two batches when it is over, and stopped when twice of it and half a minute are over, for then it hangs.
    /// </summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>A job that says itself when it fires.</summary>
internal interface IScheduledJob : IJob
{
    static abstract JobSchedule Schedule { get; }
}

internal static class JobContext
{
    private const string Key = "panorama.turn";

    /// <summary>In the data of a trigger that answers a request: its id.</summary>
    public const string RequestKey = "panorama.request";

    /// <summary>The time this run may take, and where it goes on.</summary>
    public static JobTurn Turn(this IJobExecutionContext context) =>
        context.MergedJobDataMap.TryGetValue(Key, out var turn) && turn is JobTurn own ? own : throw new InvalidOperationException("The run has no turn; RecordRuns gives it one.");

    public static void Give(this IJobExecutionContext context, JobTurn turn) => context.MergedJobDataMap[Key] = turn;

    /// <summary>The request that the trigger answers; null when the schedule fired it.</summary>
    public static Guid? RequestId(this IJobExecutionContext context) =>
        context.MergedJobDataMap.TryGetValue(RequestKey, out var text) && Guid.TryParse(text as string, out var id) ? id : null;
}

internal sealed record RegisteredJob(JobSchedule Schedule, Type Type);

/// <summary>What a job leaves in <see cref="IJobExecutionContext.Result"/>.</summary>
/// <param name="Items">What the job counts.</param>
/// <param name="Finding">A sentence for a person, or null when there is nothing to look at.</param>
internal sealed record JobReport(long Items, string? Finding = null);
