using Npgsql;
using Panorama.Core.Retention;
using Panorama.Core.Storage;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Retention;

[DisallowConcurrentExecution]
internal sealed class SweepFilesJob(NpgsqlDataSource database, IObjectStore store, TimeProvider clock) : IScheduledJob
{
    public const string Name = "photo-retention";

    /// <summary>A day and two hours: after this an operator wants to hear of it.</summary>
    public static readonly TimeSpan Overdue = TimeSpan.FromHours(26);

    // Caught up with at once, and once for all firings that were missed: it removes by age.
    public static JobSchedule Schedule { get; } = new(
        Name, "0 23 2 * * ?", CronTriggerMisfireInstruction.FireAndProceed, "Removes photos that are older than their organisation keeps them, and what was deleted a month ago.")
    {
        Budget = TimeSpan.FromMinutes(10),
    };

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (!store.Capabilities.IsConfigured)
        {
            context.Result = new JobReport(0); // nothing was ever uploaded
            return;
        }

        var swept = await SweepFiles.ExecuteAsync(database, store, tenant: null, clock.GetUtcNow(), context.Turn(), cancellationToken);
        context.Result = new JobReport(swept.Removed, swept.Problem is { } problem ? $"The store kept some: {problem}" : null);
    }
}
