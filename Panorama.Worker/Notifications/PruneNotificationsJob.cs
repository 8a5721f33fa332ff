using Npgsql;
using Panorama.Core.Notifications;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Notifications;

[DisallowConcurrentExecution]
internal sealed class PruneNotificationsJob(NpgsqlDataSource database, TimeProvider clock) : IScheduledJob
{
    // Once for all firings that were missed: it removes by age.
    public static JobSchedule Schedule { get; } = new(
        "notifications-prune", "0 40 2 * * ?", CronTriggerMisfireInstruction.FireAndProceed, "Removes messages and notices older than each organisation keeps them.")
    {
        Budget = TimeSpan.FromMinutes(10),
    };

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = new JobReport(await PruneNotifications.ExecuteAsync(database, clock.GetUtcNow(), context.Turn(), cancellationToken));
}
