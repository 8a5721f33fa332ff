using System.Net;
using System.Text.RegularExpressions;
using Panorama.Testing;
using Panorama.Web.Tests.Labels;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

/// <summary>The pages on the real Api and a real database.</summary>
public sealed partial class OnTheRealApi(WholeSystem system) : IClassFixture<WholeSystem>
{
    [Fact]
    public async Task A_person_signs_in_finds_an_asset_and_signs_out()
    {
        var tenant = await system.CreateTenantAsync();
        await system.SetPasswordAsync(tenant.Owner);
        var id = await tenant.AddAssetAsync("VAN-014", "Ford Transit Custom", TestContext.Current.CancellationToken);
        await system.RunAsync(
            "update assets set purchase_date = '2023-01-23', purchase_cost = 2266.13, currency = 'USD', serial = 'WF0YXXTTGYPK41702' where id = $1", id);
        using var stranger = system.Web.Browser();

        using var login = await stranger.FormAsync(
            "/login", ("_handler", "sign-in"), ("next", "/assets"), ("email", tenant.Owner.Email), ("password", WholeSystem.Password));
        var token = Session().Match(login.Cookies()).Groups["token"].Value;
        using var browser = system.Web.Browser(token);
        using var language = await browser.FormAsync("/locale", ("locale", "es"));
        var written = await system.Database.ScalarAsync("select locale from users where id = $1", tenant.Owner.UserId);
        using var back = await browser.FormAsync("/locale", ("locale", "en"));
        var (_, home) = await browser.PageAsync("/home");
        var (_, list) = await browser.PageAsync("/assets?q=transit");
        var (_, page) = await browser.PageAsync($"/assets/{id}");
        using var logout = await browser.FormAsync("/logout");
        using var after = await browser.GetAsync(new Uri("/home", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("es", written); // mails and notices follow
        Assert.Equal("/assets", new Uri(system.Web.Address, login.Location()).PathAndQuery);
        Assert.Contains($"<h1>{tenant.Slug}</h1>", home, StringComparison.Ordinal);
        Assert.Contains("1 asset matches", list, StringComparison.Ordinal);
        Assert.Contains($"<a class=\"tag\" href=\"/assets/{id}\">VAN-014</a>", list, StringComparison.Ordinal);
        Assert.Contains("23 Jan 2023", page, StringComparison.Ordinal);
        Assert.Contains("US$2,266.13", page, StringComparison.Ordinal);
        Assert.Contains("WF0YXXTTGYPK41702", page, StringComparison.Ordinal);
        Assert.Contains("Nobody holds it.", page, StringComparison.Ordinal);
        Assert.Equal("/login?notice=signed_out", logout.Location());
        Assert.Equal("/login?notice=session_ended", after.Location()); // the row is revoked, not only the cookie gone
    }

    [Fact]
    public async Task Its_health_is_that_of_Api_and_of_Api_s_database()
    {
        using var browser = system.Web.Browser();

        var (status, body) = await browser.PageAsync("/health");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("{\"ok\":true,\"status\":\"ok\",\"db\":\"up\",", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_password_from_elsewhere_is_good_while_somebody_guesses()
    {
        var tenant = await system.CreateTenantAsync();
        await system.SetPasswordAsync(tenant.Owner);
        await using var web = await WebApp.StartAsync(system.ApiAddress, ("TRUSTED_PROXIES", "127.0.0.1"), ("WEB_ORIGIN", system.Web.Address.GetLeftPart(UriPartial.Authority)));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(web, "198.51.100.9", tenant.Owner.Email, "wrong"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(web, "198.51.100.9", tenant.Owner.Email, WholeSystem.Password));
        Assert.Equal(HttpStatusCode.Redirect, await SignInAsync(web, "198.51.100.10", tenant.Owner.Email, WholeSystem.Password));
    }

    [Fact]
    public async Task Many_assets_are_chosen_changed_and_followed_to_their_run()
    {
        var tenant = await system.CreateTenantAsync();
        var ids = new List<Guid>();
        foreach (var tag in new[] { "B-1", "B-2" })
        {
            ids.Add(await tenant.AddAssetAsync(tag, "Bulk " + tag, TestContext.Current.CancellationToken));
        }

        var place = TestTenant.NewId();
        await system.RunAsync("insert into locations (id, tenant_id, name) values ($1, $2, 'Depot')", place, tenant.Id);
        using var browser = system.Browser(tenant.Owner);

        var (_, list) = await browser.PageAsync("/assets");
        var (_, choose) = await browser.PageAsync("/assets/bulk?all=true");
        using var nothing = await browser.FormAsync("/assets/bulk?all=true", ("_handler", "bulk"), ("action", "edit"));
        using var started = await browser.FormAsync($"/assets/bulk?ids={ids[0]}&ids={ids[1]}", ("_handler", "bulk"), ("key", "one-form"), ("action", "edit"), ("locationId", place.ToString()));
        using var again = await browser.FormAsync($"/assets/bulk?ids={ids[0]}&ids={ids[1]}", ("_handler", "bulk"), ("key", "one-form"), ("action", "edit"), ("locationId", place.ToString()));
        var job = new Uri(system.Web.Address, started.Location()).PathAndQuery;
        var (_, run) = await browser.PageAsync(job);
        var (_, jobs) = await browser.PageAsync("/admin/jobs");
        using var cancelled = await browser.FormAsync(job + "/cancel");

        Assert.Contains($"name=\"ids\" value=\"{ids[0]}\"", list, StringComparison.Ordinal);
        Assert.Contains("2 assets are chosen.", choose, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
        Assert.StartsWith("/jobs/", job, StringComparison.Ordinal);
        Assert.Equal(started.Location(), again.Location());
        Assert.Contains("It waits for its turn.", run, StringComparison.Ordinal);
        Assert.Contains(job, jobs, StringComparison.Ordinal);
        Assert.Equal(job, cancelled.Location());
        Assert.Contains("It stops after", (await browser.PageAsync(job)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_is_saved_renamed_and_deleted_and_is_the_owner_s_alone()
    {
        var tenant = await system.CreateTenantAsync();
        await tenant.AddAssetAsync("V-1", "Van", TestContext.Current.CancellationToken);
        using var browser = system.Browser(tenant.Staff);
        using var other = system.Browser(tenant.Driver);

        using var saved = await browser.FormAsync("/assets/views", ("name", "My vans"), ("search", "?status=READY&columns=model&density=compact"));
        await OpenWithAsync(browser, isDefault: true, "/assets?status=READY&columns=model&density=compact");
        await OpenWithAsync(browser, isDefault: false, null);
        using var twice = await browser.FormAsync("/assets/views", ("name", "my VANS"), ("search", "?status=READY"));
        var (_, list) = await browser.PageAsync("/assets");
        var (_, theirs) = await other.PageAsync("/assets");
        var form = ViewForm().Match(list).Groups;
        using var renamed = await browser.FormAsync(form["path"].Value, ("version", form["version"].Value), ("search", ""), ("name", "Our vans"), ("do", "rename"));
        var (_, after) = await browser.PageAsync("/assets");
        form = ViewForm().Match(after).Groups;
        using var deleted = await browser.FormAsync(form["path"].Value, ("version", form["version"].Value), ("search", ""), ("name", "Our vans"), ("do", "delete"));
        var (_, end) = await browser.PageAsync("/assets");

        Assert.Equal("/assets?status=READY&columns=model&density=compact", saved.Location());
        Assert.Equal("/assets?status=READY&notice=view_taken", twice.Location());
        Assert.Contains("href=\"/assets?status=READY&columns=model&density=compact\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain("My vans", theirs, StringComparison.Ordinal);
        Assert.Equal("/assets", renamed.Location());
        Assert.Contains("Our vans", after, StringComparison.Ordinal);
        Assert.Equal("/assets", deleted.Location());
        Assert.DoesNotContain("Our vans", end, StringComparison.Ordinal);
    }

    // Once it is the default, the bare address leads to it, and all assets are still one link away.
    private static async Task OpenWithAsync(HttpClient browser, bool isDefault, string? leadsTo)
    {
        var form = ViewForm().Match((await browser.PageAsync("/assets?view=all")).Body).Groups;
        using var answer = await browser.FormAsync(
            form["path"].Value, ("version", form["version"].Value), ("search", "?view=all"), ("name", "My vans"), ("do", isDefault ? "default" : "not-default"));
        Assert.Equal("/assets?view=all", answer.Location());
        using var bare = await browser.GetAsync(new Uri("/assets", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(leadsTo, bare.Headers.Location is { } location ? new Uri(browser.BaseAddress!, location).PathAndQuery : null);
        Assert.Equal(isDefault, (await browser.PageAsync("/assets?status=READY")).Body.Contains("href=\"/assets?view=all\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_list_is_exported_as_it_stands()
    {
        var tenant = await system.CreateTenantAsync();
        await tenant.AddAssetAsync("X-1", "=1+1", TestContext.Current.CancellationToken);
        using var browser = system.Browser(tenant.Staff);

        var (_, list) = await browser.PageAsync("/assets?q=x-1");
        using var file = await browser.GetAsync(new Uri("/api/assets/export?format=csv&columns=tag,name&q=x-1&includeArchived=false", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("<form action=\"/api/assets/export\"", list, StringComparison.Ordinal);
        Assert.Equal("Asset Tag,Name\r\nX-1,'=1+1\r\n", await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Another_organisation_s_asset_is_one_that_does_not_exist()
    {
        var (mine, theirs) = (await system.CreateTenantAsync(), await system.CreateTenantAsync());
        var id = await theirs.AddAssetAsync("SECRET-1", "Theirs", TestContext.Current.CancellationToken);
        using var browser = system.Browser(mine.Owner);

        var (status, page) = await browser.PageAsync($"/assets/{id}");
        var (_, list) = await browser.PageAsync("/assets");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("There is no such asset", page, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET-1", page + list, StringComparison.Ordinal);
        Assert.Contains("No assets yet", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_pages_through_every_asset_once_in_order()
    {
        var tenant = await system.CreateTenantAsync();
        for (var i = 1; i <= 60; i++)
        {
            await tenant.AddAssetAsync($"A-{i:000}", $"Van {i}", TestContext.Current.CancellationToken);
        }

        using var browser = system.Browser(tenant.Driver);
        List<string> tags = [];
        var path = "/assets";
        for (var pages = 0; path.Length > 0 && pages < 5; pages++)
        {
            var (status, page) = await browser.PageAsync(path);
            Assert.Equal(HttpStatusCode.OK, status);
            tags.AddRange(Plate().Matches(page).Select(m => m.Groups["tag"].Value));
            path = NextPage().Match(page).Groups["path"].Value;
        }

        Assert.Equal(Enumerable.Range(1, 60).Select(i => $"A-{i:000}"), tags);
    }

    [Fact]
    public async Task The_list_pages_back_the_way_it_came()
    {
        var tenant = await system.CreateTenantAsync();
        for (var i = 1; i <= 160; i++)
        {
            await tenant.AddAssetAsync($"A-{i:000}", $"Van {i:000}", TestContext.Current.CancellationToken);
        }

        using var browser = system.Browser(tenant.Driver);
        List<string> seen = [];
        foreach (var link in new[] { NextPage(), NextPage(), NextPage(), PreviousPage(), PreviousPage(), PreviousPage() })
        {
            var (_, page) = await browser.PageAsync(seen.Count == 0 ? "/assets?sort=name&order=desc&q=van" : seen[^1]);
            Assert.Equal(seen.Count > 0, PreviousPage().IsMatch(page));
            seen.Add(link.Match(page).Groups["path"].Value);
        }

        var (_, first) = await browser.PageAsync(seen[^1]);
        Assert.Contains(">A-160<", first, StringComparison.Ordinal);
        Assert.DoesNotMatch(PreviousPage(), first);
        Assert.Equal((seen[1], seen[0], "/assets?q=van&sort=name&order=desc"), (seen[3], seen[4], seen[5]));
    }

    [Theory]
    [InlineData("/assets?status=READY&sort=status&order=desc", "A-1")]
    [InlineData("/assets?status=MAINTENANCE", "Nothing matches")]
    [InlineData("/assets?bookable=false&includeArchived=true&sort=purchaseDate", "asset")]
    [InlineData("/assets?categoryId=10000000-0000-7000-8000-0000000000ff", "Nothing matches")]
    [InlineData("/assets?cursor=broken", "Part of this address is not valid.")]
    public async Task Every_filter_the_page_offers_is_one_that_Api_knows(string path, string text)
    {
        var tenant = await system.CreateTenantAsync();
        await tenant.AddAssetAsync("A-1", "Van", TestContext.Current.CancellationToken);
        using var browser = system.Browser(tenant.Staff);

        var (status, page) = await browser.PageAsync(path);

        Assert.Equal((path, path.Contains("broken", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : HttpStatusCode.OK), (path, status));
        Assert.Contains(text, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ended_from_another_device_is_out_at_once()
    {
        var tenant = await system.CreateTenantAsync();
        await system.SetPasswordAsync(tenant.Staff);
        using var desk = system.Browser(tenant.Staff);
        using var stranger = system.Web.Browser();
        using var login = await stranger.FormAsync("/login", ("_handler", "sign-in"), ("email", tenant.Staff.Email), ("password", WholeSystem.Password));
        using var phone = system.Web.Browser(Session().Match(login.Cookies()).Groups["token"].Value);

        var (_, sessions) = await phone.PageAsync("/account/sessions");
        using var ended = await phone.FormAsync("/account/sessions/end", ("id", SessionId().Match(sessions).Groups["id"].Value));
        using var after = await desk.GetAsync(new Uri("/home", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("2 sessions", sessions, StringComparison.Ordinal);
        Assert.Contains("This device", sessions, StringComparison.Ordinal);
        Assert.Equal("/account/sessions?done=ended", ended.Location());
        Assert.Equal("/login?notice=session_ended", after.Location());
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_the_page_says_for_how_long()
    {
        var tenant = await system.CreateTenantAsync();
        await system.SetPasswordAsync(tenant.Driver);
        using var browser = system.Web.Browser();

        var statuses = new List<HttpStatusCode>();
        var last = "";
        for (var i = 0; i < 12 && !statuses.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            using var response = await browser.FormAsync("/login", ("_handler", "sign-in"), ("email", tenant.Driver.Email), ("password", "wrong one"));
            statuses.Add(response.StatusCode);
            last = await response.TextAsync();
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.Matches(@"Too many attempts\. Try again in [\d,]+ seconds?\.", last);
    }

    [Fact]
    public async Task A_set_up_link_that_never_was_says_so()
    {
        using var browser = system.Web.Browser();

        using var response = await browser.FormAsync(
            "/setup?u=" + new string('a', 43), ("_handler", "first-password"), ("password", "a long enough one"), ("repeat", "a long enough one"));

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Contains("This link no longer works", await response.TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task A_cookie_somebody_made_up_leads_to_sign_in(string cookie)
    {
        using var browser = system.Web.Browser(cookie);

        using var response = await browser.GetAsync(new Uri("/home", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("/login?notice=session_ended", response.Location());
    }

    private async Task<HttpStatusCode> SignInAsync(WebApp web, string address, string email, string password)
    {
        using var client = web.Browser();
        client.DefaultRequestHeaders.Remove("Origin");
        client.DefaultRequestHeaders.Add("Origin", system.Web.Address.GetLeftPart(UriPartial.Authority)); // what Api trusts, too
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        using var response = await client.FormAsync("/login", ("_handler", "sign-in"), ("email", email), ("password", password));
        return response.StatusCode;
    }

    [GeneratedRegex("panorama_session=(?<token>[A-Za-z0-9_-]{43})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Session();

    [GeneratedRegex("<a class=\"tag\" href=\"/assets/[^\"]+\">(?<tag>[^<]+)</a>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plate();

    [GeneratedRegex("rel=\"prev\" href=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PreviousPage();

    [GeneratedRegex("rel=\"next\" href=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NextPage();

    [GeneratedRegex("action=\"(?<path>/assets/views/[0-9a-f-]+)\".*?name=\"version\" value=\"(?<version>[0-9]+)\"", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ViewForm();

    [GeneratedRegex("name=\"id\" value=\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SessionId();
}
