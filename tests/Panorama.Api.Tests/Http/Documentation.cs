using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panorama.Api.Http;

namespace Panorama.Api.Tests.Http;

public sealed partial class Documentation(ApiApp app)
{
    // Set to write what is compared, then read the difference before committing it.
    private static readonly bool IsUpdating = Environment.GetEnvironmentVariable("PANORAMA_UPDATE_SNAPSHOTS") == "1";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_committed_description_is_the_one_that_is_served()
    {
        using var client = app.Client();
        var served = JsonSerializer.Serialize(await client.GetJsonAsync("/api/openapi/v1.json"), Indented) + "\n";
        var path = Path.Combine(Root(), "docs", "api", "openapi.json");
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, served, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), served, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task The_description_is_3_1_and_names_every_code_it_declares()
    {
        using var client = app.Client();
        var document = await client.GetJsonAsync("/api/openapi/v1.json");

        Assert.StartsWith("3.1.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var login = document.GetProperty("paths").GetProperty("/api/auth/login").GetProperty("post").GetProperty("responses");
        Assert.Equal("`invalid_credentials`", login.GetProperty("401").GetProperty("description").GetString());
    }

    [Fact]
    public async Task Each_code_of_the_program_is_in_the_list_of_errors_and_no_other()
    {
        var path = Path.Combine(Root(), "docs", "errors.md");
        var rows = Row().Matches(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))
            .Select(m => (Code: m.Groups["code"].Value, Status: int.Parse(m.Groups["status"].Value, CultureInfo.InvariantCulture), Title: m.Groups["title"].Value));

        Assert.Equal(
            Problems.All.Select(k => (k.Code, k.Status, k.Title)).Order(), rows.Order());
        Assert.Equal(Problems.All.Count, Problems.All.DistinctBy(k => k.Code).Count());
        Assert.Equal(
            Problems.All.Select(k => k.Code).Order(StringComparer.Ordinal),
            typeof(Problems).GetFields().Select(f => f.GetValue(null)).OfType<ProblemKind>().Select(k => k.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_reference_page_runs_under_its_own_policy_from_this_server_alone()
    {
        using var client = app.Client();
        using var response = await client.GetAsync(new Uri("/api/docs/", UriKind.Relative), TestContext.Current.CancellationToken);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        var nonce = Nonce().Match(policy).Groups["nonce"].Value;
        Assert.NotEmpty(nonce);
        Assert.DoesNotContain("https:", policy, StringComparison.Ordinal);
        Assert.All(Script().Matches(html).Select(m => m.Value), tag => Assert.Contains($"nonce=\"{nonce}\"", tag, StringComparison.Ordinal));
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
        var script = Source().Match(html).Groups["src"].Value;
        using var file = await client.GetAsync(new Uri(new Uri(app.Api.Address, "/api/docs/"), script), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, file.StatusCode);
    }

    [Fact]
    public async Task The_version_names_the_source_of_this_build_and_the_licence()
    {
        await using var built = await RunningApi.StartAsync(app.Settings(("APP_VERSION", "1.2.3"), ("APP_COMMIT", "0123456789abcdef0123456789abcdef01234567")));
        using var client = built.Client();

        Assert.Equal(
            """{"version":"1.2.3","commit":"0123456789abcdef0123456789abcdef01234567","source":"https://github.com/panorama-fleet/panorama/tree/0123456789abcdef0123456789abcdef01234567","licence":"AGPL-3.0-or-later"}""",
            (await client.GetJsonAsync("/api/version")).GetRawText());
    }

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Panorama.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^\| `(?<code>[a-zA-Z0-9_]+)` \| (?<status>\d{3}) \| (?<title>[^|]+?) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("'nonce-(?<nonce>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Nonce();

    [GeneratedRegex("<script[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Script();

    [GeneratedRegex("<script[^>]* src=\"(?<src>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Source();
}
