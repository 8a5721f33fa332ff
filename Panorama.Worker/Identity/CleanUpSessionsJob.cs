using Npgsql;
using Panorama.Core.Identity;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Identity;

[DisallowConcurrentExecution]
internal sealed class CleanUpSessionsJob(NpgsqlDataSource database, TimeProvider clock) : IScheduledJob
{
    private const int BatchRows = 1000;

    // Skipped when missed: the next hour removes the same rows.
    public static JobSchedule Schedule { get; } = new(
        "session-clean-up", "0 7 * * * ?", CronTriggerMisfireInstruction.DoNothing, "Removes sessions 30 days after their end.");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = new JobReport(await CleanUpSessions.ExecuteAsync(database, clock.GetUtcNow(), BatchRows, context.Turn(), cancellationToken));
}
