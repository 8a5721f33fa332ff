using Npgsql;
using Panorama.Core.Importing;
using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Importing;

[DisallowConcurrentExecution]
internal sealed class ForgetImportedFilesJob(NpgsqlDataSource database, TimeProvider clock) : IScheduledJob
{
    private const int BatchRows = 500;

    // Once for all firings that were missed: it empties by age.
    public static JobSchedule Schedule { get; } = new(
        "import-files", "0 41 3 * * ?", CronTriggerMisfireInstruction.FireAndProceed, "Empties imported files 30 days after the end of their import.");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = new JobReport(await ForgetImportedFiles.ExecuteAsync(database, clock.GetUtcNow(), BatchRows, context.Turn(), cancellationToken));
}
