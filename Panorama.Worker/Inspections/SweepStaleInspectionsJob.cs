using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Inspections;
using Panorama.Worker.Scheduling;
using Panorama.Worker.Start;
using Quartz;

namespace Panorama.Worker.Inspections;

[DisallowConcurrentExecution]
internal sealed class SweepStaleInspectionsJob(NpgsqlDataSource database, IOptions<WorkerOptions> options, TimeProvider clock) : IScheduledJob
{
    private const int BatchSize = 500;

    // Once for all firings that were missed: it looks at what is old by now.
    public static JobSchedule Schedule { get; } = new(
        "inspections-stale", "0 41 * * * ?", CronTriggerMisfireInstruction.FireAndProceed, "Gives up inspections that nobody finished, and reminds who began them.");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (!options.Value.OffersInspections)
        {
            context.Result = new JobReport(0); // not offered here: what was begun before stays as it is until it is again
            return;
        }

        var now = clock.GetUtcNow();
        context.Result = new JobReport(await SweepStaleInspections.ExecuteAsync(
            database, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)), BatchSize, context.Turn(), cancellationToken));
    }
}
