using System.Globalization;
using static Panorama.Worker.Management.StatusPage;

namespace Panorama.Worker.Management;

/// <summary>What one job did lately.</summary>
internal static class HistoryPage
{
    private const string Back = "<p><a href=\"/\">All jobs</a></p></body></html>";

    public static string Render(JobHistory job)
    {
        var page = Begin(job.Name).Append("<p>").Append(Text(job.Does)).Append("</p>");
        if (job.Runs.Count == 0)
        {
            return page.Append("<p>It never ran.</p>").Append(Back).ToString();
        }

        page.Append("<div class=\"wide\"><table><thead><tr><th>Started<th>Due<th>Duration<th>Outcome<th>Items<th>Worker<th>Asked for by</tr></thead><tbody>");
        foreach (var run in job.Runs)
        {
            page.Append("<tr><td>").Append(Text(Instant(run.StartedAt))).Append("<td>").Append(Text(Instant(run.FiredAt)))
                .Append("<td>").Append(Text(run.DurationMs is { } took ? took.ToString(CultureInfo.InvariantCulture) + " ms" : "–"))
                .Append(run.Outcome is "FAILED" or "FINDING" ? "<td class=\"bad\">" : "<td>").Append(Text(run.Outcome));
            if (run.Error is { } error)
            {
                page.Append("<small>").Append(Text(error)).Append("</small>");
            }

            page.Append("<td>").Append(run.Items.ToString(CultureInfo.InvariantCulture))
                .Append("<td>").Append(Text(run.Attempt > 1 ? $"{run.Instance}, attempt {run.Attempt}" : run.Instance))
                .Append("<td>").Append(Text(run.RequestedBy ?? "–")).Append("</tr>");
        }

        return page.Append("</tbody></table></div>").Append(Back).ToString();
    }

    public static string Missing(string job) => Begin("No such job").Append("<p>There is no job ").Append(Text(job)).Append(".</p>").Append(Back).ToString();
}
