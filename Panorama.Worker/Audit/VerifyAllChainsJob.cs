using Panorama.Worker.Scheduling;
using Quartz;

namespace Panorama.Worker.Audit;

[DisallowConcurrentExecution]
internal sealed class VerifyAllChainsJob(ChainVerifier verifier) : IScheduledJob
{
    // Run once when missed: a day without a full verification is what an attacker would wait for.
    public static JobSchedule Schedule { get; } = new(
        "audit-verify-full", "0 47 2 * * ?", CronTriggerMisfireInstruction.FireAndProceed,
        "Verifies every audit chain from its first seal, and rows without a seal.")
    {
        // One chain is one snapshot, and a long history takes minutes.
        Budget = TimeSpan.FromMinutes(30),
    };

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = await verifier.VerifyAsync(full: true, context.Turn(), cancellationToken);
}
