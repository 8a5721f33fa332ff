using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Organisation;

public sealed class ChangingSettings(ApiApp app)
{
    [Fact]
    public async Task The_owner_changes_them_and_the_log_says_what_they_were()
    {
        var tenant = await app.CreateTenantAsync();
        using var owner = app.Client(tenant.Owner);
        using var driver = app.Client(tenant.Driver);
        var path = $"/api/tenants/{tenant.Id}";
        Assert.Equal(5, (await driver.GetJsonAsync(path)).Number("assetNumberDigits"));

        var changed = await owner.SendJsonAsync(HttpMethod.Patch, path, 1, new
        {
            displayName = " Frota Norte ",
            locale = "pt-br",
            timezone = "America/Sao_Paulo",
            units = "imperial",
            currency = "BRL",
            assetNumberPrefix = "FN-",
            nextAssetNumber = 42,
            assetNumberDigits = 6,
            uniqueSerials = true,
            photoRetentionDays = 90,
        });

        Assert.Equal(
            ("Frota Norte", "pt-br", "America/Sao_Paulo", "imperial", "BRL", "FN-", 42, 6, 90, 2),
            (changed.Text("displayName"), changed.Text("locale"), changed.Text("timezone"), changed.Text("units"), changed.Text("currency"), changed.Text("assetNumberPrefix"),
                changed.Number("nextAssetNumber"), changed.Number("assetNumberDigits"), changed.Number("photoRetentionDays"), changed.Number("version")));
        Assert.Equal(changed.GetRawText(), (await driver.GetJsonAsync(path)).GetRawText());
        var log = JsonElement.Parse((string)(await app.RunAsync("select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.tenant.settings_updated'", tenant.Id))!);
        Assert.Contains(log.GetProperty("changed").EnumerateArray(), c => c.Text("key") == "timezone" && c.Text("before") == "UTC" && c.Text("after") == "America/Sao_Paulo");
        Assert.Equal("null", (await owner.SendJsonAsync(HttpMethod.Patch, path, 2, """{"currency":null}""")).GetProperty("currency").GetRawText());
        Assert.Equal("null", (await owner.SendJsonAsync(HttpMethod.Patch, path, 3, """{"photoRetentionDays":null}""")).GetProperty("photoRetentionDays").GetRawText());
        Assert.Equal(4, (await owner.SendJsonAsync(HttpMethod.Patch, path, 4, "{}")).Number("version"));
    }

    [Fact]
    public async Task Nobody_else_changes_them_and_no_other_organisation_is_reached()
    {
        var (tenant, other) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        foreach (var person in new[] { tenant.FleetAdmin, tenant.Staff, tenant.Driver })
        {
            using var client = app.Client(person);
            Assert.Equal("403 owner_role_required", await client.SendOutcomeAsync(HttpMethod.Patch, $"/api/tenants/{tenant.Id}", 1, """{"name":"X"}"""));
        }

        using var owner = app.Client(tenant.Owner);
        foreach (var id in new[] { other.Id.ToString(), TestTenant.NewId().ToString(), "none" })
        {
            Assert.Equal("403 tenant_mismatch", await owner.GetOutcomeAsync($"/api/tenants/{id}"));
            Assert.Equal("403 tenant_mismatch", await owner.SendOutcomeAsync(HttpMethod.Patch, $"/api/tenants/{id}", 1, """{"name":"X"}"""));
            Assert.Equal("403 tenant_mismatch", await owner.GetOutcomeAsync($"/api/tenants/{id}/memberships"));
            Assert.Equal("403 tenant_mismatch", await owner.SendOutcomeAsync(HttpMethod.Post, $"/api/tenants/{id}/people", null, """{"displayName":"X"}"""));
        }
    }

    [Fact]
    public async Task A_version_is_named_and_a_rival_is_seen()
    {
        var tenant = await app.CreateTenantAsync();
        using var owner = app.Client(tenant.Owner);
        var path = $"/api/tenants/{tenant.Id}";

        Assert.Equal("428 version_required", await owner.SendOutcomeAsync(HttpMethod.Patch, path, null, """{"name":"X"}"""));
        Assert.Equal("412 version_mismatch", await owner.SendOutcomeAsync(HttpMethod.Patch, path, 9, """{"name":"X"}"""));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => owner.SendOutcomeAsync(HttpMethod.Patch, path, 1, new { name = $"Name {i}" })));
        Assert.Single(outcomes, "200");
        Assert.Equal(2, (await owner.GetJsonAsync(path)).Number("version"));
    }

    [Theory]
    [InlineData("""{"locale":"fr"}""", "locale:wrong_form")]
    [InlineData("""{"timezone":"Mars/Base"}""", "timezone:wrong_form")]
    [InlineData("""{"units":"nautical"}""", "units:wrong_form")]
    [InlineData("""{"currency":"reais"}""", "currency:wrong_form")]
    [InlineData("""{"currency":"ZZZ"}""", "currency:wrong_form")]
    [InlineData("""{"nextAssetNumber":0}""", "nextAssetNumber:out_of_range")]
    [InlineData("""{"assetNumberDigits":13}""", "assetNumberDigits:out_of_range")]
    [InlineData("""{"photoRetentionDays":29}""", "photoRetentionDays:out_of_range")]
    [InlineData("""{"photoRetentionDays":36501}""", "photoRetentionDays:out_of_range")]
    [InlineData("""{"slug":"other"}""", "slug:unknown_member")]
    [InlineData("""{"name":null}""", "name:not_cleared")]
    public async Task A_value_that_makes_no_sense_is_refused(string body, string errors)
    {
        var tenant = await app.CreateTenantAsync();
        using var owner = app.Client(tenant.Owner);

        Assert.Equal(errors, await owner.SendErrorsAsync(HttpMethod.Patch, $"/api/tenants/{tenant.Id}", 1, body));
    }

    [Fact]
    public async Task Serials_become_unique_only_when_they_are()
    {
        var tenant = await app.CreateTenantAsync();
        using var owner = app.Client(tenant.Owner);
        var (van, truck) = (await tenant.AssetAsync(), await tenant.AssetAsync());
        await app.RunAsync("update assets set serial = 'wdb-1' where id = $1", van);
        await app.RunAsync("update assets set serial = 'WDB-1' where id = $1", truck);

        using var response = await owner.SendAsync(HttpMethod.Patch, $"/api/tenants/{tenant.Id}", 1, """{"uniqueSerials":true}""");
        var problem = await response.ReadProblemAsync();
        Assert.Equal((409, "serials_repeat", "wdb-1"), (problem.Status, problem.Code, problem.Body.GetProperty("args").Text("serial")!.ToLowerInvariant()));

        await app.RunAsync("update assets set archived_at = now() where id = $1", truck);
        Assert.Equal("200", await owner.SendOutcomeAsync(HttpMethod.Patch, $"/api/tenants/{tenant.Id}", 1, """{"uniqueSerials":true}"""));
    }
}
