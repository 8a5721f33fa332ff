using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Jobs;
using Panorama.Worker.Scheduling;

namespace Panorama.Worker.Audit;

/// <summary>Walks the chains for both verification jobs, each chain in a transaction of its own.</summary>
internal sealed partial class ChainVerifier(NpgsqlDataSource database, AuditKeyRing keys, TimeProvider clock, ILogger<ChainVerifier> logger)
{
    public async Task<JobReport> VerifyAsync(bool full, JobTurn turn, CancellationToken cancellationToken)
    {
        var verified = 0;
        string? last = null;
        var broken = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var state in await VerifyAudit.StatesAsync(database, cancellationToken))
        {
            // Chains come in the order of their ids, which is also that of the texts.
            if ((!full && !state.HasMoved) || string.CompareOrdinal(state.ChainId.ToString(), turn.Cursor) <= 0)
            {
                continue;
            }

            if (last is not null && !await turn.NextAsync(verified, last, cancellationToken))
            {
                break;
            }

            var result = await VerifyAudit.ChainAsync(
                database, state.ChainId, from: full ? 1 : null, strays: full, keys, sign: true, record: full && state.Head is not null,
                clock, cancellationToken);
            verified++;
            last = result.ChainId.ToString();
            foreach (var finding in result.Findings)
            {
                LogFinding(logger, result.ChainId, finding.Reason, finding.Seq, finding.EventId);
            }

            if (result.Findings.Count > 0)
            {
                broken.Add($"{result.ChainId}: {string.Join(", ", result.Findings.Select(f => f.Reason).Distinct().Order(StringComparer.Ordinal))}");
            }
        }

        return new(verified, broken.Count == 0 ? null : "Audit chains with findings: " + string.Join("; ", broken));
    }

    [LoggerMessage(9130, LogLevel.Error, "Audit chain {ChainId}: {Reason} at seq {Seq} {EventId}")]
    private static partial void LogFinding(ILogger logger, Guid chainId, string reason, long? seq, Guid? eventId);
}
