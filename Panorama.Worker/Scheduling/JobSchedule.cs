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
}

/// <summary>A job that says itself when it fires.</summary>
internal interface IScheduledJob : IJob
{
    static abstract JobSchedule Schedule { get; }
}

internal sealed record RegisteredJob(JobSchedule Schedule, Type Type);

/// <summary>What a job leaves in <see cref="IJobExecutionContext.Result"/>.</summary>
/// <param name="Items">What the job counts.</param>
/// <param name="Finding">A sentence for a person, or null when there is nothing to look at.</param>
internal sealed record JobReport(long Items, string? Finding = null);
