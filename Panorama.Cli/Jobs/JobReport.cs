using System.Globalization;
using System.Text.Json;
using Panorama.Cli.Shared;
using Panorama.Core.Data;
using Panorama.Core.Jobs;

namespace Panorama.Cli.Jobs;

/// <summary>How the verbs about jobs show what they read.</summary>
internal static class JobReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string At(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static async Task ListAsync(CliContext context, JobBoard board, bool json)
    {
        if (json)
        {
            await WriteAsync(context, new
            {
                workerLives = board.WorkerLives,
                lastWorkerAt = Wire(board.LastWorkerAt),
                jobs = board.Jobs.Select(j => new
                {
                    j.Name,
                    j.Does,
                    j.Cron,
                    j.TimeZone,
                    j.State,
                    nextRunAt = Wire(j.IsPaused ? null : j.NextRunAt),
                    isPaused = j.IsPaused,
                    j.PausedBy,
                    pausedAt = Wire(j.PausedAt),
                    lastRun = j.LastRun is null ? null : Run(j.LastRun),
                }),
            });
            return;
        }

        await Table.WriteAsync(
            context.Output, ["JOB", "NEXT RUN", "LAST RUN", "TOOK", "OUTCOME", "ITEMS"],
            board.Jobs.Select(j => new[]
            {
                j.Name, j.IsPaused ? "paused" : j.NextRunAt is { } next ? At(next) : "-", j.LastRun is null ? "never" : At(j.LastRun.StartedAt), Took(j.LastRun),
                j.LastRun is null ? "-" : WireNames.Of(j.LastRun.Outcome), j.LastRun?.Items.ToString(CultureInfo.InvariantCulture) ?? "-",
            }));
        foreach (var job in board.Jobs)
        {
            if (job is { IsPaused: true, PausedAt: { } since })
            {
                await context.Output.WriteLineAsync($"{job.Name} is paused since {At(since)}{(job.PausedBy is null ? "" : $" by {job.PausedBy}")}.");
            }

            if (job.LastRun?.Error is { } error)
            {
                await context.Output.WriteLineAsync($"{job.Name}: {error}");
            }
        }

        if (!board.WorkerLives)
        {
            await context.Error.WriteLineAsync($"No Worker is running{(board.LastWorkerAt is { } at ? $"; the last one was seen on {At(at)}" : "")}.");
        }
    }

    public static async Task HistoryAsync(CliContext context, IReadOnlyList<JobRun> runs, bool json)
    {
        if (json)
        {
            await WriteAsync(context, new { runs = runs.Select(Run) });
            return;
        }

        await Table.WriteAsync(
            context.Output, ["STARTED", "JOB", "TOOK", "OUTCOME", "ITEMS", "WORKER", "ASKED FOR BY", "ERROR"],
            runs.Select(r => new[]
            {
                At(r.StartedAt), r.Job, Took(r), WireNames.Of(r.Outcome), r.Items.ToString(CultureInfo.InvariantCulture), r.Instance, r.RequestedBy ?? "-", r.Error ?? "-",
            }));
    }

    public static Task RequestAsync(CliContext context, Guid id, string job, JobAction action, bool wasAsked, JobRun? run) => WriteAsync(
        context, new { requestId = id, job, action = WireNames.Of(action), wasAsked, run = run is null ? null : Run(run) });

    public static async Task EndAsync(CliContext context, string job, JobAction action, JobRun? run)
    {
        await context.Output.WriteLineAsync(run is null
            ? $"{job} is {(action == JobAction.Pause ? "paused" : "on its schedule again")}."
            : $"{job}: {WireNames.Of(run.Outcome)}, {run.Items.ToString(CultureInfo.InvariantCulture)} items in {Took(run)}.");
        if (run?.Error is { } error)
        {
            await context.Error.WriteLineAsync(error);
        }

        if (run?.Outcome == JobOutcome.Partial)
        {
            await context.Output.WriteLineAsync("Its time was over before its work; another run goes on.");
        }
    }

    private static string Took(JobRun? run) => run switch
    {
        null => "-",
        { FinishedAt: { } end } => string.Create(CultureInfo.InvariantCulture, $"{(end - run.StartedAt).TotalSeconds:0.0} s"),
        _ => "running",
    };

    private static object Run(JobRun run) => new
    {
        run.Id,
        run.Job,
        firedAt = Wire(run.FiredAt),
        startedAt = Wire(run.StartedAt),
        finishedAt = Wire(run.FinishedAt),
        outcome = WireNames.Of(run.Outcome),
        run.Items,
        run.Error,
        run.Instance,
        run.Attempt,
        run.RequestedBy,
    };

    private static string? Wire(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static Task WriteAsync(CliContext context, object value) => context.Output.WriteLineAsync(JsonSerializer.Serialize(value, Json));
}
