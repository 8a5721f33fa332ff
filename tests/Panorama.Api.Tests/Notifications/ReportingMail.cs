using System.Net.Http.Headers;

namespace Panorama.Api.Tests.Notifications;

/// <summary>What a mail provider says after it took a mail.</summary>
public sealed class ReportingMail(ApiApp app)
{
    private const string Path = "/api/mail/reports";
    private const string Secret = "a word of thirty-two bytes or more";

    [Fact]
    public async Task A_bounce_or_a_complaint_ends_mail_to_the_address_in_each_organisation_of_the_person()
    {
        await using var api = await RunningApi.StartAsync(app.Settings(("MAIL_FEEDBACK_SECRET", Secret)));
        var (tenant, other) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        await app.RunAsync(
            "insert into tenant_memberships (id, tenant_id, user_id, role, status) values ($1, $2, $3, 'driver', 'active')", Testing.TestTenant.NewId(), other.Id, tenant.Driver.UserId);
        using var provider = Provider(api, Secret);
        var events = new[]
        {
            new { type = "bounce", email = tenant.Driver.Email.ToUpperInvariant(), detail = "550 5.1.1 unknown" },
            new { type = "complaint", email = tenant.Staff.Email, detail = "feedback loop" },
            new { type = "bounce", email = "nobody@elsewhere.example", detail = "who?" },
        };

        using var first = await provider.PostAsync(Path, new { events });
        using var second = await provider.PostAsync(Path, new { events });

        Assert.Equal(3, (await first.ReadJsonAsync()).Number("suppressed"));
        Assert.Equal(0, (await second.ReadJsonAsync()).Number("suppressed"));
        Assert.Equal(
            $"hard_bounce 550 5.1.1 unknown {tenant.Driver.Email}, complaint feedback loop {tenant.Staff.Email}",
            await app.RunAsync("select string_agg(concat_ws(' ', reason, detail, email), ', ' order by reason desc) from mail_suppressions where tenant_id = $1", tenant.Id));
        Assert.Equal(1L, await app.RunAsync("select count(*) from mail_suppressions where tenant_id = $1", other.Id));
    }

    [Fact]
    public async Task Who_does_not_know_the_word_reports_nothing()
    {
        await using var api = await RunningApi.StartAsync(app.Settings(("MAIL_FEEDBACK_SECRET", Secret)));
        var tenant = await app.CreateTenantAsync();
        var body = new { events = new[] { new { type = "bounce", email = tenant.Driver.Email } } };
        using var stranger = Provider(api, Secret + "!");
        using var nobody = Provider(api, null);
        using var member = api.Client(tenant.Owner.Token);
        using var provider = Provider(api, Secret);
        using var off = app.Client();
        off.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "");

        Assert.Equal("401 authentication_required", await stranger.PostOutcomeAsync(Path, body));
        Assert.Equal("401 authentication_required", await nobody.PostOutcomeAsync(Path, body));
        Assert.Equal("401 authentication_required", await member.PostOutcomeAsync(Path, body));
        Assert.Equal("404 not_found", await off.PostOutcomeAsync(Path, body));
        Assert.Equal("400 invalid_body", await provider.PostOutcomeAsync(Path, new { events = Array.Empty<object>() }));
        Assert.Equal("400 invalid_body", await provider.PostOutcomeAsync(Path, new { events = new[] { new { type = "opened", email = "a@example.org" } } }));
        Assert.Equal("400 invalid_body", await provider.PostOutcomeAsync(Path, new { events = Enumerable.Repeat(new { type = "bounce", email = "a@example.org" }, 501) }));
        Assert.Equal(0L, await app.RunAsync("select count(*) from mail_suppressions where tenant_id = $1", tenant.Id));
    }

    private static HttpClient Provider(RunningApi api, string? secret)
    {
        var client = api.Client(null);
        client.DefaultRequestHeaders.Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }
}
