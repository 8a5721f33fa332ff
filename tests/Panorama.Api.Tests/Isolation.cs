using System.Globalization;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Api.Tests;

/// <summary>No sequence of calls that the API describes, made by members of one tenant, shows or changes anything of another.</summary>
public sealed class Isolation(ApiApp app)
{
    [Fact]
    public async Task No_sequence_of_calls_of_one_tenant_shows_or_changes_another()
    {
        var world = await World.CreateAsync(app.Database, app.Api);

        Assert.Null(await world.CounterexampleAsync(sequences: 60));
    }

    [Theory]
    [InlineData("drop policy assets_app on assets; create policy assets_app on assets to panorama_app using (true) with check (true)")]
    [InlineData("drop policy assets_app on assets")]
    [InlineData("drop policy locations_app on locations; create policy locations_app on locations to panorama_app using (true)")]
    public async Task The_same_check_finds_a_policy_that_is_gone(string damage)
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        await using var api = await RunningApi.StartAsync(app.Settings(
            ("ConnectionStrings:panorama", database.ConnectionString(DatabaseRoles.App)), ("ConnectionStrings:panorama_auth", database.ConnectionString(DatabaseRoles.Auth))));
        var world = await World.CreateAsync(database, api);
        await world.RunAsync(damage);

        Assert.NotNull(await world.CounterexampleAsync(sequences: 400));
    }

    /// <param name="Route">Index into the described operations.</param>
    /// <param name="Id">Which id goes into the path or body.</param>
    /// <param name="Query">Which query string.</param>
    private sealed record Call(int Route, int Id, int Query);

    private sealed class World
    {
        private static readonly string[] Roles = ["owner", "fleet_admin", "fleet_staff", "driver"];

        private readonly TestDatabase _database;
        private readonly RunningApi _api;
        private readonly TestTenant _mine;
        private readonly TestTenant _theirs;
        private readonly List<(string Area, string Method, string Path)> _operations = [];
        private readonly List<string> _ids = [];
        private readonly List<string> _queries = [];
        private readonly HashSet<string> _secrets = new(StringComparer.OrdinalIgnoreCase);
        private string _before = "";

        private World(TestDatabase database, RunningApi api, TestTenant mine, TestTenant theirs) => (_database, _api, _mine, _theirs) = (database, api, mine, theirs);

        public static async Task<World> CreateAsync(TestDatabase database, RunningApi api)
        {
            var cancellationToken = TestContext.Current.CancellationToken;
            var world = new World(
                database, api, await TestTenant.CreateAsync(database, ApiApp.Hash, cancellationToken), await TestTenant.CreateAsync(database, ApiApp.Hash, cancellationToken));
            await world.FillAsync(world._mine);
            await world.FillAsync(world._theirs);
            using var client = api.Client();
            foreach (var path in (await client.GetJsonAsync("/api/openapi/v1.json")).GetProperty("paths").EnumerateObject())
            {
                // Not the open ones that take passwords: they act for nobody yet.
                world._operations.AddRange(path.Value.EnumerateObject().Where(o => o.Value.TryGetProperty("security", out _)).Select(o => (path.Name.Split('/')[2], o.Name, path.Name)));
            }

            Assert.NotEmpty(world._operations);
            world._before = await world.DigestAsync();
            return world;
        }

        /// <summary>The smallest sequence that FsCheck finds to break the property; null when none did.</summary>
        public async Task<string?> CounterexampleAsync(int sequences)
        {
            // Each area as often as another, however many routes it has.
            var route = Gen.OneOf(_operations.Index().GroupBy(o => o.Item.Area, StringComparer.Ordinal).Select(area => Gen.Elements(area.Select(o => o.Index).ToArray())).ToArray());
            var call = route.SelectMany(r => Gen.Choose(0, _ids.Count - 1)
                .SelectMany(i => Gen.Choose(0, _queries.Count - 1).Select(q => new Call(r, i, q))));
            var sequence = Gen.Choose(1, 12).SelectMany(n => call.ArrayOf(n)).Zip(Gen.Choose(0, 3)).ToArbitrary();
            var property = Prop.ForAll(sequence, pair => FindLeak(pair.Item1, Roles[pair.Item2]));
            return await Task.Run(() =>
            {
                try
                {
                    Check.One(Config.QuickThrowOnFailure.WithMaxTest(sequences).WithQuietOnSuccess(true), property);
                    return null;
                }
                catch (Exception exception) when (exception.Message.Contains("Falsifiable", StringComparison.Ordinal))
                {
                    return exception.Message;
                }
            });
        }

        public async Task RunAsync(string sql)
        {
            await using var connection = await _database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
            await using var command = Command(connection, sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        // FsCheck runs a property on a thread of its own and knows no asynchronous one.
        private bool FindLeak(Call[] calls, string role)
        {
#pragma warning disable VSTHRD002, RS0030, MA0045
            var leak = LeakAsync(calls, role).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002, RS0030, MA0045
            return leak is null;
        }

        private async Task<string?> LeakAsync(Call[] calls, string role)
        {
            using var client = _api.Client(await SessionAsync(role));
            foreach (var call in calls)
            {
                var (_, method, path) = _operations[call.Route];
                using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path.Replace("{id}", _ids[call.Id], StringComparison.Ordinal).Replace("{tenantId}", _ids[call.Id], StringComparison.Ordinal).Replace("{readingId}", _ids[call.Id], StringComparison.Ordinal).Replace("{photoId}", _ids[(call.Id + call.Query) % _ids.Count], StringComparison.Ordinal).Replace("{signatureId}", _ids[(call.Id + call.Query) % _ids.Count], StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal) + _queries[call.Query]);
                if (method is "post" or "patch" || path.EndsWith("/photos/{photoId}", StringComparison.Ordinal) && method == "delete")
                {
                    request.Content = new StringContent(Body(path, method, _ids[call.Id], _ids[(call.Id + call.Query) % _ids.Count]), System.Text.Encoding.UTF8, "application/json");
                    request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
                }

                using var response = await client.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                if (_secrets.FirstOrDefault(s => body.Contains(s, StringComparison.OrdinalIgnoreCase)) is { } secret)
                {
                    return $"{method} {path} showed {secret}";
                }

                if (path.Contains('{', StringComparison.Ordinal) && _secrets.Contains(_ids[call.Id]) && response.IsSuccessStatusCode)
                {
                    return $"{method} {path} knew {_ids[call.Id]}";
                }

                if ((int)response.StatusCode >= 500)
                {
                    return $"{method} {path} answered {(int)response.StatusCode}";
                }

                if (response.IsSuccessStatusCode && (method, path) == ("get", "/api/assets") && Count(body) > await OwnAssetsAsync())
                {
                    return "the list counted the other tenant's asset";
                }
            }

            // What sees nothing at all leaks nothing either: after whatever was called, one's own rows are there. Oldest first, since calls make more.
            using var mine = await client.GetAsync(new Uri("/api/assets?sort=createdAt&order=asc&includeArchived=true", UriKind.Relative));
            if (mine.IsSuccessStatusCode && !(await mine.Content.ReadAsStringAsync()).Contains(_ids[0], StringComparison.Ordinal))
            {
                return "the list lost one's own asset";
            }

            return await DigestAsync() == _before ? null : "rows of the other tenant changed";
        }

        /// <summary>What a route takes, with any of the ids where it asks for one.</summary>
        private static string Body(string path, string method, string id, string other) => (method, path) switch
        {
            ("post", "/api/assets") => $$"""{"modelId":"{{id}}","locationId":"{{other}}"}""",
            ("patch", "/api/assets/{id}") => $$"""{"name":"New name","locationId":"{{other}}"}""",
            ("post", "/api/assets/{id}/status") => """{"status":"MAINTENANCE"}""",
            ("post", "/api/assets/{id}/return-to-service") => """{"reason":"repaired"}""",
            ("post", "/api/assets/{id}/meter-readings") => """{"value":12.5}""",
            ("post", "/api/assets/{id}/meter-readings/{readingId}/correct") => """{"reason":"mistyped"}""",
            ("post", "/api/assets/{id}/checkout") => $$"""{"targetType":"location","targetId":"{{other}}"}""",
            ("post", "/api/assets/{id}/checkin") => $$"""{"locationId":"{{other}}"}""",
            ("post", "/api/assignments/{id}/decline") => """{"reason":"not mine"}""",
            ("post", "/api/inspection-templates") => $$"""{"name":"Checklist","categoryId":"{{id}}","items":[{"label":"Tyres","itemType":"BOOLEAN"}]}""",
            ("post", "/api/inspection-templates/import") => """{"format":"panorama.checklist","formatVersion":1,"name":"Checklist","categoryKind":"VEHICLE","items":[{"label":"Tyres","itemType":"BOOLEAN"}]}""",
            ("patch", "/api/inspection-templates/{id}") => $$"""{"categoryKind":null,"categoryId":"{{other}}"}""",
            ("post", "/api/inspection-templates/{id}/copy") => """{"name":"Copy"}""",
            ("post", "/api/inspections") => $$"""{"assetId":"{{id}}","templateId":"{{other}}"}""",
            ("post", "/api/inspections/{id}/responses") => $$"""{"responses":[{"snapshotItemId":"{{other}}","booleanValue":true}]}""",
            ("post", "/api/inspections/{id}/complete") => """{"outcome":"PASS","signature":{"typedName":"Somebody","path":"M10 10L90 90"}}""",
            ("post", "/api/defects/{id}/certify") => """{"outcome":"REPAIRED"}""",
            ("put", "/api/inspections/{id}/photos/{photoId}/marks") => """{"marks":[]}""",
            ("delete", "/api/inspections/{id}/photos/{photoId}") => """{"reason":"blurred"}""",
            ("patch", "/api/inspections/{id}/review-note") => """{"reviewNote":"seen"}""",
            ("post", "/api/auth/tenants/switch") => $$"""{"tenantId":"{{id}}"}""",
            _ => "{}",
        };

        private async Task<long> OwnAssetsAsync()
        {
            await using var connection = await _database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
            await using var command = Command(connection, "select count(*) from assets where tenant_id = $1");
            command.Parameters.Add(new NpgsqlParameter { Value = _mine.Id });
            return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }

        private static int Count(string body)
        {
            using var page = System.Text.Json.JsonDocument.Parse(body);
            return page.RootElement.GetProperty("totalCount").GetInt32();
        }

        private async Task FillAsync(TestTenant tenant)
        {
            var asset = await tenant.AddAssetAsync(null, "Van of " + tenant.Slug, TestContext.Current.CancellationToken);
            var (place, template, run, defect) = (TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId());
            var isTheirs = tenant == _theirs;
            await RunAsync(
                $"""
                insert into locations (id, tenant_id, name) values ('{place}', '{tenant.Id}', 'Depot of {tenant.Slug}');
                insert into suppliers (id, tenant_id, name) values (gen_random_uuid(), '{tenant.Id}', 'Supplier of {tenant.Slug}');
                insert into depreciations (id, tenant_id, name, months) values (gen_random_uuid(), '{tenant.Id}', 'Depreciation of {tenant.Slug}', 36);
                insert into companies (id, tenant_id, name) values (gen_random_uuid(), '{tenant.Id}', 'Company of {tenant.Slug}');
                insert into manufacturers (id, tenant_id, name) values (gen_random_uuid(), '{tenant.Id}', 'Maker of {tenant.Slug}');
                update assets set location_id = '{place}' where id = '{asset}';
                insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at)
                values (gen_random_uuid(), '{tenant.Id}', '{asset}', 'user', '{tenant.Driver.UserId}', now());
                insert into tenant_features (tenant_id, feature, enabled, changed_at) values ('{tenant.Id}', 'inspections', true, now());
                insert into inspection_templates (id, tenant_id, name, category_kind, created_by_user_id) values ('{template}', '{tenant.Id}', 'Checklist of {tenant.Slug}', 'VEHICLE', '{tenant.Owner.UserId}');
                insert into inspection_template_items (id, tenant_id, template_id, position, label, item_type) values (gen_random_uuid(), '{tenant.Id}', '{template}', 0, 'Tyres of {tenant.Slug}', 'BOOLEAN');
                insert into inspection_template_versions (tenant_id, template_id, number, content, item_count, published_by_user_id, published_at)
                values ('{tenant.Id}', '{template}', 1, jsonb_build_object('name', 'Checklist of {tenant.Slug}', 'description', null, 'items', jsonb_build_array(jsonb_build_object('id', '{template}', 'label', 'Tyres of {tenant.Slug}',
                  'itemType', 'BOOLEAN', 'required', true, 'photoRequired', false, 'minValue', null, 'maxValue', null, 'helpText', null))), 1, '{tenant.Owner.UserId}', now());
                insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, started_at)
                values ('{run}', '{tenant.Id}', '{template}', 'Run of {tenant.Slug}', jsonb_build_object('name', 'Run of {tenant.Slug}', 'description', null, 'templateVersionAt', '2026-01-01T00:00:00Z',
                  'contentVersion', 1, 'items', jsonb_build_array(jsonb_build_object('id', '{template}', 'position', 0, 'label', 'Tyres of {tenant.Slug}', 'itemType', 'BOOLEAN', 'required', false,
                  'photoRequired', false, 'minValue', null, 'maxValue', null, 'helpText', null, 'severity', null))), '{asset}', '{tenant.Driver.UserId}', now());
                insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, boolean_value, note, responded_by_user_id, responded_at)
                values (gen_random_uuid(), '{tenant.Id}', '{run}', '{template}', true, 'Note of {tenant.Slug}', '{tenant.Driver.UserId}', now());
                insert into defects (id, tenant_id, asset_id, inspection_id, snapshot_item_id, label, label_key, severity, note, opened_at, opened_by_user_id, last_seen_inspection_id, last_seen_at)
                values ('{defect}', '{tenant.Id}', '{asset}', '{run}', '{template}', 'Tyres of {tenant.Slug}', 'tyres', 'MAJOR', 'Worn at {tenant.Slug}', now(), '{tenant.Driver.UserId}', '{run}', now());
                """);
            _ids.AddRange([asset.ToString(), place.ToString(), tenant.Id.ToString(), tenant.ModelId.ToString(), tenant.Driver.SessionId.ToString(), TestTenant.NewId().ToString(), template.ToString(), run.ToString(), defect.ToString()]);
            _queries.AddRange(["", $"?q={tenant.Slug}", $"?locationId={place}", $"?modelId={tenant.ModelId}&includeArchived=true", "?limit=200&sort=name", "?q=van&status=READY"]);
            if (isTheirs)
            {
                // Of one's own there is none: no store is there to show it.
                var photo = TestTenant.NewId();
                var key = $"tenants/{tenant.Id}/inspections/{run}/photos/{photo}";
                await tenant.AddPhotoAsync(
                    new TestPhoto(photo, asset, $"{key}.jpg", $"{key}_t.jpg", TimeProvider.System.GetUtcNow()) { InspectionId = run }, TestContext.Current.CancellationToken);
                await RunAsync(
                    $"""
                    insert into photo_marks (id, tenant_id, photo_id, number, shape, x, y, radius, text, created_by_user_id)
                    values (gen_random_uuid(), '{tenant.Id}', '{photo}', 1, 'CIRCLE', 5000, 5000, 800, 'Cut at {tenant.Slug}', '{tenant.Driver.UserId}');
                    """);
                _ids.Add(photo.ToString());
                _secrets.Add(photo.ToString());

                // Of one's own there is none either: completing one's own makes it.
                var signature = TestTenant.NewId();
                await RunAsync(
                    $"""
                    insert into inspection_signatures (id, tenant_id, inspection_id, role, signed_by_user_id, typed_name, path, image, sha256, content_hash, photos, signed_at)
                    values ('{signature}', '{tenant.Id}', '{run}', 'DRIVER', '{tenant.Driver.UserId}', 'Hand of {tenant.Slug}', 'M10 10L90 90', '{tenant.Slug}', sha256('{tenant.Slug}'), sha256('{tenant.Slug}'), '', now())
                    """);
                _ids.Add(signature.ToString());
                _secrets.Add(signature.ToString());
                _secrets.UnionWith([defect.ToString(), run.ToString(), template.ToString(), asset.ToString(), place.ToString(), tenant.Id.ToString(), tenant.ModelId.ToString(), tenant.Slug]);
                _secrets.UnionWith(new[] { tenant.Owner, tenant.FleetAdmin, tenant.Staff, tenant.Driver }.SelectMany(p => new[] { p.UserId.ToString(), p.SessionId.ToString(), p.Email }));
            }
        }

        private async Task<byte[]> SessionAsync(string role)
        {
            var token = RandomNumberGenerator.GetBytes(32);
            var person = role switch { "owner" => _mine.Owner, "fleet_admin" => _mine.FleetAdmin, "fleet_staff" => _mine.Staff, _ => _mine.Driver };
            await RunAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                insert into sessions (id, token_hash, user_id, tenant_id, provider, auth_level, idle_seconds, created_at, last_seen_at, idle_expires_at, absolute_expires_at)
                values (gen_random_uuid(), decode('{Convert.ToHexString(ApiApp.Hash(token))}', 'hex'), '{person.UserId}', '{_mine.Id}', 'password', 1, 43200, now(), now(),
                        now() + interval '12 hours', now() + interval '7 days')
                """));
            return token;
        }

        /// <summary>Of every row that belongs to the other tenant, taken from the catalogue so that new tables are covered; and of its people and their sessions.</summary>
        private async Task<string> DigestAsync()
        {
            await using var connection = await _database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
            await using var command = Command(
                connection,
                """
                select string_agg(c.relname || (xpath('/row/d/text()', query_to_xml(format(
                  'select coalesce(md5(string_agg(x::text, chr(10) order by x::text)), ''-'') as d from public.%I x where x.%I = %L', c.relname, a.attname, $1), false, true, '')))[1]::text, ',' order by c.relname)
                  || (select md5(string_agg(s::text, chr(10) order by s.id)) from public.sessions s join public.tenant_memberships m on m.user_id = s.user_id where m.tenant_id = $1::uuid)
                  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                """);
            command.Parameters.Add(new NpgsqlParameter { Value = _theirs.Id.ToString() });
            return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }

        private static NpgsqlCommand Command(NpgsqlConnection connection, string sql)
        {
#pragma warning disable CA2100 // written by this test
            return new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        }
    }
}
