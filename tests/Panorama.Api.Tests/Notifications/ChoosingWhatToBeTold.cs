using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Notifications;

public sealed class ChoosingWhatToBeTold(ApiApp app)
{
    private const string Own = "/api/me/notification-preferences";
    private const string Defaults = "/api/notification-defaults";
    private const string CheckedOut = "panorama.asset.checked_out";

    [Fact]
    public async Task Ones_own_language_is_kept_for_what_one_is_written()
    {
        var tenant = await app.CreateTenantAsync();
        using var driver = app.Client(tenant.Driver);

        Assert.Equal("204", await driver.SendOutcomeAsync(HttpMethod.Put, "/api/me/language", null, new { locale = "es" }));
        Assert.Equal("400 invalid_body", await driver.SendOutcomeAsync(HttpMethod.Put, "/api/me/language", null, new { locale = "fr" }));
        Assert.Equal("400 invalid_body", await driver.SendOutcomeAsync(HttpMethod.Put, "/api/me/language", null, new { }));

        Assert.Equal("es", await app.RunAsync("select locale from users where id = $1", tenant.Driver.UserId));
        Assert.Equal(0L, await app.RunAsync("select count(*) from users u join tenant_memberships m on m.user_id = u.id where m.tenant_id = $1 and u.id <> $2 and u.locale is not null", tenant.Id, tenant.Driver.UserId));
        Assert.Equal("es", (await driver.GetJsonAsync("/api/auth/me")).Text("locale"));
    }

    [Fact]
    public async Task What_ones_role_is_never_told_of_is_not_offered()
    {
        var tenant = await app.CreateTenantAsync();
        var offered = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (name, person) in new[] { ("owner", tenant.Owner), ("staff", tenant.Staff), ("driver", tenant.Driver) })
        {
            using var client = app.Client(person);
            offered[name] = [.. (await client.GetJsonAsync(Own)).GetProperty("events").EnumerateArray().Select(e => e.Text("type")!)];
        }

        Assert.Contains("panorama.asset.created", offered["owner"]);
        Assert.DoesNotContain("panorama.asset.created", offered["staff"]);
        Assert.Equal(["panorama.asset.checkin_requested"], offered["staff"].Except(offered["driver"], StringComparer.Ordinal));
        Assert.Contains(CheckedOut, offered["driver"]);
        Assert.Subset(offered["owner"].ToHashSet(StringComparer.Ordinal), offered["staff"].ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ones_own_choice_beats_the_organisations_and_that_beats_what_is_shipped()
    {
        var tenant = await app.CreateTenantAsync();
        using var admin = app.Client(tenant.FleetAdmin);
        using var driver = app.Client(tenant.Driver);
        var shipped = await driver.GetJsonAsync(Own);
        Assert.Equal((0, "07:00"), (shipped.Number("version"), shipped.Text("digestAt")));
        Assert.Equal("""{"mode":"instant","default":"instant","isChosen":false}""", Of(shipped, CheckedOut).GetProperty("email").GetRawText());

        var before = await admin.GetJsonAsync(Defaults);
        var organisation = await admin.SendJsonAsync(HttpMethod.Put, Defaults, before.Number("version"), $$"""{"modes":[{"type":"{{CheckedOut}}","channel":"email","mode":"daily"}]}""");
        Assert.NotEqual(before.Number("version"), organisation.Number("version"));
        Assert.Equal("""{"mode":"daily","default":"daily","isChosen":false}""", Of(await driver.GetJsonAsync(Own), CheckedOut).GetProperty("email").GetRawText());

        using var put = await driver.SendAsync(
            HttpMethod.Put, Own, 0, $$"""{"modes":[{"type":"{{CheckedOut}}","channel":"email","mode":"off"},{"type":"{{CheckedOut}}","channel":"in_app","mode":"off"}],"quietFrom":"22:00","quietUntil":"06:30","digestAt":"08:15"}""");
        var mine = await put.ReadJsonAsync();
        Assert.Equal(("200", "\"1\""), (await put.OutcomeAsync(), put.Headers.ETag!.Tag));
        Assert.Equal("""{"mode":"off","default":"daily","isChosen":true}""", Of(mine, CheckedOut).GetProperty("email").GetRawText());
        Assert.Equal(("22:00", "06:30", "08:15"), (mine.Text("quietFrom"), mine.Text("quietUntil"), mine.Text("digestAt")));
        Assert.False(Of(await admin.GetJsonAsync(Own), CheckedOut).GetProperty("email").GetProperty("isChosen").GetBoolean());
        Assert.Equal(
            """[{"key": "panorama.asset.checked_out:email", "after": "daily", "before": null}]""",
            await app.RunAsync("select (metadata->'changed')::text from audit_events where tenant_id = $1 and action = 'panorama.tenant.settings_updated'", tenant.Id));

        // What is left out is the default again.
        var again = await driver.SendJsonAsync(HttpMethod.Put, Own, 1, """{"modes":[]}""");
        Assert.Equal("""{"mode":"daily","default":"daily","isChosen":false}""", Of(again, CheckedOut).GetProperty("email").GetRawText());
        Assert.Equal((JsonValueKind.Null, 2), (again.GetProperty("quietFrom").ValueKind, again.Number("version")));
    }

    [Fact]
    public async Task An_edit_names_its_version_and_of_two_at_once_one_wins()
    {
        var tenant = await app.CreateTenantAsync();
        using var owner = app.Client(tenant.Owner);
        var version = (await owner.GetJsonAsync(Defaults)).Number("version");

        foreach (var path in new[] { Own, Defaults })
        {
            Assert.Equal("428 version_required", await owner.SendOutcomeAsync(HttpMethod.Put, path, null, """{"modes":[]}"""));
            Assert.Equal("412 version_mismatch", await owner.SendOutcomeAsync(HttpMethod.Put, path, 77, """{"modes":[]}"""));
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => owner.SendOutcomeAsync(HttpMethod.Put, Own, 0, """{"modes":[]}""")));
        Assert.Equal(1, outcomes.Count(o => o == "200"));
        Assert.All(outcomes, o => Assert.True(o is "200" or "412 version_mismatch" or "409 concurrency_conflict", o));
        outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => i % 2 == 0 ? "off" : "daily").Select(mode => owner.SendOutcomeAsync(
            HttpMethod.Put, Defaults, version, $$"""{"modes":[{"type":"{{CheckedOut}}","channel":"email","mode":"{{mode}}"}]}""")));
        Assert.Equal(1, outcomes.Count(o => o == "200"));
        Assert.Equal(3, outcomes.Count(o => o == "412 version_mismatch"));
    }

    [Theory]
    [InlineData("""{"modes":[{"type":"panorama.nothing.happened","channel":"email","mode":"off"}]}""", "modes[0].type:not_found")]
    [InlineData("""{"modes":[{"type":"panorama.auth.password_changed","channel":"email","mode":"off"}]}""", "modes[0].type:not_changeable")]
    [InlineData("""{"modes":[{"type":"panorama.asset.checked_out","channel":"pigeon","mode":"off"}]}""", "modes[0].channel:not_found")]
    [InlineData("""{"modes":[{"type":"panorama.asset.checked_out","channel":"in_app","mode":"daily"}]}""", "modes[0].mode:not_available")]
    [InlineData("""{"modes":[{"type":"panorama.asset.checked_out","channel":"email","mode":"off"},{"type":"panorama.asset.checked_out","channel":"email","mode":"daily"}]}""", "modes[1].type:repeated")]
    [InlineData("""{"modes":[],"quietFrom":"22:00"}""", "quietUntil:required")]
    [InlineData("""{"modes":[],"quietFrom":"22:00","quietUntil":"22:00"}""", "quietUntil:repeated")]
    [InlineData("""{"modes":[],"quietFrom":"24:00","quietUntil":"06:00"}""", "quietFrom:wrong_form")]
    [InlineData("""{"modes":[],"digestAt":"7"}""", "digestAt:wrong_form")]
    [InlineData("{}", "modes:required")]
    public async Task What_cannot_be_chosen_is_named(string body, string errors)
    {
        var tenant = await app.CreateTenantAsync();
        using var driver = app.Client(tenant.Driver);

        Assert.Equal(errors, await driver.SendErrorsAsync(HttpMethod.Put, Own, 0, body));
    }

    [Fact]
    public async Task An_address_without_mail_is_listed_and_released_once()
    {
        var (tenant, stranger) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var (id, theirs) = (TestTenant.NewId(), TestTenant.NewId());
        await app.RunAsync("insert into mail_suppressions (id, tenant_id, email, reason, detail) values ($1, $2, 'gone@x.example', 'hard_bounce', '550 no such user')", id, tenant.Id);
        await app.RunAsync("insert into mail_suppressions (id, tenant_id, email, reason) values ($1, $2, 'other@x.example', 'manual')", theirs, stranger.Id);
        using var admin = app.Client(tenant.FleetAdmin);

        var listed = (await admin.GetJsonAsync("/api/mail-suppressions?released=false")).GetProperty("items").EnumerateArray().Single();
        var released = await admin.SendJsonAsync(HttpMethod.Post, $"/api/mail-suppressions/{id}/release", null);
        var again = await admin.SendJsonAsync(HttpMethod.Post, $"/api/mail-suppressions/{id}/release", null);

        Assert.Equal(("gone@x.example", "hard_bounce", "550 no such user", JsonValueKind.Null), (listed.Text("email"), listed.Text("reason"), listed.Text("detail"), listed.GetProperty("releasedAt").ValueKind));
        Assert.Equal(released.GetRawText(), again.GetRawText());
        Assert.NotNull(released.Text("releasedByName"));
        Assert.Empty((await admin.GetJsonAsync("/api/mail-suppressions?released=false")).GetProperty("items").EnumerateArray());
        Assert.Single((await admin.GetJsonAsync("/api/mail-suppressions?released=true")).GetProperty("items").EnumerateArray());
        Assert.Equal(1L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.mail.suppression_released' and resource_id = $2", tenant.Id, id.ToString()));
        foreach (var other in new[] { theirs.ToString(), "none" })
        {
            Assert.Equal("404 suppression_not_found", await admin.SendOutcomeAsync(HttpMethod.Post, $"/api/mail-suppressions/{other}/release", null));
        }

        Assert.Equal("400 invalid_query", await admin.GetOutcomeAsync("/api/mail-suppressions?released=perhaps"));
    }

    private static JsonElement Of(JsonElement preferences, string type) => preferences.GetProperty("events").EnumerateArray().Single(e => e.Text("type") == type);
}
