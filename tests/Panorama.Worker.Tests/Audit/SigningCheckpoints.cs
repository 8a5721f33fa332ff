using Panorama.Core.Audit;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Audit;

public sealed class SigningCheckpoints(TestDatabase database)
{
    private static readonly byte[] OtherHash = [.. Enumerable.Repeat((byte)7, 32)];

    [Fact]
    public async Task A_moved_chain_gets_one_checkpoint_whose_signature_verifies()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await SealedAsync(token);

        var first = await chain.VerifyAsync(token, from: null, sign: true);
        var again = await chain.VerifyAsync(token, from: null, sign: true);

        Assert.Equal((1, 3, true, 0), (first.From, first.Through, first.HasCheckpoint, first.Findings.Count));
        Assert.Equal((4, 3, false, 0), (again.From, again.Through, again.HasCheckpoint, again.Findings.Count));
        var checkpoint = Assert.Single(await VerifyAudit.StatesAsync(chain.Worker, token), s => s.ChainId == chain.Id).Checkpoint!;
        Assert.Equal((3, "k1"), (checkpoint.Seq, checkpoint.KeyId));
        Assert.True(chain.Keys.Current!.Verifies(chain.Id, 3, checkpoint.Hash, checkpoint.Signature));
        Assert.False(chain.Keys.Current.Verifies(chain.Id, 2, checkpoint.Hash, checkpoint.Signature));
        Assert.False(chain.Keys.Current.Verifies(Guid.Empty, 3, checkpoint.Hash, checkpoint.Signature));
        Assert.False(chain.Keys.Current.Verifies(chain.Id, 3, OtherHash, checkpoint.Signature));
    }

    [Theory]
    [InlineData("update audit_checkpoints set signature = decode(repeat('ab', 64), 'hex') where chain_id = $1", "signature")]
    [InlineData("update audit_checkpoints set key_id = 'other' where chain_id = $1", "unknown_key")]
    [InlineData("update audit_checkpoints set hash = sha256('x') where chain_id = $1", "checkpoint link signature")]
    public async Task A_forged_checkpoint_is_named(string forgery, string expected)
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await SealedAsync(token);
        await chain.VerifyAsync(token, from: null, sign: true);
        await chain.WriteAsync(1, token);
        await chain.SealAsync(database, token);
        await database.DamageAsync(forgery, token, chain.Id);

        var result = await chain.VerifyAsync(token, from: null, sign: true);

        Assert.Equal(expected, string.Join(' ', result.Findings.Select(f => f.Reason).Order(StringComparer.Ordinal)));
        Assert.False(result.HasCheckpoint);
    }

    [Fact]
    public async Task A_history_that_was_rewritten_as_a_whole_does_not_match_what_was_signed()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await SealedAsync(token);
        await chain.VerifyAsync(token, from: null, sign: true);

        // Who owns the database can change a row and compute every hash anew: the chain alone looks whole.
        await database.DamageAsync("update audit_events set metadata = '{\"n\": 99}' where tenant_id = $1", token, chain.Id);
        await database.DamageAsync("delete from audit_seals where chain_id = $1", token, chain.Id);
        await database.DamageAsync("delete from audit_chains where chain_id = $1", token, chain.Id);
        await database.DamageAsync("insert into audit_queue select tenant_id, occurred_at, id from audit_events where tenant_id = $1", token, chain.Id);
        await chain.SealAsync(database, token);

        Assert.Equal(["checkpoint"], (await chain.VerifyAsync(token)).Findings.Select(f => f.Reason));
    }

    [Fact]
    public async Task A_tail_that_was_cut_off_together_with_the_head_is_behind_what_was_signed()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await SealedAsync(token);
        await chain.VerifyAsync(token, from: null, sign: true);
        await database.DamageAsync("delete from audit_seals where chain_id = $1 and seq = 3", token, chain.Id);
        await database.DamageAsync(
            "update audit_chains h set last_seq = 2, last_hash = s.hash from audit_seals s where s.chain_id = h.chain_id and s.seq = 2 and h.chain_id = $1", token, chain.Id);

        var hourly = await chain.VerifyAsync(token, from: null, strays: false, sign: true);

        Assert.Equal([new AuditFinding(AuditReasons.Truncated, 3)], hourly.Findings);
    }

    [Fact]
    public async Task A_retired_key_still_verifies_and_the_new_one_signs()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await SealedAsync(token);
        await chain.VerifyAsync(token, from: null, sign: true);
        await chain.WriteAsync(1, token);
        await chain.SealAsync(database, token);
        using var rotated = new AuditKeyRing(ChainOfATenant.Key("k2", "__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA"), ChainOfATenant.Key("k1"));

        var result = await chain.VerifyAsync(token, from: null, sign: true, keys: rotated);

        Assert.Empty(result.Findings);
        Assert.True(result.HasCheckpoint);
        Assert.Equal("k2", Assert.Single(await VerifyAudit.StatesAsync(chain.Worker, token), s => s.ChainId == chain.Id).Checkpoint!.KeyId);
    }

    private async Task<ChainOfATenant> SealedAsync(CancellationToken cancellationToken)
    {
        var chain = await ChainOfATenant.CreateAsync(database, cancellationToken);
        await chain.WriteAsync(3, cancellationToken);
        await chain.SealAsync(database, cancellationToken);
        return chain;
    }
}
