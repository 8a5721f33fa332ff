using System.Net;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Admin;

/// <summary>The page of the rules of inspections on the real Api and a real database.</summary>
public sealed class SettingRulesOfInspections(WholeSystem system) : IClassFixture<WholeSystem>
{
    private const string Page = "/admin/settings/inspections";

    [Fact]
    public async Task The_owner_changes_them_sees_a_rival_and_loses_nothing_to_a_wrong_number()
    {
        var tenant = await system.CreateTenantAsync();
        await system.RunAsync("insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', true, now())", tenant.Id);
        await system.RunAsync("update tenants set inspection_config = '{\"preCheckoutInspectionMaxAgeMinutes\": 60}' where id = $1", tenant.Id);
        using var owner = system.Browser(tenant.Owner);
        var (shown, settings) = await owner.PageAsync("/admin/settings");
        Assert.Equal((HttpStatusCode.OK, true), (shown, settings.Contains($"href=\"{Page}\"", StringComparison.Ordinal)));

        using var saved = await owner.FormAsync(Page, Rules("1", "12", ("maxPhotoBytes", "5,5"), ("requireSignature", "true")));
        var (_, page) = await owner.PageAsync(Page + "?done=saved");
        using var stale = await owner.FormAsync(Page, Rules("1", "36"));
        using var twice = await owner.FormAsync(Page, Rules("1", "12", ("maxPhotoBytes", "5.5"), ("requireSignature", "true")));
        using var wrong = await owner.FormAsync(Page, Rules("2", "many", ("maxPhotoDimension", ""), ("maxPhotosPerInspection", "12")));
        using var outside = await owner.FormAsync(Page, Rules("2", "169"));

        Assert.EndsWith(Page + "?done=saved", saved.Location(), StringComparison.Ordinal);
        Assert.Contains("value=\"5.5\"", page, StringComparison.Ordinal);
        Assert.Contains("The settings were saved.", page, StringComparison.Ordinal);
        Assert.Equal(
            """{"maxPhotosPerInspection":20,"maxPhotoBytes":5767168,"maxPhotoDimension":2048,"staleInProgressHours":12,"preCheckoutInspectionMaxAgeMinutes":60,"requireSignature":true,"inspectionPhotoRetentionDays":null,"version":2}""",
            await owner.GetStringAsync(new Uri($"/api/tenants/{tenant.Id}/inspection-settings", UriKind.Relative), TestContext.Current.CancellationToken));
        var both = await stale.TextAsync();
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Contains(">12</td>", both, StringComparison.Ordinal);
        Assert.Contains(">36</td>", both, StringComparison.Ordinal);
        Assert.Matches("Whoever completes an inspection signs it</t[hd]>\\s*<td[^>]*>Yes</td>\\s*<td[^>]*>No</td>", both);
        Assert.EndsWith(Page + "?done=saved", twice.Location(), StringComparison.Ordinal);
        var problems = await wrong.TextAsync();
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("<a href=\"#staleInProgressHours\">", problems, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#maxPhotoDimension\">", problems, StringComparison.Ordinal);
        Assert.Contains("value=\"many\"", problems, StringComparison.Ordinal);
        Assert.Contains("value=\"12\"", problems, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, outside.StatusCode);
        Assert.Contains("<a href=\"#staleInProgressHours\">", await outside.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_looks_a_driver_does_not_and_without_inspections_there_are_none()
    {
        var (tenant, off) = (await system.CreateTenantAsync(), await system.CreateTenantAsync());
        await system.RunAsync("insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', true, now())", tenant.Id);
        using var admin = system.Browser(tenant.FleetAdmin);
        using var driver = system.Browser(tenant.Driver);
        using var without = system.Browser(off.Owner);

        var (status, page) = await admin.PageAsync(Page);
        using var refused = await admin.FormAsync(Page, Rules("1", "12"));
        var (offStatus, offPage) = await without.PageAsync(Page);
        var (_, offSettings) = await without.PageAsync("/admin/settings");

        Assert.Equal((HttpStatusCode.OK, true), (status, page.Contains("An owner can change them.", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await driver.PageAsync(Page)).Item1);
        Assert.Equal(HttpStatusCode.NotFound, offStatus);
        Assert.DoesNotContain("staleInProgressHours", offPage, StringComparison.Ordinal);
        Assert.DoesNotContain(Page, offSettings, StringComparison.Ordinal);
    }

    private static (string, string)[] Rules(string version, string hours, params (string Name, string Value)[] changes)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_handler"] = "inspections",
            ["version"] = version,
            ["staleInProgressHours"] = hours,
            ["maxPhotosPerInspection"] = "20",
            ["maxPhotoBytes"] = "10",
            ["maxPhotoDimension"] = "2048",
            ["inspectionPhotoRetentionDays"] = "",
        };
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        return [.. values.Select(v => (v.Key, v.Value))];
    }
}
