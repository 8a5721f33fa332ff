using System.Diagnostics;
using System.Diagnostics.Metrics;
using Panorama.Core.Data;
using Panorama.Core.Jobs;

namespace Panorama.Worker.Scheduling;

/// <summary>A trace and a count for each run of a job; the statements of the run hang below its trace.</summary>
internal static class JobTelemetry
{
    private static readonly ActivitySource Source = new("Panorama.Worker.Jobs");
    private static readonly Meter Meter = new("Panorama.Worker.Jobs");
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("panorama.jobs.runs", "{run}", "Runs of a job, by outcome.");

    /// <summary>Null when nobody collects traces.</summary>
    public static Activity? Start(string job)
    {
        var activity = Source.StartActivity($"job {job}");
        activity?.SetTag("panorama.job", job);
        return activity;
    }

    public static void Ended(Activity? activity, string job, JobOutcome outcome)
    {
        var name = WireNames.Of(outcome);
        activity?.SetTag("panorama.job.outcome", name);
        activity?.SetStatus(outcome is JobOutcome.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        Runs.Add(1, new KeyValuePair<string, object?>("job.name", job), new KeyValuePair<string, object?>("outcome", name));
    }
}
