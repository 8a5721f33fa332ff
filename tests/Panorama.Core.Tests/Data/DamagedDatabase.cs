using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

/// <summary>A server of its own for tests that damage roles: roles are of the cluster, so every other test would see it.</summary>
public sealed class DamagedDatabase : IAsyncLifetime
{
    public TestDatabase Database { get; } = new();

    public ValueTask InitializeAsync() => Database.InitializeAsync();

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>Does what no login of Panorama can.</summary>
    public async Task AsSuperuserAsync(string sql)
    {
        await using var connection = await Database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await connection.RunAsync(sql);
    }
}

[CollectionDefinition(Name)]
public sealed class DamagedDatabaseTests : ICollectionFixture<DamagedDatabase>
{
    public const string Name = "damaged database";
}
