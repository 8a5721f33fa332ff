using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

/// <summary>Each list of the running Api, replayed as panorama_app over two tenants of 100,000 assets: an index must lead to the page.</summary>
public sealed partial class PlansOfLists(ApiApp app)
{
    private const int Rows = 100_000;

    [Fact]
    public async Task Each_list_has_an_index_condition_beyond_the_tenant_or_reads_in_index_order()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        var tenant = await TestTenant.CreateAsync(database, ApiApp.Hash, TestContext.Current.CancellationToken);
        var other = await TestTenant.CreateAsync(database, ApiApp.Hash, TestContext.Current.CancellationToken);
        var rare = await FillAsync(database, [tenant, other]);
        var statements = new Statements();
        var connectionString = database.ConnectionString(DatabaseRoles.App);
        await using var api = await RunningApi.StartAsync(
            app.Settings(("ConnectionStrings:panorama", connectionString), ("ConnectionStrings:panorama_auth", database.ConnectionString(DatabaseRoles.Auth))),
            b => statements.Attach(b.Services, connectionString));
        using var driver = api.Client(tenant.Driver.Token);
        using var desk = api.Client(tenant.Staff.Token);
        var failures = new List<string>();
        var queries = (await QueriesAsync(driver, tenant, rare)).ConvertAll(q => (Client: driver, q.Path, q.NeedsCondition));
        queries.AddRange((await CustodyQueriesAsync(desk, rare, tenant)).Select(q => (desk, q.Path, q.NeedsCondition)));
        queries.Add((driver, "/api/assignments", true));
        queries.Add((driver, "/api/assignments?open=true", true));
        queries.Add((driver, "/api/notifications", true));
        queries.Add((driver, "/api/notifications?unread=true", true));
        queries.Add((driver, "/api/notifications/count", true));
        queries.AddRange((await DefectQueriesAsync(driver, rare)).Select(q => (driver, q.Path, q.NeedsCondition)));
        var run = await ScalarAsync(database, "select id from inspections where tenant_id = $1 and template_name = 'N200'", tenant.Id);
        using var admin = api.Client(tenant.FleetAdmin.Token);
        queries.AddRange([(admin, $"/api/inspections/{run}/previous", true), (admin, $"/api/inspections/{run}/defects", true), (admin, $"/api/inspections/{run}/queue", true)]);

        foreach (var (client, query, needsCondition) in queries)
        {
            statements.Take();
            var started = Stopwatch.GetTimestamp();
            await client.GetJsonAsync(query);
            var elapsed = Stopwatch.GetElapsedTime(started);
            foreach (var statement in statements.Take().SelectMany(t => t).Where(s => !IsOpening(s.Text)))
            {
                if (await FaultAsync(database, tenant, statement, needsCondition) is { } fault)
                {
                    failures.Add($"{query} ({elapsed.TotalMilliseconds:F0} ms): {fault}\n{statement.Text}");
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.True(await SearchScansAsync(database) > 0, "The search did not use its trigram index.");
    }

    [Fact]
    public async Task A_list_asks_the_database_a_fixed_number_of_times()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        await app.RunAsync(
            """
            insert into assets (id, tenant_id, model_id, tag, name, search_text)
            select gen_random_uuid(), $1, $2, 'C' || n, 'Counted ' || n, 'c' || n || ' counted' from generate_series(1, 150) n
            """,
            tenant.Id, tenant.ModelId);
        var statements = new Statements();
        await using var api = await RunningApi.StartAsync(
            app.Settings(), b => statements.Attach(b.Services, app.Database.ConnectionString(DatabaseRoles.App)));
        using var client = api.Client(tenant.Driver.Token);
        var asset = (await client.GetJsonAsync("/api/assets?limit=1")).GetProperty("items")[0].GetProperty("id").GetString();

        // session_open with BEGIN, rows with the count and COMMIT, where it can be all at once; what EF reads commits on its own
        foreach (var (path, trips) in new[]
        {
            ("/api/assets?limit=1", 1), ("/api/assets?limit=150", 1), ("/api/assets?q=counted&limit=150", 1), ($"/api/assets/{asset}", 1), ($"/api/assets/{asset}/photos", 1), ($"/api/assets/{asset}/documents", 1),
            ($"/api/assets/{asset}/history", 2), ("/api/assets/choices", 2), ("/api/saved-views?list=assets", 2), ("/api/categories", 2), ("/api/auth/me", 2), ("/api/inspection-templates", 2), ("/api/inspections", 1), ("/api/defects", 1),
            ("/api/notifications/count", 1),
        })
        {
            statements.Take();
            await client.GetJsonAsync(path);
            var sent = statements.Take();
            Assert.True(trips == sent.Count(t => t.All(s => s.Text != "COMMIT")), $"{path}: {string.Join(" | ", sent.SelectMany(t => t).Select(s => s.Text))}");
        }
    }

    private static async Task<Rare> FillAsync(TestDatabase database, TestTenant[] tenants)
    {
        var rare = new Rare(TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId());
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        foreach (var tenant in tenants)
        {
            var isFirst = tenant == tenants[0];
            await ExecuteAsync(connection, "insert into categories (id, tenant_id, name, kind) values ($1, $2, 'Rare', 'HARDWARE')", isFirst ? rare.Category : TestTenant.NewId(), tenant.Id);
            await ExecuteAsync(
                connection, "insert into asset_models (id, tenant_id, category_id, name) select $1, $2, id, 'Rare' from categories where tenant_id = $2 and name = 'Rare'",
                isFirst ? rare.Model : TestTenant.NewId(), tenant.Id);
            await ExecuteAsync(connection, "insert into locations (id, tenant_id, name) values ($1, $2, 'Rare')", isFirst ? rare.Location : TestTenant.NewId(), tenant.Id);
            await ExecuteAsync(
                connection,
                """
                insert into assets (id, tenant_id, model_id, tag, name, search_text, status, bookable, location_id, purchase_date, created_at, archived_at)
                select gen_random_uuid(), $1, case when n % 5000 = 0 then r.id else $2 end, 'T' || n, 'Asset ' || n % 1000, 't' || n || ' asset ' || n % 1000 || ' vin' || md5(n::text),
                       case when n % 2000 = 0 then 'RETIRED' when n % 3 = 0 then 'IN_USE' else 'READY' end, n % 2000 = 1,
                       case when n % 5000 = 0 then l.id end, case when n % 3 > 0 then date '2020-01-01' + n % 2000 end,
                       timestamptz '2026-01-01' + n * interval '1 second', case when n % 100 = 0 then now() end
                  from generate_series(1, $3) n, asset_models r, locations l
                 where r.tenant_id = $1 and r.name = 'Rare' and l.tenant_id = $1 and l.name = 'Rare'
                """,
                tenant.Id, tenant.ModelId, Rows);
            foreach (var table in new[] { "suppliers", "companies", "manufacturers", "locations", "departments", "fieldsets" })
            {
                await ExecuteAsync(connection, $"insert into {table} (id, tenant_id, name) select gen_random_uuid(), $1, 'N' || n from generate_series(1, 5000) n", tenant.Id);
            }

            await ExecuteAsync(
                connection, "insert into depreciations (id, tenant_id, name, months) select gen_random_uuid(), $1, 'N' || n, 36 from generate_series(1, 5000) n", tenant.Id);
            await ExecuteAsync(
                connection,
                """
                insert into notices (id, tenant_id, user_id, event_id, event_type, payload, occurred_at, created_at, read_at)
                select gen_random_uuid(), $1, case when n % 200 = 0 then $2 else $3 end, gen_random_uuid(), 'panorama.asset.created', '{}', now(), now() - n * interval '1 minute',
                       case when n % 400 = 0 then now() end
                  from generate_series(1, 40000) n
                """,
                tenant.Id, tenant.Driver.UserId, tenant.Owner.UserId);
            await ExecuteAsync(
                connection,
                "insert into saved_views (id, tenant_id, list, name, is_shared, owner_user_id) select gen_random_uuid(), $1, case n % 2 when 0 then 'assets' else 'custody' end, 'V' || n, true, $2 from generate_series(1, 4000) n",
                tenant.Id, tenant.Owner.UserId);
            await ExecuteAsync(
                connection,
                """
                with people as (insert into users (id, display_name) select gen_random_uuid(), 'P' || n from generate_series(1, 2000) n returning id)
                insert into tenant_memberships (id, tenant_id, user_id, role) select gen_random_uuid(), $1, id, 'driver' from people
                """,
                tenant.Id);
            await ExecuteAsync(connection, "insert into categories (id, tenant_id, name, kind) select gen_random_uuid(), $1, 'N' || n, 'OTHER' from generate_series(1, 5000) n", tenant.Id);
            await ExecuteAsync(
                connection, "insert into asset_models (id, tenant_id, category_id, name) select gen_random_uuid(), $1, c.id, 'N' || n from generate_series(1, 5000) n, categories c where c.tenant_id = $1 and c.name = 'N1'",
                tenant.Id);
            await ExecuteAsync(connection, "insert into custom_fields (id, tenant_id, name, type) select gen_random_uuid(), $1, 'N' || n, 'text' from generate_series(1, 5000) n", tenant.Id);
            await ExecuteAsync(
                connection, "insert into status_labels (id, tenant_id, name, type, maps_to) select gen_random_uuid(), $1, 'N' || n, 'deployable', 'READY' from generate_series(1, 5000) n", tenant.Id);
        }

        foreach (var tenant in tenants)
        {
            // One in five is out or has been, each twentieth of those late; the driver has forty, the rare place two hundred.
            await ExecuteAsync(
                connection,
                """
                insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, target_location_id, checked_out_at, expected_checkin_at, checked_in_at)
                select gen_random_uuid(), $1, a.id, case when a.n % 500 = 0 then 'location' else 'user' end,
                       case when a.n % 500 = 0 then null when a.n % 2500 = 5 then $2 else $3 end, case when a.n % 500 = 0 then l.id end,
                       timestamptz '2026-01-01' + a.n * interval '1 second', case when a.n % 100 = 5 then timestamptz '2026-02-01' else timestamptz '2099-01-01' end,
                       case when a.n % 2 = 0 then timestamptz '2026-03-01' end
                  from (select id, substr(tag, 2)::int as n from assets where tenant_id = $1 and tag like 'T%') a, locations l
                 where l.tenant_id = $1 and l.name = 'Rare' and a.n % 5 = 0
                """,
                tenant.Id, tenant.Driver.UserId, tenant.Owner.UserId);
            await ExecuteAsync(
                connection,
                """
                insert into meter_readings (id, tenant_id, asset_id, value, unit, read_at, source)
                select gen_random_uuid(), $1, id, 1000, 'km', timestamptz '2026-01-01', 'import' from assets where tenant_id = $1
                """,
                tenant.Id);
            await ExecuteAsync(connection, "insert into status_labels (id, tenant_id, name, type, maps_to) values ($1, $2, 'Rare', 'deployable', 'RETIRED')", tenant == tenants[0] ? rare.Label : TestTenant.NewId(), tenant.Id);
            await ExecuteAsync(
                connection, "update assets a set status_label_id = l.id from status_labels l where a.tenant_id = $1 and a.status = 'RETIRED' and l.tenant_id = $1 and l.name = 'Rare'", tenant.Id);
        }

        foreach (var tenant in tenants)
        {
            // An import of a tenth of the assets, and one of two hundred.
            await ExecuteAsync(
                connection,
                "insert into imports (id, tenant_id, kind, file_name, size_bytes, sha256, state) values ($1, $3, 'assets', 'a.csv', 1, '', 'DONE'), ($2, $3, 'assets', 'b.csv', 1, '', 'DONE')",
                TestTenant.NewId(), tenant == tenants[0] ? rare.Import : TestTenant.NewId(), tenant.Id);
            await ExecuteAsync(
                connection,
                """
                insert into import_rows (tenant_id, import_id, line, outcome, asset_id)
                select a.tenant_id, i.id, a.n, 'CREATED', a.id
                  from (select tenant_id, id, substr(tag, 2)::int as n from assets where tenant_id = $1 and tag like 'T%') a
                  join imports i on i.tenant_id = a.tenant_id and a.n % case i.file_name when 'a.csv' then 10 else 100 end = 0
                 where i.tenant_id = $1
                """,
                tenant.Id);
        }

        foreach (var tenant in tenants)
        {
            await FillDefectsAsync(connection, tenant);
            await FillRunsAsync(connection, tenant);
        }

        await using var superuser = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(superuser, "alter table audit_events disable trigger user");
        await ExecuteAsync(
            superuser,
            """
            insert into audit_events (id, occurred_at, tenant_id, action, resource_type, resource_id)
            select gen_random_uuid(), date_trunc('minute', now()) - n * interval '1 second', $1, 'panorama.asset.updated', 'asset', $2 from generate_series(1, 2000) n
            """,
            tenants[0].Id, (await ScalarAsync(connection, "select id from assets where tenant_id = $1 and tag = 'T17'", tenants[0].Id)).ToString()!);
        await ExecuteAsync(
            superuser,
            """
            insert into audit_events (id, occurred_at, tenant_id, action, resource_type, resource_id)
            select gen_random_uuid(), date_trunc('minute', now()) - n * interval '1 second', $1, 'panorama.asset.updated', 'asset', gen_random_uuid()::text from generate_series(1, 20000) n
            """,
            tenants[0].Id);
        await ExecuteAsync(superuser, "alter table audit_events enable trigger user");
        await ExecuteAsync(superuser, "vacuum analyze");
        return rare with { Asset = (Guid)await ScalarAsync(connection, "select id from assets where tenant_id = $1 and tag = 'T17'", tenants[0].Id) };
    }

    // One asset has a hundred defects; one in five hundred is dismissed, and one in a thousand keeps its asset from being used.
    private static async Task FillDefectsAsync(NpgsqlConnection connection, TestTenant tenant)
    {
        var (template, run) = (TestTenant.NewId(), TestTenant.NewId());
        await ExecuteAsync(connection, "insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', true, now())", tenant.Id);
        await ExecuteAsync(
            connection, "insert into inspection_templates (id, tenant_id, name, category_kind, created_by_user_id) values ($1, $2, 'N', 'VEHICLE', $3)", template, tenant.Id, tenant.Owner.UserId);
        await ExecuteAsync(
            connection,
            """
            insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, started_at)
            select $1, $2, $3, 'N', '{"items":[{}]}', id, $4, now() from assets where tenant_id = $2 and tag = 'T17'
            """,
            run, tenant.Id, template, tenant.Owner.UserId);
        await ExecuteAsync(
            connection,
            """
            insert into defects (id, tenant_id, asset_id, inspection_id, snapshot_item_id, label, label_key, severity, status, opened_at, opened_by_user_id, last_seen_inspection_id, last_seen_at,
                   resolved_at, resolved_by_user_id)
            select gen_random_uuid(), $1, a.id, $2, gen_random_uuid(), 'L' || n, 'l' || n, case when n % 1000 = 0 then 'OUT_OF_SERVICE' when n % 3 = 0 then 'MAJOR' else 'MINOR' end,
                   case when n % 500 = 1 then 'DISMISSED' when n % 2 = 1 then 'CERTIFIED' else 'OPEN' end, timestamptz '2026-01-01' + n * interval '1 minute', $3, $2, now(),
                   case when n % 2 = 1 then now() end, case when n % 2 = 1 then $3::uuid end
              from generate_series(1, 40000) n join assets a on a.tenant_id = $1 and a.tag = 'T' || case when n % 400 = 0 then 17 else n end
            """,
            tenant.Id, run, tenant.Owner.UserId);
    }

    // Twenty thousand, of which one asset has four hundred; every tenth failed, with a photo, and waits for a review.
    private static async Task FillRunsAsync(NpgsqlConnection connection, TestTenant tenant)
    {
        await ExecuteAsync(
            connection,
            """
            insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, status, outcome, started_at, completed_at, completed_by_user_id)
            select gen_random_uuid(), $1, t.id, 'N' || n,
                   '{"name":"N","description":null,"templateVersionAt":"2026-01-01T00:00:00Z","contentVersion":1,"items":[{"id":"20000000-0000-7000-8000-000000000001","position":0,"label":"L1","itemType":"BOOLEAN",
                     "required":false,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":null,"severity":"MAJOR"}]}',
                   a.id, $2, 'COMPLETED', case when n % 10 = 0 then 'FAIL' else 'PASS' end, timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01' + (n + 5) * interval '1 minute', $2
              from generate_series(1, 20000) n join assets a on a.tenant_id = $1 and a.tag = 'T' || case when n % 50 = 0 then 17 else n end
              join inspection_templates t on t.tenant_id = $1 and t.name = 'N'
            """,
            tenant.Id, tenant.Owner.UserId);
        await ExecuteAsync(
            connection,
            """
            insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, boolean_value, responded_by_user_id, responded_at)
            select gen_random_uuid(), tenant_id, id, '20000000-0000-7000-8000-000000000001', false, started_by_user_id, completed_at from inspections where tenant_id = $1 and outcome = 'FAIL'
            """,
            tenant.Id);
        await ExecuteAsync(connection, "analyze inspections, inspection_responses");
        await ExecuteAsync(
            connection,
            """
            insert into photos (id, tenant_id, asset_id, inspection_id, response_id, client_upload_key, storage_key, thumbnail_key, source_sha256, source_type, size_bytes, sha256, thumbnail_size_bytes,
              thumbnail_sha256, width, height, stripped_blocks, uploaded_by_user_id, created_at)
            select p.id, p.tenant_id, p.asset_id, p.inspection_id, p.response_id, p.id, p.key || '.jpg', p.key || '_t.jpg', sha256('a'), 'image/jpeg', 5, sha256('a'), 5, sha256('a'), 1, 1, '{}', $2, now()
              from (select g.*, 'tenants/' || g.tenant_id || '/inspections/' || g.inspection_id || '/photos/' || g.id as key
                      from (select gen_random_uuid() as id, r.tenant_id, i.asset_id, r.inspection_id, r.id as response_id
                              from inspection_responses r join inspections i on i.tenant_id = r.tenant_id and i.id = r.inspection_id where r.tenant_id = $1) g) p
            """,
            tenant.Id, tenant.Owner.UserId);
    }

    private static async Task<List<(string Path, bool NeedsCondition)>> QueriesAsync(HttpClient client, TestTenant tenant, Rare rare)
    {
        var queries = new List<(string, bool)>();
        foreach (var sort in new[] { "createdAt", "tag", "name", "status", "purchaseDate" })
        {
            foreach (var order in new[] { "asc", "desc" })
            {
                var first = $"/api/assets?sort={sort}&order={order}";
                queries.Add((first, false));
                queries.Add(($"{first}&cursor={(await client.GetJsonAsync(first)).GetProperty("nextCursor").GetString()}", true));
            }
        }

        foreach (var filter in new[] { "status=RETIRED", "status=RETIRED&status=MAINTENANCE", $"modelId={rare.Model}", $"categoryId={rare.Category}", $"locationId={rare.Location}", "bookable=true", "q=7" })
        {
            queries.Add(($"/api/assets?{filter}", true));
        }

        queries.Add(("/api/assets?includeArchived=false", false));
        queries.Add(("/api/assets?q=vin1679091c5a880faf6fb5e6087eb1b2dc", false));
        queries.Add(("/api/assets?q=asset%20vin1679091c&status=READY&status=IN_USE&sort=tag", false));
        queries.Add(($"/api/assets/{rare.Asset}", true));
        queries.Add(($"/api/assets/{rare.Asset}/history", true));
        queries.Add(($"/api/assets/{rare.Asset}/history?cursor={(await client.GetJsonAsync($"/api/assets/{rare.Asset}/history")).GetProperty("nextCursor").GetString()}", true));
        foreach (var picker in new[] { "categories", "asset-models", "locations", "manufacturers", "suppliers", "companies", "departments", "status-labels", "custom-fields", "fieldsets", "depreciations" })
        {
            queries.Add(($"/api/{picker}", false));
            queries.Add(($"/api/{picker}?withUses=true&includeArchived=true&limit=200", false));
            queries.Add(($"/api/{picker}?cursor={(await client.GetJsonAsync($"/api/{picker}")).GetProperty("nextCursor").GetString()}", true));
        }

        var members = $"/api/tenants/{tenant.Id}/memberships";
        queries.Add((members, false));
        queries.Add(($"{members}?cursor={(await client.GetJsonAsync(members)).GetProperty("nextCursor").GetString()}", false));
        queries.Add(("/api/saved-views?list=assets", true));
        return queries;
    }

    private static async Task<List<(string Path, bool NeedsCondition)>> CustodyQueriesAsync(HttpClient client, Rare rare, TestTenant tenant)
    {
        var cursor = (await client.GetJsonAsync("/api/assignments")).GetProperty("nextCursor").GetString();
        return
        [
            ("/api/assignments", false), ($"/api/assignments?cursor={cursor}", true), ("/api/assignments?open=true", false), ("/api/assignments?open=false", false),
            ("/api/assignments?overdue=true", false), ($"/api/assignments?holder={rare.Location}", true), ($"/api/assignments?assetId={rare.Asset}", true),
            ($"/api/assignments?holder={tenant.Driver.UserId}&open=true", true), ($"/api/assets?assignedUserId={tenant.Driver.UserId}", true),
            ($"/api/assets?assignedUserId={tenant.Driver.UserId}&q=asset", true), ($"/api/assets?statusLabelId={rare.Label}", true),
            ("/api/assets?tag=t17", true), ("/api/assets?tag=T17&q=asset&sort=tag", true), ($"/api/assets?importId={rare.Import}", true),
            ($"/api/assets?importId={rare.Import}&q=asset&sort=name&order=asc", true), ($"/api/assets?importId={rare.Import}&status=READY&tag=T100", true),
            ($"/api/assets?statusLabelId={rare.Label}&q=asset", false), ($"/api/assets/{rare.Asset}/meter-readings", true),
        ];
    }

    private static async Task<List<(string Path, bool NeedsCondition)>> DefectQueriesAsync(HttpClient client, Rare rare)
    {
        var cursor = (await client.GetJsonAsync("/api/defects")).GetProperty("nextCursor").GetString();
        return
        [
            ("/api/defects", false), ($"/api/defects?cursor={cursor}", true), ($"/api/defects?assetId={rare.Asset}", true), ($"/api/defects?assetId={rare.Asset}&status=OPEN", true),
            ("/api/defects?status=DISMISSED", true), ("/api/defects?severity=OUT_OF_SERVICE", true), ("/api/defects?severity=OUT_OF_SERVICE&status=OPEN", true),
        ];
    }

    // The session, and whether the organisation has the feature of the route.
    private static bool IsOpening(string text) => text.Contains("session_open", StringComparison.Ordinal) || text.Contains("from tenant_features", StringComparison.Ordinal);

    private static async Task<string?> FaultAsync(TestDatabase database, TestTenant tenant, Statements.Statement statement, bool needsCondition)
    {
        if (statement.Text is "COMMIT" or "BEGIN" or "commit" || statement.Text.StartsWith("select count(*)", StringComparison.Ordinal))
        {
            return null;
        }

        await using var connection = await database.OpenAsync(DatabaseRoles.App, TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, "select user_id from session_open($1)", tenant.Driver.SessionHash);
        var (replayed, values) = Statements.Replay(statement);
        var text = (string)await ScalarAsync(connection, "explain (format json, analyze, timing off) " + await InnerAsync(connection, replayed), values);
        using var plan = JsonDocument.Parse(text);
        var nodes = Nodes(plan.RootElement[0].GetProperty("Plan")).ToList();
        if (nodes.Find(n => n.Type == "Seq Scan" && n.Rows + n.Removed > 5_000) is { } seq)
        {
            return $"reads all of {seq.Relation}";
        }

        if (nodes.Find(n => n.Type is "Sort" && n.Rows > 1_000) is { } sort)
        {
            return $"sorts {sort.Rows} rows";
        }

        if (nodes.Find(n => n.Removed > 10_000) is { } filter)
        {
            return $"reads {filter.Removed} rows of {filter.Relation} to throw them away";
        }

        // What is joined to the rows of a page says nothing of how the page was found.
        var isLed = nodes.Where(n => !JoinedColumn().IsMatch(n.Condition)).Any(n => n.Condition.Replace("tenant_id = $0", "", StringComparison.Ordinal) is var rest
            && (rest.Contains('<', StringComparison.Ordinal) || rest.Contains('>', StringComparison.Ordinal) || rest.Count(c => c == '=') > 1 || rest.Contains("ANY", StringComparison.Ordinal)
                || (rest.Contains('=', StringComparison.Ordinal) && !rest.Contains("tenant_id", StringComparison.Ordinal))));
        return needsCondition && !isLed ? $"has no index condition beyond the tenant: {string.Join("; ", nodes.Select(n => n.Condition).Where(c => c.Length > 0))}" : null;
    }

    // A function shows no plan of what it asks.
    private static async Task<string> InnerAsync(NpgsqlConnection connection, string text) => text != "select * from asset_page($1, $2)"
        ? text
        : ((string)await ScalarAsync(connection, "select split_part(split_part(prosrc, 'return query', 2), ';', 1) from pg_proc where proname = 'asset_page'"))
            .Replace("p_id", "$1", StringComparison.Ordinal).Replace("p_at", "$2", StringComparison.Ordinal);

    private static IEnumerable<Node> Nodes(JsonElement plan)
    {
        yield return new Node(
            plan.GetProperty("Node Type").GetString()!, plan.TryGetProperty("Relation Name", out var r) ? r.GetString()! : "",
            plan.TryGetProperty("Index Cond", out var c) ? c.GetString()! : "", plan.GetProperty("Actual Rows").GetDouble() * plan.GetProperty("Actual Loops").GetDouble(),
            plan.TryGetProperty("Rows Removed by Filter", out var f) ? f.GetDouble() * plan.GetProperty("Actual Loops").GetDouble() : 0);
        if (plan.TryGetProperty("Plans", out var children))
        {
            foreach (var node in children.EnumerateArray().SelectMany(Nodes))
            {
                yield return node;
            }
        }
    }

    private static async Task<long> SearchScansAsync(TestDatabase database)
    {
        await using var connection = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, "select pg_stat_force_next_flush()");
        for (var i = 0; i < 50; i++)
        {
            var scans = (long)await ScalarAsync(
                connection,
                "select coalesce(sum(s.idx_scan), 0)::bigint from pg_stat_user_indexes s join pg_indexes i on i.indexname = s.indexrelname where s.relname = 'assets' and i.indexdef like '%gin%'");
            if (scans > 0)
            {
                return scans;
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<object> ScalarAsync(TestDatabase database, string sql, params object[] values)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        return await ScalarAsync(connection, sql, values);
    }

    private static async Task<object> ScalarAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
#pragma warning disable CA2100 // literals of the test, and what the Api itself sent
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    [GeneratedRegex(@"[a-z_]\.[a-z_]", RegexOptions.None, 1000)]
    private static partial Regex JoinedColumn();

    private sealed record Rare(Guid Category, Guid Model, Guid Location, Guid Asset, Guid Label, Guid Import);

    private sealed record Node(string Type, string Relation, string Condition, double Rows, double Removed);
}
