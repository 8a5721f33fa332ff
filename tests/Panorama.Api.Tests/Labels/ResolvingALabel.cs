using Panorama.Core.Labels;
using Panorama.Testing;

namespace Panorama.Api.Tests.Labels;

/// <summary>Field case QR-01 over the wire.</summary>
public sealed class ResolvingALabel(ApiApp app)
{
    [Fact]
    public async Task Everything_the_page_shows_is_in_one_answer()
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync("FC-0001", "White van");
        var code = await app.LabelAsync(tenant, van);
        using var client = app.Client(tenant.Driver);

        var body = await client.GetJsonAsync($"/api/labels/{code}");

        Assert.Equal(
            $$"""{"code":"{{code}}","assetId":"{{van}}","tag":"FC-0001","name":"White van","status":"READY","modelName":"Transit","categoryName":"Vans","locationName":null,"archivedAt":null,"holder":null,"actions":[]}""",
            body.GetRawText());
        Assert.DoesNotContain("0001", code, StringComparison.Ordinal);
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task A_scratched_code_is_typed_by_hand()
    {
        var tenant = await app.CreateTenantAsync();
        var code = await app.LabelAsync(tenant, await tenant.AssetAsync());
        var id = code.Replace('0', 'O').Replace('1', 'l').ToLowerInvariant();
        using var client = app.Client(tenant.Staff);

        foreach (var typed in new[] { id, code.ToLowerInvariant(), Uri.EscapeDataString($" {code[..5]}-{code[5..]} "), code.Replace('1', 'I') })
        {
            Assert.Equal(code, (await client.GetJsonAsync($"/api/labels/{typed}")).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task What_the_caller_may_do_next_is_by_role_state_and_holder()
    {
        var tenant = await app.CreateTenantAsync();
        var van = await tenant.AssetAsync();
        var code = await app.LabelAsync(tenant, van);

        Assert.Equal(["CHECK_OUT", "CHECK_OUT", "CHECK_OUT", ""], await ActionsAsync());
        await app.HoldAsync(tenant, van, tenant.Driver);
        Assert.Equal(["CHECK_IN", "CHECK_IN", "CHECK_IN", "ACCEPT,REQUEST_CHECKIN"], await ActionsAsync());
        await app.RunAsync("update asset_assignments set target_user_id = $2, accepted_at = now() where asset_id = $1", van, tenant.Staff.UserId);
        Assert.Equal(["CHECK_IN", "CHECK_IN", "CHECK_IN", ""], await ActionsAsync());
        await app.RunAsync("update asset_assignments set checked_in_at = now() where asset_id = $1", van);
        await app.RunAsync("update assets set status = 'MAINTENANCE' where id = $1", van);
        Assert.Equal(["", "", "", ""], await ActionsAsync());
        await app.RunAsync("update assets set status = 'READY', archived_at = now() where id = $1", van);
        Assert.Equal(["", "", "", ""], await ActionsAsync());

        async Task<string[]> ActionsAsync()
        {
            var all = new List<string>();
            foreach (var person in new[] { tenant.Owner, tenant.FleetAdmin, tenant.Staff, tenant.Driver })
            {
                using var client = app.Client(person);
                all.Add(string.Join(',', (await client.GetJsonAsync($"/api/labels/{code}")).Actions()));
            }

            return [.. all];
        }
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task A_stranger_a_replaced_code_a_made_up_one_and_nonsense_are_answered_alike()
    {
        var (mine, theirs) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var foreign = await app.LabelAsync(theirs, await theirs.AssetAsync());
        var van = await mine.AssetAsync();
        var replaced = await app.LabelAsync(mine, van);
        using var client = app.Client(mine.Owner);
        Assert.Equal("200", await client.PostOutcomeAsync($"/api/assets/{van}/labels/rotate", new { }));

        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var code in new[] { foreign, replaced, LabelCode.Create(), "U123456789", "FC-0001", "0123456789012", "%E2%80%8B", van.ToString() })
        {
            using var response = await client.GetAsync(new Uri($"/api/labels/{code}", UriKind.Relative), TestContext.Current.CancellationToken);
            var problem = await response.ReadProblemAsync();
            Assert.Equal((404, "label_not_found"), (problem.Status, problem.Code));
            bodies.Add(problem.Body.GetRawText().Replace(problem.Body.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal));
        }

        Assert.Single(bodies);
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task A_code_of_another_organisation_of_the_same_person_names_it_and_nothing_else()
    {
        var (here, there) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var code = await app.LabelAsync(there, await there.AssetAsync("FC-0002", "Secret van"));
        await app.RunAsync("insert into tenant_memberships (id, tenant_id, user_id, role) values ($1, $2, $3, 'driver')", TestTenant.NewId(), there.Id, here.Staff.UserId);
        using var client = app.Client(here.Staff);

        foreach (var path in new[] { $"/api/labels/{code}", $"/api/labels/scan?text={code}", $"/api/labels/scan?text={Uri.EscapeDataString("https://old.example/q/" + code)}" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            var problem = await response.ReadProblemAsync();
            Assert.Equal((409, "other_tenant"), (problem.Status, problem.Code));
            Assert.Equal($$"""{"tenantId":"{{there.Id}}"}""", problem.Body.GetProperty("args").GetRawText());
            Assert.DoesNotContain("FC-0002", problem.Body.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("Secret", problem.Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Trait("FieldCase", "QR-01")]
    [Fact]
    public async Task Guesses_are_slowed_down_and_scans_are_not()
    {
        var tenant = await app.CreateTenantAsync();
        var code = await app.LabelAsync(tenant, await tenant.AssetAsync());
        using var client = app.Client(tenant.Driver);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("200", await client.GetOutcomeAsync($"/api/labels/{code}"));
        }

        var outcomes = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            outcomes.Add(await client.GetOutcomeAsync(i % 2 == 0 ? $"/api/labels/{LabelCode.Create()}" : $"/api/labels/scan?text={LabelCode.Create()}"));
        }

        Assert.Equal(30, outcomes.Count(o => o == "404 label_not_found"));
        Assert.Equal(70, outcomes.Count(o => o == "429 rate_limited"));
        using var colleague = app.Client(tenant.Staff);
        Assert.Equal("200", await colleague.GetOutcomeAsync($"/api/labels/{code}"));
    }

    [Fact]
    public async Task A_scan_finds_a_code_an_address_or_a_tag()
    {
        var tenant = await app.CreateTenantAsync();
        var old = await tenant.AssetAsync("FC-0003");
        await app.RunAsync("update assets set archived_at = now() where id = $1", old);
        var van = await tenant.AssetAsync("fc-0003");
        var code = await app.LabelAsync(tenant, van);
        var tagged = await tenant.AssetAsync("0O23456789"); // reads as a code and is none
        using var client = app.Client(tenant.Driver);

        foreach (var text in new[] { code, code.ToLowerInvariant(), $"https://fleet.example/q/{code}", $"http://x/Q/{code.ToLowerInvariant()}/", "FC-0003", "  fc-0003 " })
        {
            Assert.Equal(van, (await ScanAsync(text)).GetProperty("assetId").GetGuid());
        }

        Assert.Equal(tagged, (await ScanAsync("0o23456789")).GetProperty("assetId").GetGuid());
        foreach (var text in new[] { "FC-0004", "https://fleet.example/FC-0003", "javascript:alert(1)", "' or 1=1 --", new string('x', 500) })
        {
            Assert.Equal("404 label_not_found", await client.GetOutcomeAsync($"/api/labels/scan?text={Uri.EscapeDataString(text)}"));
        }

        foreach (var query in new[] { "", "?text=", "?text=%20", "?text=" + new string('x', 501), "?text=a%00b" })
        {
            Assert.Equal("400 invalid_query", await client.GetOutcomeAsync($"/api/labels/scan{query}"));
        }

        Task<System.Text.Json.JsonElement> ScanAsync(string text) => client.GetJsonAsync($"/api/labels/scan?text={Uri.EscapeDataString(text)}");
    }
}
