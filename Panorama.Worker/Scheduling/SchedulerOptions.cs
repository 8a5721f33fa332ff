using Microsoft.Extensions.Options;
using Quartz;

namespace Panorama.Worker.Scheduling;

/// <summary>
/// Section <c>Scheduler</c>. The defaults cost an idle worker 20 statements a minute; shorter intervals find a dead worker sooner and cost more.
/// </summary>
internal sealed class SchedulerOptions
{
    public const string Section = "Scheduler";

    public TimeSpan CheckinInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long past a missed check-in a worker counts as dead and its jobs are taken over.</summary>
    public TimeSpan CheckinMisfireThreshold { get; set; } = TimeSpan.FromSeconds(120);

    public TimeSpan IdleWaitTime { get; set; } = TimeSpan.FromMinutes(2);

    public TimeSpan MisfireThreshold { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Another cron for a job, by its name.</summary>
    public Dictionary<string, string> Cron { get; } = [];

    /// <summary>Another time for a job, by its name; see <see cref="JobSchedule.Budget"/>.</summary>
    public Dictionary<string, TimeSpan> Budget { get; } = [];

    /// <exception cref="OptionsValidationException">A value is of another kind; the message names its key.</exception>
    public static SchedulerOptions Read(IConfiguration configuration)
    {
        try
        {
            return configuration.GetSection(Section).Get<SchedulerOptions>() ?? new();
        }
        catch (InvalidOperationException exception)
        {
            throw new OptionsValidationException(Section, typeof(SchedulerOptions), [exception.Message]);
        }
    }
}

internal sealed class SchedulerOptionsRules(IEnumerable<RegisteredJob> jobs) : IValidateOptions<SchedulerOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulerOptions options)
    {
        List<string> problems = [];
        Check(nameof(options.CheckinInterval), options.CheckinInterval);
        Check(nameof(options.CheckinMisfireThreshold), options.CheckinMisfireThreshold);
        Check(nameof(options.IdleWaitTime), options.IdleWaitTime);
        Check(nameof(options.MisfireThreshold), options.MisfireThreshold);
        foreach (var (job, cron) in options.Cron)
        {
            if (jobs.All(j => j.Schedule.Name != job))
            {
                problems.Add($"Scheduler__Cron__{job} names no job; there are {string.Join(", ", jobs.Select(j => j.Schedule.Name))}.");
            }
            else if (!CronExpression.TryParse(cron, out _))
            {
                problems.Add($"Scheduler__Cron__{job} is not a cron expression with seconds, such as '0 30 2 * * ?'.");
            }
        }

        foreach (var (job, budget) in options.Budget)
        {
            if (jobs.All(j => j.Schedule.Name != job))
            {
                problems.Add($"Scheduler__Budget__{job} names no job; there are {string.Join(", ", jobs.Select(j => j.Schedule.Name))}.");
            }
            else if (budget <= TimeSpan.Zero || budget > TimeSpan.FromHours(12))
            {
                problems.Add($"Scheduler__Budget__{job} must be more than nothing and at most twelve hours, such as '00:10:00'.");
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(string key, TimeSpan value)
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromHours(1))
            {
                problems.Add($"Scheduler__{key} must lie between one second and one hour.");
            }
        }
    }
}
