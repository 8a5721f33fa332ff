using System.Net;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Management;

public sealed class ShowingWhatRan(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private TestDatabase Database => own.Database;

    [Fact]
    public async Task The_page_and_its_JSON_name_each_job_with_its_last_and_next_run()
    {
        var token = TestContext.Current.CancellationToken;
        await using var worker = WorkerProcess.Start(Database, ("Scheduler__Cron__partitions-ahead", "* * * * * ?"));
        await worker.WaitUntilHealthyAsync(token);
        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select exists (select 1 from job_runs where job = 'partitions-ahead' and outcome = 'SUCCEEDED')", token),
            () => worker.Output, token);

        var status = await worker.ReadStatusAsync(token);
        var page = await worker.Management.GetStringAsync(new Uri("/", UriKind.Relative), token);
        var metrics = await worker.Management.GetStringAsync(new Uri("/metrics", UriKind.Relative), token);

        Assert.Equal(
            ["session-clean-up", "idempotency-clean-up", "audit-verify", "audit-verify-full", "partitions-ahead"],
            status["jobs"]!.AsArray().Select(j => (string)j!["name"]!));
        var run = status["jobs"]![4]!["lastRun"]!;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string)run["finishedAt"]!);
        Assert.Equal(
            ("* * * * * ?", "UTC", "FireAndProceed", 1),
            ((string)status["jobs"]![4]!["cron"]!, (string)status["jobs"]![4]!["timeZone"]!, (string)status["jobs"]![4]!["misfire"]!, (int)run["attempt"]!));
        Assert.Equal("Running", (string)status["scheduler"]!["state"]!);
        Assert.All(status["jobs"]!.AsArray(), j => Assert.Contains((string)j!["name"]!, page, StringComparison.Ordinal));
        Assert.Contains("panorama_audit_unsealed", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_it_is_on_the_service_port()
    {
        var token = TestContext.Current.CancellationToken;
        await using var worker = WorkerProcess.Start(Database);
        await worker.WaitUntilHealthyAsync(token);
        await Eventually.TrueAsync(() => Task.FromResult(ServiceAddress(worker) is not null), () => worker.Output, token);
        using var service = new HttpClient { BaseAddress = ServiceAddress(worker) };

        foreach (var path in new[] { "/", "/jobs.json", "/jobs.css", "/metrics" })
        {
            using var response = await service.GetAsync(new Uri(path, UriKind.Relative), token);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var health = await service.GetAsync(new Uri("/health", UriKind.Relative), token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private static Uri? ServiceAddress(WorkerProcess worker) => worker.Output.Split('\n')
        .Where(l => l.Contains("Now listening on: ", StringComparison.Ordinal))
        .Select(l => new Uri(l.Split("Now listening on: ")[1].Trim()))
        .FirstOrDefault(u => u.Port != worker.Management.BaseAddress!.Port);
}
