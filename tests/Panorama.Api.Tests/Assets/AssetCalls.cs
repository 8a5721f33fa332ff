using System.Net.Http.Json;
using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

/// <summary>Calls as the wire has them.</summary>
internal static class AssetCalls
{
    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string path, object body, int? version = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<string> OutcomeAsync(this HttpClient client, HttpMethod method, string path, object body, int? version = null)
    {
        using var response = await client.SendAsync(method, path, body, version);
        return await response.OutcomeAsync();
    }

    /// <summary>The answer of a call that must succeed.</summary>
    public static async Task<JsonElement> DoAsync(this HttpClient client, HttpMethod method, string path, object body, int? version = null)
    {
        using var response = await client.SendAsync(method, path, body, version);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        return await response.ReadJsonAsync();
    }

    public static async Task<Problem> RefusedAsync(this HttpClient client, HttpMethod method, string path, object body, int? version = null)
    {
        using var response = await client.SendAsync(method, path, body, version);
        return await response.ReadProblemAsync();
    }

    /// <summary>The newest line of an asset's history: action and data.</summary>
    public static async Task<(string Action, JsonElement Data)> LastEventAsync(this HttpClient client, Guid asset)
    {
        var item = (await client.GetJsonAsync($"/api/assets/{asset}/history")).GetProperty("items")[0];
        return (item.GetProperty("action").GetString()!, item.GetProperty("data"));
    }

    public static async Task<Guid> FieldAsync(this ApiApp app, TestTenant tenant, string name, string type, string? options = null, string flags = "false, false, false")
    {
        var id = TestTenant.NewId();
        await app.RunAsync(
            $"insert into custom_fields (id, tenant_id, name, type, options, required, is_unique, searchable) values ($1, $2, $3, $4, $5::jsonb, {flags})",
            id, tenant.Id, name, type, (object?)options ?? DBNull.Value);
        return id;
    }

    public static async Task<Guid> PlaceAsync(this ApiApp app, TestTenant tenant, string name)
    {
        var id = TestTenant.NewId();
        await app.RunAsync("insert into locations (id, tenant_id, name) values ($1, $2, $3)", id, tenant.Id, name);
        return id;
    }

    public static async Task<Guid> LabelAsync(this ApiApp app, TestTenant tenant, string name, string type, string mapsTo, bool isDefault = false)
    {
        var id = TestTenant.NewId();
        await app.RunAsync(
            "insert into status_labels (id, tenant_id, name, type, maps_to, is_default) values ($1, $2, $3, $4, $5, $6)", id, tenant.Id, name, type, mapsTo, isDefault);
        return id;
    }
}
