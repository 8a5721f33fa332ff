using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Panorama.Api.Http;

namespace Panorama.Api.Tests.Http;

/// <summary>If-Match and merge patches, on a route of this test.</summary>
public sealed class NamingTheVersion(ApiApp app, NamingTheVersion.Sample sample) : IClassFixture<NamingTheVersion.Sample>
{
    [Theory]
    [InlineData(null, "428 version_required")]
    [InlineData("", "428 version_required")]
    [InlineData("\"3\"", "200")]
    [InlineData(" \"3\" ", "200")]
    [InlineData("\"2\"", "412 version_mismatch")]
    [InlineData("3", "412 version_mismatch")]
    [InlineData("*", "412 version_mismatch")]
    [InlineData("W/\"3\"", "412 version_mismatch")]
    public async Task The_header_decides(string? header, string outcome)
    {
        using var client = sample.Api.Client();

        using var response = await SendAsync(client, """{"size":4}""", header);

        if (outcome.StartsWith("412", StringComparison.Ordinal))
        {
            var problem = await response.ReadProblemAsync();
            Assert.Equal((outcome, 3), ($"{problem.Status} {problem.Code}", problem.Body.GetProperty("args").GetProperty("version").GetInt32()));
            return;
        }

        Assert.Equal(outcome, await response.OutcomeAsync());
    }

    [Theory]
    [InlineData("{}", """{"name":"stored","note":"kept","size":1}""")]
    [InlineData("""{"name":"new"}""", """{"name":"new","note":"kept","size":1}""")]
    [InlineData("""{"note":null}""", """{"name":"stored","note":null,"size":1}""")]
    [InlineData("", """{"name":"stored","note":"kept","size":1}""")]
    public async Task What_is_absent_stays_and_null_clears(string body, string stored)
    {
        using var client = sample.Api.Client();

        using var response = await SendAsync(client, body, "\"3\"");

        Assert.Equal(stored, (await response.ReadJsonAsync()).GetRawText());
    }

    [Theory]
    [InlineData("""{"name":null}""", "400 invalid_body", """{"name":["not_cleared"]}""")]
    [InlineData("""{"name":"12345678901"}""", "400 invalid_body", """{"name":["too_long"]}""")]
    [InlineData("""{"size":11}""", "400 invalid_body", """{"size":["out_of_range"]}""")]
    [InlineData("""{"name":null,"size":0}""", "400 invalid_body", """{"size":["out_of_range"],"name":["not_cleared"]}""")]
    [InlineData("""{"colour":1}""", "400 invalid_body", """{"colour":["unknown_member"]}""")]
    [InlineData("""{"size":"4"}""", "400 invalid_body", """{"size":["wrong_form"]}""")]
    [InlineData("""[]""", "400 invalid_body", """{"$":["wrong_form"]}""")]
    [InlineData("""null""", "400 invalid_body", """{"$":["wrong_form"]}""")]
    [InlineData("""{"size":1,"size":2}""", "400 malformed_body", null)]
    [InlineData("""{""", "400 malformed_body", null)]
    public async Task What_the_patch_cannot_be_is_said_by_member_and_code(string body, string outcome, string? codes)
    {
        using var client = sample.Api.Client();

        using var response = await SendAsync(client, body, "\"3\"");

        var problem = await response.ReadProblemAsync();
        Assert.Equal((outcome, codes), ($"{problem.Status} {problem.Code}", problem.Body.TryGetProperty("errorCodes", out var found) ? found.GetRawText() : null));
    }

    [Fact]
    public async Task The_codes_of_a_body_that_is_validated_by_attributes_are_said_too()
    {
        using var client = app.Client();

        using var response = await client.PostAsync("/api/auth/login", new { email = new string('a', 400), password = "" });

        var codes = (await response.ReadProblemAsync()).Body.GetProperty("errorCodes");
        Assert.Equal(("too_long", "too_short"), (codes.GetProperty("email")[0].GetString(), codes.GetProperty("password")[0].GetString()));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string body, string? header)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, "/api/sample") { Content = new StringContent(body, Encoding.UTF8, "application/merge-patch+json") };
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", header);
        }

        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>An Api with one more route, which knows version 3 of its row.</summary>
    public sealed class Sample(ApiApp app) : IAsyncLifetime
    {
        private RunningApi? _api;

        public RunningApi Api => _api ?? throw new InvalidOperationException("Not started.");

        public async ValueTask InitializeAsync() => _api = await RunningApi.StartAsync(
            app.Settings(),
            map: a => a.MapPatch("/api/sample", (Patch<SamplePatch> patch, HttpRequest request) =>
                IfMatch.Refuse(request.Headers.IfMatch, 3) is { } refusal
                    ? (IResult)refusal
                    : TypedResults.Ok(new
                    {
                        name = patch.Or(nameof(SamplePatch.Name), patch.Body.Name!, "stored"),
                        note = patch.Or(nameof(SamplePatch.Note), patch.Body.Note, "kept"),
                        size = patch.Or(nameof(SamplePatch.Size), patch.Body.Size, 1),
                    })));

        public async ValueTask DisposeAsync()
        {
            if (_api is not null)
            {
                await _api.DisposeAsync();
            }
        }
    }

    internal sealed record SamplePatch(
        [property: NotCleared, System.ComponentModel.DataAnnotations.MaxLength(10)] string? Name = null, string? Note = null,
        [property: System.ComponentModel.DataAnnotations.Range(1, 10)] int? Size = null);
}
