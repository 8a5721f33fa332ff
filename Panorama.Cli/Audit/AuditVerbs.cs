using System.CommandLine;
using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Audit;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Audit;

/// <summary><c>panorama audit verify</c>.</summary>
internal static class AuditVerbs
{
    public static Command Create(CliContext context)
    {
        var tenant = new Option<string?>("--tenant") { Description = "Slug of one organisation; without it every chain, the installation's own included" };
        var from = new Option<long?>("--from") { Description = "First number to recompute; without it 1, or what pruning left" };
        var verify = new Command("verify", "Recomputes the audit chains and compares them with their signed checkpoints. Exit code 1 on any finding.") { tenant, from };
        verify.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(from) is < 1)
            {
                throw new CliException("--from counts from 1.", ExitCodes.Usage);
            }

            var slug = parsed.GetValue(tenant) is { } given ? Arguments.Slug(given, "--tenant") : null;
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            using var keys = Keys(context);
            var chains = await ChainsAsync(source, slug, cancellationToken);
            var findings = 0;
            foreach (var (chain, name) in chains)
            {
                var first = parsed.GetValue(from) ?? await FirstSealAsync(source, chain, cancellationToken);
                var result = await VerifyAudit.ChainAsync(source, chain, first, strays: true, keys, sign: false, record: false, context.Clock, cancellationToken);
                findings += result.Findings.Count;
                await context.Output.WriteLineAsync(result.Through < result.From && result.Findings.Count == 0
                    ? $"{name}: nothing sealed yet"
                    : $"{name}: {result.From} to {result.Through} {(result.Findings.Count == 0 ? "verified" : "BROKEN")}");
                foreach (var finding in result.Findings)
                {
                    await context.Output.WriteLineAsync($"  {finding.Reason} at {(finding.Seq is { } seq ? $"seal {seq}" : $"event {finding.EventId}")}");
                }
            }

            await ReportTailAsync(context, source, cancellationToken);
            return findings == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return new Command("audit", "The audit trail.") { verify };
    }

    private static AuditKeyRing? Keys(CliContext context)
    {
        if (context.Settings["AUDIT_SIGNING_KEY"] is not { } text)
        {
            return null;
        }

        return AuditSigningKey.TryParse(text, out var key, out var problem) ? new AuditKeyRing(key) : throw new CliException($"AUDIT_SIGNING_KEY {problem}.");
    }

    private static async Task<List<(Guid Chain, string Name)>> ChainsAsync(NpgsqlDataSource source, string? slug, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (slug is not null)
        {
            return [((await TenantRows.FindAsync(connection, slug, cancellationToken)).Id, slug)];
        }

        var slugs = (await connection.QueryAsync("select id, slug from tenants", r => (Id: r.GetGuid(0), Slug: r.GetString(1)), cancellationToken))
            .ToDictionary(t => t.Id, t => t.Slug);
        return [.. (await VerifyAudit.StatesAsync(source, cancellationToken)).Select(state => (
            state.ChainId, state.ChainId == AuditChainState.ClusterChain ? "installation" : slugs.GetValueOrDefault(state.ChainId) ?? state.ChainId.ToString()))];
    }

    private static async Task<long> FirstSealAsync(NpgsqlDataSource source, Guid chain, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var first = await connection.ScalarAsync<long>("select coalesce(min(seq), 1) from audit_seals where chain_id = $1", cancellationToken, Uuid(chain));

        // A chain that begins later was pruned up to a checkpoint; one without it was cut, which recomputing from 1 says.
        return first > 1 && await connection.ScalarAsync<bool>(
            "select exists (select 1 from audit_checkpoints where chain_id = $1 and seq = $2)", cancellationToken, Uuid(chain),
            new NpgsqlParameter { Value = first - 1 }) ? first : 1;
    }

    private static async Task ReportTailAsync(CliContext context, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var waiting = await connection.ScalarAsync<long>(
            """
            select count(*) from audit_events e where e.occurred_at > now() - interval '31 days'
               and not exists (select 1 from audit_seals s where s.event_id = e.id)
            """,
            cancellationToken);
        if (waiting > 0)
        {
            await context.Output.WriteLineAsync($"{waiting} {(waiting == 1 ? "row waits" : "rows wait")} for a seal; the Worker writes it.");
        }
    }
}
