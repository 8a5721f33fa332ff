using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;

namespace Panorama.Api.Tests.Importing;

/// <summary>The import routes as a browser's server calls them, and the Worker's part in this process.</summary>
internal static class ImportCalls
{
    public static byte[] FieldFile(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "field", name));

    public static async Task<HttpResponseMessage> UploadAsync(this HttpClient client, byte[] file, string query = "?fileName=assets.csv", string type = "text/csv", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/imports" + query) { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<string> CreateAsync(this HttpClient client, byte[] file)
    {
        using var response = await client.UploadAsync(file);
        Assert.Equal("201", await response.OutcomeAsync());
        return (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
    }

    public static async Task<HttpResponseMessage> PatchAsync(this HttpClient client, string id, object body, string? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/imports/{id}") { Content = JsonContent.Create(body) };
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", version);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Patches what is stored now.</summary>
    public static async Task ChooseAsync(this HttpClient client, string id, object body)
    {
        var version = (await client.GetJsonAsync($"/api/imports/{id}")).GetProperty("version").GetInt32();
        using var response = await client.PatchAsync(id, body, $"\"{version}\"");
        Assert.Equal("200", await response.OutcomeAsync());
    }

    public static async Task<string> MoveAsync(this HttpClient client, string id, string step)
    {
        using var response = await client.PostAsync(new Uri($"/api/imports/{id}/{step}", UriKind.Relative), null, TestContext.Current.CancellationToken);
        return await response.OutcomeAsync();
    }

    /// <summary>Works through the queue as the Worker does until the import rests; other tests' imports are done by the way.</summary>
    public static async Task<JsonElement> FinishAsync(this ApiApp app, HttpClient client, string id)
    {
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString(DatabaseRoles.SuperAdmin));
        for (var i = 0; i < 600; i++)
        {
            var import = await client.GetJsonAsync($"/api/imports/{id}");
            if (import.GetProperty("state").GetString() is not ("QUEUED" or "RUNNING" or "PAUSED"))
            {
                return import;
            }

            if (await ImportClaim.TakeAsync(source, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken) is { } claim)
            {
                await claim.RunAsync(source, TimeProvider.System, () => false, TestContext.Current.CancellationToken);
            }
            else
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        throw new TimeoutException("The import does not end.");
    }

    private static readonly string[] Counted = ["state", "created", "updated", "matched", "rejected", "warnings"];

    public static string Counts(this JsonElement import) => string.Join(' ', Counted.Select(name => import.GetProperty(name).ToString()));
}
