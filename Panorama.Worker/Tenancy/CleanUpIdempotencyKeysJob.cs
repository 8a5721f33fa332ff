using Npgsql;
using Panorama.Core.Tenancy;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Tenancy;

[DisallowConcurrentExecution]
internal sealed class CleanUpIdempotencyKeysJob(NpgsqlDataSource database, TimeProvider clock) : IScheduledJob
{
    private const int BatchRows = 1000;

    // Skipped when missed: the next hour removes the same rows.
    public static JobSchedule Schedule { get; } = new(
        "idempotency-clean-up", "0 17 * * * ?", CronTriggerMisfireInstruction.DoNothing, "Removes remembered answers after 24 hours.");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = new JobReport(await CleanUpIdempotencyKeys.ExecuteAsync(database, clock.GetUtcNow(), BatchRows, context.Turn(), cancellationToken));
}
