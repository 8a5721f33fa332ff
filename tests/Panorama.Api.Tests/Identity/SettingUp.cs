using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Testing;

namespace Panorama.Api.Tests.Identity;

public sealed class SettingUp(ApiApp app)
{
    private const string Password = "correct horse 9 battery";

    [Fact]
    public async Task A_link_for_a_first_password_raced_by_eight_has_one_winner()
    {
        var tenant = await app.CreateTenantAsync();
        var token = SecretToken.Create();
        await app.RunAsync("insert into setup_links (token_hash, user_id, expires_at) values ($1, $2, now() + interval '1 day')", SHA256.HashData(token), tenant.Owner.UserId);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var client = app.Client();
            return await client.PostOutcomeAsync("/api/auth/setup-link", new { token = SecretToken.Format(token), password = Password });
        }));

        Assert.Equal(Enumerable.Repeat("410 link_used_or_expired", 7).Prepend("200"), outcomes.Order(StringComparer.Ordinal));
        using var client = app.Client();
        Assert.Equal("200", await client.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = Password }));
    }

    [Fact]
    public async Task A_link_is_no_good_for_a_bad_password_an_unknown_token_or_after_its_day()
    {
        var tenant = await app.CreateTenantAsync();
        var token = SecretToken.Create();
        await app.RunAsync("insert into setup_links (token_hash, user_id, expires_at) values ($1, $2, now() - interval '1 second')", SHA256.HashData(token), tenant.Owner.UserId);

        foreach (var (text, password, outcome) in new[]
        {
            (SecretToken.Format(token), Password, "410 link_used_or_expired"),
            (SecretToken.Format(SecretToken.Create()), Password, "410 link_used_or_expired"),
            ("short", Password, "410 link_used_or_expired"),
            (SecretToken.Format(token), "elevenchars", "400 password_too_short"),
            (SecretToken.Format(token), new string('x', 129), "400 password_too_long"),
            (SecretToken.Format(token), "Password12345", "400 password_breached"),
        })
        {
            using var client = app.Client();
            Assert.Equal(outcome, await client.PostOutcomeAsync("/api/auth/setup-link", new { token = text, password }));
        }
    }

    [Fact]
    public async Task The_first_organisation_is_made_once()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        await using var api = await RunningApi.StartAsync(app.Settings(
            ("ConnectionStrings:panorama", database.ConnectionString(DatabaseRoles.App)), ("ConnectionStrings:panorama_auth", database.ConnectionString(DatabaseRoles.Auth))));
        var token = SecretToken.Create();
        await using (var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken))
        {
            await using var command = new NpgsqlCommand(
                "insert into system_settings (key, value) values ('setup_link', jsonb_build_object('hash', $1::text, 'expiresAt', now() + interval '1 day')) on conflict (key) do update set value = excluded.value",
                connection);
            command.Parameters.Add(new NpgsqlParameter { Value = Convert.ToHexStringLower(SHA256.HashData(token)) });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("400 invalid_body locale,slug", await BadAsync(api, "Not A Slug", "Europe/Lisbon", "fr", "ana@acme.example"));
        Assert.Equal("400 invalid_body email,timeZone", await BadAsync(api, "acme", "Nowhere", "en", "ana@localhost"));
        Assert.Equal("410 link_used_or_expired", await PostAsync(api, SecretToken.Create(), 0));
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(n => PostAsync(api, token, n)));

        Assert.Equal(Enumerable.Repeat("409 already_set_up", 7).Prepend("201"), outcomes.Order(StringComparer.Ordinal));
        Assert.Equal("409 already_set_up", await PostAsync(api, token, 9));
    }

    private static async Task<string> PostAsync(RunningApi api, byte[] token, int number)
    {
        using var client = api.Client();
        using var response = await client.PostAsync("/api/setup", Body(SecretToken.Format(token), number, "acme", "Europe/Lisbon", "pt-br", "ana@acme.example"));
        if (response.StatusCode != HttpStatusCode.Created)
        {
            return await response.OutcomeAsync();
        }

        var me = await response.ReadJsonAsync();
        Assert.Equal(
            ("owner", "pt-br", "Europe/Lisbon", "Acme"),
            (me.GetProperty("currentRole").GetString(), me.GetProperty("locale").GetString(), me.GetProperty("timeZone").GetString(),
                me.GetProperty("memberships")[0].GetProperty("tenantDisplayName").GetString()));
        Assert.Single(response.Headers.GetValues("Set-Cookie"));
        return "201";
    }

    private static async Task<string> BadAsync(RunningApi api, string slug, string timeZone, string locale, string email)
    {
        using var client = api.Client();
        using var response = await client.PostAsync("/api/setup", Body("x", 0, slug, timeZone, locale, email));
        var problem = await response.ReadProblemAsync();
        var members = problem.Body.GetProperty("errors").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);
        return $"{problem.Status} {problem.Code} {string.Join(',', members)}";
    }

    private static object Body(string s, int number, string slug, string timeZone, string locale, string email) => new
    {
        s,
        organisation = "Acme",
        slug,
        displayName = "Ana " + number.ToString(CultureInfo.InvariantCulture),
        email,
        password = Password,
        locale,
        timeZone,
    };
}
