using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Benchmarks;

/// <summary>Inspections that 200 assets had, half of them by one driver, one a minute: of seven, five passed, one failed and one wants maintenance; of four that did not pass one waits for its review, so that a thousand fill a page of the queue.</summary>
internal static class InspectionHistory
{
    /// <summary>Items of the checklist.</summary>
    public const int Items = 20;

    private const string TemplateSql =
        """
        with t as (
          insert into inspection_templates (id, tenant_id, name, category_kind, created_by_user_id, created_at)
          values (gen_random_uuid(), $1, 'Vehicle before the trip', 'VEHICLE', $2, now()) returning id)
        insert into inspection_template_items (id, tenant_id, template_id, position, label, item_type, required)
        select gen_random_uuid(), $1, t.id, n, 'Item ' || n || ' of the checklist', case when n % 10 = 9 then 'NUMBER' else 'BOOLEAN' end, true from t, generate_series(0, $3 - 1) n
        """;

    private const string RunsSql =
        """
        with made as (
          select n, ($2::uuid[])[1 + n % cardinality($2::uuid[])] as asset, case when n % 2 = 0 then $3::uuid else $4::uuid end as starter, n % 7 as result,
                 date_trunc('milliseconds', now()) - n * interval '1 minute' as at,
                 lpad(to_hex((extract(epoch from now() - n * interval '1 minute') * 1000)::bigint), 12, '0') as prefix
            from generate_series(1, $1) n)
        insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, status, outcome, started_at, created_at, completed_at,
          completed_by_user_id, reviewed_at, reviewed_by_user_id)
        select (substr(prefix, 1, 8) || '-' || substr(prefix, 9) || '-7' || substr(gen_random_uuid()::text, 16))::uuid, $5, t.id, t.name, $6::jsonb, asset, starter, 'COMPLETED',
               case result when 0 then 'FAIL' when 1 then 'NEEDS_MAINTENANCE' else 'PASS' end, at, at, at + interval '4 minutes', starter,
               case when result < 2 and n % 4 <> 0 then at + interval '1 hour' end, case when result < 2 and n % 4 <> 0 then $4::uuid end
          from made, inspection_templates t where t.tenant_id = $5
        """;

    private const string AnswersSql =
        """
        insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, boolean_value, responded_by_user_id, responded_at, created_at)
        select gen_random_uuid(), $1, i.id, (item ->> 'id')::uuid, true, i.started_by_user_id, i.completed_at, i.completed_at
          from (select * from inspections where tenant_id = $1 order by started_at desc limit 200) i, jsonb_array_elements(i.template_snapshot -> 'items') item
        """;

    /// <summary>Switches inspections on and makes a checklist for vehicles.</summary>
    public static async Task AddChecklistAsync(TestDatabase database, TestTenant tenant)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator);
        await RunAsync(connection, "insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', true, now())", tenant.Id);
        await RunAsync(connection, TemplateSql, tenant.Id, tenant.Owner.UserId, Items);
    }

    /// <summary>The newest 200 have their answers.</summary>
    public static async Task AddRunsAsync(TestDatabase database, TestTenant tenant, int count)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator);
        await using var ids = new NpgsqlCommand("select array_agg(id) from assets where tenant_id = $1", connection) { Parameters = { new() { Value = tenant.Id } } };
        var assets = (Guid[])(await ids.ExecuteScalarAsync())!;
        var items = string.Join(',', Enumerable.Range(0, Items).Select(n =>
            $$"""{"id":"{{TestTenant.NewId()}}","position":{{n}},"label":"Item {{n}} of the checklist","itemType":"BOOLEAN","required":true,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":null,"severity":null}"""));
        await RunAsync(
            connection, RunsSql, count, assets, tenant.Driver.UserId, tenant.Staff.UserId, tenant.Id,
            $$"""{"name":"Vehicle before the trip","description":null,"templateVersionAt":"2026-01-01T00:00:00Z","contentVersion":1,"items":[{{items}}]}""");
        await RunAsync(connection, AnswersSql, tenant.Id);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
#pragma warning disable CA2100 // literals of this file
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3_600 };
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
