using Npgsql;
using Panorama.Core.Data;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Data;

[DisallowConcurrentExecution]
internal sealed class MakePartitionsJob(NpgsqlDataSource database) : IScheduledJob
{
    private const int MonthsAhead = 3;

    // Run once when missed: a worker that was off over the end of a month must not leave rows to the default partition.
    public static JobSchedule Schedule { get; } = new(
        "partitions-ahead", "0 27 1 * * ?", CronTriggerMisfireInstruction.FireAndProceed, "Makes the partitions of the next 3 months.");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = new JobReport(await MakePartitions.ExecuteAsync(database, MonthsAhead, cancellationToken));
}
