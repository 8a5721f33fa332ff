using System.Net;
using System.Text.RegularExpressions;
using Panorama.Testing;
using Panorama.Worker.Tests.Audit;

namespace Panorama.Worker.Tests.Management;

public sealed partial class ShowingWhatRan(OwnDatabase own) : IClassFixture<OwnDatabase>
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
            [
                "session-clean-up", "idempotency-clean-up", "audit-verify", "audit-verify-full", "partitions-ahead", "import-files", "notifications-prune", "custody-overdue", "inspections-stale", "photo-retention",
                "object-reconciliation",
            ],
            status["jobs"]!.AsArray().Select(j => (string)j!["name"]!));
        var run = status["jobs"]![4]!["lastRun"]!;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string)run["finishedAt"]!);
        Assert.Equal(
            ("* * * * * ?", "UTC", "FireAndProceed", 1),
            ((string)status["jobs"]![4]!["cron"]!, (string)status["jobs"]![4]!["timeZone"]!, (string)status["jobs"]![4]!["misfire"]!, (int)run["attempt"]!));
        Assert.Equal("Running", (string)status["scheduler"]!["state"]!);
        Assert.All(status["jobs"]!.AsArray(), j => Assert.Contains((string)j!["name"]!, page, StringComparison.Ordinal));
        Assert.Contains("panorama_audit_unsealed", metrics, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => RetentionIsInTime().IsMatch(await worker.Management.GetStringAsync(new Uri("/metrics", UriKind.Relative), token)), () => worker.Output, token);
    }

    [Fact]
    public async Task A_broken_chain_is_a_finding_of_its_run_and_a_whole_one_gets_a_checkpoint()
    {
        var token = TestContext.Current.CancellationToken;
        await using var whole = await ChainOfATenant.CreateAsync(Database, token);
        await using var broken = await ChainOfATenant.CreateAsync(Database, token);
        await whole.WriteAsync(3, token);
        await broken.WriteAsync(3, token);
        await whole.SealAsync(Database, token);
        await broken.SealAsync(Database, token);
        await Database.DamageAsync("update audit_events set resource_id = 'x' where tenant_id = $1", token, broken.Id);

        await using var worker = WorkerProcess.Start(
            Database, ("Scheduler__Cron__audit-verify", "* * * * * ?"), ("AUDIT_SIGNING_KEY", $"k1:{ChainOfATenant.Seed}"));
        await worker.WaitUntilHealthyAsync(token);
        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select exists (select 1 from job_runs where job = 'audit-verify' and outcome = 'FINDING')", token),
            () => worker.Output, token);

        // It runs each second: the newest may be on its way, and then says nothing yet.
        string? finding = null;
        await Eventually.TrueAsync(
            async () => (finding = (string?)(await worker.ReadStatusAsync(token))["jobs"]![2]!["lastRun"]!["error"]) is not null, () => worker.Output, token);
        Assert.Contains($"{broken.Id}: digest", finding, StringComparison.Ordinal);
        Assert.DoesNotContain(whole.Id.ToString(), finding, StringComparison.Ordinal);
        Assert.Contains($"Audit chain {broken.Id}: digest at seq 1", worker.Output, StringComparison.Ordinal);
        Assert.Equal(
            "1 0",
            await Database.ReadAsync<string>(
                "select concat_ws(' ', count(*) filter (where chain_id = $1), count(*) filter (where chain_id = $2)) from audit_checkpoints", token, whole.Id, broken.Id));
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

    [GeneratedRegex(@"(?m)^panorama_photos_retention_overdue(\{[^}]*\})? 0\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RetentionIsInTime();

    private static Uri? ServiceAddress(WorkerProcess worker) => worker.Output.Split('\n')
        .Where(l => l.Contains("Now listening on: ", StringComparison.Ordinal))
        .Select(l => new Uri(l.Split("Now listening on: ")[1].Trim()))
        .FirstOrDefault(u => u.Port != worker.Management.BaseAddress!.Port);
}
