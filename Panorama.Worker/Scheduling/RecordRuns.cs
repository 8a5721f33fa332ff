using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Jobs;
using Quartz;

namespace Panorama.Worker.Scheduling;

/// <summary>Takes each firing in <c>job_runs</c> before the job works on it and writes down how it went.</summary>
internal sealed partial class RecordRuns(
    NpgsqlDataSource database, IEnumerable<RegisteredJob> jobs, IOptions<SchedulerOptions> options, WorkerIdentity identity, TimeProvider clock,
    ILogger<RecordRuns> logger)
    : IJobExecutionMiddleware
{
    private const int LongestError = 2000;

    /// <summary>For a job of a newer version that this Worker still fires during a roll-out.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(5);

    /// <summary>For a batch that began just before the time was over.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    // A restarting database is back within these; what is still down then has bigger worries than this row.
    private static readonly TimeSpan[] Pauses = [.. new[] { 1, 2, 4, 8, 15 }.Select(s => TimeSpan.FromSeconds(s))];

    private readonly Dictionary<string, TimeSpan> _budgets = jobs.ToDictionary(
        j => j.Schedule.Name, j => options.Value.Budget.GetValueOrDefault(j.Schedule.Name, j.Schedule.Budget), StringComparer.Ordinal);

    public async ValueTask Invoke(IJobExecutionContext context, JobExecutionDelegate next, CancellationToken cancellationToken = default)
    {
        var job = context.JobDetail.Key.Name;
        var firedAt = FiredAt(context);
        var begun = await JobRunLog.BeginAsync(
            database, job, firedAt, identity.Instance, context.Recovering, context.RequestId(), clock.GetUtcNow(), cancellationToken);
        if (begun is not { Id: var id })
        {
            LogTaken(logger, job, firedAt);
            return;
        }

        var budget = _budgets.GetValueOrDefault(job, Unknown);
        var turn = new JobTurn(clock, budget, begun.Value.Cursor, (items, cursor, stop) => JobRunLog.SaveAsync(database, id, items, cursor, stop));
        context.Give(turn);
        var most = (2 * budget) + Grace;
        using var limit = new CancellationTokenSource(most, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var activity = JobTelemetry.Start(job);
        try
        {
            await next(context, either.Token);
            var report = context.Result as JobReport ?? new JobReport(0);
            var outcome = report.Finding is not null ? JobOutcome.Finding : turn.IsUnfinished ? JobOutcome.Partial : JobOutcome.Succeeded;
            await FinishAsync(id, job, outcome, report.Items, report.Finding, turn.IsUnfinished ? turn.Cursor : null);
            JobTelemetry.Ended(activity, job, outcome);
            LogRan(logger, job, outcome, report.Items);
            if (turn.IsUnfinished)
            {
                await GoOnAsync(context, job);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await FinishAsync(id, job, JobOutcome.Cancelled, 0, "Stopped by a shutdown; another run goes on.");
            JobTelemetry.Ended(activity, job, JobOutcome.Cancelled);
            throw;
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            var sentence = $"Stopped after {most:c}: it may take {budget:c}.";
            await FinishAsync(id, job, JobOutcome.Failed, 0, sentence);
            JobTelemetry.Ended(activity, job, JobOutcome.Failed);
            throw new TimeoutException(sentence, exception);
        }
        catch (Exception exception)
        {
            await FinishAsync(id, job, JobOutcome.Failed, 0, Sentence(exception));
            JobTelemetry.Ended(activity, job, JobOutcome.Failed);
            throw;
        }
    }

    /// <summary>The rest of the work, behind the jobs that are due meanwhile. Where it cannot be scheduled, the next firing goes on.</summary>
    private async Task GoOnAsync(IJobExecutionContext context, string job)
    {
        var rest = TriggerBuilder.Create()
            .ForJob(context.JobDetail.Key)
            .WithIdentity($"{job}.rest")
            .StartAt(clock.GetUtcNow() + Rest)
            .WithSimpleSchedule(s => s.WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow))
            .Build();
        await context.Scheduler.ScheduleTrigger(rest, TriggerConflict.Replace, CancellationToken.None);
        LogGoesOn(logger, job);
    }

    /// <summary>When the firing was due. One that is handed over keeps the time it first had.</summary>
    private static DateTimeOffset FiredAt(IJobExecutionContext context)
    {
        if (context.Recovering
            && context.MergedJobDataMap.TryGetValue(SchedulerConstants.FailedJobOriginalTriggerScheduledFireTime, out var text)
            && DateTimeOffset.TryParse(
                text as string, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var original))
        {
            return original;
        }

        return context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
    }

    // The server's own words, never its detail: that quotes rows.
    private static string Sentence(Exception exception)
    {
        var text = exception is PostgresException postgres
            ? $"{postgres.SqlState} {postgres.MessageText}"
            : $"{exception.GetType().Name}: {exception.Message}";
        return text.Length <= LongestError ? text : text[..LongestError];
    }

    private async Task FinishAsync(Guid id, string job, JobOutcome outcome, long items, string? error, string? cursor = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await JobRunLog.FinishAsync(database, id, job, outcome, items, error, cursor, clock.GetUtcNow(), CancellationToken.None);
                return;
            }
            catch (NpgsqlException exception) when (attempt < Pauses.Length)
            {
                LogFinishFailed(logger, job, exception.Message);
                await Task.Delay(Pauses[attempt], clock);
            }
        }
    }

    [LoggerMessage(9110, LogLevel.Information, "Job {Job}: {Outcome}, {Items} items")]
    private static partial void LogRan(ILogger logger, string job, JobOutcome outcome, long items);

    [LoggerMessage(9111, LogLevel.Information, "Job {Job}: the firing of {FiredAt:O} is already taken")]
    private static partial void LogTaken(ILogger logger, string job, DateTimeOffset firedAt);

    [LoggerMessage(9113, LogLevel.Information, "Job {Job}: its time is over before its work; another run goes on")]
    private static partial void LogGoesOn(ILogger logger, string job);

    [LoggerMessage(9112, LogLevel.Warning, "Job {Job}: its result could not be written yet: {Problem}")]
    private static partial void LogFinishFailed(ILogger logger, string job, string problem);
}
