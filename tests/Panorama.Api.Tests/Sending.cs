using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Panorama.Api.Tests;

/// <summary>Requests that carry a version.</summary>
public static class Sending
{
    /// <param name="version">What If-Match names; null leaves the header out.</param>
    /// <param name="body">Serialized; null sends none, a string goes as it is.</param>
    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string path, int? version, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body switch
            {
                null => null,
                string text => new StringContent(text, Encoding.UTF8, "application/json"),
                _ => JsonContent.Create(body),
            },
        };
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<string> SendOutcomeAsync(this HttpClient client, HttpMethod method, string path, int? version, object? body = null)
    {
        using var response = await client.SendAsync(method, path, version, body);
        return await response.OutcomeAsync();
    }

    /// <summary>The body of an answer that must be a success.</summary>
    public static async Task<JsonElement> SendJsonAsync(this HttpClient client, HttpMethod method, string path, int? version, object? body = null)
    {
        using var response = await client.SendAsync(method, path, version, body);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        return await response.ReadJsonAsync();
    }

    /// <summary>The codes of a refused body by member: <c>name:too_long kind:required</c>.</summary>
    public static async Task<string> SendErrorsAsync(this HttpClient client, HttpMethod method, string path, int? version, object? body = null)
    {
        using var response = await client.SendAsync(method, path, version, body);
        var problem = await response.ReadProblemAsync();
        Assert.Equal((400, "invalid_body"), (problem.Status, problem.Code));
        return string.Join(' ', problem.Body.GetProperty("errorCodes").EnumerateObject().Select(e => $"{e.Name}:{string.Join('+', e.Value.EnumerateArray().Select(c => c.GetString()))}"));
    }

    public static string? Text(this JsonElement json, string member) => json.GetProperty(member).GetString();

    public static int Number(this JsonElement json, string member) => json.GetProperty(member).GetInt32();

    public static double? NumberOrNull(this JsonElement json, string member) => json.GetProperty(member) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
