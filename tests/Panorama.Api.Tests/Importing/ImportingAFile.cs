using System.Text;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;

namespace Panorama.Api.Tests.Importing;

public sealed class ImportingAFile(ApiApp app)
{
    private static readonly byte[] Small = Encoding.UTF8.GetBytes("Asset Tag,Name,Purchase Date,Purchase Cost,Colour\nA-1,one,3/4/23,10.50,red\nA-2,two,,,\na-1,three,,,\n");

    [Fact]
    public async Task Goes_from_upload_over_choices_and_a_dry_run_to_stored_assets()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.FleetAdmin);

        var id = await client.CreateAsync(Small);
        var inspection = await client.GetJsonAsync($"/api/imports/{id}/inspection");
        var early = await client.MoveAsync(id, "dry-run");
        await client.ChooseAsync(id, new { dates = "mdy", numbers = "point", currency = "usd", mode = "skip-bad", mapping = new Dictionary<string, string> { ["4"] = "ignore" } });
        var asked = await client.MoveAsync(id, "dry-run");
        var again = await client.MoveAsync(id, "dry-run");
        var dry = await app.FinishAsync(client, id);
        var findings = await client.GetJsonAsync($"/api/imports/{id}/findings");
        var nothing = await client.GetJsonAsync("/api/assets");
        var started = await client.MoveAsync(id, "start");
        var done = await app.FinishAsync(client, id);
        var assets = await client.GetJsonAsync("/api/assets?sort=tag");

        Assert.Equal(("UTF-8", "comma", "LF", 3), (inspection.GetProperty("encoding").GetString(), inspection.GetProperty("delimiter").GetString(),
            inspection.GetProperty("lineEnds").GetString(), inspection.GetProperty("rows").GetInt32()));
        Assert.Equal(["tag", "name", "purchaseDate", "purchaseCost", "ignore"], inspection.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("target").GetString()));
        Assert.Equal(["dates", "numbers", "currency"], inspection.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("choice").GetString()));
        Assert.All(inspection.GetProperty("choices").EnumerateArray(), c => Assert.Equal(JsonValueKind.Null, c.GetProperty("chosen").ValueKind));
        Assert.Equal("dmy 2023-04-03 mdy 2023-03-04 iso ", string.Join(' ', inspection.GetProperty("choices")[0].GetProperty("options").EnumerateArray()
            .Select(o => o.GetProperty("value").GetString() + " " + o.GetProperty("samples")[0].GetProperty("reads").GetString())));
        Assert.Equal(("422 choice_missing", "202", "409 import_state", "202"), (early, asked, again, started));
        Assert.Equal(("DRAFT 2 0 0 1 0", "DONE 2 0 0 1 0"), (dry.Counts(), done.Counts()));
        Assert.Equal("4 Asset Tag reject tag_twice The tag 'a-1' stands already on line 2.", string.Join('|', findings.GetProperty("items").EnumerateArray()
            .Select(f => $"{f.GetProperty("line")} {f.GetProperty("column")} {f.GetProperty("severity")} {f.GetProperty("code")} {f.GetProperty("text")}")));
        Assert.Equal(0, nothing.GetProperty("items").GetArrayLength());
        Assert.Equal(["A-1", "A-2"], assets.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("tag").GetString()));
        Assert.Equal("\uFEFFImport: line,Import: reason,Asset Tag,Name,Purchase Date,Purchase Cost,Colour\r\n4,Asset Tag: The tag 'a-1' stands already on line 2.,a-1,three,,,\r\n",
            await TextAsync(client, $"/api/imports/{id}/result.csv"));
        Assert.Equal("\uFEFFline,column,severity,code,text\r\n4,Asset Tag,reject,tag_twice,The tag 'a-1' stands already on line 2.\r\n",
            await TextAsync(client, $"/api/imports/{id}/findings.csv"));
        Assert.Equal(2L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1 and action in ('panorama.import.started', 'panorama.import.completed')", tenant.Id));
        Assert.Equal(tenant.FleetAdmin.UserId, await app.RunAsync("select actor_user_id from audit_events where tenant_id = $1 and action = 'panorama.asset.created' limit 1", tenant.Id));
    }

    [Fact]
    public async Task Rows_that_were_left_out_can_be_corrected_and_imported()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        var id = await client.CreateAsync("Asset Tag,Name\nA-1,one\nA-1,\"=two, \"\"x\"\"\"\n"u8.ToArray());
        await client.ChooseAsync(id, new { mode = "skip-bad" });
        await client.MoveAsync(id, "start");
        await app.FinishAsync(client, id);

        var corrected = (await TextAsync(client, $"/api/imports/{id}/result.csv")).Replace(",A-1,", ",A-2,", StringComparison.Ordinal);
        var next = await client.CreateAsync(Encoding.UTF8.GetBytes(corrected));
        await client.MoveAsync(next, "start");
        var done = await app.FinishAsync(client, next);
        var assets = await client.GetJsonAsync("/api/assets?sort=tag");

        Assert.Equal("DONE 1 0 0 0 0", done.Counts());
        Assert.Equal(["one", "=two, \"x\""], assets.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task All_or_nothing_with_a_bad_row_stores_nothing_and_may_be_tried_otherwise()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        var id = await client.CreateAsync("Asset Tag,Name\nA-1,one\n,two\n"u8.ToArray());

        await client.MoveAsync(id, "start");
        var failed = await app.FinishAsync(client, id);
        await client.ChooseAsync(id, new { mode = "skip-bad" });
        await client.MoveAsync(id, "start");
        var done = await app.FinishAsync(client, id);

        Assert.Equal(("FAILED 0 0 0 1 0", "rows_rejected"), (failed.Counts(), failed.GetProperty("errorCode").GetString()));
        Assert.Equal("DONE 1 0 0 1 0", done.Counts());
    }

    [Fact]
    public async Task Another_encoding_or_separator_reads_the_file_again()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        var id = await client.CreateAsync(Encoding.Latin1.GetBytes("Asset Tag|Name\nA-1|Furg\u00E3o, azul\n"));

        var first = await client.GetJsonAsync($"/api/imports/{id}/inspection");
        await client.ChooseAsync(id, new { encoding = "windows-1251" });
        var second = await client.GetJsonAsync($"/api/imports/{id}/inspection");
        await client.ChooseAsync(id, new { encoding = (string?)null, delimiter = "comma" });
        var third = await client.GetJsonAsync($"/api/imports/{id}/inspection");

        Assert.Equal(("Windows-1252", "pipe", "Furgão, azul"), (first.GetProperty("encoding").GetString(), first.GetProperty("delimiter").GetString(), first.GetProperty("encodingSample").GetString()));
        Assert.Equal(("Windows-1251", "Furgгo, azul"), (second.GetProperty("encoding").GetString(), second.GetProperty("columns")[1].GetProperty("samples")[0].GetString()));
        Assert.Equal("Asset Tag|Name", third.GetProperty("columns")[0].GetProperty("header").GetString());
        Assert.Equal("422 column_missing", await client.MoveAsync(id, "start"));
    }

    [Fact]
    public async Task A_queued_import_can_be_stopped_gone_on_with_and_a_draft_removed()
    {
        var tenant = await app.CreateTenantAsync();
        using var client = app.Client(tenant.Owner);
        var id = await client.CreateAsync("Asset Tag\nA-1\n"u8.ToArray());
        var draft = await client.CreateAsync("Asset Tag\nA-2\n"u8.ToArray());

        // Held back, so that nothing takes it from the queue before it is stopped.
        await app.RunAsync("update imports set state = 'CANCELLED', started_at = now() where id = $1", Guid.Parse(id));
        var removed = await DeleteAsync(client, id);
        var resumed = await client.MoveAsync(id, "resume");
        var done = await app.FinishAsync(client, id);

        Assert.Equal(("409 import_state", "202", "DONE 1 0 0 0 0"), (removed, resumed, done.Counts()));
        Assert.Equal(("409 import_state", "409 import_state"), (await client.MoveAsync(id, "cancel"), await client.MoveAsync(id, "resume")));
        Assert.Equal("204", await DeleteAsync(client, draft));
        Assert.Equal("404 import_not_found", await client.GetOutcomeAsync($"/api/imports/{draft}"));
    }

    [Theory]
    [InlineData("imp-01-bom-cr.csv", "{\"dates\":\"iso\",\"numbers\":\"point\",\"currency\":\"USD\"}")]
    [InlineData("imp-02-windows-1252.csv", "{}")]
    [InlineData("imp-02-utf16le-tab.txt", "{}")]
    [InlineData("imp-02-broken-utf8.csv", "{\"mode\":\"skip-bad\"}")]
    [InlineData("imp-04-same-model.csv", "{}")]
    [InlineData("imp-05-semicolon-ptbr.csv", "{\"numbers\":\"comma\",\"currency\":\"BRL\"}")]
    [InlineData("imp-05-semicolon-ptbr.csv", "{\"numbers\":\"point\",\"currency\":\"BRL\"}")]
    [InlineData("imp-06-duplicates.csv", "{\"mode\":\"skip-bad\"}")]
    [InlineData("imp-08-custody-no-mail.csv", "{\"dates\":\"iso\"}")]
    public async Task A_file_from_the_field_comes_out_as_by_the_command_line(string name, string options)
    {
        var (byRoute, byCore) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var client = app.Client(byRoute.Owner);
        var file = ImportCalls.FieldFile(name);
        // One address is one person in the whole installation, so each organisation has its own.
        byte[] Of(Panorama.Testing.TestTenant tenant) => name.Contains("imp-08", StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace("@example.com", $"@{tenant.Slug}.example", StringComparison.OrdinalIgnoreCase)) : file;

        var id = await client.CreateAsync(Of(byRoute));
        await client.ChooseAsync(id, JsonElement.Parse(options));
        Assert.Equal("202", await client.MoveAsync(id, "dry-run"));
        var dry = await app.FinishAsync(client, id);
        Assert.Equal("202", await client.MoveAsync(id, "start"));
        var done = await app.FinishAsync(client, id);
        var findings = (await client.GetJsonAsync($"/api/imports/{id}/findings?limit=200")).GetProperty("items").EnumerateArray()
            .Select(f => $"{f.GetProperty("line")} {f.GetProperty("column")} {f.GetProperty("code")}").Order(StringComparer.Ordinal).ToList();
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString(DatabaseRoles.SuperAdmin));
        var core = await new AssetImport(source, TimeProvider.System).RunAsync(
            byCore.Id, null, Of(byCore), StoredImportOptions.Parse(options).ToOptions(ImportKind.Assets, dryRun: false),
            token => ImportLedger.StartAsync(source, byCore.Id, ImportKind.Assets, name, file, "{}", null, TimeProvider.System.GetUtcNow(), token), null, null, TestContext.Current.CancellationToken);

        Assert.Equal(core.Findings.Select(f => $"{f.Line} {f.Column} {f.Code}").Order(StringComparer.Ordinal), findings);
        Assert.Equal($"DONE {core.Created} 0 0 {core.Rejected} {core.Findings.Count(f => f.Severity == FindingSeverity.Warning)}", done.Counts());
        Assert.Equal("DRAFT" + done.Counts()[4..], dry.Counts());
        Assert.True(core.Created > 0);
        Assert.Equal(await StoredAsync(byCore), await StoredAsync(byRoute));
    }

    private async Task<string> StoredAsync(Panorama.Testing.TestTenant tenant) => (string)(await app.RunAsync(
        """
        select string_agg(concat_ws('|', a.tag, a.name, a.serial, a.notes, a.purchase_date, a.purchase_cost, a.currency, a.status, m.name, m.model_number, c.name, l.name, u.display_name), E'\n' order by a.tag_key)
          from assets a join asset_models m on m.id = a.model_id join categories c on c.id = m.category_id left join locations l on l.id = a.location_id
          left join asset_assignments h on h.asset_id = a.id and h.checked_in_at is null left join users u on u.id = h.target_user_id where a.tenant_id = $1
        """, tenant.Id))!;

    private static async Task<string> DeleteAsync(HttpClient client, string id)
    {
        using var response = await client.DeleteAsync(new Uri($"/api/imports/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.OutcomeAsync();
    }

    private static async Task<string> TextAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
