using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>One id leads from the browser over Web and Api to the statement in the database, and a trace covers what a job did.</summary>
public sealed class FollowingARequest(TestDatabase database)
{
    [Theory]
    [InlineData("/api/assets")]
    [InlineData("/assets")]
    public async Task The_id_that_a_browser_was_told_stands_in_the_first_statement_of_its_request(string path)
    {
        var tenant = await database.CreateTenantAsync();
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await ServiceProcess.Start("Api", [.. Installation.Api(database.ConnectionString), .. collector.Settings("api")]).WaitUntilHealthyAsync();
        await using var web = await ServiceProcess.Start("Web", [.. Installation.Web(api.Address), .. collector.Settings("web")]).WaitUntilHealthyAsync();
        using var client = web.Browser(tenant.Owner);

        using var own = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("X-Request-Id", "edge-7f3a.42");
        using var given = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((200, 200), ((int)own.StatusCode, (int)given.StatusCode));
        var id = Assert.Single(own.Headers.GetValues("X-Request-Id"));
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal("edge-7f3a.42", Assert.Single(given.Headers.GetValues("X-Request-Id")));
        await collector.ContainsAsync("traces", $"/* request {id} */ select");
        await collector.ContainsAsync("traces", "/* request edge-7f3a.42 */ select");
        if (path == "/api/assets")
        {
            await UntilLoggedAsync(api, $"request {id}");
        }
    }

    [Theory]
    [InlineData("a */ drop table assets; /*")]
    [InlineData("with space")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task An_id_that_is_none_is_not_taken_over(string given)
    {
        var tenant = await database.CreateTenantAsync();
        await using var api = await ServiceProcess.Start("Api", Installation.Api(database.ConnectionString)).WaitUntilHealthyAsync();
        using var client = api.Browser(tenant.Owner);
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Request-Id", given);

        using var response = await client.GetAsync(new Uri("/api/assets", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Matches("^[0-9a-f]{32}$", Assert.Single(response.Headers.GetValues("X-Request-Id")));
    }

    [Fact]
    public async Task A_job_is_a_trace_with_its_statements_in_it()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var worker = await ServiceProcess.Start("Worker", [.. Installation.Worker(database.ConnectionString), .. collector.Settings("worker")]).WaitUntilHealthyAsync();

        var (exitCode, output) = await ServiceProcess.RunAsync("Cli", Installation.Cli(database.ConnectionString), "jobs", "run", "partitions-ahead", "--wait");

        Assert.True(exitCode == 0, output);
        await collector.ContainsAsync("traces", "job partitions-ahead");
        await collector.ContainsAsync("traces", "partitions_maintain");
        await collector.ContainsAsync("metrics", "panorama.jobs.runs");
    }

    private static async Task UntilLoggedAsync(ServiceProcess process, string text)
    {
        for (var i = 0; i < 100 && !process.Output.Contains(text, StringComparison.Ordinal); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Contains(text, process.Output, StringComparison.Ordinal);
    }
}
