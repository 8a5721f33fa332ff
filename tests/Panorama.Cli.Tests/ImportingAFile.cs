using System.Globalization;
using Panorama.Core.Input;
using Panorama.Testing;

namespace Panorama.Cli.Tests;

public sealed class ImportingAFile(TestDatabase database) : IDisposable
{
    private const string Csv = "\uFEFFAsset Tag,Name,Purchase Date,Purchase Cost,Colour\rA-1,\"Van, blue\",1/23/23,2266.13,\rA-2,Cart,3/4/23,10,red\r";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panorama-cli-");

    [Trait("FieldCase", "IMP-01")]
    [Fact]
    public async Task A_file_is_imported_once_and_reported_in_lines()
    {
        var tenant = await TenantAsync();
        string[] import = ["import", "assets", Write(Csv), $"--tenant={tenant.Slug}", "--dates=mdy", "--numbers=point", "--currency=usd", $"--report={Path.Combine(_folder.FullName, "report.csv")}"];

        var first = await database.RunCliAsync(import);
        var audit = await database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1", tenant.Id);
        var second = await database.RunCliAsync(import);

        Assert.Equal((ExitCodes.Ok, ""), (first.ExitCode, first.Error));
        Assert.Equal(
            [
                "2 rows, 5 columns, UTF-8, comma.",
                "Columns that fill nothing: Colour.",
                "warning  line 3, Colour: No field is filled by this column; 'red' is left out.",
                "2 created, 0 matched, 0 rejected, 1 warning; 0 checked out, 0 people new.",
                $"Stored in {tenant.Slug}.",
            ],
            first.Output.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
        Assert.Contains("0 created, 2 matched, 0 rejected", second.Output, StringComparison.Ordinal);
        Assert.Contains($"Nothing changed in {tenant.Slug}.", second.Output, StringComparison.Ordinal);
        Assert.Equal(audit, await database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1", tenant.Id));
        Assert.Equal("ana at desk-7", await database.OneAsync<string>(
            "select (options ->> 'operator') || ' at ' || (options ->> 'host') from imports where tenant_id = $1 limit 1", tenant.Id));
        Assert.Equal(1L, await database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.privileged.cli_invoked' and metadata ->> 'verb' = 'import assets'", tenant.Id));
        Assert.Equal(
            ["line,column,severity,code,text", "3,\"Colour\",warning,column_unknown,\"No field is filled by this column; 'red' is left out.\""],
            await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "report.csv"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Columns_can_be_mapped_by_hand_and_another_separator_is_found()
    {
        var tenant = await TenantAsync();
        var csv = Write("Nr|Was|Preis\nA-1|Wagen|x\n");

        var mapped = await database.RunCliAsync(["import", "assets", csv, $"--tenant={tenant.Slug}", "--map", "Nr=Asset Tag", "--map", "#2=name", "--map", "Preis=ignore"]);
        var unknown = await database.RunCliAsync(["import", "assets", csv, $"--tenant={tenant.Slug}", "--map", "Farbe=name"]);
        var field = await database.RunCliAsync(["import", "assets", csv, $"--tenant={tenant.Slug}", "--map", "Nr=colour"]);

        Assert.Equal((ExitCodes.Ok, ""), (mapped.ExitCode, mapped.Error));
        Assert.Contains("1 row, 3 columns, UTF-8, pipe.", mapped.Output, StringComparison.Ordinal);
        Assert.Contains("1 created, 0 matched, 0 rejected, 0 warnings", mapped.Output, StringComparison.Ordinal);
        Assert.Equal("Wagen", await database.OneAsync<string>("select name from assets where tenant_id = $1 and tag = 'A-1'", tenant.Id));
        Assert.Equal((ExitCodes.Failed, ExitCodes.Failed), (unknown.ExitCode, field.ExitCode));
        Assert.Contains("no column 'Farbe'", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("'colour', which is no field", field.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("")]
    [Trait("FieldCase", "L10N-04")]
    public async Task Headers_in_capitals_are_read_alike_in_every_language_of_the_machine(string culture)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture); // of this test alone
        var tenant = await TenantAsync();
        var csv = Write("SERIAL,LOCATION,CATEGORY,TITLE,ASSET TAG,PURCHASE DATE,PURCHASE COST\nsi-1,Istanbul,LIGHTING,Iris,INDIGO-I,31.01.2026,\"1.234,5\"\n");

        var run = await database.RunCliAsync(["import", "assets", csv, $"--tenant={tenant.Slug}", "--dates=dmy", "--numbers=comma", "--currency=TRY"]);

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.Contains("1 created, 0 matched, 0 rejected, 0 warnings", run.Output, StringComparison.Ordinal);
        Assert.Equal("indigo-i|Iris|si-1|Istanbul|LIGHTING|2026-01-31|1234.5000|indigo-i iris si-1", await database.OneAsync<string>(
            """
            select concat_ws('|', a.tag_key, a.name, a.serial, l.name, c.name, a.purchase_date, a.purchase_cost, a.search_text) from assets a
              join locations l on l.id = a.location_id join asset_models m on m.id = a.model_id join categories c on c.id = m.category_id where a.tenant_id = $1
            """, tenant.Id));
    }

    [Fact]
    public async Task People_and_places_are_imported_by_verbs_of_their_own()
    {
        var tenant = await TenantAsync();
        var people = Write($"Full Name,Username,Start Date,Gravatar\nAna Lima,ana.{tenant.Slug},31.01.2026,x\n", "people.csv");
        var places = Write("Name,City\nDepot,Rome\n", "places.csv");

        var asked = await database.RunCliAsync(["import", "users", people, $"--tenant={tenant.Slug}"]);
        var users = await database.RunCliAsync(["import", "users", people, $"--tenant={tenant.Slug}", "--dates=dmy"]);
        var locations = await database.RunCliAsync(["import", "locations", places, $"--tenant={tenant.Slug}"]);
        var currency = await database.RunCliAsync(["import", "locations", places, $"--tenant={tenant.Slug}", "--currency=USD"]);

        Assert.Equal((ExitCodes.Failed, true), (asked.ExitCode, asked.Error.StartsWith("--dates is needed: the column 'Start Date'", StringComparison.Ordinal)));
        Assert.Equal((ExitCodes.Ok, ""), (users.ExitCode, users.Error));
        Assert.Contains("warning  line 2, Gravatar: No field is filled by this column; 'x' is left out.", users.Output, StringComparison.Ordinal);
        Assert.Contains("1 created, 0 matched, 0 rejected, 1 warning.", users.Output, StringComparison.Ordinal);
        Assert.Contains("1 created, 0 matched, 0 rejected, 0 warnings.", locations.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, currency.ExitCode);
        Assert.Equal("locations,users", await database.OneAsync<string>("select string_agg(kind, ',' order by kind) from imports where tenant_id = $1 and state = 'DONE'", tenant.Id));
        Assert.Equal("2026-01-31", await database.OneAsync<string>("select metadata ->> 'startOn' from tenant_memberships where tenant_id = $1 and username = $2", tenant.Id, $"ana.{tenant.Slug}"));
    }

    [Fact]
    public async Task A_report_that_would_be_lost_or_cost_the_file_is_refused_before_anything_is_stored()
    {
        var tenant = await TenantAsync();
        var csv = Write("Asset Tag,Name\nA-1,one\n");
        var file = csv["--csv=".Length..];
        string[] import = ["import", "assets", csv, $"--tenant={tenant.Slug}"];

        var itself = await database.RunCliAsync([.. import, $"--report={file}"]);
        var nowhere = await database.RunCliAsync([.. import, $"--report={Path.Combine(_folder.FullName, "no", "report.csv")}"]);
        var folder = await database.RunCliAsync([.. import, $"--report={_folder.FullName}"]);

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage, ExitCodes.Usage), (itself.ExitCode, nowhere.ExitCode, folder.ExitCode));
        Assert.All((string[])[itself.Error, nowhere.Error, folder.Error], error => Assert.StartsWith("--report", error, StringComparison.Ordinal));
        Assert.Equal("Asset Tag,Name\nA-1,one\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(0L, await database.OneAsync<long>("select count(*) from assets where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task Choices_that_the_file_needs_are_all_named_and_others_are_not_asked_for()
    {
        var tenant = await TenantAsync();

        var asked = await database.RunCliAsync("import", "assets", Write(Csv), $"--tenant={tenant.Slug}");
        var plain = await database.RunCliAsync("import", "assets", Write("Asset Tag,Name,Purchase Date\nB-1,x,\n"), $"--tenant={tenant.Slug}");

        Assert.Equal(ExitCodes.Failed, asked.ExitCode);
        Assert.Equal(
            [
                "--dates is needed: the column 'Purchase Date' holds '1/23/23' and '3/4/23'. Write --dates=mdy, --dates=dmy or --dates=iso.",
                "--numbers is needed: the column 'Purchase Cost' holds '2266.13' and '10'. Write --numbers=point or --numbers=comma.",
                "--currency is needed: the column 'Purchase Cost' holds '2266.13' and '10'. Write for example --currency=USD.",
            ],
            asked.Error.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
        Assert.Equal(ExitCodes.Ok, plain.ExitCode);
        Assert.Contains("1 created", plain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_stores_nothing_unless_it_may_be_left_out()
    {
        var tenant = await TenantAsync();
        string[] import = ["import", "assets", Write("Asset Tag,Name\nA-1,one\n,two\nA-3,three\n"), $"--tenant={tenant.Slug}"];

        var dry = await database.RunCliAsync([.. import, "--mode=skip-bad", "--dry-run"]);
        var all = await database.RunCliAsync(import);
        var nothing = await database.OneAsync<long>("select count(*) from assets where tenant_id = $1", tenant.Id);
        var skip = await database.RunCliAsync([.. import, "--mode=skip-bad"]);

        Assert.Equal((ExitCodes.Rejects, ExitCodes.Failed, ExitCodes.Rejects), (dry.ExitCode, all.ExitCode, skip.ExitCode));
        Assert.Contains("Dry run: nothing was stored.", dry.Output, StringComparison.Ordinal);
        Assert.Contains("rejected  line 3, Asset Tag: The row has no asset tag.", all.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was stored, because of the rejected rows.", all.Output, StringComparison.Ordinal);
        Assert.Equal((0L, 2L), (nothing, await database.OneAsync<long>("select count(*) from assets where tenant_id = $1", tenant.Id)));
    }

    [Fact]
    public async Task What_exists_is_changed_only_when_that_is_asked_for()
    {
        var tenant = await TenantAsync();
        await database.RunCliAsync("import", "assets", Write("Asset Tag,Name\nA-1,one\n"), $"--tenant={tenant.Slug}");
        string[] import = ["import", "assets", Write("Asset Tag,Name\nA-1,uno\n"), $"--tenant={tenant.Slug}"];

        var kept = await database.RunCliAsync(import);
        var refused = await database.RunCliAsync([.. import, "--existing=reject"]);
        var updated = await database.RunCliAsync([.. import, "--existing=update"]);
        var again = await database.RunCliAsync([.. import, "--existing=update"]);

        Assert.Equal((0, 1, 0, 0), (kept.ExitCode, refused.ExitCode, updated.ExitCode, again.ExitCode));
        Assert.Contains("The asset exists with 'one'; 'uno' was not taken over.", kept.Output, StringComparison.Ordinal);
        Assert.Contains("rejected  line 2, Asset Tag: An asset with the tag 'A-1' exists.", refused.Output, StringComparison.Ordinal);
        Assert.Contains("0 created, 1 updated, 0 matched, 0 rejected", updated.Output, StringComparison.Ordinal);
        Assert.Contains($"Stored in {tenant.Slug}.", updated.Output, StringComparison.Ordinal);
        Assert.Contains("0 created, 0 updated, 1 matched, 0 rejected", again.Output, StringComparison.Ordinal);
        Assert.Contains($"Nothing changed in {tenant.Slug}.", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_file_says_to_the_terminal_is_shown_and_not_obeyed()
    {
        var tenant = await TenantAsync();
        var csv = Write("Asset Tag,Name,Colour\u001b[2J,Purchase Date\nA-1,x\u001b]0;owned\u0007,\"\u202ered\nand more\",\u001b[31m1/2/24\n");
        string[] import = ["import", "assets", csv, $"--tenant={tenant.Slug}"];

        var asked = await database.RunCliAsync(import);
        var run = await database.RunCliAsync([.. import, "--dates=mdy"]);
        var missing = await database.RunCliAsync("import", "assets", "--csv=no\u001b[2Jfile\nError: all is well", $"--tenant={tenant.Slug}");
        var option = await database.RunCliAsync("tenant", "list", "--\u001b[2J");

        Assert.Contains(@"holds '\x1b[31m1/2/24'", asked.Error, StringComparison.Ordinal);
        Assert.Contains(@"The file 'no\x1b[2Jfile\nError: all is well' cannot be read", missing.Error, StringComparison.Ordinal);
        Assert.Contains("Control characters (U+001B U+0007) are left out; the text is now 'x]0;owned'.", run.Output, StringComparison.Ordinal);
        Assert.All((string[])[asked.Output, asked.Error, run.Output, run.Error, missing.Error, option.Error], text =>
            Assert.DoesNotContain(text.Replace("\n", "", StringComparison.Ordinal), PlainText.IsControl));
    }

    [Fact]
    public async Task A_table_keeps_to_its_rows_whatever_stands_in_its_cells()
    {
        using var output = new StringWriter();

        await Shared.Table.WriteAsync(Shared.PrintableWriter.Over(output), ["Slug", "Name"], [["one", "two\nthree  fake"], ["\u001b[31m", "\u009b"]]);

        Assert.Equal(["Slug      Name", @"one       two\nthree  fake", @"\x1b[31m  \x9b"], output.ToString().TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task A_line_that_renews_itself_still_does()
    {
        using var output = new StringWriter();
        var writer = Shared.PrintableWriter.Over(output);

        writer.Write("\rhalf");
        writer.Write("a\rb");
        writer.Write("\r");
        writer.Write('\u001b');
        await writer.WriteLineAsync("\rx\r\ny");

        Assert.Equal("\rhalf" + @"a\rb" + "\r" + @"\x1b\rx" + "\r\ny" + Environment.NewLine, output.ToString());
    }

    [Theory]
    [InlineData("missing.csv", null, "cannot be read: it does not exist.")]
    [InlineData("empty.csv", "", "The file is empty.")]
    [InlineData("blank.csv", " \r\n\n", "The file is empty.")]
    [InlineData("header.csv", "Asset Tag,Name\n\n", "The file has a header row and no row below it.")]
    [InlineData("assets.xlsx", "PK\u0003\u0004....[Content_Types].xml", "The file is an Excel workbook, not a CSV file. Save it as CSV and try again.")]
    [InlineData("assets.zip", "PK\u0003\u0004....assets.csv", "The file is a zip archive, not a CSV file. Save it as CSV and try again.")]
    [InlineData("assets.pdf", "%PDF-1.7", "The file is a PDF document, not a CSV file. Save it as CSV and try again.")]
    [InlineData("noise.bin", "a\u0000\u0000b\u0000c", "The file is not text: it holds zero bytes.")]
    [InlineData("open.csv", "Asset Tag,Name\nA-1,\"x\n", "Line 2: a quotation mark opens a cell and none closes it before the file ends.")]
    [InlineData("other.csv", "Name,Serial\nx,y\n", "The file has no column 'Asset Tag'.")]
    public async Task A_file_that_cannot_be_read_is_one_sentence(string name, string? content, string sentence)
    {
        var tenant = await TenantAsync();
        var file = content is null ? $"--csv={Path.Combine(_folder.FullName, name)}" : Write(content, name);

        var run = await database.RunCliAsync("import", "assets", file, $"--tenant={tenant.Slug}");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<TestTenant> TenantAsync() => TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

    private string Write(string content, string name = "assets.csv")
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return $"--csv={path}";
    }
}
