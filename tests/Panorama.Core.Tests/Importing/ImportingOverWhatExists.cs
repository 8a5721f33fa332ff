using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Core.Tests.Importing;

/// <summary>Rows whose tag an asset has: kept, taken over or rejected, as it was chosen.</summary>
public sealed class ImportingOverWhatExists(TestDatabase database)
{
    private const string Header = "Asset Tag,Name,Serial,Category,Manufacturer,Model,Location,Purchase Date,Purchase Cost,Status,Requestable,Odometer,Asset Notes,VIN\n";

    private static readonly AssetImportOptions Keep = new() { Dates = DateOrder.Iso, Numbers = DecimalSign.Point, Currency = "USD" };

    private static readonly AssetImportOptions Update = Keep with { Existing = ExistingAssets.Update };

    [Trait("FieldCase", "IMP-06")]
    [Fact]
    public async Task Cells_that_differ_are_taken_over_with_one_audit_row_an_asset()
    {
        var tenant = await TenantAsync();
        await database.ImportAsync(tenant, $"{Header}A-1,one,S-1,Vans,Acme,M1,North,2024-01-02,10,Ready,yes,100,old note,VIN1\nA-2,two,S-2,Vans,Acme,M1,North,,,,,,,VIN2\n", Keep);
        var file = $"{Header}a-1,renamed,,Trucks,,,South,2024-01-03,11.5,Pending,yes,90,,VIN9\nA-2,two,S-2,VANS,acme,m1,north,,,,,,,VIN2\nA-3,three,,,,,,,,,,,,VIN3\n";

        var result = await database.ImportAsync(tenant, file, Update);
        var assets = await database.AssetsAsync(tenant);
        var again = await database.ImportAsync(tenant, file, Update);

        Assert.Equal((1, 1, 1, 0, true), (result.Created, result.Updated, result.Matched, result.Rejected, result.Stored));
        Assert.Equal(["2 Odometer mileage_lower"], result.Lines());
        var a = assets["A-1"];
        Assert.Equal(
            ("renamed", "S-1", "Trucks", "Acme", "M1", "South", "2024-01-03", "11.5000", "Pending", "READY", "false", "100.0", "old note", "a-1 renamed s-1 vin9", "2"),
            (a["name"], a["serial"], a["category"], a["manufacturer"], a["model"], a["location"], a["purchase_date"], a["purchase_cost"], a["status_label"], a["status"], a["bookable"],
                a["last_read_mileage"], a["notes"], a["search_text"], a["version"]));
        Assert.Equal(("1", "two"), (assets["A-2"]["version"], assets["A-2"]["name"]));
        Assert.Equal((0, 0, 3), (again.Created, again.Updated, again.Matched));
        Assert.Equal(a, (await database.AssetsAsync(tenant))["A-1"]);
        Assert.Equal(1, await database.CountAsync(tenant, "audit_events", "action = 'panorama.asset.updated'"));
        Assert.Equal(1, await database.CountAsync(tenant, "custom_values", "value_key = 'vin9'"));
        Assert.Equal(0, await database.CountAsync(tenant, "custom_values", "value_key = 'vin1'"));
        Assert.Equal(1, await database.CountAsync(tenant, "meter_readings"));
        Assert.Equal(1, await database.CountAsync(tenant, "imports", "state = 'DONE' and created = 1 and updated = 1 and matched = 1"));
        Assert.Equal(1, await database.CountAsync(tenant, "audit_events", "action = 'panorama.import.completed' and metadata @> '{\"created\": 1, \"updated\": 1, \"matched\": 1}'"));
        using var json = JsonDocument.Parse(await TextAsync(tenant, "select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.asset.updated'"));
        var changes = json.RootElement.GetProperty("changed").EnumerateArray().ToDictionary(c => c.GetProperty("key").GetString()!, c => $"{c.GetProperty("before")} {c.GetProperty("after")}");
        Assert.Equal(
            ["bookable", "customFields", "locationId", "modelId", "name", "purchaseCost", "purchaseDate", "statusLabelId"],
            changes.Keys.Select(key => key.Split('.')[0]).Order(StringComparer.Ordinal));
        Assert.Equal(("one renamed", "2024-01-02 2024-01-03", "True False"), (changes["name"], changes["purchaseDate"], changes["bookable"]));
    }

    [Fact]
    public async Task A_later_reading_is_read_and_who_holds_it_stays()
    {
        var tenant = await TenantAsync();
        const string Columns = "Asset Tag,Odometer,Status,Checked Out To: Username,Serial\n";
        await database.ImportAsync(tenant, $"{Columns}A-1,100,Ready,nina{tenant.Slug},S-1\n", Keep);

        var result = await database.ImportAsync(tenant, $"{Columns}A-1,150.5,Ready,bo{tenant.Slug},S-2\n", Update);
        var broken = await database.ImportAsync(tenant, $"{Columns}A-1,,Broken,,\n", Update);

        Assert.Equal((1, "2 Checked Out To: Username value_kept"), (result.Updated, result.Lines().Single()));
        Assert.Equal((0, 1, "2 Status status_superseded"), (broken.Updated, broken.Matched, broken.Lines().Single()));
        var asset = (await database.AssetsAsync(tenant))["A-1"];
        Assert.Equal(("150.5", "S-2", "IN_USE", $"nina{tenant.Slug}", "2"), (asset["last_read_mileage"], asset["serial"], asset["status"], asset["holder_username"], asset["version"]));
        Assert.Equal(2, await database.CountAsync(tenant, "meter_readings"));
        Assert.Equal(0, await database.CountAsync(tenant, "tenant_memberships", $"username = 'bo{tenant.Slug}'"));
    }

    [Fact]
    public async Task A_unique_value_of_another_asset_rejects_the_row_and_its_own_does_not()
    {
        var tenant = await TenantAsync();
        await database.ImportAsync(tenant, "Asset Tag,Name,VIN\nA-1,one,V1\nA-2,two,V2\n");

        var result = await database.ImportAsync(tenant, "Asset Tag,Name,VIN\nA-1,uno,v1\nA-2,dos,V1\nA-3,tres,V3\n", Update with { Mode = ImportMode.SkipBad });

        Assert.Equal((1, 1, 1), (result.Created, result.Updated, result.Rejected));
        Assert.Equal(["3 VIN value_taken"], result.Lines());
        Assert.Equal("uno two tres", string.Join(' ', (await database.AssetsAsync(tenant)).Values.Select(asset => asset["name"])));
    }

    [Fact]
    public async Task What_exists_can_be_refused_and_a_dry_run_of_changes_leaves_nothing()
    {
        var tenant = await TenantAsync();
        await database.ImportAsync(tenant, "Asset Tag,Name\nA-1,one\n");
        const string File = "Asset Tag,Name,Location\nA-1,uno,Moon\nA-2,two,Moon\n";

        var refused = await database.ImportAsync(tenant, File, Keep with { Existing = ExistingAssets.Reject });
        var dry = await database.ImportAsync(tenant, File, Update with { DryRun = true });
        var skipped = await database.ImportAsync(tenant, File, Keep with { Existing = ExistingAssets.Reject, Mode = ImportMode.SkipBad });

        Assert.Equal((false, 1, "2 Asset Tag asset_exists"), (refused.Stored, refused.Rejected, refused.Lines().Single()));
        Assert.Equal((1, 1, false), (dry.Created, dry.Updated, dry.Stored));
        Assert.Equal((1, 0, 1), (skipped.Created, skipped.Updated, skipped.Rejected));
        Assert.Equal("one two", string.Join(' ', (await database.AssetsAsync(tenant)).Values.Select(asset => asset["name"])));
    }

    [Fact]
    public async Task Ten_thousand_changes_take_no_longer_than_ten_thousand_new_assets_twice()
    {
        var tenant = await TenantAsync();
        string FileOf(string name, int site) => "Asset Tag,Name,Model,Category,Location,VIN\n" + string.Concat(Enumerable.Range(1, 10_000)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"M-{i:00000},{name} {i},Model {i % 7},Vans,Site {i % site},{name[0]}{i:00000}\n")));

        var clock = Stopwatch.StartNew();
        var made = await database.ImportAsync(tenant, FileOf("asset", 20));
        var making = clock.Elapsed;
        clock.Restart();
        var changed = await database.ImportAsync(tenant, FileOf("vehicle", 30), Update);
        var changing = clock.Elapsed;
        var again = await database.ImportAsync(tenant, FileOf("vehicle", 30), Update);

        TestContext.Current.SendDiagnosticMessage("10,000 rows: {0:0.0} s new, {1:0.0} s changed", making.TotalSeconds, changing.TotalSeconds);
        Assert.Equal((10_000, 10_000, 0, 10_000), (made.Created, changed.Updated, again.Updated, again.Matched));
        Assert.Equal(10_000, await database.CountAsync(tenant, "audit_events", "action = 'panorama.asset.updated'"));
        Assert.True(changing < making + making + TimeSpan.FromSeconds(5), $"{making} to make, {changing} to change");
    }

    private async Task<string> TextAsync(TestTenant tenant, string sql)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // the test's own words
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = tenant.Id });
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private Task<TestTenant> TenantAsync() => TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
}
