namespace Panorama.Api.Tests.Identity;

/// <summary>An e-mail address is one person in whatever letters it is written.</summary>
[Trait("FieldCase", "IDN-05")]
public sealed class SpellingAddresses(ApiApp app)
{
    private const string Password = "correct horse 9 battery";

    [Fact]
    public async Task Two_spellings_are_one_person_and_either_signs_in()
    {
        var tenant = await app.CreateTenantAsync();
        var address = $"Maria.Silva@{tenant.Slug}.Example";
        using var owner = app.Client(tenant.Owner);
        string People() => $"/api/tenants/{tenant.Id}/memberships";
        using var first = await owner.PostAsync($"/api/tenants/{tenant.Id}/people", new { displayName = "Maria Silva", email = address });
        using var second = await owner.PostAsync($"/api/tenants/{tenant.Id}/people", new { displayName = "Maria da Silva", email = address.ToUpperInvariant() });
        using var padded = await owner.PostAsync($"/api/tenants/{tenant.Id}/people", new { displayName = "Maria", email = $" {address} " });
        var made = await first.ReadJsonAsync();
        var user = made.GetProperty("userId").GetGuid();
        var again = await second.ReadJsonAsync();

        Assert.Equal(("created", 201, 200), (made.GetProperty("outcome").GetString(), (int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal("400 invalid_body", await padded.OutcomeAsync());
        Assert.Equal((user, "existing"), (again.GetProperty("userId").GetGuid(), again.GetProperty("outcome").GetString()));
        var shown = (await owner.GetJsonAsync($"{People()}?q=maria")).GetProperty("items").EnumerateArray().Select(m => m.GetProperty("email").GetString());
        Assert.Equal([address.ToLowerInvariant()], shown);

        await app.RunAsync(
            "insert into auth_identities (id, user_id, provider, subject, email_at_link, secret_hash) select $1, id, 'password', email, email, $3 from users where id = $2",
            Testing.TestTenant.NewId(), user, Core.Identity.PasswordHasher.Hash(Password));
        foreach (var typed in new[] { address, address.ToUpperInvariant(), address.ToLowerInvariant(), $" {address} " })
        {
            using var client = app.Client();
            Assert.Equal((typed, "200"), (typed, await client.PostOutcomeAsync("/api/auth/login", new { email = typed, password = Password })));
        }
    }

    [Fact]
    public async Task The_pause_of_an_account_counts_every_spelling()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        using var client = app.Client();
        string[] spellings = [tenant.Owner.Email, tenant.Owner.Email.ToUpperInvariant(), $" {tenant.Owner.Email}", $"{tenant.Owner.Email} ", tenant.Owner.Email];
        foreach (var email in spellings)
        {
            Assert.Equal("401 invalid_credentials", await client.PostOutcomeAsync("/api/auth/login", new { email, password = "wrong" }));
        }

        Assert.Equal("429 rate_limited", await client.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email.ToUpperInvariant(), password = Password }));
    }
}
