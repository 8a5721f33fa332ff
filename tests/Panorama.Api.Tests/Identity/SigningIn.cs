using System.Net;
using Panorama.Core.Identity;

namespace Panorama.Api.Tests.Identity;

public sealed class SigningIn(ApiApp app)
{
    private const string Password = "correct horse 9 battery";

    [Fact]
    public async Task A_right_password_gives_who_one_is_and_a_cookie()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);

        using var client = app.Client();
        using var response = await client.PostAsync("/api/auth/login", new { email = tenant.Owner.Email.ToUpperInvariant(), password = Password });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var me = await response.ReadJsonAsync();
        Assert.Equal(
            $$"""{"userId":"{{tenant.Owner.UserId}}","email":"{{tenant.Owner.Email}}","displayName":"owner of {{tenant.Slug}}","currentTenantId":"{{tenant.Id}}","currentRole":"owner","isVip":false,"memberships":[{"tenantId":"{{tenant.Id}}","tenantSlug":"{{tenant.Slug}}","tenantDisplayName":"{{tenant.Slug}}","tenantLocale":"en","role":"owner","isVip":false}],"provider":"password","timeZone":"UTC","locale":"en","features":{"inspections":false,"maintenance":false},"waiting":{"unread":0,"deadLetters":0} }""".Replace(" }", "}", StringComparison.Ordinal),
            me.GetRawText());
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^panorama_session=[A-Za-z0-9_-]{43}; max-age=604800; path=/; samesite=lax; httponly$", cookie);
    }

    [Fact]
    public async Task Unknown_wrong_and_inactive_are_one_answer()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        await app.SetPasswordAsync(tenant.Driver, Password);
        await app.RunAsync("update users set status = 'SUSPENDED' where id = $1", tenant.Driver.UserId);
        using var client = app.Client();

        var bodies = new List<string>();
        foreach (var (email, password) in new[] { ("nobody@example.com", Password), (tenant.Owner.Email, "wrong"), (tenant.Driver.Email, Password), (tenant.Staff.Email, Password) })
        {
            using var response = await client.PostAsync("/api/auth/login", new { email, password });
            var problem = await response.ReadProblemAsync();
            Assert.Equal((401, "invalid_credentials"), (problem.Status, problem.Code));
            bodies.Add(problem.Body.GetRawText().Replace(problem.Body.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal));
        }

        Assert.Single(bodies.Distinct());
    }

    [Fact]
    public async Task A_hash_with_older_parameters_is_renewed()
    {
        var tenant = await app.CreateTenantAsync();
        var weak = "$argon2id$v=19$m=8192,t=1,p=1$" + WeakHash(Password);
        await app.SetPasswordAsync(tenant.Owner, Password, weak);
        using var client = app.Client();

        Assert.Equal("200", await client.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = Password }));

        var stored = (string)(await app.RunAsync("select secret_hash from auth_identities where user_id = $1", tenant.Owner.UserId))!;
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", stored, StringComparison.Ordinal);
        Assert.True(PasswordHasher.Verify(Password, stored));
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_the_browser_had()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, Password);
        using var client = app.Client(tenant.Owner);

        Assert.Equal("200", await client.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email, password = Password }));

        Assert.Equal("401 authentication_required", await client.GetOutcomeAsync("/api/auth/me"));
    }

    private static string WeakHash(string password)
    {
        var salt = new byte[16];
        var algorithm = NSec.Cryptography.PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new NSec.Cryptography.Argon2Parameters { DegreeOfParallelism = 1, MemorySize = 8192, NumberOfPasses = 1 });
        var hash = algorithm.DeriveBytes(System.Text.Encoding.UTF8.GetBytes(password), salt, 32);
        return $"{Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(hash).TrimEnd('=')}";
    }
}
