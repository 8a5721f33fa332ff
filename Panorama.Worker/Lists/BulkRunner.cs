using System.Data.Common;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Core.Lists;
using Panorama.Worker.Work;

namespace Panorama.Worker.Lists;

/// <summary>
/// Works bulk runs off. Woken by the signal; where none arrives (a pooler in transaction mode swallows it), it looks each second at first and backs
/// off to half a minute.
/// </summary>
internal sealed partial class BulkRunner(
    NpgsqlDataSource database, WorkSignal signal, StorageWatch storage, TimeProvider clock, ILogger<BulkRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Deaf = TimeSpan.FromSeconds(30);

    /// <summary>How long one run may keep others waiting.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    // One statement and no transaction: an idle installation pays for each.
    private const string WaitingSql = "select exists (select 1 from bulk_runs where state in ('QUEUED', 'RUNNING'))";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (pause, failed) = (Busy, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                pause = await WorkAsync(stoppingToken) ? Busy : Longer(pause);
                failed = false;
                await signal.WaitAsync(WorkChannel.BulkRuns, pause, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // a batch that was cut off is rolled back; its rows wait for the next worker
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException or InvalidOperationException)
            {
                storage.Saw(exception);
                if (!failed)
                {
                    LogFailed(logger, exception);
                }

                failed = true;
                pause = Longer(pause);
                await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>Whether there was anything to do.</returns>
    private async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await using (var waiting = database.CreateCommand(WaitingSql))
        {
            if (await waiting.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return false;
            }
        }

        var work = new BulkWork(database, clock);
        Guid? tired = null;
        var (current, since) = ((Guid?)null, clock.GetTimestamp());
        while (await work.StepAsync(tired, cancellationToken) is { } step)
        {
            if (step.RunId != current)
            {
                (current, since, tired) = (step.RunId, clock.GetTimestamp(), tired == step.RunId ? tired : null);
            }

            if (step.IsFinished)
            {
                LogFinished(logger, step.RunId);
            }
            else if (clock.GetElapsedTime(since) > Turn)
            {
                (tired, current) = (step.RunId, null);
            }
        }

        return true;
    }

    private TimeSpan Longer(TimeSpan pause)
    {
        var most = signal.IsListening ? Heard : Deaf;
        return pause * 2 > most ? most : pause * 2;
    }

    [LoggerMessage(9150, LogLevel.Warning, "Bulk runs cannot be worked off at the moment; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(9151, LogLevel.Information, "Bulk run {RunId} has ended")]
    private static partial void LogFinished(ILogger logger, Guid runId);
}
