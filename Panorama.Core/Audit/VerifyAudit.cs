using System.Data;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;

namespace Panorama.Core.Audit;

/// <summary>Recomputes chains and compares them with their signed checkpoints; as <c>panorama_super_admin</c> or <c>panorama_migrator</c>.</summary>
public static class VerifyAudit
{
    /// <summary>A full history is recomputed row by row, about 20,000 a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    // Chains are found by skipping through the key: a plain DISTINCT would read every seal.
    private const string StatesSql = """
        with recursive sealed (chain_id) as (
          (select s.chain_id from audit_seals s order by s.chain_id limit 1)
          union all
          select (select s.chain_id from audit_seals s where s.chain_id > p.chain_id order by s.chain_id limit 1)
            from sealed p where p.chain_id is not null
        ), chains as (
          select chain_id from sealed where chain_id is not null
          union select t.id from tenants t
          union select k.chain_id from audit_checkpoints k
          union select '00000000-0000-0000-0000-000000000000'::uuid
        )
        select c.chain_id, h.seq, h.hash, k.seq, k.hash, k.key_id, k.signature
          from chains c
          left join lateral (select s.seq, s.hash from audit_seals s
                              where s.chain_id = c.chain_id order by s.seq desc limit 1) h on true
          left join lateral (select x.seq, x.hash, x.key_id, x.signature from audit_checkpoints x
                              where x.chain_id = c.chain_id order by x.seq desc limit 1) k on true
         where $1::uuid is null or c.chain_id = $1
         order by c.chain_id
        """;

    /// <summary>All chains, the cluster's included, in the order of their ids.</summary>
    public static async Task<IReadOnlyList<AuditChainState>> StatesAsync(
        NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadStatesAsync(connection, chainId: null, cancellationToken);
    }

    /// <summary>Verifies one chain in one snapshot and, where it is whole, signs its last seal.</summary>
    /// <param name="from">First seq to recompute; null = the one after the newest checkpoint.</param>
    /// <param name="strays">Also look for rows without a seal and addresses that do not match their commitment: reads the whole chain.</param>
    /// <param name="keys">Null: signatures are not looked at.</param>
    /// <param name="sign">Write a checkpoint when nothing was found and the chain has moved.</param>
    /// <param name="record">Write <c>panorama.audit.verified</c> into the chain; a finding is recorded in any case when true or <paramref name="sign"/>.</param>
    public static async Task<AuditChainResult> ChainAsync(
        NpgsqlDataSource database, Guid chainId, long? from, bool strays, AuditKeyRing? keys, bool sign, bool record,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var state = (await ReadStatesAsync(connection, chainId, cancellationToken)).SingleOrDefault()
            ?? new AuditChainState(chainId, null, null);
        var first = from ?? (state.Checkpoint?.Seq ?? 0) + 1;

        List<AuditFinding> findings = [.. await CompareCheckpointAsync(connection, state, keys, cancellationToken)];
        findings.AddRange(await RecomputeAsync(connection, chainId, first, cancellationToken));
        if (strays)
        {
            findings.AddRange(await FindStraysAsync(connection, chainId, cancellationToken));
        }

        var unique = findings.Distinct().ToList();
        var signed = sign && unique.Count == 0 && state is { HasMoved: true, Head: not null } && keys?.Current is not null;
        if (signed)
        {
            await SignAsync(connection, state, keys!.Current!, clock, cancellationToken);
        }

        var result = new AuditChainResult(chainId, first, state.Head?.Seq ?? 0, unique, signed);
        if (record || (sign && unique.Count > 0))
        {
            await RecordAsync(connection, result, clock, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private static async Task<IReadOnlyList<AuditFinding>> CompareCheckpointAsync(
        NpgsqlConnection connection, AuditChainState state, AuditKeyRing? keys, CancellationToken cancellationToken)
    {
        if (state.Checkpoint is not { } checkpoint)
        {
            return [];
        }

        List<AuditFinding> findings = [];
        if (keys is not null)
        {
            var key = keys.Find(checkpoint.KeyId);
            if (key is null)
            {
                findings.Add(new(AuditReasons.UnknownKey, checkpoint.Seq));
            }
            else if (!key.Verifies(state.ChainId, checkpoint.Seq, checkpoint.Hash, checkpoint.Signature))
            {
                findings.Add(new(AuditReasons.Signature, checkpoint.Seq));
            }
        }

        if (state.Head is null || state.Head.Seq < checkpoint.Seq)
        {
            findings.Add(new(AuditReasons.Truncated, checkpoint.Seq));
            return findings;
        }

        // Absent only after pruning, which removes everything up to a checkpoint; anything else shows as a gap.
        await using var command = new NpgsqlCommand("select hash from audit_seals where chain_id = $1 and seq = $2", connection);
        command.Parameters.Add(new() { Value = state.ChainId });
        command.Parameters.Add(new() { Value = checkpoint.Seq });
        if (await command.ExecuteScalarAsync(cancellationToken) is byte[] hash && !hash.AsSpan().SequenceEqual(checkpoint.Hash))
        {
            findings.Add(new(AuditReasons.Checkpoint, checkpoint.Seq));
        }

        return findings;
    }

    private static async Task<List<AuditFinding>> RecomputeAsync(
        NpgsqlConnection connection, Guid chainId, long from, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select seq, reason from audit_verify($1, $2)", connection)
        {
            CommandTimeout = (int)Patience.TotalSeconds,
        };
        command.Parameters.Add(new() { Value = chainId });
        command.Parameters.Add(new() { Value = from });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<AuditFinding> findings = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.Add(new(reader.GetString(1), reader.GetInt64(0)));
        }

        return findings;
    }

    private static async Task<List<AuditFinding>> FindStraysAsync(
        NpgsqlConnection connection, Guid chainId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select event_id, reason from audit_stray($1)", connection)
        {
            CommandTimeout = (int)Patience.TotalSeconds,
        };
        command.Parameters.Add(new() { Value = chainId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<AuditFinding> findings = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.Add(new(reader.GetString(1), Seq: null, reader.GetGuid(0)));
        }

        return findings;
    }

    private static async Task SignAsync(
        NpgsqlConnection connection, AuditChainState state, AuditSigningKey key, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into audit_checkpoints (chain_id, seq, hash, signed_at, key_id, signature)
            values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """, connection);
        command.Parameters.Add(new() { Value = state.ChainId });
        command.Parameters.Add(new() { Value = state.Head!.Seq });
        command.Parameters.Add(new() { Value = state.Head.Hash });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        command.Parameters.Add(new() { Value = key.Id });
        command.Parameters.Add(new() { Value = key.Sign(state.ChainId, state.Head.Seq, state.Head.Hash) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task RecordAsync(
        NpgsqlConnection connection, AuditChainResult result, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into audit_events (id, tenant_id, action, resource_type, resource_id, metadata)
            values ($1, $2, $3, 'audit_chain', $4, jsonb_build_object('fromSeq', $5, 'throughSeq', $6, 'findings', $7, 'reasons', to_jsonb($8)))
            """, connection);
        command.Parameters.Add(new() { Value = Guid.CreateVersion7(clock.GetUtcNow()) });
        command.Parameters.Add(new()
        {
            Value = result.ChainId == AuditChainState.ClusterChain ? DBNull.Value : result.ChainId,
            NpgsqlDbType = NpgsqlDbType.Uuid,
        });
        command.Parameters.Add(new() { Value = AuditActions.AuditVerified });
        command.Parameters.Add(new() { Value = result.ChainId.ToString() });
        command.Parameters.Add(new() { Value = result.From });
        command.Parameters.Add(new() { Value = result.Through });
        command.Parameters.Add(new() { Value = result.Findings.Count });
        command.Parameters.Add(new() { Value = result.Findings.Select(f => f.Reason).Distinct().Order(StringComparer.Ordinal).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (result.Findings.Count > 0 && result.ChainId != AuditChainState.ClusterChain)
        {
            // Verified again each hour; owners are told once a day.
            var now = clock.GetUtcNow();
            now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
            await Outbox.EnqueueAsync(
                connection, OutboxMessage.Of(new AuditChainBroken(result.ChainId, result.Findings.Count), result.ChainId, null, now),
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{result.ChainId}:{now.UtcDateTime:yyyy-MM-dd}"), cancellationToken);
        }
    }

    private static async Task<List<AuditChainState>> ReadStatesAsync(
        NpgsqlConnection connection, Guid? chainId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(StatesSql, connection);
        command.Parameters.Add(new() { Value = (object?)chainId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<AuditChainState> states = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            states.Add(new(
                reader.GetGuid(0),
                reader.IsDBNull(1) ? null : new(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)),
                reader.IsDBNull(3)
                    ? null
                    : new(reader.GetInt64(3), reader.GetFieldValue<byte[]>(4), reader.GetString(5), reader.GetFieldValue<byte[]>(6))));
        }

        return states;
    }
}
