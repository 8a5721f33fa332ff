using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Audit;

[DisallowConcurrentExecution]
internal sealed class VerifyMovedChainsJob(ChainVerifier verifier) : IScheduledJob
{
    // Run once when missed: the age of the newest checkpoint is what an auditor asks for.
    public static JobSchedule Schedule { get; } = new(
        "audit-verify", "0 37 * * * ?", CronTriggerMisfireInstruction.FireAndProceed,
        "Verifies audit chains that moved since their last checkpoint and signs a new one.");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = await verifier.VerifyAsync(full: false, context.Turn(), cancellationToken);
}
