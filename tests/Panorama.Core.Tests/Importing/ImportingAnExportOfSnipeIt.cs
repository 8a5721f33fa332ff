using System.Globalization;
using System.Text;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Core.Tests.Importing;

/// <summary>
/// A file with what a real export has: a byte order mark, carriage returns alone, quoted names with commas and quotation marks, 21 columns of which some
/// are empty, models that share a name, people without an e-mail address, escaped text.
/// </summary>
public sealed class ImportingAnExportOfSnipeIt(TestDatabase database)
{
    private const string Header =
        "Company,Name,Asset Tag,Category,Supplier,Manufacturer,Location,Order Number,Model,Model Notes,Model Number,Asset Notes,Purchase Date,Purchase Cost,"
        + "Checkout Type,Checked Out To: Username,Checked Out To: First Name,Checked Out To: Last Name,Checked Out To: Email,Checked Out To: Location,Asset EOL Date";

    private static readonly string[] Rows =
    [
        "Abel and Sons,Backhoe,ICC-0000001,Railings,\"Kunde, Doyle and Kozey\",Berge Inc,\"Wilkinson, Waters and Kerluke\",3271901481,\"Macbook Pro 13\"\"\",,1786VM,at nulla,1/23/23,2266.13,,,,,,,10/27/28",
        "\"Quitzon, Oberbrunner\",Dragline,WBH-0000002,Steel (Fabrication),Krajcik LLC,\"Botsford, Boyle\",Lindgren,0504512275,\"Macbook Pro 13\"\"\",ante ipsum,9351IS,aliquam,11/14/22,1292.94,User,gmc2a,Gage,McCrackem,gmc2a@bing.example,,10/27/28",
        "Boyer,Excavator,NNH-0000003,Flooring,Heaney,Pollich LLC,Pacocha-Kiehn,486,\"Macbook Pro 13\"\"\",,9929FR,,3/1/23,2300.71,Location,,,,,Pacocha-Kiehn,10/27/28",
        "Hayes,Trencher,BOL-0000004,Canopies,Botsford,Walker,Fritsch,241,\"Macbook Pro 13\"\"\",,,,10/26/22,1777.56,User,ksennett6,Katerina,Sennett,,,",
        "Harris,Grader,JHN-0000005,Curb &amp; Gutter,Heaney,Fritsch,Waters LLC,0709494209,Robby,orci luctus,,vestibulum,4/11/23,\"3,263.79\",Location,,,,,\"O'Conner, Nitzsche\",",
        "Olson,,EJS-0000006,Railings,Fritsch,Berge Inc,Lindgren,125,\"Macbook Pro 13\"\"\",another note,1786VM,rhoncus,6/25/22,2711.89,,,,,,,10/27/28",
        "Olson,Skid-Steer,YYY-0000007,Railings,Fritsch,Berge Inc,Lindgren,126,\"Macbook Pro 13\"\"\",a third note,1786VM,,6/26/22,10,,,,,,,",
    ];

    // People are of the whole installation: each test has its own.
    private static byte[] FileOf(TestTenant tenant) =>
        [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(string.Join('\r', Rows.Prepend(Header)).Replace("bing.example", $"{tenant.Slug}.example", StringComparison.Ordinal))];

    [Fact]
    public async Task Every_cell_ends_in_a_field_or_in_a_named_line()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        var result = await database.ImportAsync(tenant, FileOf(tenant), ImportExtensions.American);

        Assert.Equal((7, 7, 0, 0, 4, 2), (result.RowsTotal, result.Created, result.Matched, result.Rejected, result.Custodies, result.PeopleCreated));
        Assert.Equal(["8 Model Notes model_notes_differ"], result.Lines());
        var assets = await database.AssetsAsync(tenant);
        var headers = Header.Split(',');
        foreach (var row in new CsvTable(CsvText.Decode(FileOf(tenant))).Rows())
        {
            for (var i = 0; i < headers.Length; i++)
            {
                if (row.Cells[i].Length > 0 && !result.Lines().Any(line => line.StartsWith($"{row.Line} {headers[i]} ", StringComparison.Ordinal)))
                {
                    AssertStored(headers[i], row.Cells[i], assets[row.Cells[2]], row.Cells);
                }
            }
        }
    }

    [Fact]
    public async Task Whole_assets_come_out_as_the_file_means_them()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        await database.ImportAsync(tenant, FileOf(tenant), ImportExtensions.American);

        var assets = await database.AssetsAsync(tenant);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["tag"] = "ICC-0000001",
                ["name"] = "Backhoe",
                ["status"] = "READY",
                ["bookable"] = "false",
                ["category"] = "Railings",
                ["kind"] = "HARDWARE",
                ["model"] = "Macbook Pro 13\"",
                ["model_number"] = "1786VM",
                ["model_notes"] = "another note",
                ["manufacturer"] = "Berge Inc",
                ["supplier"] = "Kunde, Doyle and Kozey",
                ["company"] = "Abel and Sons",
                ["location"] = "Wilkinson, Waters and Kerluke",
                ["order_number"] = "3271901481",
                ["notes"] = "at nulla",
                ["purchase_date"] = "2023-01-23",
                ["eol_date"] = "2028-10-27",
                ["purchase_cost"] = "2266.1300",
                ["currency"] = "USD",
                ["custom_fields"] = "{}",
                ["search_text"] = "icc-0000001 backhoe",
                ["version"] = "1",
            },
            assets["ICC-0000001"].Where(pair => pair.Key != "updated_at").ToDictionary());
        Assert.Equal("EJS-0000006", assets["EJS-0000006"]["name"]);
        Assert.Equal("0504512275", assets["WBH-0000002"]["order_number"]);
        Assert.Equal("Curb & Gutter", assets["JHN-0000005"]["category"]);
        Assert.Equal(("IN_USE", "user", "Katerina Sennett", "ksennett6"),
            (assets["BOL-0000004"]["status"], assets["BOL-0000004"]["holder_type"], assets["BOL-0000004"]["holder"], assets["BOL-0000004"]["holder_username"]));
        Assert.False(assets["BOL-0000004"].ContainsKey("holder_email"));
        Assert.Equal(("IN_USE", "location", "O'Conner, Nitzsche"),
            (assets["JHN-0000005"]["status"], assets["JHN-0000005"]["holder_type"], assets["JHN-0000005"]["holder_location"]));
    }

    [Fact]
    public async Task Models_that_share_a_name_keep_their_own_category_and_manufacturer()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        await database.ImportAsync(tenant, FileOf(tenant), ImportExtensions.American);

        var assets = await database.AssetsAsync(tenant);
        Assert.Equal(4, await database.CountAsync(tenant, "asset_models", "name = 'Macbook Pro 13\"'"));
        Assert.Equal(("Steel (Fabrication)", "Botsford, Boyle"), (assets["WBH-0000002"]["category"], assets["WBH-0000002"]["manufacturer"]));
        Assert.Equal(("Flooring", "Pollich LLC"), (assets["NNH-0000003"]["category"], assets["NNH-0000003"]["manufacturer"]));
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_writes_no_audit_row()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        await database.ImportAsync(tenant, FileOf(tenant), ImportExtensions.American);
        var before = await database.AssetsAsync(tenant);
        var audit = await database.CountAsync(tenant, "audit_events");

        var second = await database.ImportAsync(tenant, FileOf(tenant), ImportExtensions.American);

        Assert.Equal((0, 7, 0, 0, 0), (second.Created, second.Matched, second.Rejected, second.Custodies, second.PeopleCreated));
        Assert.Equal(["8 Model Notes model_notes_differ"], second.Lines());
        Assert.Equal(before.Values.Select(Flat), (await database.AssetsAsync(tenant)).Values.Select(Flat));
        Assert.Equal(audit, await database.CountAsync(tenant, "audit_events"));
    }

    [Fact]
    public async Task Each_asset_each_custody_and_the_import_are_audited_in_the_tenant()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        var result = await database.ImportAsync(tenant, FileOf(tenant), ImportExtensions.American);

        Assert.Equal(7, await database.CountAsync(tenant, "audit_events", "action = 'panorama.asset.created' and actor_user_id is null"));
        Assert.Equal(4, await database.CountAsync(tenant, "audit_events",
            "action = 'panorama.asset.checked_out' and metadata ?& array['assignmentId', 'targetType', 'targetId', 'expectedCheckinAt']"));
        Assert.Equal(1, await database.CountAsync(tenant, "audit_events",
            $"action = 'panorama.import.completed' and resource_id = '{result.ImportId}' and metadata @> '{{\"created\": 7, \"rejected\": 0, \"warnings\": 1}}'"));
        Assert.Equal(1, await database.CountAsync(tenant, "imports", "state = 'DONE' and rows_total = 7 and rows_done = 7 and created = 7 and finished_at is not null"));
        Assert.Equal(1, await database.CountAsync(tenant, "import_findings", "line = 8 and column_name = 'Model Notes' and severity = 'warning' and code = 'model_notes_differ'"));
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_leaves_nothing()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        var people = await database.CountAsync(tenant, "tenant_memberships");

        var result = await database.ImportAsync(tenant, FileOf(tenant), ImportExtensions.American with { DryRun = true, Mode = ImportMode.SkipBad });

        Assert.Equal((7, false, 4), (result.Created, result.Stored, result.Custodies));
        Assert.Equal((0, 0, 0, 0), (await database.CountAsync(tenant, "assets"), await database.CountAsync(tenant, "locations"),
            await database.CountAsync(tenant, "imports"), await database.CountAsync(tenant, "audit_events")));
        Assert.Equal(people, await database.CountAsync(tenant, "tenant_memberships"));
    }

    [Fact]
    public async Task Two_tenants_with_equal_names_and_tags_share_nothing()
    {
        var one = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        var two = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        await database.ImportAsync(one, FileOf(one), ImportExtensions.American);

        var result = await database.ImportAsync(two, FileOf(one), ImportExtensions.American);

        Assert.Equal((7, 0), (result.Created, result.Matched));
        Assert.DoesNotContain(result.Lines(), line => line.Contains("Email", StringComparison.Ordinal)); // nothing of one is told to the other
        Assert.Equal(await database.CountAsync(one, "locations"), await database.CountAsync(two, "locations"));
        Assert.Equal(7, await database.CountAsync(one, "assets"));
    }

    [Theory]
    [InlineData(false, true, true, "dates", "Purchase Date", "1/23/23 11/14/22")]
    [InlineData(true, false, true, "numbers", "Purchase Cost", "2266.13 1292.94")]
    [InlineData(true, true, false, "currency", "Purchase Cost", "2266.13 1292.94")]
    public async Task A_choice_that_the_file_needs_is_asked_for_with_two_cells(bool dates, bool numbers, bool currency, string flag, string column, string samples)
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        var result = await database.ImportAsync(tenant, FileOf(tenant), new AssetImportOptions
        {
            Dates = dates ? DateOrder.MonthDayYear : null,
            Numbers = numbers ? DecimalSign.Point : null,
            Currency = currency ? "USD" : null,
        });

        var choice = result.MissingChoices[0];
        Assert.Equal((flag, column, samples), (choice.Flag, choice.Column, string.Join(' ', choice.Samples)));
        Assert.False(result.Stored);
        Assert.Equal((0, 0), (await database.CountAsync(tenant, "assets"), await database.CountAsync(tenant, "imports")));
    }

    private static string Flat(Dictionary<string, string> asset) => string.Join(';', asset.Select(pair => $"{pair.Key}={pair.Value}"));

    private static void AssertStored(string header, string cell, Dictionary<string, string> asset, string[] row)
    {
        string? Stored(string column) => asset.GetValueOrDefault(column);
        string Day() => DateOnly.Parse(cell, CultureInfo.GetCultureInfo("en-US")).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (expected, actual) = header switch
        {
            "Company" => (cell, Stored("company")),
            "Name" => (cell, Stored("name")),
            "Asset Tag" => (cell, Stored("tag")),
            "Category" => (cell.Replace("&amp;", "&", StringComparison.Ordinal), Stored("category")),
            "Supplier" => (cell, Stored("supplier")),
            "Manufacturer" => (cell, Stored("manufacturer")),
            "Location" => (cell, Stored("location")),
            "Order Number" => (cell, Stored("order_number")),
            "Model" => (cell, Stored("model")),
            "Model Notes" => (cell, Stored("model_notes")),
            "Model Number" => (cell, Stored("model_number")),
            "Asset Notes" => (cell, Stored("notes")),
            "Purchase Date" => (Day(), Stored("purchase_date")),
            "Purchase Cost" => (decimal.Parse(cell, CultureInfo.InvariantCulture).ToString("0.0000", CultureInfo.InvariantCulture), Stored("purchase_cost")),
            "Checkout Type" => (cell.ToLowerInvariant(), Stored("holder_type")),
            "Checked Out To: Username" => (cell, Stored("holder_username")),
            "Checked Out To: First Name" => ($"{cell} {row[17]}", Stored("holder")),
            "Checked Out To: Last Name" => ($"{row[16]} {cell}", Stored("holder")),
            "Checked Out To: Email" => (cell, Stored("holder_email")),
            "Checked Out To: Location" => (cell, Stored("holder_location")),
            "Asset EOL Date" => (Day(), Stored("eol_date")),
            _ => throw new InvalidOperationException(header),
        };
        Assert.Equal($"{header}: {expected}", $"{header}: {actual}");
    }
}
