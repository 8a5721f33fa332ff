using Panorama.Core.Audit;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Audit;

public sealed class VerifyingAChain(TestDatabase database)
{
    public static TheoryData<string, string[]> Damages => new()
    {
        { "update audit_events set metadata = '{\"n\": 99}' where tenant_id = $1 and id = (select event_id from audit_seals where chain_id = $1 and seq = 3)", ["digest 3"] },
        { "update audit_seals set prev_hash = sha256('x') where chain_id = $1 and seq = 3", ["digest 3", "link 3"] },
        { "delete from audit_seals where chain_id = $1 and seq = 3", ["gap 4", "link 4", "unsealed"] },
        { "delete from audit_events where tenant_id = $1 and id = (select event_id from audit_seals where chain_id = $1 and seq = 3)", ["missing 3"] },
        { "delete from audit_seals where chain_id = $1 and seq = 5", ["truncated 5", "unsealed"] },
        { "delete from audit_seals where chain_id = $1", ["truncated 5", "unsealed"] },
        { "insert into audit_events (id, tenant_id, action, resource_type) values (gen_random_uuid(), $1, 'panorama.asset.created', 'asset')", ["unsealed"] },
        { "insert into audit_personal (event_id, tenant_id, salt, email) select event_id, $1, '\\x000102030405060708090a0b0c0d0e0f', 'x@y.example' from audit_seals where chain_id = $1 and seq = 2", ["personal"] },
    };

    [Fact]
    public async Task An_untouched_chain_has_no_findings()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await ChainOfATenant.CreateAsync(database, token);
        await chain.WriteAsync(5, token);
        await chain.SealAsync(database, token);

        var result = await chain.VerifyAsync(token);

        Assert.Empty(result.Findings);
        Assert.Equal((1, 5, false), (result.From, result.Through, result.HasCheckpoint));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_is_named_by_reason_and_place(string damage, string[] expected)
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await ChainOfATenant.CreateAsync(database, token);
        await chain.WriteAsync(5, token);
        await chain.SealAsync(database, token);
        Assert.NotEqual(0, await database.DamageAsync(damage, token, chain.Id));

        var result = await chain.VerifyAsync(token);

        Assert.Equal(expected, result.Findings.Select(f => f.Seq is null ? f.Reason : $"{f.Reason} {f.Seq}").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_row_that_still_waits_for_its_seal_is_no_finding()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await ChainOfATenant.CreateAsync(database, token);
        await using var blocked = await database.OpenSuperuserAsync(token);
        await chain.WriteAsync(2, token);
        await chain.SealAsync(database, token);

        // Another test may seal at any time: the chain's row is held, as another sealer would.
        await using var transaction = await blocked.BeginTransactionAsync(token);
        await Sql.RunAsync(blocked, "select 1 from audit_chains where chain_id = $1 for update", token, chain.Id);
        await chain.WriteAsync(1, token);
        var result = await chain.VerifyAsync(token);

        Assert.Empty(result.Findings);
        Assert.Equal(2, result.Through);
    }

    [Fact]
    public async Task A_finding_is_written_into_the_chain_and_no_checkpoint_is_signed()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await ChainOfATenant.CreateAsync(database, token);
        await chain.WriteAsync(5, token);
        await chain.SealAsync(database, token);
        await database.DamageAsync("delete from audit_seals where chain_id = $1 and seq = 3", token, chain.Id);

        var result = await chain.VerifyAsync(token, from: null, strays: false, sign: true);

        Assert.Equal(["gap", "link"], result.Findings.Select(f => f.Reason).Order(StringComparer.Ordinal));
        Assert.False(result.HasCheckpoint);
        Assert.Equal(0, await database.ReadAsync<long>("select count(*) from audit_checkpoints where chain_id = $1", token, chain.Id));
        Assert.Equal(
            """{"fromSeq": 1, "reasons": ["gap", "link"], "findings": 2, "throughSeq": 5}""",
            await database.ReadAsync<string>("select metadata::text from audit_events where tenant_id = $1 and action = $2", token, chain.Id, AuditActions.AuditVerified));
    }
}
