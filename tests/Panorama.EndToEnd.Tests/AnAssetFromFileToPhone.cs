using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Panorama.EndToEnd.Tests;

/// <summary>What the house is for, in one journey: a file from Snipe-IT becomes a page on a phone.</summary>
public sealed partial class AnAssetFromFileToPhone(RunningSystem system, Browser browser)
{
    // Carriage returns alone, a byte order mark and a date that only a person can read: what a spreadsheet on a Mac writes.
    private const string Export =
        "\uFEFFName,Asset Tag,Category,Manufacturer,Location,Model,Model Number,Purchase Date,Purchase Cost,Checkout Type,"
        + "Checked Out To: Username,Checked Out To: First Name,Checked Out To: Last Name,Checked Out To: Email\r"
        + "\"Loader, front\",JRN-0000001,Loaders,Wilkinson Ltd,Depot North,\"Macbook Pro 13\"\"\",1786VM,1/23/23,2266.13,User,gmc,Gage,McCrackem,\r"
        + "Dragline,JRN-0000002,Cranes,Other Ltd,Depot South,\"Macbook Pro 13\"\"\",9351IS,11/14/22,1292.94,,,,,\r";

    [Fact]
    public async Task A_manager_imports_an_export_and_finds_the_asset_on_a_phone()
    {
        var cancel = TestContext.Current.CancellationToken;
        var file = Path.Combine(system.DataFolder, "export.csv");
        await File.WriteAllTextAsync(file, Export, cancel);
        string[] import = ["import", "assets", $"--csv={file}", "--tenant=northwind", "--dates=mdy", "--numbers=point", "--currency=USD"];
        var first = await system.RunCliAsync(cancel, import);
        var second = await system.RunCliAsync(cancel, import);
        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Matches(TwoCreated(), first.Output);
        Assert.Matches(NoneCreated(), second.Output);

        var page = await browser.OpenPhoneAsync(system.Web);
        await page.GotoAsync("/assets");
        await Expect(page).ToHaveURLAsync(new Regex("/login\\?next=", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByLabel("E-mail").FillAsync("manager@northwind.example");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("panorama-demo-2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Assets");

        await page.GotoAsync("/assets?q=jrn-0000001");
        await AssetLink(page).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Loader, front");
        var main = page.GetByRole(AriaRole.Main);
        await Expect(main).ToContainTextAsync("JRN-0000001");
        await Expect(main).ToContainTextAsync("23 Jan 2023");
        await Expect(main).ToContainTextAsync("2,266.13");
        await Expect(main).ToContainTextAsync("Gage McCrackem");
        await Expect(main).ToContainTextAsync("Macbook Pro 13\"");
        await page.WaitForLoadStateAsync(); // with its styles
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
    }

    [Fact]
    public async Task A_driver_of_another_organisation_does_not_find_it()
    {
        var page = await browser.OpenPhoneAsync(system.Web);
        await page.GotoAsync("/login?next=/assets%3Fq%3DJRN-0000001");
        await page.GetByLabel("E-mail").FillAsync("driver@contoso.example");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("panorama-demo-2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Assets");
        await Expect(page).ToHaveURLAsync(new Regex("q=JRN-0000001", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(AssetLink(page)).ToHaveCountAsync(0);
        Assert.DoesNotContain("Gage McCrackem", await page.ContentAsync(), StringComparison.Ordinal);
    }

    // The chip of the search carries the same words, so the link is known by where it leads.
    private static ILocator AssetLink(IPage page) => page.Locator("a[href^='/assets/']").Filter(new() { HasText = "JRN-0000001" });

    [GeneratedRegex(@"\b2 created\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TwoCreated();

    [GeneratedRegex(@"\b0 created\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NoneCreated();
}
