using System.CommandLine;
using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Jobs;

namespace Panorama.Cli.Jobs;

/// <summary><c>panorama jobs list|run|pause|resume|history</c>: what is asked for here is done by a Worker, which takes it from the database.</summary>
internal static class JobVerbs
{
    public static Command Create(CliContext context) => new("jobs", "Timers of the Worker: what ran, what comes next, and doing it now.")
    {
        List(context),
        Ask(context, "run", JobAction.Run, "Asks for one run now, beside those of the schedule."),
        Ask(context, "pause", JobAction.Pause, "Stops the schedule of a job until it is resumed; a run that is going on ends as usual."),
        Ask(context, "resume", JobAction.Resume, "Puts a paused job back on its schedule. A job that catches up runs at once when it missed a time."),
        History(context),
    };

    private static Command List(CliContext context)
    {
        var json = Json();
        var list = new Command("list", "Each job with its newest and next run. Exit code 1 when the newest run of one failed or found something.") { json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            var board = await BoardAsync(context, source, cancellationToken);
            await JobReport.ListAsync(context, board, parsed.GetValue(json));
            return board.Jobs.Any(j => j.LastRun?.Outcome is JobOutcome.Failed or JobOutcome.Finding) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return list;
    }

    private static Command History(CliContext context)
    {
        var name = new Argument<string?>("name") { Description = "A job; without it all of them", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "How many runs at most", DefaultValueFactory = _ => 50 };
        var json = Json();
        var history = new Command("history", "The newest runs, newest first. They are remembered for 90 days.") { name, limit, json };
        history.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(limit) is < 1 or > 10_000)
            {
                throw new CliException("--limit is a number from 1 to 10000.", ExitCodes.Usage);
            }

            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            if (parsed.GetValue(name) is { } job)
            {
                Find(await BoardAsync(context, source, cancellationToken), job);
            }

            var runs = await JobRunLog.HistoryAsync(source, parsed.GetValue(name), parsed.GetValue(limit), cancellationToken);
            await JobReport.HistoryAsync(context, runs, parsed.GetValue(json));
            return ExitCodes.Ok;
        });
        return history;
    }

    private static Command Ask(CliContext context, string verb, JobAction action, string does)
    {
        var name = new Argument<string>("name") { Description = "The job, as 'panorama jobs list' names it" };
        var wait = new Option<bool>("--wait") { Description = action == JobAction.Run ? "Wait for the end of the run and tell its outcome" : "Wait until a Worker has done it" };
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait at most", DefaultValueFactory = _ => 600 };
        var json = Json();
        var command = new Command(verb, does) { name, wait, timeout, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(timeout) is < 1 or > 86_400)
            {
                throw new CliException("--timeout is a number of seconds from 1 to 86400.", ExitCodes.Usage);
            }

            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            var board = await BoardAsync(context, source, cancellationToken);
            var job = Find(board, parsed.GetRequiredValue(name));
            var (id, wasAsked) = await JobRequests.AskAsync(
                source, job.Name, action, $"{context.Operator.Name}@{context.Operator.Host}", context.Now, cancellationToken);
            if (!parsed.GetValue(json))
            {
                await context.Output.WriteLineAsync(Asked(job.Name, action, wasAsked));
            }

            if (!board.WorkerLives)
            {
                await context.Error.WriteLineAsync(
                    $"No Worker is running{(board.LastWorkerAt is { } at ? $" (the last one was seen on {JobReport.At(at)})" : "")}; it is done when one starts.");
            }

            if (!parsed.GetValue(wait))
            {
                if (parsed.GetValue(json))
                {
                    await JobReport.RequestAsync(context, id, job.Name, action, wasAsked, run: null);
                }

                return ExitCodes.Ok;
            }

            var waiting = new JobWait(context, source, id, TimeSpan.FromSeconds(parsed.GetValue(timeout)), showProgress: !parsed.GetValue(json));
            var run = await waiting.UntilDoneAsync(action, cancellationToken);
            if (parsed.GetValue(json))
            {
                await JobReport.RequestAsync(context, id, job.Name, action, wasAsked, run);
            }
            else
            {
                await JobReport.EndAsync(context, job.Name, action, run);
            }

            return run?.Outcome is JobOutcome.Failed or JobOutcome.Finding or JobOutcome.Cancelled ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static string Asked(string job, JobAction action, bool wasAsked) => (action, wasAsked) switch
    {
        (JobAction.Run, false) => $"A run of {job} is asked for.",
        (JobAction.Run, true) => $"A run of {job} was asked for before and has not begun; it stands for this one too.",
        (JobAction.Pause, _) => $"A pause of {job} is asked for.",
        _ => $"The end of the pause of {job} is asked for.",
    };

    private static async Task<JobBoard> BoardAsync(CliContext context, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var board = await JobBoard.ReadAsync(source, context.Now, cancellationToken);
        return board.Jobs.Count > 0 ? board : throw new CliException("There are no jobs yet: a Worker writes them into this database when it first starts.");
    }

    private static BoardJob Find(JobBoard board, string name) => board.Jobs.FirstOrDefault(j => j.Name == name)
        ?? throw new CliException($"There is no job '{name}'; there are {string.Join(", ", board.Jobs.Select(j => j.Name))}.", ExitCodes.Usage);

    private static Option<bool> Json() => new("--json") { Description = "Write JSON for programs" };
}
