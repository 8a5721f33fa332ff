using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panorama.Core.Data;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>What Prometheus is given, against what the dashboard and the alerts of deploy/observability ask for.</summary>
public sealed partial class WatchingTheProcesses(TestDatabase database)
{
    private const string Folder = "deploy/observability";

    // What no deployment of Panorama gives by itself: Prometheus' own, and figures that other exporters have.
    private static readonly string[] FromElsewhere = ["up", "probe_ssl_earliest_cert_expiry", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"];

    [Fact]
    public async Task Every_figure_of_the_dashboard_and_the_alerts_is_one_that_a_process_gives()
    {
        var tenant = await database.CreateTenantAsync();
        await using var api = await ServiceProcess.Start("Api", Installation.Api(database.ConnectionString)).WaitUntilHealthyAsync();
        await using var web = await ServiceProcess.Start("Web", Installation.Web(api.Address)).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker", Installation.Worker(database.ConnectionString)).WaitUntilHealthyAsync();
        await ProvokeAsync(api, web, tenant);
        Assert.Equal(0, (await ServiceProcess.RunAsync("Cli", Installation.Cli(database.ConnectionString), "jobs", "run", "partitions-ahead", "--wait")).ExitCode);
        await worker.ScrapeAsync(); // what waits in the database is counted when somebody looks, and shown at the next look
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        var given = string.Join('\n', await api.ScrapeAsync(), await web.ScrapeAsync(), await worker.ScrapeAsync());
        var names = Sample().Matches(given).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var asked = Asked();

        Assert.True(asked.Count > 20, string.Join(' ', asked));
        var missing = asked.Where(n => !names.Contains(n) && !FromElsewhere.Contains(n, StringComparer.Ordinal)).ToList();
        Assert.True(missing.Count == 0, $"Nobody gives {string.Join(", ", missing)}. There are {string.Join(", ", names.Order(StringComparer.Ordinal))}.");
        Assert.DoesNotContain(tenant.Slug, given, StringComparison.Ordinal);
        Assert.DoesNotContain(tenant.Id.ToString(), given, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pools_of_the_running_processes_fit_what_managed_plans_allow()
    {
        await using var api = await ServiceProcess.Start("Api", Installation.Api(database.ConnectionString)).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker", Installation.Worker(database.ConnectionString)).WaitUntilHealthyAsync();
        using var client = api.Browser();
        await client.SendAsync(HttpMethod.Post, "/api/auth/login", new { email = "nobody@fleet.example", password = "wrong" });
        var pools = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 50 && pools.Count < 4; i++)
        {
            pools = PoolSize().Matches(string.Join('\n', await api.ScrapeAsync(), await worker.ScrapeAsync()))
                .ToDictionary(m => m.Groups["pool"].Value, m => int.Parse(m.Groups["size"].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.Equal(new Dictionary<string, int> { ["app"] = 10, ["auth"] = 2, ["jobs"] = 5, ["scheduler"] = 3 }, pools);
        const int CommandLine = 2 + 1 + 2; // migrate, backup, an operator
        Assert.Equal(ConnectionPools.Sum, pools.Values.Sum());
        Assert.InRange(pools.Values.Sum() + CommandLine, 1, 60 - 15); // direct, with what the platform keeps for itself
        Assert.InRange(pools.Values.Sum() + CommandLine, 1, 200); // pooled
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Web")]
    [InlineData("Worker")]
    public async Task The_public_port_gives_no_figures_and_without_a_management_port_nobody_does(string name)
    {
        var settings = name switch
        {
            "Api" => Installation.Api(database.ConnectionString),
            "Web" => Installation.Web(new Uri("http://127.0.0.1:1")),
            _ => Installation.Worker(database.ConnectionString),
        };
        await using var process = ServiceProcess.Start(name, settings);
        await using var without = ServiceProcess.Start(name, [.. settings, ("MANAGEMENT_PORT", null)]);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        Assert.Equal(200, await EventuallyAsync(http, new Uri(process.Management, "metrics")));
        Assert.Equal(404, await EventuallyAsync(http, new Uri(process.Address, "metrics")));
        Assert.Equal(404, await EventuallyAsync(http, new Uri(without.Address, "metrics")));
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(without.Management, "metrics"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_alert_says_what_it_means_and_what_to_do()
    {
        var alerts = Alert().Matches(Repository.Read($"{Folder}/alerts.yaml"));

        Assert.True(alerts.Count >= 10);
        Assert.All(alerts, a => Assert.Matches(@"(?s)expr: .+for: \d+[smhd].+severity: (page|ticket).+summary: .+description: ", a.Value));
    }

    private static async Task ProvokeAsync(ServiceProcess api, ServiceProcess web, TestTenant tenant)
    {
        using var client = web.Browser(tenant.Owner);
        await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = tenant.ModelId, name = "Van" });
        await client.SendAsync(HttpMethod.Get, "/assets");
        for (var i = 0; i < 8; i++)
        {
            await client.SendAsync(HttpMethod.Post, "/api/auth/login", new { email = "nobody@fleet.example", password = "wrong" });
        }

        using var asked = await client.GetAsync(new Uri(api.Management, "health"), TestContext.Current.CancellationToken);
    }

    private static async Task<int> EventuallyAsync(HttpClient http, Uri address)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                using var response = await http.GetAsync(address, TestContext.Current.CancellationToken);
                return (int)response.StatusCode;
            }
            catch (HttpRequestException) when (i < 300)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static List<string> Asked()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read($"{Folder}/panorama-dashboard.json"));
        var expressions = Expressions(dashboard.RootElement).Concat(Repository.Read($"{Folder}/alerts.yaml").Split('\n').Where(l => l.TrimStart().StartsWith("expr:", StringComparison.Ordinal)).Select(l => l.Trim()["expr:".Length..]));
        return [.. expressions.SelectMany(e => Name().Matches(Quoted().Replace(Selector().Replace(e, "{}"), ""))
            .Select(m => m.Groups["name"].Value)).Where(n => n.Contains('_', StringComparison.Ordinal) || n == "up").Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "expr" ? [p.Value.GetString()!] : Expressions(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    [GeneratedRegex(@"^(?<name>[a-z_][a-z0-9_]*)(\{|\s)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Sample();

    [GeneratedRegex("^db_client_connection_max\\{[^}]*pool_name=\"(?<pool>[^\"]+)\"[^}]*\\} (?<size>\\d+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex PoolSize();

    // A function is followed by a bracket, a label stands in by (…) or in a selector.
    [GeneratedRegex(@"(?<![\w.])(?<name>[a-z][a-z0-9_]*)(?![\w(])(?!\s*\()", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\{[^}]*\}|\b(by|without|on|ignoring|group_left)\s*\([^)]*\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Selector();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'", RegexOptions.CultureInvariant, 2000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"- alert: .+?(?=- alert: |\z)", RegexOptions.CultureInvariant | RegexOptions.Singleline, 2000)]
    private static partial Regex Alert();
}
