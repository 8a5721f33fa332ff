namespace Panorama.Api.Tests.Lists;

public sealed class SavingViews(ApiApp app)
{
    [Fact]
    public async Task A_view_is_saved_changed_and_deleted_by_its_owner()
    {
        var tenant = await app.CreateTenantAsync();
        using var driver = app.Client(tenant.Driver);
        using var made = await driver.SendAsync(HttpMethod.Post, "/api/saved-views", null, """{"list":"assets","name":"Mine","query":{"status":["READY"],"sort":"tag"}}""");
        Assert.Equal(("201", "\"1\""), (await made.OutcomeAsync(), made.Headers.ETag!.Tag));
        var view = await made.ReadJsonAsync();
        var path = made.Headers.Location!.ToString();

        Assert.Equal("409 name_taken", await driver.SendOutcomeAsync(HttpMethod.Post, "/api/saved-views", null, """{"list":"assets","name":"MINE","query":{}}"""));
        Assert.Equal("201", await driver.SendOutcomeAsync(HttpMethod.Post, "/api/saved-views", null, """{"list":"custody","name":"Mine","query":{}}"""));
        Assert.Equal(view.Text("id"), (await driver.GetJsonAsync("/api/saved-views?list=assets")).GetProperty("items").EnumerateArray().Single().Text("id"));
        Assert.Equal("428 version_required", await driver.SendOutcomeAsync(HttpMethod.Patch, path, null, """{"name":"Later"}"""));
        Assert.Equal("412 version_mismatch", await driver.SendOutcomeAsync(HttpMethod.Patch, path, 5, """{"name":"Later"}"""));
        var changed = await driver.SendJsonAsync(HttpMethod.Patch, path, 1, """{"name":"Later","query":{"q":"van"}}""");
        Assert.Equal(("Later", 2, "van", true), (changed.Text("name"), changed.Number("version"), changed.GetProperty("query").Text("q"), changed.GetProperty("isOwn").GetBoolean()));
        Assert.Equal("428 version_required", await driver.SendOutcomeAsync(HttpMethod.Delete, path, null));
        Assert.Equal("412 version_mismatch", await driver.SendOutcomeAsync(HttpMethod.Delete, path, 1));
        Assert.Equal("204", await driver.SendOutcomeAsync(HttpMethod.Delete, path, 2));
        Assert.Equal("404 saved_view_not_found", await driver.SendOutcomeAsync(HttpMethod.Delete, path, 2));
    }

    [Fact]
    public async Task Only_an_admin_shares_one_and_only_its_owner_takes_it_back()
    {
        var tenant = await app.CreateTenantAsync();
        using var owner = app.Client(tenant.Owner);
        using var admin = app.Client(tenant.FleetAdmin);
        using var staff = app.Client(tenant.Staff);
        const string Shared = """{"list":"assets","name":"All vans","query":{},"isShared":true}""";
        Assert.Equal("403 forbidden", await staff.SendOutcomeAsync(HttpMethod.Post, "/api/saved-views", null, Shared));
        var view = await owner.SendJsonAsync(HttpMethod.Post, "/api/saved-views", null, Shared);
        var path = $"/api/saved-views/{view.Text("id")}";

        var seen = (await staff.GetJsonAsync("/api/saved-views?list=assets")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(("All vans", false), (seen.Text("name"), seen.GetProperty("isOwn").GetBoolean()));
        Assert.Equal("403 forbidden", await staff.SendOutcomeAsync(HttpMethod.Patch, path, 1, """{"name":"X"}"""));
        Assert.Equal("403 forbidden", await staff.SendOutcomeAsync(HttpMethod.Delete, path, 1));
        Assert.Equal("403 forbidden", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, """{"isShared":false}"""));
        Assert.Equal("200", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 1, """{"name":"Every van"}"""));
        Assert.Equal("200", await owner.SendOutcomeAsync(HttpMethod.Patch, path, 2, """{"isShared":false}"""));
        Assert.Empty((await staff.GetJsonAsync("/api/saved-views?list=assets")).GetProperty("items").EnumerateArray());
        Assert.Equal("404 saved_view_not_found", await admin.SendOutcomeAsync(HttpMethod.Patch, path, 3, """{"name":"X"}"""));
    }

    [Fact]
    public async Task Another_organisations_view_is_not_there()
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var admin = app.Client(mine.Owner);
        using var other = app.Client(theirs.Owner);
        var view = await other.SendJsonAsync(HttpMethod.Post, "/api/saved-views", null, """{"list":"assets","name":"Theirs","query":{},"isShared":true}""");

        Assert.Empty((await admin.GetJsonAsync("/api/saved-views?list=assets")).GetProperty("items").EnumerateArray());
        foreach (var id in new[] { view.Text("id"), "none" })
        {
            Assert.Equal("404 saved_view_not_found", await admin.SendOutcomeAsync(HttpMethod.Patch, $"/api/saved-views/{id}", 1, """{"name":"X"}"""));
            Assert.Equal("404 saved_view_not_found", await admin.SendOutcomeAsync(HttpMethod.Delete, $"/api/saved-views/{id}", 1));
        }
    }

    [Theory]
    [InlineData("{}", "400 invalid_body")]
    [InlineData("""{"list":"people","name":"X","query":{}}""", "400 invalid_body")]
    [InlineData("""{"list":"assets","name":"X","query":[]}""", "400 invalid_body")]
    [InlineData("""{"list":"assets","name":"X","query":{"a":"\u0000"}}""", "400 invalid_body")]
    [InlineData("""{"list":"assets","name":" ","query":{}}""", "400 invalid_body")]
    [InlineData("""{"list":"assets","name":"X","query":{},"ownerUserId":"x"}""", "400 invalid_body")]
    [InlineData("""{"list":"assets",""", "400 malformed_body")]
    public async Task A_view_that_cannot_be_is_refused(string body, string outcome)
    {
        var tenant = await app.CreateTenantAsync();
        using var driver = app.Client(tenant.Driver);

        Assert.Equal(outcome, await driver.SendOutcomeAsync(HttpMethod.Post, "/api/saved-views", null, body));
    }

    [Fact]
    public async Task A_view_that_is_too_large_is_refused()
    {
        var tenant = await app.CreateTenantAsync();
        using var driver = app.Client(tenant.Driver);
        var body = (int length) => new { list = "assets", name = "X", query = new { a = new string('x', length) } };

        Assert.Equal("query:too_long", await driver.SendErrorsAsync(HttpMethod.Post, "/api/saved-views", null, body(4_001)));
        Assert.Equal("413 body_too_large", await driver.SendOutcomeAsync(HttpMethod.Post, "/api/saved-views", null, body(110_000)));
        Assert.Equal("400 invalid_query", await driver.GetOutcomeAsync("/api/saved-views"));
        Assert.Equal("400 invalid_query", await driver.GetOutcomeAsync("/api/saved-views?list=people"));
    }
}
