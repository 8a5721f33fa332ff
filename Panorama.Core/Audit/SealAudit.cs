using Npgsql;

namespace Panorama.Core.Audit;

/// <summary>Gives waiting audit rows their place and hash. Any number of processes may do it: a chain is one row lock.</summary>
public static class SealAudit
{
    /// <summary>Rows of one chain in one pass: a busy tenant does not hold up the others.</summary>
    public const int RowsPerChain = 500;

    // One statement a pass: an idle installation pays for each.
    private const string Sql = """
        select t.queued, t.oldest_at, s.sealed from audit_tail() t left join audit_seal($1) s on true
        """;

    public static async Task<AuditSealingPass> ExecuteAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = RowsPerChain });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        long waiting = 0, rows = 0;
        var isFull = false;
        DateTimeOffset? oldestAt = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting = reader.GetInt64(0);
            oldestAt = reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1);
            var inChain = reader.IsDBNull(2) ? 0 : reader.GetInt64(2);
            rows += inChain;
            isFull |= inChain >= RowsPerChain;
        }

        return new(rows, waiting, oldestAt, isFull);
    }
}

/// <param name="Rows">How many rows this pass sealed.</param>
/// <param name="Waiting">How many were waiting when it began.</param>
/// <param name="OldestAt">When the oldest of those was written; null when none waited.</param>
/// <param name="HasMore">True when a chain had more rows than one pass takes.</param>
public sealed record AuditSealingPass(long Rows, long Waiting, DateTimeOffset? OldestAt, bool HasMore);
