using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Core.Tenancy;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Tenancy;

public sealed class CleaningUpIdempotencyKeys(TestDatabase database)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Keys_go_after_twenty_four_hours()
    {
        var token = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: token);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        await AddAsync("a gone", Now.AddHours(-24).AddMilliseconds(-1));
        await AddAsync("b gone", Now.AddDays(-3));
        await AddAsync("kept", Now.AddHours(-24));

        var removed = await CleanUpIdempotencyKeys.ExecuteAsync(source, Now, batchRows: 1, JobTurn.Unlimited, token);

        Assert.Equal(2, removed);
        Assert.Equal("kept", await database.ReadAsync<string>("select string_agg(key, ', ') from idempotency_keys where tenant_id = $1", token, tenant.Id));

        Task<int> AddAsync(string key, DateTimeOffset createdAt) => database.DamageAsync(
            "insert into idempotency_keys (tenant_id, user_id, key, route, request_sha256, created_at) values ($1, $2, $3, 'POST /x', sha256('x'), $4)",
            token, tenant.Id, tenant.Owner.UserId, key, createdAt);
    }
}
