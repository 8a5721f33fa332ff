using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Panorama.Testing;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

/// <summary>Creating, editing and lending through the pages, on the real Api and a real database.</summary>
public sealed partial class AssetsOnTheRealApi(WholeSystem system) : IClassFixture<WholeSystem>
{
    [Fact]
    public async Task An_asset_is_created_edited_and_archived_with_its_history_in_words()
    {
        var tenant = await system.CreateTenantAsync();
        using var browser = system.Browser(tenant.Owner);
        var form = await RawAsync(browser, $"/assets/new?modelId={tenant.ModelId}");

        using var wrong = await browser.FormAsync(
            "/assets/new", ("_handler", "asset"), ("key", Key(form)), ("modelId", tenant.ModelId.ToString()), ("tag", "VAN-1"), ("name", "White <van>"),
            ("warrantyMonths", "999"), ("purchaseCost", "2,266.13"), ("currency", "usd"), ($"cf-{tenant.VinFieldId}", "WF0YXXTTGYPK41702"));
        var refused = await wrong.TextAsync();
        using var created = await browser.FormAsync(
            "/assets/new", ("_handler", "asset"), ("key", Key(form)), ("modelId", tenant.ModelId.ToString()), ("tag", "VAN-1"), ("name", "White <van>"),
            ("warrantyMonths", "36"), ("purchaseCost", "2,266.13"), ("currency", "usd"), ($"cf-{tenant.VinFieldId}", "WF0YXXTTGYPK41702"));
        var path = new Uri(system.Web.Address, created.Location()).AbsolutePath;
        var (_, page) = await browser.PageAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("href=\"#warrantyMonths\"", refused, StringComparison.Ordinal);
        Assert.Contains("value=\"White <van>\"", refused, StringComparison.Ordinal);
        Assert.Contains("US$2,266.13", page, StringComparison.Ordinal);
        Assert.Contains("WF0YXXTTGYPK41702", page, StringComparison.Ordinal);

        var edit = await RawAsync(browser, path + "/edit");
        using var saved = await browser.FormAsync(path + "/edit", [.. Fields(edit), ("_handler", "asset"), ("tag", "VAN-1"), ("name", "Blue van"), ("serial", "S-1"), ("warrantyMonths", "36"),
            ("purchaseCost", "2266.13"), ("currency", "USD"), ($"cf-{tenant.VinFieldId}", "WF0YXXTTGYPK41702")]);
        Assert.Equal(path + "?done=saved", new Uri(system.Web.Address, saved.Location()).PathAndQuery);
        (_, page) = await browser.PageAsync(path);
        Assert.Contains("Name: White <van> \u2192 Blue van", page, StringComparison.Ordinal);
        Assert.Contains("Serial number: nothing \u2192 S-1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Cost:", page, StringComparison.Ordinal);

        var confirm = await RawAsync(browser, path + "/archive");
        using var archived = await browser.FormAsync(path + "/archive", [.. Fields(confirm), ("_handler", "action"), ("reason", "Sold.")]);
        (_, page) = await browser.PageAsync(path);
        Assert.Equal(path + "?done=archive", new Uri(system.Web.Address, archived.Location()).PathAndQuery);
        Assert.Contains("Reason: Sold.", page, StringComparison.Ordinal);
        Assert.Contains(path + "/restore", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_that_comes_second_sees_both_versions_and_loses_nothing()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        using var mine = system.Browser(tenant.Owner);
        using var theirs = system.Browser(tenant.FleetAdmin);
        var form = await RawAsync(mine, $"/assets/{id}/edit");
        using var first = await theirs.FormAsync(
            $"/assets/{id}/edit", [.. Fields(form), ("_handler", "asset"), ("tag", "VAN-1"), ("name", "Their van"), ("serial", "THEIRS")]);
        Assert.Equal(HttpStatusCode.Found, first.StatusCode);

        using var second = await mine.FormAsync(
            $"/assets/{id}/edit", [.. Fields(form), ("_handler", "asset"), ("tag", "VAN-1"), ("name", "My van"), ("notes", "My note")]);
        var both = await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Contains("Somebody saved this asset before you", both, StringComparison.Ordinal);
        Assert.Contains("My van", both, StringComparison.Ordinal);
        Assert.Contains("Their van", both, StringComparison.Ordinal);
        Assert.Contains("My note", both, StringComparison.Ordinal);
        Assert.Contains("<strong>THEIRS</strong>", both, StringComparison.Ordinal); // they changed it alone: taken over, and said so

        using var third = await mine.FormAsync(
            $"/assets/{id}/edit", [.. Fields(both), ("_handler", "asset"), ("tag", "VAN-1"), ("name", "My van"), ("serial", "THEIRS"), ("notes", "My note"), ("use-name", "stored"), ("use-notes", "mine")]);
        var (_, page) = await mine.PageAsync($"/assets/{id}");
        Assert.Equal(HttpStatusCode.Found, third.StatusCode);
        Assert.Contains("<h1>Their van</h1>", page, StringComparison.Ordinal);
        Assert.Contains("My note", page, StringComparison.Ordinal);
        Assert.Contains("THEIRS", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_holder_accepts_asks_to_give_back_and_the_desk_takes_it_back_damaged()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        await system.RunAsync("update categories set eula = 'Bring it back clean.', checkout_accepted = true where tenant_id = $1", tenant.Id);
        using var desk = system.Browser(tenant.Staff);
        using var holder = system.Browser(tenant.Driver);
        using var lent = await desk.PostAsJsonAsync(
            new Uri($"/api/assets/{id}/checkout", UriKind.Relative), new { targetType = "user", targetId = tenant.Driver.UserId }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, lent.StatusCode);

        var (_, home) = await holder.PageAsync("/home");
        var (_, list) = await holder.PageAsync("/custody");
        var path = Loan().Match(list).Groups["path"].Value;
        var (_, loan) = await holder.PageAsync(path);
        using var accepted = await holder.FormAsync(path, ("_handler", "accept"), ("typedName", "D. Driver"));
        using var asked = await holder.FormAsync(path, ("_handler", "give-back"), ("note", "At the gate."));
        var (_, after) = await desk.PageAsync(path);
        Assert.Contains("VAN-1", home, StringComparison.Ordinal);
        Assert.Contains("Bring it back clean.", loan, StringComparison.Ordinal);
        Assert.Equal((path + "?done=accepted", path + "?done=requested"),
            (new Uri(system.Web.Address, accepted.Location()).PathAndQuery, new Uri(system.Web.Address, asked.Location()).PathAndQuery));
        Assert.Contains("D. Driver", after, StringComparison.Ordinal);
        Assert.Contains("At the gate.", after, StringComparison.Ordinal);

        using var forgot = await desk.FormAsync($"/assets/{id}/check-in", ("_handler", "check-in"), ("damageNote", "Mirror broken."));
        Assert.Contains("Mirror broken.", await forgot.TextAsync(), StringComparison.Ordinal);
        using var back = await desk.FormAsync($"/assets/{id}/check-in", ("_handler", "check-in"), ("damaged", "true"), ("damageNote", "Mirror broken."));
        var (_, page) = await desk.PageAsync($"/assets/{id}");
        Assert.Equal($"/assets/{id}?done=check-in-damaged", new Uri(system.Web.Address, back.Location()).PathAndQuery);
        Assert.Contains("Damage: Mirror broken.", page, StringComparison.Ordinal);
        Assert.Contains("In maintenance", page, StringComparison.Ordinal);

        using var returned = await desk.FormAsync($"/assets/{id}/return-to-service", ("_handler", "action"), ("reason", "New mirror."));
        using var reading = await desk.FormAsync($"/assets/{id}/reading", ("_handler", "action"), ("value", "48,312.5"));
        (_, page) = await desk.PageAsync($"/assets/{id}");
        Assert.Equal($"/assets/{id}?done=reading", new Uri(system.Web.Address, reading.Location()).PathAndQuery);
        Assert.Contains("48,312.5 km", page, StringComparison.Ordinal);
        Assert.Contains("Reason: New mirror.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_sent_twice_leads_to_what_was_done()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        await system.RunAsync("update categories set checkout_accepted = true where tenant_id = $1", tenant.Id);
        using var desk = system.Browser(tenant.Owner);
        using var holder = system.Browser(tenant.Driver);

        await TwiceAsync(desk, $"/assets/{id}/edit", "saved", ("_handler", "asset"), ("tag", "VAN-1"), ("name", "Blue van"));
        await TwiceAsync(desk, $"/assets/{id}/check-out", "check-out", ("_handler", "check-out"), ("targetId", tenant.Driver.UserId.ToString()), ("note", "Both keys."));
        var path = Loan().Match((await holder.PageAsync("/custody")).Body).Groups["path"].Value;
        await TwiceAsync(holder, path, "accepted", ("_handler", "accept"), ("typedName", "D. Driver"));
        await TwiceAsync(holder, path, "requested", ("_handler", "give-back"), ("note", "At the gate."));
        await TwiceAsync(desk, $"/assets/{id}/check-in", "check-in", ("_handler", "check-in"), ("condition", "Good"));
        await TwiceAsync(desk, $"/assets/{id}/reading", "reading", ("_handler", "action"), ("value", "1200"));
        var reading = Reading().Match((await desk.PageAsync($"/assets/{id}/reading")).Body).Value;
        await TwiceAsync(desk, $"/assets/{id}/{reading}", "correct", ("_handler", "correct"), ("value", "120"), ("reason", "One nought too many."));
        await TwiceAsync(desk, $"/assets/{id}/archive", "archive", ("_handler", "action"), ("reason", "Sold."));
        await TwiceAsync(desk, $"/assets/{id}/restore", "restore", ("_handler", "action"), ("reason", "Not sold."));

        async Task TwiceAsync(HttpClient browser, string page, string done, params (string, string)[] fields)
        {
            List<(string, string)> form = [.. Fields(await RawAsync(browser, page)), .. fields];
            using var first = await browser.FormAsync(page, [.. form]);
            using var second = await browser.FormAsync(page, [.. form]);
            Assert.EndsWith("?done=" + done, first.Location(), StringComparison.Ordinal);
            Assert.Equal((page, first.Location()), (page, second.Location()));
        }
    }

    [Fact]
    public async Task A_form_that_somebody_forestalled_says_so_with_what_was_typed()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        using var one = system.Browser(tenant.Owner);
        using var two = system.Browser(tenant.Staff);
        List<(string, string)> form = [.. Fields(await RawAsync(one, $"/assets/{id}/check-out")), ("_handler", "check-out"), ("note", "Both keys.")];
        List<(string, string)> theirs = [.. Fields(await RawAsync(two, $"/assets/{id}/check-out")), ("_handler", "check-out")];
        using var taken = await two.FormAsync($"/assets/{id}/check-out", [.. theirs, ("targetId", tenant.Staff.UserId.ToString())]);
        var asked = (await two.PageAsync($"/assets/{id}/check-in")).Body;

        using var late = await one.FormAsync($"/assets/{id}/check-out", [.. form, ("targetId", tenant.Driver.UserId.ToString())]);
        var page = await late.TextAsync();

        Assert.Equal((HttpStatusCode.Found, HttpStatusCode.Conflict), (taken.StatusCode, late.StatusCode));
        Assert.Contains("Both keys.", page, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.NotEmpty(asked);
    }

    [Fact]
    public async Task What_a_field_asks_at_the_desk_is_filled_in_there_and_missed_by_name()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.Owner);
        using var desk = system.Browser(tenant.Staff);
        foreach (var (name, flag) in new[] { ("Fuel on leaving", "displayCheckout"), ("Fuel on return", "displayCheckin") })
        {
            using var made = await admin.FormAsync(
                "/admin/catalogue/custom-fields/new?type=number", ("_handler", "entry"), ("type", "number"), ("name", name), ("required", "true"), (flag, "true"));
            Assert.Contains("done=created", made.Location(), StringComparison.Ordinal);
        }

        var (lend, back) = ($"/assets/{id}/check-out", $"/assets/{id}/check-in");
        var form = await RawAsync(desk, lend);
        var field = Custom().Match(form).Groups["name"].Value;
        (string, string)[] sent = [.. Fields(form), ("_handler", "check-out"), ("targetId", tenant.Driver.UserId.ToString())];
        using var missed = await desk.FormAsync(lend, [.. sent, (field, "")]);
        using var wrong = await desk.FormAsync(lend, [.. sent, (field, "half")]);
        using var lent = await desk.FormAsync(lend, [.. sent, (field, "7.5")]);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (missed.StatusCode, wrong.StatusCode));
        Assert.Contains($"<a href=\"#{field}\">Fuel on leaving: fill this in.</a>", await missed.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("value=\"half\"", await wrong.TextAsync(), StringComparison.Ordinal);
        Assert.Equal($"/assets/{id}?done=check-out", new Uri(system.Web.Address, lent.Location()).PathAndQuery);
        Assert.DoesNotContain("Fuel on return", form, StringComparison.Ordinal);

        form = await RawAsync(desk, back);
        using var returned = await desk.FormAsync(back, [.. Fields(form), ("_handler", "check-in"), (Custom().Match(form).Groups["name"].Value, "3")]);
        var (_, page) = await desk.PageAsync($"/assets/{id}");
        Assert.Equal($"/assets/{id}?done=check-in", new Uri(system.Web.Address, returned.Location()).PathAndQuery);
        Assert.Contains("Fuel on leaving: nothing \u2192 7.5", page, StringComparison.Ordinal);
        Assert.Contains("Fuel on return: nothing \u2192 3", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_is_lent_to_a_place_until_a_time_in_the_persons_zone()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        var depot = TestTenant.NewId();
        await system.RunAsync("insert into locations (id, tenant_id, name) values ($1, $2, 'North depot')", depot, tenant.Id);
        await system.RunAsync("update tenants set timezone = 'America/Sao_Paulo' where id = $1", tenant.Id);
        using var desk = system.Browser(tenant.Staff);
        var path = $"/assets/{id}/check-out?to=place";

        var (_, search) = await desk.PageAsync(path + "&tq=north");
        using var nobody = await desk.FormAsync(path, ("_handler", "check-out"), ("dueDay", "2030-01-31"), ("note", "Keep the key."));
        using var past = await desk.FormAsync(path, ("_handler", "check-out"), ("targetId", depot.ToString()), ("dueDay", "2020-01-31"));
        using var lent = await desk.FormAsync(path, ("_handler", "check-out"), ("targetId", depot.ToString()), ("dueDay", "2030-01-31"), ("dueTime", "17:30"));
        var (_, page) = await desk.PageAsync($"/assets/{id}");

        Assert.Contains("North depot", search, StringComparison.Ordinal);
        Assert.Contains("href=\"#targetId\"", await nobody.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("href=\"#dueDay\"", await past.TextAsync(), StringComparison.Ordinal);
        Assert.Equal($"/assets/{id}?done=check-out", new Uri(system.Web.Address, lent.Location()).PathAndQuery);
        Assert.Contains("31 January 2030, 17:30", page, StringComparison.Ordinal);
        Assert.Contains("2030-01-31T20:30:00.000Z", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_without_e_mail_is_added_and_holds_what_the_desk_accepts_for_them()
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        using var admin = system.Browser(tenant.Owner);
        var path = $"/assets/{id}/check-out";

        using var added = await admin.FormAsync(path, ("_handler", "add-person"), ("displayName", "Nobody Online"));
        var found = await RawAsync(admin, new Uri(system.Web.Address, added.Location()).PathAndQuery);
        var person = Target().Match(found).Groups["id"].Value;
        using var lent = await admin.FormAsync(path, ("_handler", "check-out"), ("targetId", person), ("acceptance", "yes"));
        var (_, custody) = await admin.PageAsync("/custody");
        var loan = Loan().Match(custody).Groups["path"].Value;
        using var accepted = await admin.FormAsync(loan, ("_handler", "accept"), ("typedName", "N. Online"));
        var (_, page) = await admin.PageAsync(loan);

        Assert.Equal(path + "?tq=Nobody%20Online", new Uri(system.Web.Address, added.Location()).PathAndQuery);
        Assert.Equal($"/assets/{id}?done=check-out", new Uri(system.Web.Address, lent.Location()).PathAndQuery);
        Assert.Contains("Nobody Online", custody, StringComparison.Ordinal);
        Assert.Contains("N. Online", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/assets/new")]
    [InlineData("/assets/{id}/edit")]
    [InlineData("/assets/{id}/archive")]
    [InlineData("/assets/{id}/check-out")]
    [InlineData("/assets/{id}/check-in")]
    [InlineData("/assets/{id}/return-to-service")]
    public async Task A_driver_is_told_and_nothing_is_offered(string path)
    {
        var tenant = await system.CreateTenantAsync();
        var id = await tenant.AddAssetAsync("VAN-1", "White van", TestContext.Current.CancellationToken);
        using var driver = system.Browser(tenant.Driver);

        var (status, page) = await driver.PageAsync(path.Replace("{id}", id.ToString(), StringComparison.Ordinal));
        var (_, asset) = await driver.PageAsync($"/assets/{id}");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.DoesNotContain("method=\"post\" action=\"/assets", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/assets/{id}/", asset.Replace($"/assets/{id}/photos", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static Task<string> RawAsync(HttpClient client, string path) => client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>The hidden fields of a page's form.</summary>
    private static IEnumerable<(string, string)> Fields(string page) => Hidden().Matches(page).Select(m => (m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value)))
        .Where(f => f.Item1 is not "_handler");

    private static string Key(string page) => Fields(page).First(f => f.Item1 == "key").Item2;

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("name=\"targetId\" value=\"(?<id>[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Target();

    [GeneratedRegex("name=\"(?<name>cf-[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Custom();

    [GeneratedRegex("href=\"(?<path>/custody/[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Loan();

    [GeneratedRegex("readings/[0-9a-f-]{36}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reading();
}
