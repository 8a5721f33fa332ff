using Npgsql;
using Panorama.Core.Assets;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Assets;

[DisallowConcurrentExecution]
internal sealed class RemindOverdueCustodyJob(NpgsqlDataSource database, TimeProvider clock) : IScheduledJob
{
    private const int BatchSize = 500;

    // Once for all firings that were missed: it looks at what is late by now. Lists show what is late at once; only the reminder comes some minutes later,
    // since a firing costs thirty statements of an hour in which nothing happens.
    public static JobSchedule Schedule { get; } = new(
        "custody-overdue", "0 4/15 * * * ?", CronTriggerMisfireInstruction.FireAndProceed, "Reminds of assets that should have come back.");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow();
        context.Result = new JobReport(await RemindOverdueCustody.ExecuteAsync(
            database, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)), BatchSize, context.Turn(), cancellationToken));
    }
}
