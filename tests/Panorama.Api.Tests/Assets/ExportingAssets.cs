using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

public sealed class ExportingAssets(ApiApp app)
{
    private static readonly AssetImportOptions _iso = new() { Dates = DateOrder.Iso, Numbers = DecimalSign.Point };

    [Fact]
    public async Task What_is_exported_and_imported_into_an_empty_organisation_is_equal_cell_by_cell()
    {
        var (full, empty) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        await FillAsync(full);
        foreach (var tenant in new[] { full, empty })
        {
            await AddFieldsAsync(tenant);
        }

        await app.RunAsync(
            "update assets a set custom_fields = (select jsonb_object_agg(f.id, case f.name when 'Seats' then '\"9\"' when 'Armoured' then '\"true\"' when 'Serial' then '\"not the serial\"' when 'Inspected' then '\"2026-02-01\"' else '\"=1+1\"' end::jsonb) from custom_fields f where f.tenant_id = a.tenant_id and f.name <> 'VIN') where a.tenant_id = $1 and a.tag = 'VAN-1'",
            full.Id);
        await app.RunAsync("update tenants set timezone = 'America/Sao_Paulo' where id = $1", full.Id);
        await app.RunAsync("update tenants set timezone = 'Asia/Tokyo' where id = $1", empty.Id);
        await app.RunAsync("update asset_assignments set expected_checkin_at = '2026-12-25T02:30:00Z' where tenant_id = $1", full.Id); // the 24th, late in the evening there
        using var from = app.Client(full.Owner);
        using var to = app.Client(empty.Owner);

        var file = await DownloadAsync(from, "format=csv&sort=tag");
        var result = await ImportAsync(empty, file);
        var again = await DownloadAsync(to, "format=csv&sort=tag");
        var second = await ImportAsync(empty, again);

        Assert.Empty(result.UnknownColumns);
        Assert.Equal([], result.Findings.Select(f => f.Text));
        Assert.Equal(Records(file), Records(again));
        Assert.Equal(9, result.Created);
        Assert.Contains(",2026-12-24", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Assert.Equal(new DateTime(2026, 12, 24, 14, 59, 59, DateTimeKind.Utc), await app.RunAsync("select max(expected_checkin_at) from asset_assignments where tenant_id = $1", empty.Id));
        Assert.Equal((0, 9), (second.Created, second.Matched));
        Assert.Equal([], second.Findings.Select(f => f.Text));
        Assert.Contains("VAN-1,White van,S-1,Vans,Transit,T-280,,Ford,On the road,READY,no,yes,Depot,Parts & Co,Water,2023-01-23,2266.13,EUR,PO-9,36,2030-12-31,1234.5,", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }

    [Trait("FieldCase", "EXP-01")]
    [Fact]
    public async Task Formulas_are_guarded_and_come_back_as_they_were()
    {
        var (full, empty) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        string[] names = ["=HYPERLINK(\"http://x.example\")", "@SUM(A1)", "-2+3+cmd|' /C calc'!A1", "-5", "+5511999990000", "'quoted", "'=x", "a\"b,c d & e", "plain"];
        foreach (var (i, name) in names.Index())
        {
            await full.AssetAsync($"E-{i}", name);
        }

        await app.RunAsync("update assets set notes = E'a\"b,c\\nd & e' where tenant_id = $1 and tag = 'E-7'", full.Id);
        using var client = app.Client(full.Staff);

        var file = await DownloadAsync(client, "format=csv&columns=tag,name,notes&sort=tag");
        var book = await DownloadAsync(client, "format=xlsx&columns=tag,name&sort=tag");
        var result = await ImportAsync(empty, file);

        Assert.Equal(
            "Asset Tag,Name,Asset Notes\r\n"
            + "E-0,\"'=HYPERLINK(\"\"http://x.example\"\")\",\r\nE-1,'@SUM(A1),\r\nE-2,'-2+3+cmd|' /C calc'!A1,\r\nE-3,-5,\r\nE-4,+5511999990000,\r\n"
            + "E-5,''quoted,\r\nE-6,''=x,\r\nE-7,\"a\"\"b,c d & e\",\"a\"\"b,c\nd & e\"\r\nE-8,plain,\r\n",
            Encoding.UTF8.GetString(file));
        Assert.Empty(result.Findings);
        Assert.Equal(names, await NamesAsync(empty));
        Assert.Equal(names, CellsOf(book).Skip(1).Select(r => r[1]));
    }

    [Trait("FieldCase", "EXP-01")]
    [Fact]
    public async Task A_tab_that_no_name_may_have_any_more_is_guarded_and_left_out_with_a_warning()
    {
        var (full, empty) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        await full.AssetAsync("T-1", "\t=1");
        using var client = app.Client(full.Owner);

        var file = await DownloadAsync(client, "format=csv&columns=tag,name");
        var result = await ImportAsync(empty, file);

        Assert.Equal("Asset Tag,Name\r\nT-1,\"'\t=1\"\r\n".Replace("\"", "", StringComparison.Ordinal), Encoding.UTF8.GetString(file));
        Assert.Equal(["control_characters"], result.Findings.Select(f => f.Code));
        Assert.Equal(["=1"], await NamesAsync(empty));
    }

    [Fact]
    public async Task The_file_has_the_filters_the_order_and_the_columns_that_were_asked_for()
    {
        var tenant = await app.CreateTenantAsync();
        await FillAsync(tenant);
        using var client = app.Client(tenant.Owner);

        foreach (var query in new[]
        {
            "", "sort=name&order=desc", "status=MAINTENANCE&status=IN_USE", "includeArchived=false", "bookable=true", "q=van", "q=v%C3%A1n%20white", "q=7", "sort=purchaseDate", "sort=status&order=desc",
            $"modelId={tenant.ModelId}", $"categoryId={TestTenant.NewId()}", $"statusLabelId={await app.RunAsync("select id from status_labels where tenant_id = $1 and name = 'Blue'", tenant.Id)}",
            $"assignedUserId={await app.RunAsync("select user_id from tenant_memberships where tenant_id = $1 and username = 'ana.lima'", tenant.Id)}",
        })
        {
            var list = (await client.GetJsonAsync($"/api/assets?limit=200&{query}")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("tag").GetString()!);
            var file = Encoding.UTF8.GetString(await DownloadAsync(client, $"format=csv&columns=tag&{query}"));
            Assert.Equal((query, $"Asset Tag\r\n{string.Concat(list.Select(t => t + "\r\n"))}"), (query, file));
        }

        Assert.StartsWith("Nome;Patrimônio\r\n", Encoding.UTF8.GetString(await DownloadAsync(client, "format=csv&columns=name,tag&header=pt-br&delimiter=semicolon")), StringComparison.Ordinal);
        Assert.Equal([0xEF, 0xBB, 0xBF, (byte)'N'], (await DownloadAsync(client, "format=csv&columns=name&bom=true")).Take(4));
        Assert.Contains("2266,13", Encoding.UTF8.GetString(await DownloadAsync(client, "format=csv&columns=purchaseCost&decimal=comma")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_recorded_named_for_organisation_and_day_and_never_cached()
    {
        var tenant = await app.CreateTenantAsync();
        await tenant.AssetAsync("VAN-1", "Somebody's van");
        using var client = app.Client(tenant.Staff);

        using var response = await client.GetAsync(new Uri("/api/assets/export?format=xlsx&columns=tag&q=somebody&status=READY", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", response.Content.Headers.ContentType?.ToString());
        var day = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal($"panorama-{tenant.Slug}-assets-{day}.xlsx", response.Content.Headers.ContentDisposition?.FileName);
        var metadata = JsonElement.Parse((string)(await app.RunAsync(
            "select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.assets.exported' and actor_user_id = $2", tenant.Id, tenant.Staff.UserId))!);
        Assert.Equal("xlsx", metadata.GetProperty("format").GetString());
        Assert.Equal(1, metadata.GetProperty("rows").GetInt32());
        Assert.Equal("[\"tag\"]", metadata.GetProperty("columns").GetRawText());
        Assert.Equal("[\"READY\"]", metadata.GetProperty("filters").GetProperty("statuses").GetRawText());
        Assert.DoesNotContain("somebody", metadata.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("", "format")]
    [InlineData("format=pdf", "format")]
    [InlineData("format=csv&columns=password", "columns")]
    [InlineData("format=csv&columns=tag,tag", "columns")]
    [InlineData("format=csv&columns=", "columns")]
    [InlineData("format=csv&header=fr", "header")]
    [InlineData("format=csv&delimiter=%7C", "delimiter")]
    [InlineData("format=csv&bom=perhaps", "bom")]
    [InlineData("format=csv&decimal=,", "decimal")]
    [InlineData("format=csv&cursor=abc", "cursor")]
    [InlineData("format=csv&status=LOST", "status")]
    [InlineData("format=csv&sort=cost", "sort")]
    public async Task A_value_that_means_nothing_is_refused_by_name(string query, string name)
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);

        using var response = await client.GetAsync(new Uri($"/api/assets/export?{query}", UriKind.Relative), TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync();
        Assert.Equal((400, "invalid_query", name), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Only_those_at_the_desk_export_and_only_their_own()
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        await mine.AssetAsync("MINE-1");
        await theirs.AssetAsync("THEIRS-1");
        using var driver = app.Client(mine.Driver);
        using var staff = app.Client(mine.Staff);

        Assert.Equal("403 admin_role_required", await driver.GetOutcomeAsync("/api/assets/export?format=csv"));
        Assert.Equal("Asset Tag\r\nMINE-1\r\n", Encoding.UTF8.GetString(await DownloadAsync(staff, "format=csv&columns=tag")));
    }

    [Fact]
    public async Task Somebody_who_is_signed_out_meanwhile_gets_no_more()
    {
        var tenant = await app.CreateTenantAsync();
        await AddManyAsync(tenant, 60_000);
        using var client = app.Client(tenant.Owner);
        using var response = await client.GetAsync(
            new Uri("/api/assets/export?format=csv&sort=tag", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var first = new byte[10];
        await body.ReadExactlyAsync(first, TestContext.Current.CancellationToken);

        await app.RunAsync("update sessions set revoked_at = now() where id = $1", tenant.Owner.SessionId);

        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_hundred_thousand_rows_come_whole_in_either_format()
    {
        var tenant = await app.CreateTenantAsync();
        await AddManyAsync(tenant, 100_000);
        using var client = app.Client(tenant.Owner);

        var lines = Encoding.UTF8.GetString(await DownloadAsync(client, "format=csv&sort=createdAt")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var rows = CellsOf(await DownloadAsync(client, "format=xlsx&columns=tag&sort=tag"));

        Assert.Equal(100_001, lines.Length);
        Assert.Equal(100_000, lines.Skip(1).Select(l => l.Split(',')[0]).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 100_000).Select(i => $"M-{i:000000}"), rows.Skip(1).Select(r => r[0]));
    }

    /// <summary>In the order of their text: archived twins have no other.</summary>
    private static IEnumerable<string> Records(byte[] file) => Encoding.UTF8.GetString(file).Split("\r\n").Order(StringComparer.Ordinal);

    private static async Task<byte[]> DownloadAsync(HttpClient client, string query)
    {
        using var response = await client.GetAsync(new Uri($"/api/assets/export?{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private static List<string[]> CellsOf(byte[] workbook)
    {
        XNamespace main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        using var archive = new ZipArchive(new MemoryStream(workbook));
        using var sheet = archive.GetEntry("xl/worksheets/sheet1.xml")!.Open();
        return [.. XDocument.Load(sheet).Descendants(main + "row").Select(r => r.Elements().Select(c => c.Value).ToArray())];
    }

    private async Task<AssetImportResult> ImportAsync(TestTenant tenant, byte[] file)
    {
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString(DatabaseRoles.SuperAdmin));
        return await new AssetImport(source, TimeProvider.System).RunAsync(
            tenant.Id, null, file, _iso, start: null, progress: null, onStored: null, TestContext.Current.CancellationToken);
    }

    private async Task<List<string>> NamesAsync(TestTenant tenant)
    {
        await using var connection = await app.Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select name from assets where tenant_id = $1 order by tag_key", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = tenant.Id });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private async Task AddManyAsync(TestTenant tenant, int count) => await app.RunAsync(
        """
        insert into assets (id, tenant_id, model_id, tag, name, search_text, created_at)
        select gen_random_uuid(), $1, $2, 'M-' || lpad(i::text, 6, '0'), 'Many ' || i, 'm-' || i || ' many ' || i, now() - i * interval '1 second' from generate_series(1, $3) i
        """,
        tenant.Id, tenant.ModelId, count);

    private async Task AddFieldsAsync(TestTenant tenant)
    {
        foreach (var (name, type) in new[] { ("Seats", "number"), ("Armoured", "boolean"), ("Serial", "text"), ("Inspected", "date"), ("Remark", "text") })
        {
            await app.RunAsync("insert into custom_fields (id, tenant_id, name, type) values ($1, $2, $3, $4)", TestTenant.NewId(), tenant.Id, name, type);
        }
    }

    /// <summary>Nine assets, each column with something in it somewhere; states, labels, archived twins and both kinds of holder.</summary>
    private async Task FillAsync(TestTenant tenant)
    {
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var table in new[] { "locations", "suppliers", "companies", "manufacturers" })
        {
            ids[table] = TestTenant.NewId();
            var name = table switch { "locations" => "Depot", "suppliers" => "Parts & Co", "companies" => "Water", _ => "Ford" };
            await app.RunAsync($"insert into {table} (id, tenant_id, name) values ($1, $2, $3)", ids[table], tenant.Id, name);
        }

        await app.RunAsync("update asset_models set manufacturer_id = $1, model_number = 'T-280' where id = $2", ids["manufacturers"], tenant.ModelId);
        var (road, scrap) = (TestTenant.NewId(), TestTenant.NewId());
        await app.RunAsync("insert into status_labels (id, tenant_id, name, type, maps_to) values ($1, $2, 'On the road', 'deployable', 'READY')", road, tenant.Id);
        await app.RunAsync("insert into status_labels (id, tenant_id, name, type, maps_to) values ($1, $2, 'Blue', 'undeployable', 'MAINTENANCE')", scrap, tenant.Id);
        var van = await tenant.AssetAsync("VAN-1", "White van");
        await app.RunAsync(
            """
            update assets set serial = 'S-1', bookable = true, location_id = $2, supplier_id = $3, company_id = $4, status_label_id = $5, purchase_date = '2023-01-23',
              purchase_cost = 2266.13, currency = 'EUR', order_number = 'PO-9', warranty_months = 36, eol_date = '2030-12-31', last_read_mileage = 1234.5,
              notes = E'Two lines\nand "quotes", =1' where id = $1
            """, van, ids["locations"], ids["suppliers"], ids["companies"], road);
        var shop = await tenant.AssetAsync("VAN-2", "In the shop");
        await app.RunAsync("update assets set status = 'MAINTENANCE', status_label_id = $2 where id = $1", shop, scrap);
        var plain = await tenant.AssetAsync("VAN-3", "In the shop without a label");
        await app.RunAsync("update assets set status = 'MAINTENANCE', purchase_cost = 10, currency = 'USD' where id = $1", plain);
        var retired = await tenant.AssetAsync("VAN-4", "Retired");
        await app.RunAsync("update assets set status = 'RETIRED' where id = $1", retired);
        foreach (var name in new[] { "First with the tag", "Second with the tag" })
        {
            var old = await tenant.AssetAsync("7", name);
            await app.RunAsync("update assets set archived_at = now() where id = $1", old);
        }

        await tenant.AssetAsync("7", "Has the tag now");
        var held = await tenant.AssetAsync("LAP-1", "Held by a person");
        var user = TestTenant.NewId();
        await app.RunAsync("insert into users (id, display_name, first_name, last_name) values ($1, 'Ana Lima', 'Ana', 'Lima')", user);
        await app.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role, username) values ($1, $2, $3, 'driver', 'ana.lima')", TestTenant.NewId(), tenant.Id, user);
        await CheckOutAsync(tenant, held, "user", user);
        await CheckOutAsync(tenant, await tenant.AssetAsync("LAP-2", "Held at a place"), "location", ids["locations"]);
    }

    private async Task CheckOutAsync(TestTenant tenant, Guid asset, string type, Guid target)
    {
        await app.RunAsync("update assets set status = 'IN_USE' where id = $1", asset);
        await app.RunAsync(
            $"insert into asset_assignments (id, tenant_id, asset_id, target_type, target_{type}_id, checked_out_at, expected_checkin_at) values ($1, $2, $3, $4, $5, now(), '2026-12-24T23:59:59Z')",
            TestTenant.NewId(), tenant.Id, asset, type, target);
    }
}
