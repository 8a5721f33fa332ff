using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>
/// A tenant with as many assets as one wants, of 160 models in 20 categories at 200 places, and with sessions of one person. Below 10,000 assets there are
/// fewer models and places, so that a model's page is as full among 1,000 assets as among a million: its growth is then that of the work and not of its rows. Ids grow with time, as the system's own do.
/// </summary>
internal sealed class Fleet
{
    private readonly List<byte[]> _tokens = [];
    private int _next;

    public required int Size { get; init; }
    public required TestTenant Tenant { get; init; }
    public required Guid Category { get; init; }
    public required Guid Model { get; init; }
    public required Guid Location { get; init; }
    public required Guid Asset { get; init; }
    public required string Tag { get; init; }
    public required string Serial { get; init; }

    public byte[] NextToken() => _tokens[(int)((uint)Interlocked.Increment(ref _next) % (uint)_tokens.Count)];

    /// <param name="who">Whose the sessions are; null is the driver.</param>
    public static async Task<Fleet> SeedAsync(TestDatabase database, int size, int sessions, Func<byte[], byte[]> hash, Func<TestTenant, TestPerson>? who = null)
    {
        const int Page = 51;
        int models = Math.Clamp(size / Page, 8, 160), places = Math.Clamp(size / Page, 8, 200);
        var tenant = await TestTenant.CreateAsync(database, hash);
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator);
        await RunAsync("insert into categories (id, tenant_id, name, kind) select gen_random_uuid(), $1, 'Category ' || n, case when n % 2 = 0 then 'VEHICLE' else 'HARDWARE' end from generate_series(1, 20) n", tenant.Id);
        await RunAsync(
            """
            insert into asset_models (id, tenant_id, category_id, name)
            select gen_random_uuid(), $1, (array(select id from categories where tenant_id = $1 and name like 'Category %' order by name))[1 + n % 20], 'Model ' || n
              from generate_series(1, $2) n
            """, tenant.Id, models);
        await RunAsync("insert into locations (id, tenant_id, name) select gen_random_uuid(), $1, 'Depot ' || n from generate_series(1, $2) n", tenant.Id, places);
        await RunAsync(
            """
            with models as (select array_agg(id) ids from asset_models where tenant_id = $1), places as (select array_agg(id) ids from locations where tenant_id = $1),
                 made as (
              select n, (array['Van', 'Truck', 'Laptop', 'Pickup', 'Tablet', 'Trailer', 'Phone'])[1 + n % 7] || ' ' || (array['Transit', 'Daily', 'Latitude', 'Hilux', 'Galaxy'])[1 + n % 5] || ' ' || n % 1000 as name,
                     upper(substr(md5(n::text || $1::text), 1, 12)) as serial,
                     lpad(to_hex((extract(epoch from now() - n * interval '1 minute') * 1000)::bigint), 12, '0') as at
                from generate_series(1, $2) n)
            insert into assets (id, tenant_id, model_id, location_id, tag, name, serial, search_text, status, bookable, purchase_date, created_at, archived_at)
            select (substr(at, 1, 8) || '-' || substr(at, 9) || '-7' || substr(gen_random_uuid()::text, 16))::uuid, $1, models.ids[1 + n % array_length(models.ids, 1)], places.ids[1 + n % array_length(places.ids, 1)], 'FL-' || lpad(n::text, 7, '0'), name, serial,
                   lower('FL-' || lpad(n::text, 7, '0') || ' ' || name || ' ' || serial),
                   (array['READY', 'READY', 'READY', 'IN_USE', 'IN_USE', 'MAINTENANCE', 'RETIRED'])[1 + n % 7], n % 3 = 0, date '2016-01-01' + n % 3650,
                   date_trunc('milliseconds', now()) - n * interval '1 minute', case when n % 50 = 0 then now() end
              from made, models, places
            """, tenant.Id, size);
        var fleet = new Fleet
        {
            Size = size,
            Tenant = tenant,
            Category = await OneAsync<Guid>("select id from categories where tenant_id = $1 and name = 'Category 10'", tenant.Id),
            Model = await OneAsync<Guid>("select id from asset_models where tenant_id = $1 and name = 'Model 7'", tenant.Id),
            Location = await OneAsync<Guid>("select id from locations where tenant_id = $1 and name = 'Depot 7'", tenant.Id),
            Asset = await OneAsync<Guid>("select id from assets where tenant_id = $1 and tag = $2", tenant.Id, $"FL-{size / 2:D7}"),
            Serial = await OneAsync<string>("select serial from assets where tenant_id = $1 and tag = $2", tenant.Id, $"FL-{size / 2:D7}"),
            Tag = $"FL-{size / 2:D7}",
        };
        for (var i = 0; i < sessions; i++)
        {
            var token = RandomNumberGenerator.GetBytes(32);
            fleet._tokens.Add(token);
            await RunAsync(
                """
                insert into sessions (id, token_hash, user_id, tenant_id, provider, auth_level, idle_seconds, created_at, last_seen_at, idle_expires_at, absolute_expires_at)
                select gen_random_uuid(), $1, $2, $3, 'password', 1, 43200, now(), now(), now() + interval '12 hours', now() + interval '7 days'
                """, hash(token), (who?.Invoke(tenant) ?? tenant.Driver).UserId, tenant.Id);
        }

        return fleet;

        async Task RunAsync(string sql, params object[] values)
        {
            await using var command = Command(sql, values);
            await command.ExecuteNonQueryAsync();
        }

        async Task<T> OneAsync<T>(string sql, params object[] values)
        {
            await using var command = Command(sql, values);
            return (T)(await command.ExecuteScalarAsync())!;
        }

        NpgsqlCommand Command(string sql, object[] values)
        {
#pragma warning disable CA2100 // literals of this file
            var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3_600 };
#pragma warning restore CA2100
            foreach (var value in values)
            {
                command.Parameters.Add(new() { Value = value });
            }

            return command;
        }
    }
}
