using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Panorama.Testing;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Inspections;

/// <summary>The pages of inspections on the real Api and a real database.</summary>
public sealed partial class InspectingOnTheRealApi(WholeSystem system) : IClassFixture<WholeSystem>
{
    private const string Checklist =
        """
        {"name":"Pre-trip","categoryKind":"VEHICLE","items":[
          {"label":"Tyres","itemType":"BOOLEAN","required":true,"severity":"MAJOR"},
          {"label":"Fuel","itemType":"NUMBER","required":true,"minValue":0,"maxValue":100},
          {"label":"Remarks","itemType":"TEXT"}]}
        """;

    [Fact]
    public async Task A_driver_goes_through_a_checklist_and_an_administrator_reviews_it()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var van = await tenant.AddAssetAsync("VAN-014", "Ford Transit", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var driver = system.Browser(tenant.Driver);
        using var made = await admin.PostAsync(
            new Uri("/api/inspection-templates", UriKind.Relative), new StringContent(Checklist, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);

        var (_, start) = await driver.PageAsync($"/inspections/new?asset={van}");
        using var started = await driver.FormAsync($"/inspections/new?asset={van}", ("_handler", "start"), ("template", Template().Match(start).Groups["id"].Value), ("key", "one"));
        var run = new Uri(system.Web.Address, started.Location()).PathAndQuery;
        using var tyres = await driver.FormAsync(run + "?item=1", ("_handler", "answer"), ("value", "no"), ("note", "Worn.\r\nRear left."), ("go", "next"));
        using var wrong = await driver.FormAsync(run + "?item=2", ("_handler", "answer"), ("value", "200"), ("go", "next"));
        using var early = await driver.FormAsync(run + "?item=end", ("_handler", "complete"), ("outcome", "FAIL"));
        using var fuel = await driver.FormAsync(run + "?item=2", ("_handler", "answer"), ("value", "62,5"), ("go", "end"));
        var (_, home) = await driver.PageAsync("/home");
        var (_, end) = await driver.PageAsync(run + "?item=end");
        using var finished = await driver.FormAsync(run + "?item=end", ("_handler", "complete"), ("outcome", "NEEDS_MAINTENANCE"), ("summaryNote", "Needs a tyre."));
        using var again = await driver.FormAsync(run + "?item=end", ("_handler", "complete"), ("outcome", "FAIL"));
        var (_, queue) = await admin.PageAsync("/inspections");
        using var reviewed = await admin.FormAsync(run, ("_handler", "review"), ("note", "Ordered."), ("typedName", "Priya Nair"), ("signaturePath", "M20 100L300 40"), ("signed", "true"));
        var (_, seen) = await driver.PageAsync(run);
        var (_, defects) = await admin.PageAsync("/defects");
        var defect = DefectLink().Match(defects).Groups["path"].Value;
        var (_, ofDriver) = await driver.PageAsync(defect);
        using var unsaid = await admin.FormAsync(defect, ("_handler", "certify"), ("note", "Kept?"));
        var (_, next) = await driver.PageAsync($"/inspections/new?asset={van}");
        using var another = await driver.FormAsync($"/inspections/new?asset={van}", ("_handler", "start"), ("template", Template().Match(next).Groups["id"].Value), ("key", "two"));
        var (_, warned) = await driver.PageAsync(new Uri(system.Web.Address, another.Location()).PathAndQuery);
        using var certified = await admin.FormAsync(defect, ("_handler", "certify"), ("outcome", "REPAIRED"), ("note", "New tyre."));
        using var late = await admin.FormAsync(defect, ("_handler", "certify"), ("outcome", "REPAIRED"), ("note", "Too late."));
        var (_, repaired) = await driver.PageAsync(defect);
        using var second = await admin.FormAsync(run, ("_handler", "review"), ("note", "Written by who came second."));
        var (_, left) = await admin.PageAsync("/defects");
        var (peer, _) = await system.Browser((await system.CreateTenantAsync()).Owner).PageAsync(run);

        Assert.EndsWith(run + "?item=2", tyres.Location(), StringComparison.Ordinal);
        Assert.Contains("It must be 100 or less.", await wrong.TextAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, true), (early.StatusCode, (await early.TextAsync()).Contains("Items that are needed", StringComparison.Ordinal)));
        Assert.Contains("Not finished yet", home, StringComparison.Ordinal);
        Assert.Contains("A major defect is noted", end, StringComparison.Ordinal);
        Assert.EndsWith(run + "?done=completed", finished.Location(), StringComparison.Ordinal);
        Assert.EndsWith(run + "?done=completed", again.Location(), StringComparison.Ordinal);
        Assert.Contains("VAN-014", queue, StringComparison.Ordinal);
        Assert.EndsWith(run + "?done=reviewed", reviewed.Location(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, true), (second.StatusCode, (await second.TextAsync()).Contains("Written by who came second.", StringComparison.Ordinal)));
        Assert.Contains("Worn.\nRear left.", seen, StringComparison.Ordinal);
        Assert.Contains("62.5", seen, StringComparison.Ordinal);
        Assert.Contains("Ordered.", seen, StringComparison.Ordinal);
        Assert.Contains("alt=\"Signature of Priya Nair\"", seen, StringComparison.Ordinal);
        Assert.Contains("Unchanged since", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Change the note", seen, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, peer);
        Assert.Contains(">Tyres</a>", defects, StringComparison.Ordinal);
        Assert.Contains("Worn.\nRear left.", ofDriver, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"REPAIRED\"", ofDriver, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, true), (unsaid.StatusCode, (await unsaid.TextAsync()).Contains("Kept?", StringComparison.Ordinal)));
        Assert.Contains("1 known defect", warned, StringComparison.Ordinal);
        Assert.EndsWith(defect + "?done=certified", certified.Location(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, true), (late.StatusCode, (await late.TextAsync()).Contains("Too late.", StringComparison.Ordinal)));
        Assert.Contains("New tyre.", repaired, StringComparison.Ordinal);
        Assert.Contains("No open defects", left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_review_compares_decides_of_the_defect_and_leads_to_a_report()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var van = await tenant.AddAssetAsync("VAN-016", "Ford Transit", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var driver = system.Browser(tenant.Driver);
        using var made = await admin.PostAsync(
            new Uri("/api/inspection-templates", UriKind.Relative), new StringContent(Checklist, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        await InspectAsync(admin, van, "yes", "40", "PASS");
        var first = await InspectAsync(driver, van, "no", "62.5", "NEEDS_MAINTENANCE");

        var (_, desk) = await admin.PageAsync(first);
        var (_, own) = await driver.PageAsync(first);
        var repaired = DecisionField().Match(desk).Groups["field"].Value;
        using var certified = await admin.FormAsync(repaired.Replace("defect-", "/defects/", StringComparison.Ordinal), ("_handler", "certify"), ("outcome", "REPAIRED"));
        using var late = await admin.FormAsync(first, ("_handler", "review"), ("note", "Kept words."), (repaired, "NOT_NECESSARY"), (repaired + "-note", "A word on the tyre."));
        var run = await InspectAsync(driver, van, "no", "70", "NEEDS_MAINTENANCE");
        var defect = DecisionField().Match((await admin.PageAsync(run)).Body).Groups["field"].Value;
        using var reviewed = await admin.FormAsync(run, ("_handler", "review"), ("note", "Back on the road."), (defect, "REPAIRED"), (defect + "-note", "New tyre."));
        var (_, left) = await admin.PageAsync("/defects");
        var (_, next) = await admin.PageAsync(run + "?done=reviewed");
        var (_, report) = await driver.PageAsync(run + "/report");
        using var code = await driver.GetAsync(new Uri($"/api{run}/qr.svg", UriKind.Relative), TestContext.Current.CancellationToken);
        var (peer, _) = await system.Browser((await system.CreateTenantAsync()).Owner).PageAsync(run + "/report");

        Assert.Contains("+22.5 since", desk, StringComparison.Ordinal);
        Assert.Contains($"fleet_admin of {tenant.Slug}", desk, StringComparison.Ordinal);
        Assert.Contains("There is no earlier one with this checklist to compare with.", own, StringComparison.Ordinal);
        Assert.DoesNotContain($"fleet_admin of {tenant.Slug}", own, StringComparison.Ordinal);
        var refused = await late.TextAsync();
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
        Assert.Contains("Tyres: somebody else has decided it meanwhile.", refused, StringComparison.Ordinal);
        Assert.Contains("Kept words.", refused, StringComparison.Ordinal);
        Assert.Contains("A word on the tyre.", refused, StringComparison.Ordinal);
        Assert.EndsWith(run + "?done=reviewed", reviewed.Location(), StringComparison.Ordinal);
        Assert.Contains("No open defects", left, StringComparison.Ordinal);
        Assert.Contains("Next to review: Pre-trip, VAN-016", next, StringComparison.Ordinal);
        foreach (var part in new[] { "Back on the road.", "New tyre.", "70", "Pre-trip, version 1", $"driver of {tenant.Slug}" })
        {
            Assert.Contains(part, report, StringComparison.Ordinal);
        }

        Assert.Equal("image/svg+xml", code.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, peer);

        async Task<string> InspectAsync(HttpClient person, Guid asset, string tyres, string fuel, string outcome)
        {
            using var started = await person.FormAsync($"/inspections/new?asset={asset}", ("_handler", "start"), ("key", TestTenant.NewId().ToString()));
            var path = new Uri(system.Web.Address, started.Location()).PathAndQuery;
            using var one = await person.FormAsync(path + "?item=1", ("_handler", "answer"), ("value", tyres), ("go", "next"));
            using var two = await person.FormAsync(path + "?item=2", ("_handler", "answer"), ("value", fuel), ("go", "end"));
            using var ended = await person.FormAsync(path + "?item=end", ("_handler", "complete"), ("outcome", outcome));
            Assert.EndsWith("?done=completed", ended.Location(), StringComparison.Ordinal);
            return path;
        }
    }

    [Fact]
    public async Task One_that_is_given_up_says_so_and_one_of_somebody_else_is_not_there()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        var van = await tenant.AddAssetAsync("VAN-015", "Ford Transit", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await admin.PostAsync(
            new Uri("/api/inspection-templates", UriKind.Relative), new StringContent(Checklist, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        using var started = await admin.FormAsync($"/inspections/new?asset={van}", ("_handler", "start"), ("key", "two"));
        var run = new Uri(system.Web.Address, started.Location()).PathAndQuery;
        using var driver = system.Browser(tenant.Driver);

        var (hidden, _) = await driver.PageAsync(run);
        using var cancelled = await admin.FormAsync(run + "?item=end", ("_handler", "cancel"), ("reason", "Wrong van."));
        using var late = await admin.FormAsync(run + "?item=1", ("_handler", "answer"), ("value", "yes"), ("go", "next"));
        var (_, page) = await admin.PageAsync(run);

        Assert.Equal(HttpStatusCode.NotFound, hidden);
        Assert.EndsWith(run + "?done=cancelled", cancelled.Location(), StringComparison.Ordinal);
        Assert.EndsWith(run + "?done=ended", late.Location(), StringComparison.Ordinal);
        Assert.Contains("Wrong van.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_exported_as_it_stands()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var driver = system.Browser(tenant.Driver);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await admin.PostAsync(
            new Uri("/api/inspection-templates", UriKind.Relative), new StringContent(Checklist, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        foreach (var tag in (string[])["VAN-017", "VAN-018"])
        {
            var van = await tenant.AddAssetAsync(tag, "Ford Transit", TestContext.Current.CancellationToken);
            using var started = await driver.FormAsync($"/inspections/new?asset={van}", ("_handler", "start"), ("key", tag));
            using var cancelled = tag == "VAN-018" ? await driver.FormAsync(new Uri(system.Web.Address, started.Location()).PathAndQuery + "?item=end", ("_handler", "cancel"), ("reason", "Wrong van.")) : null;
        }

        var ofDesk = await FileAsync(admin, "/inspections?show=all&status=CANCELLED");
        var ofDriver = await FileAsync(driver, "/inspections");
        var ofNobody = await admin.PageAsync("/inspections?show=mine");

        Assert.Matches("^\uFEFF?[^\n]+\n[^\n]*VAN-018[^\n]*\n$", ofDesk);
        Assert.Contains("VAN-017", ofDriver, StringComparison.Ordinal);
        Assert.Contains("VAN-018", ofDriver, StringComparison.Ordinal);
        Assert.DoesNotContain("/api/inspections/export", ofNobody.Body, StringComparison.Ordinal);

        // As the form on the page asks for it.
        async Task<string> FileAsync(HttpClient person, string path)
        {
            var form = ExportForm().Match((await person.PageAsync(path)).Body).Value;
            var query = QueryString.Create(HiddenField().Matches(form).Select(m => new KeyValuePair<string, string?>(m.Groups["name"].Value, m.Groups["value"].Value)));
            using var file = await person.GetAsync(new Uri("/api/inspections/export" + query + "&format=csv&delimiter=comma&decimal=point&bom=true", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal("text/csv", file.Content.Headers.ContentType?.MediaType);
            return await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex("<form action=\"/api/inspections/export\".+?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex ExportForm();

    [GeneratedRegex("type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HiddenField();

    [GeneratedRegex("name=\"template\" value=\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Template();

    [GeneratedRegex("name=\"(?<field>defect-[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DecisionField();

    [GeneratedRegex("href=\"(?<path>/defects/[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DefectLink();
}
