using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Testing;

namespace Panorama.Core.Tests.Importing;

/// <summary>What users of such systems ran into; the files are in <c>tests/Data/field</c>.</summary>
public sealed class ImportingFilesFromTheField(TestDatabase database)
{
    private static readonly AssetImportOptions Iso = new() { Dates = DateOrder.Iso, Numbers = DecimalSign.Point, Currency = "USD" };

    private static readonly string[] Accented =
    [
        "FC-0101|Furgão nº 7|São José dos Campos|Condição “boa” – revisão até 50 €",
        "FC-0102|Bohrmaschine|München|geprüft",
        "FC-0103|Señalizador|Logroño|¿listo? ½",
    ];

    [Trait("FieldCase", "IMP-01")]
    [Fact]
    public async Task A_byte_order_mark_carriage_returns_and_a_line_feed_in_quotes()
    {
        var tenant = await TenantAsync();
        var file = ImportExtensions.FieldFile("imp-01-bom-cr.csv");
        var text = CsvText.Decode(file).Text;

        var result = await database.ImportAsync(tenant, file, Iso);
        var again = await database.ImportAsync(tenant, text.Replace('\r', '\n'), Iso);
        var withBoth = await database.ImportAsync(tenant, text.Replace("\r", "\r\n", StringComparison.Ordinal), Iso);

        Assert.Equal(("Asset Tag", 3, 3, 0), (result.Columns[0], result.RowsTotal, result.Created, result.Rejected));
        var assets = await database.AssetsAsync(tenant);
        Assert.Equal(("Van \"Azul\" 1", "first line\nsecond line, with comma"), (assets["FC-0001"]["name"], assets["FC-0001"]["notes"]));
        Assert.Equal(("Trolley", "ends with quote \""), (assets["FC-0003"]["name"], assets["FC-0003"]["notes"]));
        Assert.Equal("VEHICLE", assets["FC-0001"]["kind"]);
        Assert.DoesNotContain(assets.Values.SelectMany(asset => asset.Values), value => value.Contains('\uFEFF', StringComparison.Ordinal));
        Assert.Equal((0, 3, 0), (again.Created, again.Matched, again.Findings.Count));
        Assert.Equal((0, 3, 0), (withBoth.Created, withBoth.Matched, withBoth.Findings.Count));
    }

    [Trait("FieldCase", "IMP-02")]
    [Theory]
    [InlineData("imp-02-windows-1252.csv", "Windows-1252", "Furgão nº 7")]
    [InlineData("imp-02-utf16le-tab.txt", "UTF-16 LE", null)]
    public async Task A_file_in_another_encoding_is_named_and_read_rightly(string name, string encoding, string? sample)
    {
        var tenant = await TenantAsync();

        var result = await database.ImportAsync(tenant, ImportExtensions.FieldFile(name));

        Assert.Equal((encoding, sample, 3), (result.Encoding, result.EncodingSample, result.Created));
        var assets = await database.AssetsAsync(tenant);
        Assert.Equal(Accented, assets.Values.Select(a => $"{a["tag"]}|{a["name"]}|{a["location"]}|{a["notes"]}"));
    }

    [Trait("FieldCase", "IMP-02")]
    [Fact]
    public async Task One_broken_byte_names_its_cell_and_nothing_is_stored()
    {
        var tenant = await TenantAsync();
        var file = ImportExtensions.FieldFile("imp-02-broken-utf8.csv");

        var result = await database.ImportAsync(tenant, file);
        var nothing = await database.AssetsAsync(tenant);
        var skipping = await database.ImportAsync(tenant, file, new AssetImportOptions { Mode = ImportMode.SkipBad });

        Assert.Equal(["3 Location text_damaged"], result.Lines());
        Assert.Empty(nothing);
        Assert.Equal((2, 1), (skipping.Created, skipping.Rejected));
        Assert.Equal(0, await database.CountAsync(tenant, "locations", "name like 'M%nchen'"));
        Assert.DoesNotContain((await database.AssetsAsync(tenant)).Values.SelectMany(a => a.Values), value => value.Contains('\uFFFD', StringComparison.Ordinal));
    }

    [Trait("FieldCase", "IMP-04")]
    [Fact]
    public async Task A_model_is_its_name_number_category_and_maker()
    {
        var tenant = await TenantAsync();
        var categories = await database.CountAsync(tenant, "categories");
        var models = await database.CountAsync(tenant, "asset_models");
        var file = ImportExtensions.FieldFile("imp-04-same-model.csv");

        var result = await database.ImportAsync(tenant, file);
        var made = (await database.CountAsync(tenant, "asset_models") - models, await database.CountAsync(tenant, "manufacturers"), await database.CountAsync(tenant, "categories") - categories);
        var other = await database.ImportAsync(tenant, "Asset Tag,Name,Category,Manufacturer,Model,Model Number\nFC-0306,f,Loaners,Contoso,ThinkBox,TB-1\n");
        var again = await database.ImportAsync(tenant, file);

        Assert.Equal((5, (4L, 2L, 2L)), (result.Created, made));
        Assert.Equal((1, 0, 5), (other.Created, again.Created, again.Matched));
        var assets = await database.AssetsAsync(tenant);
        Assert.Equal(("Desktops", "Loaners"), (assets["FC-0303"]["category"], assets["FC-0306"]["category"]));
        Assert.Equal((assets["FC-0303"]["model"], assets["FC-0303"]["manufacturer"]), (assets["FC-0305"]["model"], assets["FC-0305"]["manufacturer"]));
    }

    [Trait("FieldCase", "IMP-05")]
    [Theory]
    [InlineData(DecimalSign.Comma, "1234.5600 1234.5000 1234.0000 - 1234.0000 -", "6 8")]
    [InlineData(DecimalSign.Point, "- - - 151.9700 1.2340 -", "2 4 5 8")]
    public async Task Amounts_follow_the_chosen_sign_and_what_does_not_is_a_warning(DecimalSign sign, string costs, string warnedLines)
    {
        var tenant = await TenantAsync();

        var result = await database.ImportAsync(tenant, ImportExtensions.FieldFile("imp-05-semicolon-ptbr.csv"), new AssetImportOptions { Numbers = sign, Currency = "BRL" });

        var assets = await database.AssetsAsync(tenant);
        Assert.Equal((6, "texto;com ponto e vírgula\ne linha, nova"), (result.Created, assets["FC-0401"]["notes"]));
        Assert.Equal(costs, string.Join(' ', assets.Values.Select(asset => asset.GetValueOrDefault("purchase_cost") ?? "-")));
        Assert.Equal(warnedLines, string.Join(' ', result.Findings.Where(f => f.Code == "amount_unreadable").Select(f => f.Line)));
    }

    [Trait("FieldCase", "IMP-06")]
    [Fact]
    public async Task A_tag_that_stands_twice_or_not_at_all_rejects_its_row_and_overwrites_nothing()
    {
        var tenant = await TenantAsync();
        var file = ImportExtensions.FieldFile("imp-06-duplicates.csv");

        var all = await database.ImportAsync(tenant, file);
        var stored = await database.CountAsync(tenant, "assets");
        var skipping = await database.ImportAsync(tenant, file, new AssetImportOptions { Mode = ImportMode.SkipBad });
        var renamed = await database.ImportAsync(tenant, "Asset Tag,Name,Serial\nFC-0501,renamed,S-1\n");

        string[] rejects = ["4 Asset Tag tag_twice", "5 Asset Tag tag_twice", "6 Asset Tag tag_missing", "7 Asset Tag tag_missing"];
        Assert.Equal(rejects, all.Lines());
        Assert.Equal(("2", "3"), (all.Findings[0].Args["line"], all.Findings[1].Args["line"]));
        Assert.Equal((false, 0L), (all.Stored, stored));
        Assert.Equal((3, 4, true), (skipping.Created, skipping.Rejected, skipping.Stored));
        Assert.Equal((0, 1), (renamed.Created, renamed.Matched));
        Assert.Equal("Line 2, Name: The asset exists with 'one'; 'renamed' was not taken over.", $"Line {renamed.Findings[0].Line}, {renamed.Findings[0].Column}: {renamed.Findings[0].Text}");
        var assets = await database.AssetsAsync(tenant);
        Assert.Equal("one two three", string.Join(' ', assets.Values.Select(asset => asset["name"])));
        Assert.Equal("1", assets["FC-0501"]["version"]);
        Assert.Equal(1, await database.CountAsync(tenant, "imports", "state = 'FAILED' and error_code = 'rows_rejected' and created = 0 and rejected = 4"));
    }

    [Trait("FieldCase", "IMP-08")]
    [Fact]
    public async Task People_are_one_by_address_else_by_username_and_never_by_name_alone()
    {
        var tenant = await TenantAsync();
        var people = await database.CountAsync(tenant, "tenant_memberships");
        var file = ImportExtensions.FieldFile("imp-08-custody-no-mail.csv");

        var result = await database.ImportAsync(tenant, file);
        var first = await database.AssetsAsync(tenant);
        await CheckInAsync(tenant, "FC-0601");
        var again = await database.ImportAsync(tenant, file);

        Assert.Equal((7, 6, 3), (result.Created, result.Custodies, result.PeopleCreated));
        Assert.Equal(people + 3, await database.CountAsync(tenant, "tenant_memberships"));
        Assert.Equal(["4 Checked Out To: First Name person_same_name", "8 Checked Out To: Username person_kept"], result.Lines());
        string Holder(string tag) => $"{first[tag].GetValueOrDefault("holder")} {first[tag].GetValueOrDefault("holder_username")} {first[tag].GetValueOrDefault("holder_email")}";
        Assert.Equal(("Nina Costa nina.c ", "Nina Costa nina.c "), (Holder("FC-0601"), Holder("FC-0602")));
        Assert.Equal("Nina Costa  nina.costa@example.com", Holder("FC-0603"));
        Assert.Equal(("Bo Lee bo.lee bo.lee@example.com", "Bo Lee bo.lee bo.lee@example.com"), (Holder("FC-0606"), Holder("FC-0607")));
        Assert.Equal(("Depot North", "IN_USE", "READY"), (first["FC-0604"]["holder_location"], first["FC-0604"]["status"], first["FC-0605"]["status"]));
        Assert.Equal((0, 7), (again.Created, again.Matched));
        Assert.Equal(["2 Checked Out To: Username value_kept"], again.Lines());
        Assert.Equal(("Nina Costa", "no holder"), (again.Findings[0].Args["value"], again.Findings[0].Args["stored"]));
        Assert.Equal(0, await database.CountAsync(tenant, "notification_events"));
    }

    private Task<TestTenant> TenantAsync() => TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

    private async Task CheckInAsync(TestTenant tenant, string tag)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand(
            "update asset_assignments h set checked_in_at = now() from assets a where a.id = h.asset_id and a.tenant_id = $1 and a.tag = $2", connection);
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = tag });
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
