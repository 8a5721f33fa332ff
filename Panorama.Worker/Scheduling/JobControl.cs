using System.Data.Common;
using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Worker.Work;
using Quartz;

namespace Panorama.Worker.Scheduling;

/// <summary>
/// Does what operators ask of the jobs: the command line, which has no scheduler, and the operator's page, which may be another Worker's. Woken by
/// the signal; where none arrives it looks each half minute.
/// </summary>
internal sealed partial class JobControl(
    NpgsqlDataSource database, ISchedulerFactory schedulers, IEnumerable<RegisteredJob> jobs, WorkSignal signal, WorkerIdentity identity,
    TimeProvider clock, ILogger<JobControl> logger) : BackgroundService
{
    private static readonly TimeSpan Listening = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Deaf = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public bool Knows(string job) => jobs.Any(j => j.Schedule.Name == job);

    /// <summary>Asks and does it at once, so that the page that comes next shows it.</summary>
    public async Task AskAsync(string job, JobAction action, string requestedBy, CancellationToken cancellationToken)
    {
        var (id, _) = await JobRequests.AskAsync(database, job, action, requestedBy, clock.GetUtcNow(), cancellationToken);
        await WorkAsync(cancellationToken);
        var since = clock.GetTimestamp();
        while (await JobRequests.FindAsync(database, id, cancellationToken) is { HandledAt: null } && clock.GetElapsedTime(since) < Moment)
        {
            await Task.Delay(Look, clock, cancellationToken); // it woke this Worker or another, who has it just now
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
                failed = false;
                await signal.WaitAsync(WorkChannel.Jobs, signal.IsListening ? Listening : Deaf, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // a request that was cut off stays locked no longer and waits for the next worker
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException or SchedulerException)
            {
                if (!failed)
                {
                    LogFailed(logger, exception);
                }

                failed = true;
                await Task.Delay(Deaf, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (await JobRequests.WorkAsync(database, identity.Instance, clock, ApplyAsync, cancellationToken) > 0)
        {
        }
    }

    private async Task<string?> ApplyAsync(WaitingJobRequest request, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var job = new JobKey(request.Job);
        if (!await scheduler.Exists(job, cancellationToken))
        {
            LogUnknown(logger, request.Job);
            return "There is no such job.";
        }

        switch (request.Action)
        {
            case JobAction.Run:
                // Named for the request: asked for again by a Worker that died before it could say so, it is the same run.
                var once = TriggerBuilder.Create()
                    .ForJob(job)
                    .WithIdentity($"asked.{request.Id}")
                    .UsingJobData(JobContext.RequestKey, request.Id.ToString())
                    .StartAt(clock.GetUtcNow())
                    .WithSimpleSchedule(s => s.WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow))
                    .Build();
                await scheduler.ScheduleTrigger(once, TriggerConflict.Replace, cancellationToken);
                break;
            case JobAction.Pause:
                await scheduler.PauseTriggerWith(new TriggerKey(request.Job), new PauseDetails { RequestedBy = request.RequestedBy }, cancellationToken);
                break;
            case JobAction.Resume:
                await scheduler.ResumeTrigger(new TriggerKey(request.Job), cancellationToken);
                break;
            default:
                return "This Worker does not know how.";
        }

        LogDone(logger, request.Job, request.Action, request.RequestedBy);
        return null;
    }

    [LoggerMessage(9114, LogLevel.Information, "Job {Job}: {Action}, asked for by {RequestedBy}")]
    private static partial void LogDone(ILogger logger, string job, JobAction action, string requestedBy);

    [LoggerMessage(9115, LogLevel.Warning, "Job {Job} was asked for and does not exist")]
    private static partial void LogUnknown(ILogger logger, string job);

    [LoggerMessage(9116, LogLevel.Warning, "Requests of operators cannot be read at the moment; trying again each half minute")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
