using System.Net;
using Panorama.Api.Tests.Assets;
using Panorama.Core.Notifications;

namespace Panorama.Api.Tests.Notifications;

/// <summary>What people do in the application becomes messages, in the same transaction.</summary>
public sealed class EnqueueingMessages(ApiApp app)
{
    private const string Password = "correct horse 9 battery";

    [Fact]
    public async Task Entering_lending_and_retiring_an_asset_is_told()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync("VAN-1", "White van");
        using var desk = app.Client(tenant.FleetAdmin);
        using var holder = app.Client(tenant.Driver);

        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId });
        var custody = (Guid)(await app.RunAsync("select id from asset_assignments where asset_id = $1", id))!;
        await holder.DoAsync(HttpMethod.Post, $"/api/assignments/{custody}/decline", new { reason = "Not mine." });
        await holder.OutcomeAsync(HttpMethod.Post, $"/api/assignments/{custody}/request-checkin", new { });
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", new { });
        Assert.Equal("409 not_in_custody", await desk.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/checkin", new { }));
        await desk.SendJsonAsync(HttpMethod.Patch, $"/api/assets/{id}", 3, new { notes = "Scratched." });
        await desk.SendJsonAsync(HttpMethod.Post, $"/api/assets/{id}/retire", 4, new { reason = "Sold." });
        await desk.PostAsync("/api/assets", new { modelId = tenant.ModelId, name = "Another" });

        Assert.Equal(
            """
            panorama.asset.checked_out fleet_admin, panorama.asset.custody_declined driver, panorama.asset.checkin_requested driver, panorama.asset.checked_in fleet_admin, panorama.asset.updated fleet_admin, panorama.asset.retired fleet_admin, panorama.asset.created fleet_admin
            """.Trim(),
            await app.RunAsync(
                """
                select string_agg(e.event_type || ' ' || m.role, ', ' order by e.created_at, e.id) from notification_events e
                  join tenant_memberships m on m.tenant_id = e.tenant_id and m.user_id = e.actor_user_id where e.tenant_id = $1 and e.resource_type = 'asset'
                """, tenant.Id));
        Assert.Equal(
            $"{id} {custody} {tenant.Driver.UserId}",
            await app.RunAsync(
                "select concat_ws(' ', payload ->> 'assetId', payload ->> 'assignmentId', payload ->> 'userId') from notification_events where tenant_id = $1 and event_type like '%checked_out'", tenant.Id));
    }

    [Fact]
    public async Task A_browser_that_was_not_used_before_is_told_once()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Driver, Password);
        using var browser = app.Client();
        browser.DefaultRequestHeaders.UserAgent.ParseAdd("Harbour/1");

        Assert.Equal("200", await browser.PostOutcomeAsync("/api/auth/login", new { email = tenant.Driver.Email, password = Password }));
        Assert.Equal("200", await browser.PostOutcomeAsync("/api/auth/login", new { email = tenant.Driver.Email, password = Password }));

        Assert.Equal($"panorama.auth.signed_in_elsewhere {tenant.Driver.UserId}", await app.RunAsync(
            "select string_agg(event_type || ' ' || (payload ->> 'userId'), ',') from notification_events where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task Another_password_is_told_by_the_database()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Driver, Password);
        await using var connection = await app.Database.OpenAsync(Core.Data.DatabaseRoles.Auth, TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("select auth_password_set($1, 'hash')", connection);
        command.Parameters.Add(new() { Value = tenant.Driver.SessionHash });

        Assert.Equal(true, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));

        Assert.Equal($"panorama.auth.password_changed {tenant.Driver.UserId}", await app.RunAsync(
            "select event_type || ' ' || (payload ->> 'userId') from notification_events where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task Every_kind_has_a_schema_and_anybody_may_read_it()
    {
        using var nobody = app.Client();

        var items = (await nobody.GetJsonAsync("/api/events/schemas")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(EventRegistry.Shipped.All.Select(d => d.Type), items.Select(i => i.GetProperty("type").GetString()));
        var data = items.Single(i => i.GetProperty("type").GetString() == "panorama.import.finished").GetProperty("schema").GetProperty("properties").GetProperty("data");
        Assert.Equal(
            """{"type":"string","enum":["DRAFT","QUEUED","RUNNING","PAUSED","DONE","FAILED","CANCELLED"]}""", data.GetProperty("properties").GetProperty("state").GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_program_ends_mail_by_one_post_and_a_browser_is_led_to_its_choices()
    {
        var tenant = await app.CreateTenantAsync();
        await using var connection = await app.Database.OpenAsync(Core.Data.DatabaseRoles.SuperAdmin, TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("select notification_unsubscribe_token($1, $2)", connection);
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = tenant.Driver.UserId });
        var token = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        using var program = app.Client();
        using var oneClick = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);

        using var ended = await program.PostAsync(new Uri($"/api/notifications/unsubscribe/{token}", UriKind.Relative), oneClick, TestContext.Current.CancellationToken);
        var forged = await program.PostOutcomeAsync($"/api/notifications/unsubscribe/{token[..^4]}0000", new { });
        using var shown = await program.GetAsync(new Uri($"/api/notifications/unsubscribe/{token}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NoContent, "404 not_found"), (ended.StatusCode, forged));
        Assert.Equal((HttpStatusCode.Redirect, "/account/notifications"), (shown.StatusCode, shown.Headers.Location?.ToString()));
        Assert.Equal($"{tenant.Driver.Email} unsubscribed", await app.RunAsync("select email || ' ' || reason from mail_suppressions where tenant_id = $1", tenant.Id));
    }
}
