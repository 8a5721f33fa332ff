using System.Net;
using System.Text.RegularExpressions;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Admin;

/// <summary>The pages of the catalogue and the settings on the real Api and a real database.</summary>
public sealed partial class KeepingTheCatalogue(WholeSystem system) : IClassFixture<WholeSystem>
{
    [Fact]
    public async Task An_entry_is_made_changed_archived_restored_and_deleted()
    {
        var tenant = await system.CreateTenantAsync();
        using var admin = system.Browser(tenant.FleetAdmin);

        using var made = await admin.FormAsync("/admin/catalogue/manufacturers/new", ("_handler", "entry"), ("name", "Ford & Söhne"), ("url", "https://ford.example"));
        Assert.Equal("/admin/catalogue/manufacturers?done=created&name=Ford%20%26%20S%C3%B6hne", Path(made));
        var (_, list) = await admin.PageAsync(Path(made));
        Assert.Contains("Ford & Söhne was made.", list, StringComparison.Ordinal);
        var path = Entry().Match(list).Groups["path"].Value;

        var (_, form) = await admin.PageAsync(path);
        Assert.Contains("value=\"https://ford.example\"", form, StringComparison.Ordinal);
        using var saved = await admin.FormAsync(path, ("_handler", "entry"), ("version", "1"), ("name", "Ford"), ("url", ""));
        using var savedAgain = await admin.FormAsync(path, ("_handler", "entry"), ("version", "1"), ("name", "Ford"), ("url", ""));
        Assert.Equal(("/admin/catalogue/manufacturers?done=saved&name=Ford", Path(saved)), (Path(saved), Path(savedAgain)));
        using var archived = await admin.FormAsync(path, ("_handler", "shelve"), ("do", "archive"), ("version", "2"));
        using var archivedAgain = await admin.FormAsync(path, ("_handler", "shelve"), ("do", "archive"), ("version", "2"));
        Assert.Equal((path + "?done=archived", path + "?done=archived"), (Path(archived), Path(archivedAgain)));
        Assert.DoesNotContain(path, (await admin.PageAsync("/admin/catalogue/manufacturers")).Body, StringComparison.Ordinal);
        Assert.Contains(path, (await admin.PageAsync("/admin/catalogue/manufacturers?archived=true")).Body, StringComparison.Ordinal);
        using var restored = await admin.FormAsync(path, ("_handler", "shelve"), ("do", "restore"), ("version", "3"));
        Assert.Equal(path + "?done=restored", Path(restored));
        using var deleted = await admin.FormAsync(path, ("_handler", "delete"), ("name", "Ford"), ("version", "4"));
        using var deletedAgain = await admin.FormAsync(path, ("_handler", "delete"), ("name", "Ford"), ("version", "4"));
        Assert.Equal(("/admin/catalogue/manufacturers?done=deleted&name=Ford", Path(deleted)), (Path(deleted), Path(deletedAgain)));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PageAsync(path)).Status);
    }

    [Fact]
    public async Task A_refused_form_comes_back_with_what_was_typed()
    {
        var tenant = await system.CreateTenantAsync();
        using var admin = system.Browser(tenant.Owner);

        using var refused = await admin.FormAsync(
            "/admin/catalogue/manufacturers/new", ("_handler", "entry"), ("name", "  "), ("url", "ftp://x"), ("supportPhone", "+55 11 4000"));
        var page = await refused.TextAsync();

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("2 fields need a look", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#name\">", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#url\">", page, StringComparison.Ordinal);
        Assert.Contains("value=\"ftp://x\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"+55 11 4000\"", page, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", page, StringComparison.Ordinal);
        Assert.Contains("<title>Error: ", page, StringComparison.Ordinal);

        using var first = await admin.FormAsync("/admin/catalogue/suppliers/new", ("_handler", "entry"), ("name", "Murphy"));
        using var taken = await admin.FormAsync("/admin/catalogue/suppliers/new", ("_handler", "entry"), ("name", "murphy"));
        Assert.Equal(HttpStatusCode.Conflict, taken.StatusCode);
        Assert.Contains("There is one with that name already.", await taken.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_second_sees_both_versions_and_loses_nothing()
    {
        var tenant = await system.CreateTenantAsync();
        using var one = system.Browser(tenant.Owner);
        using var two = system.Browser(tenant.FleetAdmin);
        var path = $"/admin/catalogue/asset-models/{tenant.ModelId}";
        var category = Selected().Match((await one.PageAsync(path)).Body).Groups["id"].Value;
        using var first = await one.FormAsync(path, ("_handler", "entry"), ("version", "1"), ("name", "Transit 2024"), ("categoryId", category));

        using var second = await two.FormAsync(path, ("_handler", "entry"), ("version", "1"), ("name", "Transit Custom"), ("modelNumber", "TC"), ("categoryId", category));
        var page = await second.TextAsync();

        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Contains("Somebody saved this before you", page, StringComparison.Ordinal);
        Assert.Contains(">Transit 2024</td>", page, StringComparison.Ordinal);
        Assert.Contains(">Transit Custom</td>", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Transit Custom\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"version\" value=\"2\"", page, StringComparison.Ordinal);
        using var over = await two.FormAsync(path, ("_handler", "entry"), ("version", "2"), ("name", "Transit Custom"), ("modelNumber", "TC"), ("categoryId", category));
        Assert.Equal("/admin/catalogue/asset-models?done=saved&name=Transit%20Custom", Path(over));
    }

    [Fact]
    public async Task What_is_in_use_says_by_what_and_stays()
    {
        var tenant = await system.CreateTenantAsync();
        await tenant.AddAssetAsync("VAN-1", cancellationToken: TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.Owner);

        using var refused = await admin.FormAsync($"/admin/catalogue/asset-models/{tenant.ModelId}", ("_handler", "delete"), ("version", "1"));

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("Still used by 1 asset.", await refused.TextAsync(), StringComparison.Ordinal);
    }

    /// <summary>Each button sends the whole form and gets it back rearranged, so it works without script.</summary>
    [Fact]
    public async Task The_fields_of_a_set_are_ordered_by_buttons()
    {
        var tenant = await system.CreateTenantAsync();
        using var admin = system.Browser(tenant.Owner);
        foreach (var name in new[] { "Alpha", "Beta" })
        {
            using var field = await admin.FormAsync("/admin/catalogue/custom-fields/new?type=text", ("_handler", "entry"), ("type", "text"), ("name", name));
            Assert.Contains("done=created", Path(field), StringComparison.Ordinal);
        }

        var (_, fields) = await admin.PageAsync("/admin/catalogue/custom-fields");
        var (alpha, beta) = (IdOf(fields, "Alpha"), IdOf(fields, "Beta"));
        const string New = "/admin/catalogue/fieldsets/new";
        using var added = await admin.FormAsync(New, ("_handler", "entry"), ("name", "Van papers"), ("fieldIds", alpha), ("add", beta), ("op", "add"));
        Assert.Equal([alpha, beta], Members(await added.TextAsync()));
        using var moved = await admin.FormAsync(New, ("_handler", "entry"), ("name", "Van papers"), ("fieldIds", alpha), ("fieldIds", beta), ("op", $"up:{beta}"));
        var page = await moved.TextAsync();
        Assert.Equal([beta, alpha], Members(page));
        Assert.Contains("value=\"Van papers\"", page, StringComparison.Ordinal);
        using var saved = await admin.FormAsync(New, ("_handler", "entry"), ("name", "Van papers"), ("fieldIds", beta), ("fieldIds", alpha));
        Assert.Contains("done=created", Path(saved), StringComparison.Ordinal);
        var (_, list) = await admin.PageAsync("/admin/catalogue/fieldsets");
        Assert.Contains("Beta, Alpha", list, StringComparison.Ordinal);

        static string IdOf(string page, string name) => Regex.Match(page, $"custom-fields/(?<id>[0-9a-f-]{{36}})\">{name}<", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["id"].Value;
        static IEnumerable<string> Members(string page) => Member().Matches(page).Select(m => m.Groups["id"].Value);
    }

    [Fact]
    public async Task A_depreciation_is_made_and_the_page_of_an_asset_says_what_it_is_worth()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", cancellationToken: TestContext.Current.CancellationToken);
        await system.RunAsync("update assets set purchase_cost = 3600, currency = 'EUR', purchase_date = date '2000-01-31' where id = $1", id);
        using var admin = system.Browser(tenant.Owner);
        const string New = "/admin/catalogue/depreciations/new";

        using var refused = await admin.FormAsync(New, ("_handler", "entry"), ("name", "Vans"), ("months", "three years"), ("floorPercent", "10"));
        var page = await refused.TextAsync();
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("<a href=\"#months\">", page, StringComparison.Ordinal);
        Assert.Contains("value=\"three years\"", page, StringComparison.Ordinal);
        using var made = await admin.FormAsync(New, ("_handler", "entry"), ("name", "Vans"), ("months", "36"), ("floorPercent", "10"));
        var (_, list) = await admin.PageAsync(Path(made));
        Assert.Contains("36 months, not under 10\u00a0%", list, StringComparison.Ordinal);

        var model = $"/admin/catalogue/asset-models/{tenant.ModelId}";
        var category = Selected().Match((await admin.PageAsync(model)).Body).Groups["id"].Value;
        using var saved = await admin.FormAsync(
            model, ("_handler", "entry"), ("version", "1"), ("name", "Transit"), ("categoryId", category), ("depreciationId", Entry().Match(list).Groups["path"].Value[^36..]));
        Assert.Contains("done=saved", Path(saved), StringComparison.Ordinal);
        Assert.Matches("(?s)Book value</dt>.*€360.00</dd>", (await admin.PageAsync($"/assets/{id}")).Body);
    }

    [Fact]
    public async Task Places_are_shown_as_a_tree()
    {
        var tenant = await system.CreateTenantAsync();
        using var admin = system.Browser(tenant.Owner);
        using var site = await admin.FormAsync("/admin/catalogue/locations/new", ("_handler", "entry"), ("name", "Site"));
        var (_, list) = await admin.PageAsync("/admin/catalogue/locations");
        var id = Entry().Match(list).Groups["path"].Value[^36..];
        using var hall = await admin.FormAsync("/admin/catalogue/locations/new", ("_handler", "entry"), ("name", "Hall"), ("parentId", id));

        var (_, tree) = await admin.PageAsync("/admin/catalogue/locations");
        Assert.Matches(@"(?s)>Site</a>.*<ul>.*>Hall</a>.*</ul>.*</ul>", tree);
        using var ring = await admin.FormAsync($"/admin/catalogue/locations/{id}", ("_handler", "entry"), ("version", "1"), ("name", "Site"), ("parentId", id));
        Assert.Equal(HttpStatusCode.BadRequest, ring.StatusCode);
        Assert.Contains("Inside: it cannot lie inside itself", await ring.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_admins_see_these_pages_and_only_owners_change_settings()
    {
        var tenant = await system.CreateTenantAsync();
        foreach (var person in new[] { tenant.Staff, tenant.Driver })
        {
            using var member = system.Browser(person);
            foreach (var path in new[] { "/admin/catalogue", "/admin/catalogue/categories", "/admin/catalogue/categories/new", "/admin/settings" })
            {
                Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await member.PageAsync(path)).Status));
            }

            var home = (await member.PageAsync("/home")).Body;
            Assert.DoesNotContain("/admin/catalogue", home, StringComparison.Ordinal);
            Assert.DoesNotContain("/admin/settings", home, StringComparison.Ordinal);
            using var post = await member.FormAsync("/admin/catalogue/suppliers/new", ("_handler", "entry"), ("name", "Mine"));
            Assert.NotEqual(HttpStatusCode.Redirect, post.StatusCode);
        }

        using var admin = system.Browser(tenant.FleetAdmin);
        var (_, settings) = await admin.PageAsync("/admin/settings");
        Assert.Contains("An owner can change them.", settings, StringComparison.Ordinal);
        using var refused = await admin.FormAsync("/admin/settings", Settings("1", ("name", "Taken over")));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task The_owner_changes_settings_and_sees_a_rival()
    {
        var tenant = await system.CreateTenantAsync();
        using var owner = system.Browser(tenant.Owner);

        using var preview = await owner.FormAsync("/admin/settings", Settings("1", ("assetNumberPrefix", "FN-"), ("nextAssetNumber", "1 042"), ("op", "preview")));
        Assert.Contains(">FN-01042</output>", await preview.TextAsync(), StringComparison.Ordinal);
        using var saved = await owner.FormAsync("/admin/settings", Settings("1", ("assetNumberPrefix", "FN-"), ("nextAssetNumber", "1 042"), ("currency", "brl"), ("timezone", "America/Sao_Paulo")));
        Assert.Equal("/admin/settings?done=saved", Path(saved));
        var (_, page) = await owner.PageAsync("/admin/settings?done=saved");
        Assert.Contains("value=\"BRL\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"America/Sao_Paulo\"", page, StringComparison.Ordinal);

        using var stale = await owner.FormAsync("/admin/settings", Settings("1", ("displayName", "Late"), ("timezone", "Europe/Dublin")));
        var both = await stale.TextAsync();
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Contains(">America/Sao_Paulo</td>", both, StringComparison.Ordinal);
        Assert.Contains(">Europe/Dublin</td>", both, StringComparison.Ordinal);
        Assert.Contains("value=\"Late\"", both, StringComparison.Ordinal);

        using var wrong = await owner.FormAsync("/admin/settings", Settings("2", ("timezone", "Mars/Base"), ("currency", "ZZZ")));
        var problems = await wrong.TextAsync();
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("<a href=\"#timezone\">", problems, StringComparison.Ordinal);
    }

    private static (string, string)[] Settings(string version, params (string Name, string Value)[] changes)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_handler"] = "settings",
            ["version"] = version,
            ["name"] = "Fleet",
            ["displayName"] = "Fleet",
            ["locale"] = "en",
            ["timezone"] = "UTC",
            ["units"] = "metric",
            ["currency"] = "",
            ["assetNumberPrefix"] = "",
            ["nextAssetNumber"] = "1",
            ["assetNumberDigits"] = "5",
        };
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        return [.. values.Select(v => (v.Key, v.Value))];
    }

    private string Path(HttpResponseMessage response) => new Uri(system.Web.Address, response.Location() ?? "/none").PathAndQuery;

    [GeneratedRegex("href=\"(?<path>/admin/catalogue/[a-z-]+/[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Entry();

    [GeneratedRegex("<option value=\"(?<id>[0-9a-f-]{36})\" selected", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Selected();

    [GeneratedRegex("name=\"fieldIds\" value=\"(?<id>[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Member();
}
