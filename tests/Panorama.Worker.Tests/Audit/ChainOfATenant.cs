using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Audit;

/// <summary>A tenant's audit chain and the operations on it, as the Worker's login.</summary>
internal sealed class ChainOfATenant : IAsyncDisposable
{
    public const string Seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    private ChainOfATenant(TestDatabase database, Guid id)
    {
        Id = id;
        Worker = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
    }

    public Guid Id { get; }

    public NpgsqlDataSource Worker { get; }

    public AuditKeyRing Keys { get; } = new(Key("k1"));

    public static async Task<ChainOfATenant> CreateAsync(TestDatabase database, CancellationToken cancellationToken) =>
        new(database, (await TestTenant.CreateAsync(database, cancellationToken: cancellationToken)).Id);

    public static AuditSigningKey Key(string id, string seed = Seed)
    {
        Assert.True(AuditSigningKey.TryParse($"{id}:{seed}", out var key, out _));
        return key;
    }

    public async Task WriteAsync(int rows, CancellationToken cancellationToken)
    {
        await using var command = Worker.CreateCommand(
            """
            insert into audit_events (id, tenant_id, action, resource_type, metadata)
            select gen_random_uuid(), $1, 'panorama.asset.created', 'asset', jsonb_build_object('n', n) from generate_series(1, $2) n
            """);
        command.Parameters.Add(new() { Value = Id });
        command.Parameters.Add(new() { Value = rows });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Seals until nothing of this chain waits.</summary>
    public async Task SealAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        do
        {
            await SealAudit.ExecuteAsync(Worker, cancellationToken);
        }
        while (await database.ReadAsync<bool>("select exists (select 1 from audit_queue where chain_id = $1)", cancellationToken, Id));
    }

    public Task<AuditChainResult> VerifyAsync(CancellationToken cancellationToken, long? from = 1, bool strays = true, bool sign = false, AuditKeyRing? keys = null) =>
        VerifyAudit.ChainAsync(Worker, Id, from, strays, keys ?? Keys, sign, record: false, TimeProvider.System, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Keys.Dispose();
        await Worker.DisposeAsync();
    }
}
