using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Testing;

[assembly: AssemblyFixture(typeof(TestDatabase))]

namespace Panorama.Operations.Tests.Running;

/// <summary>Settings of the three processes over one database, and people to sign in.</summary>
internal static class Installation
{
    public const string Password = "Kiebitz fliegt 7 Meilen";
    private const string PublicAddress = "http://localhost:5080";

    private static readonly string SessionSecret = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private static readonly string DataKey = "k1:" + Base64Url(RandomNumberGenerator.GetBytes(32));
    private static readonly string AuditKey = "a1:" + Base64Url(RandomNumberGenerator.GetBytes(32));

    public static IEnumerable<(string Name, string? Value)> Api(Func<string, string> connection, string redis = "127.0.0.1:1") =>
    [
        ("ConnectionStrings__panorama", connection(DatabaseRoles.App)),
        ("ConnectionStrings__panorama_auth", connection(DatabaseRoles.Auth)),
        ("ConnectionStrings__redis", redis),
        ("SESSION_SECRET", SessionSecret),
        ("DATA_KEY", DataKey),
        ("PANORAMA_WEB_BASE_URL", PublicAddress),
        ("TRUSTED_PROXIES", "127.0.0.1"),
    ];

    public static IEnumerable<(string Name, string? Value)> Worker(Func<string, string> connection) =>
    [
        ("ConnectionStrings__panorama_privileged", connection(DatabaseRoles.SuperAdmin)),
        ("AUDIT_SIGNING_KEY", AuditKey),
        ("DATA_KEY", DataKey),
        ("PANORAMA_WEB_BASE_URL", PublicAddress),
    ];

    public static IEnumerable<(string Name, string? Value)> Web(Uri api) =>
    [
        ("services__api__http__0", api.GetLeftPart(UriPartial.Authority)),
        ("PANORAMA_WEB_BASE_URL", PublicAddress),
        ("TRUSTED_PROXIES", "127.0.0.1"),
    ];

    public static IEnumerable<(string Name, string? Value)> Cli(Func<string, string> connection) =>
        DatabaseRoles.ConnectionNames.Select(n => ($"ConnectionStrings__{n.Value}", (string?)connection(n.Key)))
            .Append(("PANORAMA_WEB_BASE_URL", PublicAddress)).Append(("DATA_KEY", DataKey)).Append(("AUDIT_SIGNING_KEY", AuditKey));

    /// <summary>An organisation whose owner can sign in.</summary>
    public static async Task<TestTenant> CreateTenantAsync(this TestDatabase database)
    {
        var tenant = await TestTenant.CreateAsync(
            database, token => HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(SessionSecret), token), TestContext.Current.CancellationToken);
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            "insert into auth_identities (id, user_id, provider, subject, email_at_link, secret_hash) values ($1, $2, 'password', $3, $3, $4)", connection);
        foreach (var value in new object[] { TestTenant.NewId(), tenant.Owner.UserId, tenant.Owner.Email, PasswordHasher.Hash(Password) })
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return tenant;
    }

    /// <summary>One more owner with a session.</summary>
    public static async Task<TestPerson> AddSignedInAsync(this TestTenant tenant, TestDatabase database)
    {
        var person = await tenant.AddPersonAsync("owner", TestContext.Current.CancellationToken);
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("update sessions set token_hash = $1 where id = $2", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(SessionSecret), person.Token) });
        command.Parameters.Add(new NpgsqlParameter { Value = person.SessionId });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return person;
    }

    /// <summary>A program that speaks to a process as a browser on its own page does.</summary>
    public static HttpClient Browser(this ServiceProcess process, TestPerson? person = null, string? session = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = process.Address };
        client.DefaultRequestHeaders.Add("Origin", PublicAddress);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var address = RandomNumberGenerator.GetBytes(3);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"100.{address[0]}.{address[1]}.{address[2]}"));
        if (person is not null || session is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", $"panorama_session={session ?? SecretToken.Format(person!.Token)}");
        }

        return client;
    }

    public static async Task<(int Status, JsonElement Body)> SendAsync(this HttpClient client, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default);
    }

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
