using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Testing;
using Panorama.Worker.Tests.Notifications;

namespace Panorama.Worker.Tests.Assets;

public sealed class RemindingOfOverdueCustody(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private TestDatabase Database => own.Database;

    [Fact]
    public async Task What_is_late_is_told_once_and_once_more_a_day_later()
    {
        var token = TestContext.Current.CancellationToken;
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));
        var (tenant, other) = (await TestTenant.CreateAsync(Database, cancellationToken: token), await TestTenant.CreateAsync(Database, cancellationToken: token));
        var late = await LendAsync(tenant, Noon.AddHours(-1));
        var elsewhere = await LendAsync(other, Noon.AddHours(-2));
        await LendAsync(tenant, Noon.AddHours(1)); // not yet
        await LendAsync(tenant, null);
        await LendAsync(tenant, Noon.AddDays(-40)); // late already when it was written down
        var back = await LendAsync(tenant, Noon.AddHours(-1));
        await Database.SetAsync("update asset_assignments set checked_in_at = $2 where id = $1", back, Noon);

        var first = await RunAsync(Noon);
        var told = await ToldAsync();
        var again = await RunAsync(Noon.AddMinutes(5));
        var nextDay = await RunAsync(Noon.AddHours(23.5)); // a day behind both, and the third is late by now
        await Database.SetAsync("update asset_assignments set expected_checkin_at = $2 where id = $1", late, Noon.AddDays(2));
        var extended = await RunAsync(Noon.AddDays(2).AddMinutes(1));

        Assert.Equal((2L, 0L), (first, again));
        Assert.Equal(new[] { $"{late} {tenant.Driver.UserId}", $"{elsewhere} {other.Driver.UserId}" }.Order(StringComparer.Ordinal), told);
        Assert.Equal(3L, nextDay);
        Assert.Equal(2L, extended); // the new date of the first, and the second reminder of the third

        Task<long> RunAsync(DateTimeOffset now) => RemindOverdueCustody.ExecuteAsync(source, now, batchSize: 1, JobTurn.Unlimited, token);

        async Task<IEnumerable<string>> ToldAsync() => (await Database.OneAsync<string[]>(
            "select array_agg(concat_ws(' ', payload ->> 'assignmentId', payload ->> 'userId')) from notification_events where event_type = 'panorama.asset.checkin_overdue'")).Order(StringComparer.Ordinal);
    }

    private async Task<Guid> LendAsync(TestTenant tenant, DateTimeOffset? until)
    {
        var (id, asset) = (Guid.CreateVersion7(), await tenant.AddAssetAsync(cancellationToken: TestContext.Current.CancellationToken));
        await Database.SetAsync(
            """
            insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at, expected_checkin_at, created_at)
            values ($1, $2, $3, 'user', $4, $5, $6, $5)
            """, id, tenant.Id, asset, tenant.Driver.UserId, Noon.AddDays(-30), (object?)until ?? DBNull.Value);
        return id;
    }
}
