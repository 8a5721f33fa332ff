using System.Text.Json;

namespace Panorama.Api.Tests.Organisation;

public sealed class NamingPeople(ApiApp app)
{
    [Fact]
    public async Task Somebody_without_sign_in_is_added_once_and_found_by_name()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);
        var path = $"/api/tenants/{tenant.Id}";

        var added = await admin.SendJsonAsync(HttpMethod.Post, $"{path}/people", null, """{"displayName":" Ana Lima ","username":"ALima"}""");
        Assert.Equal(("Ana Lima", "created"), (added.Text("displayName"), added.Text("outcome")));
        using var again = await admin.SendAsync(HttpMethod.Post, $"{path}/people", null, """{"displayName":"Ana M. Lima","username":"alima"}""");
        Assert.Equal("200", await again.OutcomeAsync());
        var existing = await again.ReadJsonAsync();
        Assert.Equal((added.Text("userId"), "Ana Lima", "existing"), (existing.Text("userId"), existing.Text("displayName"), existing.Text("outcome")));

        var found = (await admin.GetJsonAsync($"{path}/memberships?q=ana%20l")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal((added.Text("userId"), "driver", "active", "alima"), (found.Text("userId"), found.Text("role"), found.Text("status"), found.Text("username")));
    }

    [Fact]
    public async Task An_address_of_somebody_outside_is_not_linked()
    {
        var (tenant, other) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var admin = app.Client(tenant.Owner);

        var added = await admin.SendJsonAsync(HttpMethod.Post, $"/api/tenants/{tenant.Id}/people", null, new { displayName = "Somebody", email = other.Owner.Email });

        Assert.Equal("created", added.Text("outcome")); // the same as for an address that nobody has
        Assert.NotEqual(other.Owner.UserId.ToString(), added.Text("userId"));
    }

    [Fact]
    public async Task Who_may_not_add_people_sees_names_alone()
    {
        var (tenant, other) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        using var admin = app.Client(tenant.Owner);
        using var driver = app.Client(tenant.Driver);
        var path = $"/api/tenants/{tenant.Id}/memberships";

        var all = (await admin.GetJsonAsync(path)).GetProperty("items").EnumerateArray().ToList();
        var names = (await driver.GetJsonAsync(path)).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(4, all.Count); // without the system's own actor
        Assert.Equal(all.Select(m => m.Text("displayName")), names.Select(m => m.Text("displayName")));
        Assert.All(names, m => Assert.Equal(["userId", "displayName"], m.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => p.Name)));
        Assert.Equal(tenant.Owner.Email, all.Single(m => m.Text("role") == "owner").Text("email"));
        Assert.Empty((await driver.GetJsonAsync($"{path}?q={tenant.Owner.Email}")).GetProperty("items").EnumerateArray());
        Assert.Single((await admin.GetJsonAsync($"{path}?q={tenant.Owner.Email}")).GetProperty("items").EnumerateArray());
        Assert.DoesNotContain(all, m => m.Text("userId") == other.Owner.UserId.ToString());
        Assert.Equal("403 admin_role_required", await driver.SendOutcomeAsync(HttpMethod.Post, $"/api/tenants/{tenant.Id}/people", null, """{"displayName":"X"}"""));
    }

    [Fact]
    public async Task They_page_by_name_and_filter_by_role_and_status()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);
        var path = $"/api/tenants/{tenant.Id}/memberships";
        await app.RunAsync("update tenant_memberships set status = 'removed' where user_id = $1", tenant.Driver.UserId);

        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await admin.GetJsonAsync($"{path}?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}");
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(m => m.Text("role")!));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(["fleet_admin", "fleet_staff", "owner"], names);
        Assert.Equal("driver", (await admin.GetJsonAsync($"{path}?status=removed")).GetProperty("items").EnumerateArray().Single().Text("role"));
        Assert.Single((await admin.GetJsonAsync($"{path}?role=owner")).GetProperty("items").EnumerateArray());
        foreach (var query in new[] { "role=system", "status=gone", "limit=0", "cursor=x" })
        {
            Assert.Equal((query, "400 invalid_query"), (query, await admin.GetOutcomeAsync($"{path}?{query}")));
        }
    }

    [Theory]
    [InlineData("{}", "displayName:required")]
    [InlineData("""{"displayName":" "}""", "displayName:required")]
    [InlineData("""{"displayName":"A\u0000"}""", "displayName:not_text")]
    [InlineData("""{"displayName":"A","email":"nobody"}""", "email:wrong_form")]
    [InlineData("""{"displayName":"A","role":"owner"}""", "role:unknown_member")]
    public async Task A_person_that_cannot_be_is_refused(string body, string errors)
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.Owner);

        Assert.Equal(errors, await admin.SendErrorsAsync(HttpMethod.Post, $"/api/tenants/{tenant.Id}/people", null, body));
    }
}
