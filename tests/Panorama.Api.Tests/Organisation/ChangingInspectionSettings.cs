using System.Text.Json;

namespace Panorama.Api.Tests.Organisation;

public sealed class ChangingInspectionSettings(ApiApp app)
{
    private const string Usual =
        """{"maxPhotosPerInspection":20,"maxPhotoBytes":10485760,"maxPhotoDimension":2048,"staleInProgressHours":24,"preCheckoutInspectionMaxAgeMinutes":240,"requireSignature":false,"inspectionPhotoRetentionDays":null}""";

    private const string Own =
        """{"maxPhotosPerInspection":40,"maxPhotoBytes":5000000,"maxPhotoDimension":1024,"staleInProgressHours":12,"preCheckoutInspectionMaxAgeMinutes":60,"requireSignature":true,"inspectionPhotoRetentionDays":90}""";

    [Fact]
    public async Task The_owner_replaces_them_and_the_log_says_what_they_were()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var owner = app.Client(tenant.Owner);
        using var driver = app.Client(tenant.Driver);
        var path = $"/api/tenants/{tenant.Id}/inspection-settings";
        Assert.Equal("200", await owner.SendOutcomeAsync(HttpMethod.Put, path, 1, Usual)); // nothing changes

        var changed = await owner.SendJsonAsync(HttpMethod.Put, path, 1, Own);

        Assert.Equal($$"""{{Own[..^1]}},"version":2}""", changed.GetRawText());
        Assert.Equal(changed.GetRawText(), (await driver.GetJsonAsync(path)).GetRawText());
        Assert.Equal(90, (await owner.GetJsonAsync($"/api/tenants/{tenant.Id}")).Number("photoRetentionDays"));
        var log = JsonElement.Parse((string)(await app.RunAsync("select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.tenant.settings_updated'", tenant.Id))!);
        Assert.Equal("inspections", log.Text("section"));
        Assert.Equal(7, log.GetProperty("changed").GetArrayLength());
        Assert.Contains(log.GetProperty("changed").EnumerateArray(), c => c.Text("key") == "staleInProgressHours" && c.Number("before") == 24 && c.Number("after") == 12);
        Assert.Contains(log.GetProperty("changed").EnumerateArray(), c => c.Text("key") == "requireSignature" && !c.GetProperty("before").GetBoolean() && c.GetProperty("after").GetBoolean());
        Assert.Equal(
            ("428 version_required", "412 version_mismatch"),
            (await owner.SendOutcomeAsync(HttpMethod.Put, path, null, Own), await owner.SendOutcomeAsync(HttpMethod.Put, path, 1, Own)));
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(
            i => owner.SendOutcomeAsync(HttpMethod.Put, path, 2, Own.Replace("\"staleInProgressHours\":12", $"\"staleInProgressHours\":{100 + i}", StringComparison.Ordinal))));
        Assert.Single(outcomes, "200");
    }

    [Fact]
    public async Task Nobody_else_changes_them_no_other_organisation_is_reached_and_without_inspections_there_are_none()
    {
        var (tenant, other, off) = (await app.CreateInspectingTenantAsync(), await app.CreateInspectingTenantAsync(), await app.CreateTenantAsync());
        foreach (var person in new[] { tenant.FleetAdmin, tenant.Staff, tenant.Driver })
        {
            using var client = app.Client(person);
            Assert.Equal("403 owner_role_required", await client.SendOutcomeAsync(HttpMethod.Put, $"/api/tenants/{tenant.Id}/inspection-settings", 1, Own));
        }

        using var owner = app.Client(tenant.Owner);
        Assert.Equal("403 tenant_mismatch", await owner.GetOutcomeAsync($"/api/tenants/{other.Id}/inspection-settings"));
        Assert.Equal("403 tenant_mismatch", await owner.SendOutcomeAsync(HttpMethod.Put, $"/api/tenants/{other.Id}/inspection-settings", 1, Own));
        using var without = app.Client(off.Owner);
        Assert.Equal("404 feature_disabled", await without.GetOutcomeAsync($"/api/tenants/{off.Id}/inspection-settings"));
        Assert.Equal("404 feature_disabled", await without.SendOutcomeAsync(HttpMethod.Put, $"/api/tenants/{off.Id}/inspection-settings", 1, Own));
    }

    [Theory]
    [InlineData("maxPhotosPerInspection", "101", "maxPhotosPerInspection:out_of_range")]
    [InlineData("maxPhotoBytes", "0", "maxPhotoBytes:out_of_range")]
    [InlineData("maxPhotoDimension", "511", "maxPhotoDimension:out_of_range")]
    [InlineData("staleInProgressHours", "169", "staleInProgressHours:out_of_range")]
    [InlineData("staleInProgressHours", "\"12\"", "staleInProgressHours:wrong_form")]
    [InlineData("preCheckoutInspectionMaxAgeMinutes", "29", "preCheckoutInspectionMaxAgeMinutes:out_of_range")]
    [InlineData("inspectionPhotoRetentionDays", "29", "inspectionPhotoRetentionDays:out_of_range")]
    [InlineData("requireSignature", "1", "requireSignature:wrong_form")]
    [InlineData("requireSignature", null, "requireSignature:required")]
    [InlineData("maxPhotoBytes", null, "maxPhotoBytes:required")]
    [InlineData("inspectionPhotoRetentionDays", null, "inspectionPhotoRetentionDays:required")]
    [InlineData("more", "1", "more:unknown_member")]
    public async Task A_value_that_makes_no_sense_or_is_left_out_is_refused(string member, string? value, string errors)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        using var owner = app.Client(tenant.Owner);
        var body = System.Text.Json.Nodes.JsonNode.Parse(Own)!.AsObject();
        body.Remove(member);
        if (value is not null)
        {
            body[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        }

        Assert.Equal(errors, await owner.SendErrorsAsync(HttpMethod.Put, $"/api/tenants/{tenant.Id}/inspection-settings", 1, body.ToJsonString()));
    }
}
