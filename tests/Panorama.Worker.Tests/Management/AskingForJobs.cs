using System.Net;
using System.Text.Json.Nodes;
using Panorama.Cli;
using Panorama.Cli.Shared;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Management;

public sealed class AskingForJobs(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private TestDatabase Database => own.Database;

    [Fact]
    public async Task The_command_line_lists_runs_pauses_and_resumes_jobs_of_a_Worker_it_cannot_reach()
    {
        var token = TestContext.Current.CancellationToken;
        await using (var worker = WorkerProcess.Start(Database))
        {
            await worker.WaitUntilHealthyAsync(token);

            var unknown = await PanoramaAsync("jobs", "run", "session-cleanup");
            var ran = await PanoramaAsync("jobs", "run", "partitions-ahead", "--wait");
            var paused = await PanoramaAsync("jobs", "pause", "idempotency-clean-up", "--wait");
            var list = await PanoramaAsync("jobs", "list");
            var json = JsonNode.Parse((await PanoramaAsync("jobs", "list", "--json")).Output)!;
            var history = await PanoramaAsync("jobs", "history", "partitions-ahead");
            var status = (await worker.ReadStatusAsync(token))["jobs"]!.AsArray().Single(j => (string)j!["name"]! == "idempotency-clean-up")!;

            Assert.Equal(64, unknown.ExitCode);
            Assert.StartsWith("There is no job 'session-cleanup'; there are audit-verify, audit-verify-full,", unknown.Error, StringComparison.Ordinal);
            Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
            Assert.Matches(@"^A run of partitions-ahead is asked for\.\npartitions-ahead: SUCCEEDED, \d+ items in \d+\.\d s\.\n$", ran.Output.ReplaceLineEndings("\n"));
            Assert.Equal((0, "A pause of idempotency-clean-up is asked for.\nidempotency-clean-up is paused.\n"), (paused.ExitCode, paused.Output.ReplaceLineEndings("\n")));
            Assert.Matches(@"(?m)^idempotency-clean-up +paused +never +- +- +-$", list.Output);
            Assert.Matches(@"(?m)^partitions-ahead +\d+ \w+ \d{4} [\d:]{8} UTC +\d+ \w+ \d{4} [\d:]{8} UTC +\d+\.\d s +SUCCEEDED +\d+$", list.Output);
            Assert.Matches(@"(?m)^idempotency-clean-up is paused since .* by ana@desk-7\.$", list.Output);
            Assert.True((bool)json["workerLives"]!);
            Assert.Equal(["ana@desk-7"], json["jobs"]!.AsArray().Where(j => (bool)j!["isPaused"]!).Select(j => (string)j!["pausedBy"]!));
            Assert.Contains("ana@desk-7", history.Output, StringComparison.Ordinal);
            Assert.Equal(("Paused", "ana@desk-7"), ((string)status["state"]!, (string)status["pause"]!["requestedBy"]!));
        }

        // Nobody runs: what is asked for waits, once however often it is asked.
        await Database.DamageAsync("update quartz.qrtz_scheduler_state set last_checkin_time = last_checkin_time - $1", token, TimeSpan.FromHours(1).Ticks);
        var first = await PanoramaAsync("jobs", "run", "session-clean-up");
        var second = await PanoramaAsync("jobs", "run", "session-clean-up", "--wait", "--timeout=1");
        Assert.Equal(0, first.ExitCode);
        Assert.StartsWith("No Worker is running", first.Error, StringComparison.Ordinal);
        Assert.Equal((69, "A run of session-clean-up was asked for before and has not begun; it stands for this one too.\n"), (second.ExitCode, second.Output.ReplaceLineEndings("\n")));
        Assert.Equal(1, await Database.ReadAsync<long>("select count(*) from job_requests where job = 'session-clean-up'", token));

        // The next Worker does it, and leaves paused what was paused, also under another cron.
        await using var next = WorkerProcess.Start(Database, ("Scheduler__Cron__idempotency-clean-up", "* * * * * ?"));
        await next.WaitUntilHealthyAsync(token);
        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select exists (select 1 from job_runs where job = 'session-clean-up' and outcome = 'SUCCEEDED' and request_id is not null)", token),
            () => next.Output, token);
        Assert.Equal(0, await Database.ReadAsync<long>("select count(*) from job_runs where job = 'idempotency-clean-up'", token));
        var resumed = await PanoramaAsync("jobs", "resume", "idempotency-clean-up", "--wait");
        Assert.Equal(0, resumed.ExitCode);
        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select exists (select 1 from job_runs where job = 'idempotency-clean-up' and outcome = 'SUCCEEDED')", token),
            () => next.Output, token);
    }

    [Fact]
    public async Task The_operators_page_runs_pauses_and_resumes_and_refuses_what_another_site_sends()
    {
        var token = TestContext.Current.CancellationToken;
        await using var worker = WorkerProcess.Start(Database);
        await worker.WaitUntilHealthyAsync(token);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = worker.Management.BaseAddress };

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("jobs/audit-verify/run", ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("jobs/audit-verify/run", ("Sec-Fetch-Site", "same-site")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("jobs/audit-verify/run", ("Origin", "https://evil.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("jobs/audit-verify/run", ("Host", "rebound.example")));
        foreach (var path in new[] { "/", "/jobs.json", "/jobs/audit-verify", "/jobs.css" })
        {
            using var rebound = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "rebound.example" } };
            using var answer = await client.SendAsync(rebound, token);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
        }

        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("jobs/nothing/run"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync(new Uri("jobs/audit-verify/run", UriKind.Relative), token)).StatusCode);
        Assert.Equal(0, await Database.ReadAsync<long>("select count(*) from job_requests where job = 'audit-verify'", token));

        var here = client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync("jobs/audit-verify/pause", ("Sec-Fetch-Site", "same-origin"), ("Origin", here)));
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync("jobs/audit-verify/run"));
        await Eventually.TrueAsync(
            () => Database.ReadAsync<bool>("select exists (select 1 from job_runs where job = 'audit-verify' and outcome = 'SUCCEEDED')", token),
            () => worker.Output, token);
        var page = await client.GetStringAsync(new Uri("/", UriKind.Relative), token);
        var history = await client.GetStringAsync(new Uri("jobs/audit-verify", UriKind.Relative), token);

        Assert.Contains("<form method=\"post\" action=\"/jobs/audit-verify/resume\"><button aria-label=\"Resume: audit-verify\">Resume</button></form>", page, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\" action=\"/jobs/audit-verify-full/pause\">", page, StringComparison.Ordinal);
        Assert.Contains("by operator&#x27;s page, ", page, StringComparison.Ordinal);
        Assert.Contains("<td>SUCCEEDED", history, StringComparison.Ordinal);
        Assert.Contains("operator&#x27;s page, ", history, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("jobs/nothing", UriKind.Relative), token)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync("jobs/audit-verify/resume"));
        Assert.DoesNotContain("paused", await client.GetStringAsync(new Uri("/", UriKind.Relative), token), StringComparison.Ordinal);

        async Task<HttpStatusCode> PostAsync(string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await client.SendAsync(request, token);
            return response.StatusCode;
        }
    }

    private async Task<(int ExitCode, string Output, string Error)> PanoramaAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var nothing = new StringReader("");
        var settings = CliSettings.From(Database.ConnectionSettings.Select(pair => (pair.Key.Replace(":", "__", StringComparison.Ordinal), pair.Value)));
        var exitCode = await PanoramaCommand.RunAsync(
            args, new(settings, nothing, output, error, TimeProvider.System, IsTerminal: false) { Operator = new("ana", "desk-7") });
        return (exitCode, output.ToString(), error.ToString());
    }
}
