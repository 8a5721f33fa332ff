using System.Globalization;
using Npgsql;
using Panorama.Core.Jobs;
using Quartz;

namespace Panorama.Worker.Scheduling;

/// <summary>Takes each firing in <c>job_runs</c> before the job works on it and writes down how it went.</summary>
internal sealed partial class RecordRuns(
    NpgsqlDataSource database, WorkerIdentity identity, TimeProvider clock, ILogger<RecordRuns> logger) : IJobExecutionMiddleware
{
    private const int LongestError = 2000;

    // A restarting database is back within these; what is still down then has bigger worries than this row.
    private static readonly TimeSpan[] Pauses = [.. new[] { 1, 2, 4, 8, 15 }.Select(s => TimeSpan.FromSeconds(s))];

    public async ValueTask Invoke(IJobExecutionContext context, JobExecutionDelegate next, CancellationToken cancellationToken = default)
    {
        var job = context.JobDetail.Key.Name;
        var firedAt = FiredAt(context);
        var run = await JobRunLog.BeginAsync(
            database, job, firedAt, identity.Instance, context.Recovering, clock.GetUtcNow(), cancellationToken);
        if (run is not { } id)
        {
            LogTaken(logger, job, firedAt);
            return;
        }

        try
        {
            await next(context, cancellationToken);
            var report = context.Result as JobReport ?? new JobReport(0);
            var outcome = report.Finding is null ? JobOutcome.Succeeded : JobOutcome.Finding;
            await FinishAsync(id, job, outcome, report.Items, report.Finding);
            LogRan(logger, job, outcome, report.Items);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await FinishAsync(id, job, JobOutcome.Cancelled, 0, "Stopped by a shutdown; another run goes on.");
            throw;
        }
        catch (Exception exception)
        {
            await FinishAsync(id, job, JobOutcome.Failed, 0, Sentence(exception));
            throw;
        }
    }

    /// <summary>When the firing was due. A firing that is handed over keeps the time it first had.</summary>
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

    private async Task FinishAsync(Guid id, string job, JobOutcome outcome, long items, string? error)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await JobRunLog.FinishAsync(database, id, job, outcome, items, error, clock.GetUtcNow(), CancellationToken.None);
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

    [LoggerMessage(9112, LogLevel.Warning, "Job {Job}: its result could not be written yet: {Problem}")]
    private static partial void LogFinishFailed(ILogger logger, string job, string problem);
}
