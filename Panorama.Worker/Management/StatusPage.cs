using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Panorama.Core.Jobs;

namespace Panorama.Worker.Management;

/// <summary>The operator's page: one table a question, English like the logs, no script.</summary>
internal static class StatusPage
{
    public const string Style = """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border-bottom: 1px solid #8888; padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top; }
        .bad { font-weight: 700; }
        small { display: block; }
        form { display: inline; }
        button { font: inherit; padding: .25rem .75rem; min-height: 1.5rem; }
        """;

    public static string Render(WorkerStatus status)
    {
        var page = Begin("Worker")
            .Append("<p>")
            .Append(Text($"{status.Instance}, version {status.Version}, {Instant(status.Now)}. Scheduler: {status.Scheduler.State}."))
            .Append("</p><h2>Jobs</h2><div class=\"wide\"><table><thead><tr><th>Job<th>Last run<th>Duration<th>Outcome<th>Items<th>Next run<th>When<th>Control</tr></thead><tbody>");
        foreach (var job in status.Jobs)
        {
            AppendJob(page, job);
        }

        page.Append("</tbody></table></div><h2>Sealer</h2><p>").Append(Text(Sentence(status.Sealer)))
            .Append("</p><h2>Workers</h2><div class=\"wide\"><table><thead><tr><th>Worker<th>Last check-in<th>State</tr></thead><tbody>");
        foreach (var node in status.Scheduler.Nodes)
        {
            page.Append("<tr><td>").Append(Text(node.IsThisWorker ? node.Instance + " (this one)" : node.Instance))
                .Append("<td>").Append(Text(Instant(node.LastCheckInAt))).Append("<td>").Append(Text(node.State)).Append("</tr>");
        }

        return page.Append("</tbody></table></div><p><a href=\"/jobs.json\">The same as JSON</a></p></body></html>").ToString();
    }

    internal static StringBuilder Begin(string title) => new StringBuilder()
        .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
        .Append(Text(title)).Append(" – Panorama</title><link rel=\"stylesheet\" href=\"/jobs.css\"></head><body><h1>").Append(Text(title)).Append("</h1>");

    private static void AppendJob(StringBuilder page, JobAnswer job)
    {
        var run = job.LastRun;
        var isBad = run?.Outcome is "FAILED" or "FINDING" || job.State == "Error";
        var path = "/jobs/" + Uri.EscapeDataString(job.Name);
        page.Append("<tr><td><a href=\"").Append(Text(path)).Append("\">").Append(Text(job.Name)).Append("</a><small>").Append(Text(job.Does)).Append("</small>")
            .Append("<td>").Append(Text(Instant(run?.StartedAt)));
        if (run is not null)
        {
            page.Append("<small>").Append(Text($"due {Instant(run.FiredAt)}, on {run.Instance}{(run.Attempt > 1 ? $", attempt {run.Attempt}" : "")}{(run.RequestedBy is null ? "" : $", asked for by {run.RequestedBy}")}")).Append("</small>");
        }

        page.Append("<td>").Append(Text(run is null ? "–" : run.DurationMs is { } took ? took.ToString(CultureInfo.InvariantCulture) + " ms" : "running"))
            .Append(isBad ? "<td class=\"bad\">" : "<td>").Append(Text(run?.Outcome ?? "never ran"));
        if (run?.Error is { } error)
        {
            page.Append("<small>").Append(Text(error)).Append("</small>");
        }

        page.Append("<td>").Append(Text(run?.Items.ToString(CultureInfo.InvariantCulture) ?? "–"))
            .Append("<td>").Append(Text(job.State == "Paused" ? "paused" : Instant(job.NextRunAt))).Append("<small>").Append(Text(State(job))).Append("</small>")
            .Append("<td>").Append(Text(job.Cron)).Append("<small>").Append(Text($"{job.TimeZone}, missed: {job.Misfire}")).Append("</small><td>");
        AppendButton(page, path, JobAction.Run, "Run now", job.Name);
        AppendButton(page, path, job.State == "Paused" ? JobAction.Resume : JobAction.Pause, job.State == "Paused" ? "Resume" : "Pause", job.Name);
        page.Append("</tr>");
    }

    private static void AppendButton(StringBuilder page, string path, JobAction action, string label, string job) =>
        page.Append("<form method=\"post\" action=\"").Append(Text($"{path}/{ManagementEndpoints.Word(action)}"))
            .Append("\"><button aria-label=\"").Append(Text($"{label}: {job}")).Append("\">").Append(label).Append("</button></form> ");

    private static string State(JobAnswer job) => job.Pause is { } pause
        ? $"since {Instant(pause.Since)}{(pause.RequestedBy is null ? "" : $", by {pause.RequestedBy}")}"
        : job.State;

    private static string Sentence(SealerAnswer sealer) =>
        $"{sealer.State}; last pass {Instant(sealer.LastPassAt)}, last seal {Instant(sealer.LastSealedAt)}, {sealer.SealedRows} rows since start; "
        + (sealer.Waiting == 0 ? "nothing waits." : $"{sealer.Waiting} rows waited, the oldest since {Instant(sealer.OldestWaitingAt)}.")
        + (sealer.Problem is null ? "" : " " + sealer.Problem);

    internal static string Instant(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("d MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "–";

    internal static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
