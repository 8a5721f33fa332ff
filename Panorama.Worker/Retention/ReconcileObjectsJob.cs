using Npgsql;
using Panorama.Core.Retention;
using Panorama.Core.Storage;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Retention;

[DisallowConcurrentExecution]
internal sealed partial class ReconcileObjectsJob(NpgsqlDataSource database, IObjectStore store, TimeProvider clock, ILogger<ReconcileObjectsJob> logger) : IScheduledJob
{
    public static JobSchedule Schedule { get; } = new(
        "object-reconciliation", "0 11 4 ? * SUN", CronTriggerMisfireInstruction.FireAndProceed,
        "Deletes objects that no photo or document names, and looks for those that have lost theirs.")
    {
        Budget = TimeSpan.FromMinutes(30),
    };

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (!store.Capabilities.IsConfigured)
        {
            context.Result = new JobReport(0);
            return;
        }

        var found = await ReconcileObjects.ExecuteAsync(database, store, tenant: null, isDeleting: true, clock.GetUtcNow(), context.Turn(), cancellationToken);
        LogFound(logger, found.Objects, found.Deleted, found.OrphanBytes, found.Strange, found.Rows);
        foreach (var missing in found.Missing)
        {
            LogMissing(logger, missing.Table, missing.Id, missing.Key);
        }

        context.Result = new JobReport(found.Objects + found.Rows, found.Finding);
    }

    [LoggerMessage(9190, LogLevel.Information, "Looked at {Objects} objects: {Deleted} without a row deleted ({Bytes} bytes), {Strange} not ours; and at {Rows} photos and documents")]
    private static partial void LogFound(ILogger logger, long objects, long deleted, long bytes, long strange, long rows);

    [LoggerMessage(9191, LogLevel.Error, "A row of {Table} has lost its object: {Id}, {Key}")]
    private static partial void LogMissing(ILogger logger, string table, Guid id, string key);
}
