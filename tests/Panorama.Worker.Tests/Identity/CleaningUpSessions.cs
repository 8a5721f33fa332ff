using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Jobs;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Identity;

public sealed class CleaningUpSessions(TestDatabase database)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Rows_go_thirty_days_after_whatever_ended_them()
    {
        var token = TestContext.Current.CancellationToken;
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: token);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        var (justGone, stillKept) = (Now.AddDays(-30).AddMilliseconds(-1), Now.AddDays(-30));
        await AddAsync("idle gone", idleAt: justGone, absoluteAt: Now, revokedAt: null);
        await AddAsync("absolute gone", idleAt: Now, absoluteAt: justGone, revokedAt: null);
        await AddAsync("revoked gone", idleAt: Now, absoluteAt: Now, revokedAt: justGone);
        await AddAsync("idle kept", idleAt: stillKept, absoluteAt: Now, revokedAt: null);
        await AddAsync("revoked kept", idleAt: Now, absoluteAt: Now, revokedAt: stillKept);

        // A batch of one: the loop has to come back for the rest.
        var removed = await CleanUpSessions.ExecuteAsync(source, Now, batchRows: 1, JobTurn.Unlimited, token);
        var again = await CleanUpSessions.ExecuteAsync(source, Now, batchRows: 1, JobTurn.Unlimited, token);

        Assert.Equal((3, 0), (removed, again));
        Assert.Equal(
            "idle kept, revoked kept",
            await database.ReadAsync<string>("select string_agg(user_agent, ', ' order by user_agent) from sessions where user_id = $1 and user_agent is not null", token, tenant.Owner.UserId));

        Task<int> AddAsync(string name, DateTimeOffset idleAt, DateTimeOffset absoluteAt, DateTimeOffset? revokedAt) => database.DamageAsync(
            """
            insert into sessions (id, token_hash, user_id, tenant_id, provider, auth_level, idle_seconds, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at, revoked_at)
            values (gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), $1, $2, 'password', 1, 3600, $3, $4, $4, $4, $5, $6)
            """, token, tenant.Owner.UserId, tenant.Id, name, idleAt, absoluteAt, (object?)revokedAt ?? DBNull.Value);
    }
}
