using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panorama.Api;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Testing;

namespace Panorama.Web.Tests.Running;

/// <summary>Web in front of the real Api on a real database.</summary>
public sealed class WholeSystem : IAsyncLifetime
{
    public const string Password = "a password for tests";
    private const string Secret = "k3JmW9s0QxYbT7uVnC5eRzAh2LpGd8Fi";

    private readonly string _files = Directory.CreateTempSubdirectory("panorama-files-").FullName;
    private WebApplication? _api;

    public TestDatabase Database { get; } = new();

    public WebApp Web { get; private set; } = null!;

    public string ApiAddress { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        var api = $"http://127.0.0.1:{FreePorts.Next()}";
        ApiAddress = api;
        Web = await WebApp.StartAsync(api);
        _api = await RunApiAsync(api, Web.Address.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>One more Api on the same database, for another public address; where one was that is away now, or anywhere.</summary>
    public async Task<RunningApi> StartApiAsync(string publicAddress, string? address = null)
    {
        address ??= $"http://127.0.0.1:{FreePorts.Next()}";
        return new RunningApi(await RunApiAsync(address, publicAddress), address);
    }

    private async Task<WebApplication> RunApiAsync(string address, string publicAddress)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["environment"] = "Testing",
            ["urls"] = address,
            ["SESSION_SECRET"] = Secret,
            ["DATA_KEY"] = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            ["PANORAMA_WEB_BASE_URL"] = publicAddress,
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["FEATURE_INSPECTIONS"] = "true",
            ["STORAGE_DIRECTORY"] = _files,
            ["ConnectionStrings:panorama"] = Database.ConnectionString(DatabaseRoles.App),
            ["ConnectionStrings:panorama_auth"] = Database.ConnectionString(DatabaseRoles.Auth),
        };
        var api = ApiHost.Build([.. settings.Select(s => $"--{s.Key}={s.Value}")], builder => builder.Logging.ClearProviders());
        await api.StartAsync();
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        if (Web is not null)
        {
            await Web.DisposeAsync();
        }

        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        await Database.DisposeAsync();
        Directory.Delete(_files, recursive: true);
    }

    public Task<TestTenant> CreateTenantAsync() => TestTenant.CreateAsync(
        Database, token => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), token), TestContext.Current.CancellationToken);

    /// <summary>One that has inspections switched on.</summary>
    public async Task<TestTenant> CreateInspectingTenantAsync()
    {
        var tenant = await CreateTenantAsync();
        await RunAsync("insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', true, now())", tenant.Id);
        return tenant;
    }

    /// <summary>A browser of somebody who is signed in.</summary>
    public HttpClient Browser(TestPerson person) => Web.Browser(SecretToken.Format(person.Token));

    public async Task SetPasswordAsync(TestPerson person) => await RunAsync(
        "insert into auth_identities (id, user_id, provider, subject, email_at_link, secret_hash) values ($1, $2, 'password', $3, $3, $4)",
        TestTenant.NewId(), person.UserId, person.Email, PasswordHasher.Hash(Password));

    /// <summary>Runs SQL as the migrator.</summary>
    public async Task RunAsync(string sql, params object[] values)
    {
        await using var connection = await Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of the tests
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>An Api and where it serves.</summary>
public sealed class RunningApi(WebApplication app, string address) : IAsyncDisposable
{
    public string Address => address;

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
