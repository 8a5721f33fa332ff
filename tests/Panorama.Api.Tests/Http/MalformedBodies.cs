using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Http;

/// <summary>Whatever is sent as the body of whichever route of the description, the answer is a problem with a code that blames the sender.</summary>
public sealed class MalformedBodies(ApiApp app)
{
    private const string Json = "application/json";

    private static readonly (string Name, string Type, Func<JsonElement, string?> Body, string? Outcome)[] Bodies =
    [
        ("nothing", Json, _ => "", null),
        ("null", Json, _ => "null", "400 invalid_body"),
        ("a list", Json, _ => "[]", "400 invalid_body"),
        ("a text", Json, _ => "\"x\"", "400 invalid_body"),
        ("a number", Json, _ => "5", "400 invalid_body"),
        ("JSON cut short", Json, schema => Members(schema, "\"a\"")?[..^1], "400 malformed_body"),
        ("no JSON", Json, _ => "a=1&b=2", "400 malformed_body"),
        ("an unknown charset", "application/json; charset=bogus", schema => Members(schema, "\"a\""), "415 unsupported_media_type"),
        ("another charset", "application/json; charset=utf-16", schema => Members(schema, "\"a\""), "415 unsupported_media_type"),
        ("a form", "application/x-www-form-urlencoded", _ => "a=1&b=2", "415 unsupported_media_type"),
        ("text", "text/plain", schema => Members(schema, "\"a\""), "415 unsupported_media_type"),
        ("objects for members", Json, schema => Members(schema, "{\"x\":[]}"), "400 invalid_body"),
        ("null for members", Json, schema => Members(schema, "null"), null),
        ("an unknown member", Json, _ => "{\"no such member\":1}", "400 invalid_body"),
        ("NUL in members", Json, schema => Members(schema, "\"a\\u0000b\""), null),
        ("half a surrogate in members", Json, schema => Members(schema, "\"\\ud800\""), "400 invalid_body"),
        ("members of 50 kB", Json, schema => Members(schema, $"\"{new string('a', 50_000 / Math.Max(1, Count(schema)))}\""), null),
        ("2 MB", Json, _ => $"{{\"a\":\"{new string('a', 2_000_000)}\"}}", "413 body_too_large"),
        ("1000 lists in one another", Json, _ => new string('[', 1000) + new string(']', 1000), "400 malformed_body"),
        ("1000 objects in one another", Json, _ => string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000), null),
    ];

    [Fact]
    public async Task Sent_to_any_route_are_refused_with_a_code()
    {
        using var client = app.Client();
        var document = await client.GetJsonAsync("/api/openapi/v1.json");
        var routes = Routes(document).ToList();
        var wrong = new List<string>();

        Assert.Contains(routes, r => r.Path == "/api/auth/login");
        foreach (var (method, path, schema) in routes)
        {
            var tenant = await app.CreateInspectingTenantAsync();
            foreach (var (name, type, body, expected) in Bodies)
            {
                if (body(schema) is not { } text)
                {
                    continue; // of members, where a body has none
                }

                var outcome = await SendAsync(tenant.Owner, method, path, type, text);
                if (expected is null ? outcome is not ['4', _, _, ' ', ..] : outcome != expected)
                {
                    wrong.Add($"{method} {path} with {name}: {outcome}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private static IEnumerable<(string Method, string Path, JsonElement Schema)> Routes(JsonElement document)
    {
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                if (operation.Value.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty(Json, out var content))
                {
                    var schema = content.GetProperty("schema");
                    if (schema.TryGetProperty("$ref", out var reference))
                    {
                        schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
                    }

                    yield return (operation.Name.ToUpperInvariant(), path.Name, schema);
                }
            }
        }
    }

    private static int Count(JsonElement schema) => schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Count() : 0;

    private static string? Members(JsonElement schema, string value) => Count(schema) == 0
        ? null
        : "{" + string.Join(',', schema.GetProperty("properties").EnumerateObject().Select(p => $"\"{p.Name}\":{value}")) + "}";

    // An address of its own each time: what is tested is not the limits.
    private async Task<string> SendAsync(TestPerson person, string method, string path, string type, string body)
    {
        using var client = app.Client(person);
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", TestTenant.NewId().ToString(), StringComparison.Ordinal));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.OutcomeAsync();
    }
}
