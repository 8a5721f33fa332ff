using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panorama.Api.Tests;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Testing;

[assembly: AssemblyFixture(typeof(ApiApp))]

namespace Panorama.Api.Tests;

/// <summary>The Api on loopback against the real database. Its tests are a trusted proxy, so each client has an address of its own.</summary>
public sealed class ApiApp : IAsyncLifetime
{
    public const string Secret = "k3JmW9s0QxYbT7uVnC5eRzAh2LpGd8Fi";
    public const string WebOrigin = "http://localhost:5080";

    private RunningApi? _api;

    public TestDatabase Database { get; } = new();

    public RunningApi Api => _api ?? throw new InvalidOperationException("Not started.");

    public static byte[] Hash(byte[] token) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), token);

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        _api = await RunningApi.StartAsync(Settings());
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    /// <summary>The settings of the Api over this database, changed by <paramref name="changes"/>; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Settings(params (string Key, string? Value)[] changes) => Settings(Database, changes);

    /// <summary>The settings of the Api over another database.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(TestDatabase database, params (string Key, string? Value)[] changes)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["environment"] = "Testing",
            ["urls"] = "http://127.0.0.1:0",
            ["SESSION_SECRET"] = Secret,
            ["DATA_KEY"] = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            ["PANORAMA_WEB_BASE_URL"] = WebOrigin,
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["FEATURE_INSPECTIONS"] = "true",
            ["ConnectionStrings:panorama"] = database.ConnectionString(DatabaseRoles.App),
            ["ConnectionStrings:panorama_auth"] = database.ConnectionString(DatabaseRoles.Auth),
        };
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        return settings;
    }

    public Task<TestTenant> CreateTenantAsync() => TestTenant.CreateAsync(Database, Hash, TestContext.Current.CancellationToken);

    /// <summary>One that has inspections switched on.</summary>
    public async Task<TestTenant> CreateInspectingTenantAsync()
    {
        var tenant = await CreateTenantAsync();
        await RunAsync("insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', true, now())", tenant.Id);
        return tenant;
    }

    public HttpClient Client(TestPerson? person = null) => Api.Client(person?.Token);

    /// <summary>Runs SQL as the migrator.</summary>
    public async Task<object?> RunAsync(string sql, params object[] values)
    {
        await using var connection = await Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of the tests
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs SQL as the login of the Api, in the session of a person, and takes it back.</summary>
    public async Task TryAsync(TestPerson person, string sql, object value)
    {
        await using var connection = await Database.OpenAsync(DatabaseRoles.App, TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var open = new NpgsqlCommand("select user_id from session_open($1)", connection) { Parameters = { new() { Value = person.SessionHash } } })
        {
            await open.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }

#pragma warning disable CA2100 // literals of the tests
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = value } } };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Gives a person a password.</summary>
    public async Task SetPasswordAsync(TestPerson person, string password, string? hash = null) => await RunAsync(
        "insert into auth_identities (id, user_id, provider, subject, email_at_link, secret_hash) values ($1, $2, 'password', $3, $3, $4)",
        TestTenant.NewId(), person.UserId, person.Email, hash ?? PasswordHasher.Hash(password));
}

/// <summary>One Api process inside the test, on a port of its own.</summary>
public sealed class RunningApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SocketsHttpHandler _handler = new() { UseCookies = false, AllowAutoRedirect = false };

    private RunningApi(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningApi> StartAsync(
        IReadOnlyDictionary<string, string?> settings, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null)
    {
        var app = ApiHost.Build(
            [.. settings.Where(s => s.Value is not null).Select(s => $"--{s.Key}={s.Value}")],
            builder =>
            {
                builder.Logging.ClearProviders();
                configure?.Invoke(builder);
            });
        try
        {
            map?.Invoke(app);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new RunningApi(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A browser behind the proxy: an address of its own, and a session when a token is given.</summary>
    public HttpClient Client(byte[]? token = null, string? address = null)
    {
        var client = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Address };
        if (address is not "")
        {
            client.DefaultRequestHeaders.Add("X-Forwarded-For", address ?? RandomAddress());
        }

        if (token is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", $"panorama_session={SecretToken.Format(token)}");
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _handler.Dispose();
        await _app.DisposeAsync();
    }

    public static string RandomAddress()
    {
        var bytes = RandomNumberGenerator.GetBytes(3);
        return string.Create(CultureInfo.InvariantCulture, $"100.{bytes[0]}.{bytes[1]}.{bytes[2]}");
    }
}

/// <summary>A problem as it came over the wire.</summary>
public sealed record Problem(int Status, string Code, JsonElement Body);

public static class Responses
{
    public static Task<Guid> AssetAsync(this TestTenant tenant, string? tag = null, string? name = null) =>
        tenant.AddAssetAsync(tag, name, TestContext.Current.CancellationToken);

    public static async Task<Problem> ReadProblemAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.ReadJsonAsync();
        var status = (int)response.StatusCode;
        var code = body.GetProperty("code").GetString()!;
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.Equal($"urn:panorama:problem:{code}", body.GetProperty("type").GetString());
        Assert.NotEmpty(body.GetProperty("traceId").GetString()!);
        Assert.NotEmpty(body.GetProperty("title").GetString()!);
        Assert.StartsWith(code, body.GetProperty("message").GetString(), StringComparison.Ordinal);
        return new Problem(status, code, body);
    }

    public static Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    /// <summary>Status and code, or the status alone where it is no problem.</summary>
    public static async Task<string> OutcomeAsync(this HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == "application/problem+json"
        ? $"{(int)response.StatusCode} {(await response.ReadProblemAsync()).Code}"
        : ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        return await response.ReadJsonAsync();
    }

    /// <summary>Ids of all items of a list, five on a page.</summary>
    public static async Task<IReadOnlyList<string?>> IdsOfPagesAsync(this HttpClient client, string path)
    {
        var ids = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync($"{path}?limit=5{(cursor is null ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.Text("id")));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);

        return ids;
    }

    public static async Task<string> GetOutcomeAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.OutcomeAsync();
    }

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object body) =>
        client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, TestContext.Current.CancellationToken);

    public static async Task<string> PostOutcomeAsync(this HttpClient client, string path, object body)
    {
        using var response = await client.PostAsync(path, body);
        return await response.OutcomeAsync();
    }
}
