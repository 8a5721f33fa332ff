using Panorama.Core.Input;
using Panorama.Testing;

namespace Panorama.Core.Tests.Importing;

/// <summary>Cells whose text is not what it seems, and a status that nobody knows.</summary>
public sealed class ImportingOddText(TestDatabase database)
{
    [Fact]
    public async Task Control_characters_are_named_and_never_stored()
    {
        var tenant = await TenantAsync();
        var csv = "Asset Tag,Name,Asset Notes,Location,Model,Checkout Type,Checked Out To: Username,Checked Out To: First Name,Status\u001b[2J,VIN\n"
            + $"A-1\u0007,a\u001b[31mred,\"one\ttab\nand \u009b2Ja line\",\u202eeti\u2066S,\"two\nwords\",User,ev\u001bil{tenant.Slug},E&#1;v&#27;e,Odd\u007f,V\u001bIN1\n";

        var result = await database.ImportAsync(tenant, csv);

        var asset = (await database.AssetsAsync(tenant))["A-1"];
        Assert.Equal(("a[31mred", "one\ttab\nand 2Ja line", "etiS", "two words"), (asset["name"], asset["notes"], asset["location"], asset["model"]));
        Assert.Equal((1, $"evil{tenant.Slug}", "Eve"), (result.Created, asset["holder_username"], asset["holder"]));
        Assert.Equal(
            ["2 Asset Notes control_characters", "2 Asset Tag control_characters", "2 Checked Out To: First Name control_characters", "2 Checked Out To: Username control_characters",
                "2 Location control_characters", "2 Model control_characters", "2 Name control_characters", "2 Status[2J control_characters"],
            result.Lines().Where(line => line.EndsWith("control_characters", StringComparison.Ordinal) && !line.Contains("VIN", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("Control characters (U+001B) are left out; the text is now 'a[31mred'.", result.Findings.Single(f => f.Column == "Name").Text);
        Assert.All(result.Findings.SelectMany(f => f.Args.Values.Append(f.Column!)), value => Assert.False(PlainText.HasControls(value)));
        Assert.All(asset.Where(pair => pair.Key != "notes").Select(pair => pair.Value), value => Assert.False(PlainText.HasControls(value)));
    }

    [Fact]
    public async Task Text_behind_a_closing_quotation_mark_is_kept_whole_and_named()
    {
        var tenant = await TenantAsync();

        var result = await database.ImportAsync(tenant, "Asset Tag,Name,Serial,Asset Notes\nA-1,\"ab\"cd,\"13\"\" screen\" ,\"one\r\n\"two \"\"three\"\"\nA-2,\"\"x,13\" bare,\n");

        var assets = await database.AssetsAsync(tenant);
        Assert.Equal(("\"ab\"cd", "13\" screen", "\"one\n\"two \"\"three\"\""), (assets["A-1"]["name"], assets["A-1"]["serial"], assets["A-1"]["notes"]));
        Assert.Equal(("\"\"x", "13\" bare"), (assets["A-2"]["name"], assets["A-2"]["serial"]));
        Assert.Equal(["2 Name quote_misplaced", "2 Asset Notes quote_misplaced", "4 Name quote_misplaced"], result.Lines());
        Assert.Equal("Text follows the quotation mark that closes the cell; it is taken as it is written: '\"ab\"cd'.", result.Findings[0].Text);
    }

    [Fact]
    public async Task A_status_that_is_not_known_is_named_once_with_its_rows_and_what_it_became()
    {
        var tenant = await TenantAsync();
        var rows = Enumerable.Range(1, 700).Select(i => $"S-{i:000},{(i % 2 == 0 ? "Parked" : i % 3 == 0 ? "Ready to Deploy" : i == 1 ? "Undeployable" : "")}");

        var first = await database.ImportAsync(tenant, $"Asset Tag,Status\n{string.Join('\n', rows)}\n");
        var second = await database.ImportAsync(tenant, "Asset Tag,Status\nT-1,parked\nT-2,On Loan\n");

        Assert.Equal(["3 Status status_unknown"], first.Lines());
        Assert.Equal("'Parked' (350 rows) is no status that is known; it became a label that means READY.", first.Findings[0].Text);
        Assert.Equal(["3 Status status_unknown"], second.Lines()); // Parked is a label of the organisation by now
        Assert.Equal("'On Loan' (1 row) is no status that is known; it became a label that means READY.", second.Findings[0].Text);
        Assert.Equal("MAINTENANCE", (await database.AssetsAsync(tenant))["S-001"]["status"]);
    }

    [Theory]
    [InlineData("plain — text €", "plain — text €")]
    [InlineData("\u001b[2J", @"\x1b[2J")]
    [InlineData("a\u009bb\u007f\u0000", @"a\x9bb\x7f\x00")]
    [InlineData("\u202eevil\u2069 x\u2028", @"\u202eevil\u2069 x\u2028")]
    [InlineData("tab\tline\r\n", @"tab\tline\r\n")]
    [InlineData("van 🚐", "van 🚐")]
    public void What_is_shown_says_what_it_is_and_does_nothing(string text, string shown) => Assert.Equal(shown, PlainText.Visible(text));

    [Fact]
    public void Half_of_a_pair_is_shown_as_a_number() =>
        Assert.Equal((@"\ud83da", "a"), (PlainText.Visible(((char)0xd83d) + "a"), PlainText.Clean(((char)0xd83d) + "a", isNote: false)));

    private Task<TestTenant> TenantAsync() => TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
}
